/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zeros.c - numbers whose leading zeros a spreadsheet has dropped.
 *
 * A vendor's numbers of digits only have one length as a rule.  Where no
 * number of a vendor begins with zero and some are a digit or two shorter than
 * most, the zeros were probably lost on the way.
 */
#include <string.h>

#include "agent/base/str.h"
#include "agent/contracts/import_internal.h"

#define VENDORS_MAX 512 /* twice: numbers and serials */
#define LENGTH_MAX  32
#define ENOUGH      3 /* numbers of the usual length */

struct vendor {
	char name[64];
	bool are_serials; /* beside those there are contract numbers */
	bool has_zeros;
	uint64_t n[LENGTH_MAX], first_line[LENGTH_MAX];
};

struct pw_zeros {
	struct vendor vendors[VENDORS_MAX];
	size_t n;
};

struct pw_zeros *pw_zeros_new(void)
{
	return pw_alloc(1, sizeof(struct pw_zeros));
}

void pw_zeros_free(struct pw_zeros *zeros)
{
	free(zeros);
}

static struct vendor *find(struct pw_zeros *zeros, const char *name, bool are_serials)
{
	size_t i;

	for (i = 0; i < zeros->n; i++)
		if (zeros->vendors[i].are_serials == are_serials &&
		    !strncmp(zeros->vendors[i].name, name,
			     sizeof zeros->vendors[i].name - 1))
			return &zeros->vendors[i];
	if (zeros->n == VENDORS_MAX)
		return NULL;
	zeros->vendors[zeros->n].are_serials = are_serials;
	strncpy(zeros->vendors[zeros->n].name, name, sizeof zeros->vendors[0].name - 1);
	return &zeros->vendors[zeros->n++];
}

void pw_zeros_see(struct pw_zeros *zeros, uint64_t line, const char *vendor,
		  const char *identifiers, bool are_serials)
{
	struct vendor *v = find(zeros, vendor, are_serials);
	const char *at = identifiers ? identifiers : "";

	while (v && *at) {
		size_t len = strcspn(at, ";"), digits = strspn(at, "0123456789");

		if (len == digits && len >= 5 && len < LENGTH_MAX) {
			v->has_zeros |= at[0] == '0';
			if (!v->n[len]++)
				v->first_line[len] = line;
		}
		at += len + (at[len] == ';');
	}
}

static void tell_vendor(const struct vendor *v, struct pw_import *import)
{
	size_t usual = 0, len;

	for (len = 0; len < LENGTH_MAX; len++)
		if (v->n[len] > v->n[usual])
			usual = len;
	if (v->has_zeros || v->n[usual] < ENOUGH)
		return;
	for (len = usual >= 3 ? usual - 2 : 0; len < usual; len++)
		if (v->n[len] && v->n[len] * 2 <= v->n[usual])
			pw_import_problem(import, false, v->first_line[len], NULL,
					  "%llu %s%s of '%s' %s %zu digits, most have "
					  "%zu: a spreadsheet may have dropped leading "
					  "zeros",
					  (unsigned long long)v->n[len],
					  v->are_serials ? "serial" : "number",
					  pw_plural(v->n[len]), v->name,
					  v->n[len] == 1 ? "has" : "have", len, usual);
}

void pw_zeros_tell(struct pw_zeros *zeros, struct pw_import *import)
{
	size_t i;

	for (i = 0; i < zeros->n; i++)
		tell_vendor(&zeros->vendors[i], import);
}
