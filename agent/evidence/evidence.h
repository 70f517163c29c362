/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evidence.h - a case as a folder for the vendor's channel manager.
 *
 *   originals/message-N.eml  as they reached us, byte for byte
 *   SHA256SUMS               of every file, for sha256sum -c
 *   manifest.json            what is what: case, contracts, messages, hashes
 *   summary.html, .txt       for people: who, what, when, claims verbatim,
 *                            proof of incumbency, our touches, earlier cases
 */
#ifndef PW_EVIDENCE_H
#define PW_EVIDENCE_H

#include "agent/store/store.h"

/* Write the folder (it must not exist yet).  company: our name. */
int pw_evidence_write(struct pw_store *store, const struct pw_case_row *row,
		      const char *company, const char *folder,
		      struct pw_err *err) PW_MUST_CHECK;

#endif
