/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml_syntax.h - what is no YAML, told where it began.  Private to rules/engine/.
 */
#ifndef PW_RULES_YAML_SYNTAX_H
#define PW_RULES_YAML_SYNTAX_H

#include "rules/engine/yaml.h"

struct pw_yaml_spot {
	size_t index;     /* characters before it */
	int line, column; /* from 1; line 0: none */
};

/* Where libyaml gave up. */
struct pw_yaml_syntax {
	const char *problem, *context; /* its words; NULL allowed */
	struct pw_yaml_spot at, began; /* the character; what it was reading */
	/* The last text in quotes before it, and the character after that. */
	struct pw_yaml_spot quote, quote_end;
};

/* Refuse what libyaml reads differently than editors show it: bytes that are
   no UTF-8, invisible characters, a file that is too large.  -1: told. */
int pw_yaml_check_bytes(const struct pw_yaml *yaml) PW_MUST_CHECK;

/* Add the error.  What is left open is shown where it was opened, not where
   the file ended. */
void pw_yaml_tell_syntax(const struct pw_yaml *yaml, const struct pw_yaml_syntax *syntax);

#endif
