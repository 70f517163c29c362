/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml.h - a strict reader of the YAML that people write, with places.
 *
 * The only module that knows libyaml; rule files and the configuration use
 * it.  Refused: anchors, aliases, tags, several documents, duplicate keys,
 * keys that are no plain words, empty files, bytes that are no UTF-8.  Each
 * node knows its line and column, so that every mistake can be pointed at.
 */
#ifndef PW_RULES_YAML_H
#define PW_RULES_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/arena.h"
#include "agent/base/day.h"
#include "rules/engine/diag.h"

#define PW_YAML_MAX_BYTES ((size_t)16 << 20)
#define PW_YAML_MAX_DEPTH 20

enum pw_node_kind { PW_NODE_SCALAR, PW_NODE_LIST, PW_NODE_MAP };
enum pw_node_style {
	PW_STYLE_PLAIN,
	PW_STYLE_SINGLE,
	PW_STYLE_DOUBLE,
	PW_STYLE_LITERAL,
	PW_STYLE_FOLDED
};

struct pw_yaml;

struct pw_node {
	const struct pw_yaml *yaml;
	enum pw_node_kind kind;
	enum pw_node_style style; /* scalars */
	int line, column;         /* from 1, characters; of the first character */
	const char *text;         /* scalars: the value, NUL-terminated */
	size_t len;
	size_t n;                           /* items of a list, pairs of a map */
	const struct pw_node *const *items; /* values */
	const struct pw_node *const *keys;  /* maps: scalars, in the order written */
};

/* One file; owned by the caller. */
struct pw_yaml {
	const char *path;   /* copied */
	const char *source; /* borrowed until pw_yaml_free() */
	size_t source_len;
	const struct pw_node *root; /* a map */
	struct pw_diags *diags;     /* where mistakes go; borrowed */
	struct pw_arena *arena;     /* owns the nodes and their text */
};

/* Read text, whose root must be a map.  Mistakes of syntax go to diags: then
   -1 and *ret untouched.  *ret is owned by the caller; text and diags must
   outlive it. */
int pw_yaml_parse(struct pw_yaml **ret, const char *path, const char *text, size_t len,
		  struct pw_diags *diags) PW_MUST_CHECK;
void pw_yaml_free(struct pw_yaml *yaml);
PW_DEFINE_FREEP(struct pw_yaml, pw_yaml_free)

/* Value of a key of a map, NULL where it is missing (or node is no map). */
const struct pw_node *pw_yaml_get(const struct pw_node *map, const char *key);

/* An error at a node; always returns -1. */
int pw_yaml_error(const struct pw_node *node, const char *format, ...) PW_PRINTF(2, 3);
/* A warning at a node. */
void pw_yaml_warn(const struct pw_node *node, const char *format, ...) PW_PRINTF(2, 3);
/* The same at the character that holds byte `offset` of a scalar's value. */
int pw_yaml_error_at(const struct pw_node *node, size_t offset, const char *format, ...)
	PW_PRINTF(3, 4);
void pw_yaml_warn_at(const struct pw_node *node, size_t offset, const char *format, ...)
	PW_PRINTF(3, 4);
/* Where that byte stands in the file. */
void pw_yaml_locate(const struct pw_node *node, size_t offset, struct pw_place *ret);

/*
 * Typed values: 0 and *ret set, or -1, the mistake reported and *ret
 * untouched.  Strings are borrowed from the document.
 */
int pw_yaml_string(const struct pw_node *node, const char **ret);
int pw_yaml_bool(const struct pw_node *node, bool *ret);
int pw_yaml_int(const struct pw_node *node, long min, long max, long *ret);
int pw_yaml_number(const struct pw_node *node, double min, double max, double *ret);
/* "5d", "36h", "10m", "30s", or plain seconds. */
int pw_yaml_duration(const struct pw_node *node, long *ret_seconds);
/* One of n words, as its index; a near miss is suggested. */
int pw_yaml_choice(const struct pw_node *node, const char *const *words, size_t n,
		   int *ret);
int pw_yaml_map(const struct pw_node *node);
int pw_yaml_list(const struct pw_node *node);

struct pw_yaml_strings {
	const char *const *items; /* borrowed from the document */
	const struct pw_node *const *nodes;
	size_t n;
};
/* A list of strings, or one string alone. */
int pw_yaml_string_list(const struct pw_node *node, struct pw_yaml_strings *ret);

/*
 * A table says what keys a map may have and where their values go: unknown
 * keys, wrong types and missing required keys are reported, all of them.
 */
enum pw_field_kind {
	PW_FIELD_STRING,   /* const char * */
	PW_FIELD_STRINGS,  /* struct pw_yaml_strings */
	PW_FIELD_BOOL,     /* bool */
	PW_FIELD_INT,      /* long, within [min, max] */
	PW_FIELD_NUMBER,   /* double, within [min, max] */
	PW_FIELD_DAY,      /* pw_day */
	PW_FIELD_DURATION, /* long, seconds */
	PW_FIELD_CHOICE,   /* int, index into words */
	PW_FIELD_NODE,     /* const struct pw_node *, any kind */
	PW_FIELD_MAP,      /* const struct pw_node *, must be a map */
	PW_FIELD_LIST,     /* const struct pw_node *, must be a list */
};

struct pw_field {
	const char *key;
	enum pw_field_kind kind;
	size_t offset; /* offsetof(struct target, member) */
	bool is_required;
	long min, max;            /* both 0: no bounds */
	const char *const *words; /* PW_FIELD_CHOICE */
	size_t n_words;
};

/* Fill target from a map; members whose key is missing stay as they are.
   -1 when anything was wrong (all of it reported, the good members set). */
int pw_yaml_read(const struct pw_node *map, const struct pw_field *fields, size_t n,
		 void *target);

#endif
