/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contract_source.h - the store as the place where findings are confirmed.
 */
#ifndef PW_CONTRACT_SOURCE_H
#define PW_CONTRACT_SOURCE_H

#include "agent/resolve.h"
#include "agent/store/store.h"

/* store is borrowed as long as the source is used. */
struct pw_contract_source pw_contract_source_of(struct pw_store *store);

#endif
