/* SPDX-License-Identifier: Apache-2.0 */
/*
 * detect.h - does this message carry a renewal solicitation, whose, about what?
 *
 * Code decides in a fixed order: who wrote each layer; does it ask to renew
 * with its sender; is it about an IT contract; only then the rules' score.
 */
#ifndef PW_RULES_DETECT_H
#define PW_RULES_DETECT_H

#include "parsers/mail.h"
#include "rules/engine/finding.h"
#include "rules/engine/ruleset.h"
#include "rules/match/known.h"

/* Who "we" are; all strings borrowed for the call. */
struct pw_us {
	const char *const *domains; /* the company's mail domains */
	size_t n_domains;
	/* How the company is called; "=Connect" is so only where nothing goes on
	   after it ("Connect Networks" is somebody else). */
	const char *const *names;
	size_t n_names;
	const char *mailbox;     /* address of the watched mailbox, NULL: unknown */
	const char *authserv_id; /* whose Authentication-Results are believed, NULL:
				    nobody's */
	pw_day received;         /* day the message was received, PW_DAY_NONE: unknown */
};

/* Judge the layers of a mail.  known NULL allowed (no contracts).  *ret is
   owned by the caller: pw_finding_free(); its strings are borrowed from mail,
   ruleset and known, which must outlive it (one that came through JSON owns
   them all). */
int pw_detect(struct pw_finding **ret, const struct pw_ruleset *ruleset,
	      const struct pw_known *known, const struct pw_us *us,
	      const struct pw_mail *mail, struct pw_err *err) PW_MUST_CHECK;

#endif
