/* SPDX-License-Identifier: Apache-2.0 */
/* price.h - sums of money in a text. */
#ifndef PW_RULES_PRICE_H
#define PW_RULES_PRICE_H

#include <stdbool.h>
#include <stddef.h>

/* Does a folded text name a sum of money ("$28 a month", "9k", "850 cash")? */
bool pw_names_price(const char *text, size_t len);

#endif
