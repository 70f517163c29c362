/* SPDX-License-Identifier: Apache-2.0 */
/* words.c - numbers and days as people say them. */
#include <stdlib.h>
#include <string.h>

#include "agent/alert/alert.h"

/* "31800.00" has two parts; anything but digits, one dot and a sign is
   shown as imported. */
static bool is_decimal(const char *value)
{
	size_t digits = strspn(value, "0123456789");

	if (!digits)
		return false;
	value += digits;
	if (*value == '.')
		value += 1 + strspn(value + 1, "0123456789");
	return !*value;
}

void pw_money(struct pw_buf *out, const char *value, const char *currency)
{
	size_t whole, i;

	pw_buf_reset(out);
	if (!value || !*value)
		return;
	if (!is_decimal(value)) {
		pw_buf_adds(out, value);
	} else {
		whole = strcspn(value, ".");
		for (i = 0; i < whole; i++) {
			if (i && (whole - i) % 3 == 0)
				pw_buf_addc(out, ',');
			pw_buf_addc(out, value[i]);
		}
		if (strspn(value + whole, ".0") != strlen(value + whole))
			pw_buf_adds(out, value + whole);
	}
	if (currency && *currency)
		pw_buf_addf(out, " %s", currency);
}

void pw_days_words(struct pw_buf *out, int days)
{
	pw_buf_reset(out);
	if (days == 0)
		pw_buf_adds(out, "today");
	else if (days == 1)
		pw_buf_adds(out, "tomorrow");
	else if (days == -1)
		pw_buf_adds(out, "yesterday");
	else if (days > 0)
		pw_buf_addf(out, "in %d days", days);
	else
		pw_buf_addf(out, "%d days ago", -days);
}
