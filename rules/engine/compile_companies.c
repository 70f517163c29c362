/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile_companies.c - rivals, vendors, public mail providers: whose domains, whose
 * names.
 */
#include <string.h>

#include "agent/base/str.h"
#include "parsers/fold.h"
#include "rules/engine/compile.h"

#define OWNER(kind, index) ((uint32_t)(kind) << 24 | ((uint32_t)(index)&0xFFFFFF))

/* Classes of rivals, and what their senders are to the code. */
static const char *const class_words[] = {
	"reseller",     "lsp",
	"dmr",          "var",
	"security-var", "telco",
	"online",       "gov-aggregator",
	"maintainer",   "vendor-reseller",
	"distributor",  "vendor-agent",
};
enum { CLASS_VENDOR_RESELLER = 9, CLASS_DISTRIBUTOR, CLASS_AGENT };

struct rival_fields {
	const char *name, *parent, *about, *vendor;
	struct pw_yaml_strings domains, names, ambiguous;
	int class;
	bool off;
};

static const struct pw_field rival_table[] = {
	{ .key = "name",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct rival_fields, name),
	  .is_required = true },
	{ .key = "domains",
	  .kind = PW_FIELD_STRINGS,
	  .offset = offsetof(struct rival_fields, domains) },
	{ .key = "names",
	  .kind = PW_FIELD_STRINGS,
	  .offset = offsetof(struct rival_fields, names) },
	{ .key = "ambiguous",
	  .kind = PW_FIELD_STRINGS,
	  .offset = offsetof(struct rival_fields, ambiguous) },
	{ .key = "class",
	  .kind = PW_FIELD_CHOICE,
	  .offset = offsetof(struct rival_fields, class),
	  .words = class_words,
	  .n_words = PW_ARRAY_LEN(class_words) },
	{ .key = "vendor",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct rival_fields, vendor) },
	{ .key = "parent",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct rival_fields, parent) },
	{ .key = "about",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct rival_fields, about) },
	{ .key = "off",
	  .kind = PW_FIELD_BOOL,
	  .offset = offsetof(struct rival_fields, off) },
};

struct vendor_fields {
	const char *name, *deadline, *advice, *about;
	struct pw_yaml_strings names, ambiguous, domains, products, hints;
	const struct pw_node *identifiers;
	long window_days;
	bool off;
};

static const struct pw_field vendor_table[] = {
	{ .key = "name",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct vendor_fields, name),
	  .is_required = true },
	{ .key = "names",
	  .kind = PW_FIELD_STRINGS,
	  .offset = offsetof(struct vendor_fields, names) },
	{ .key = "ambiguous",
	  .kind = PW_FIELD_STRINGS,
	  .offset = offsetof(struct vendor_fields, ambiguous) },
	{ .key = "domains",
	  .kind = PW_FIELD_STRINGS,
	  .offset = offsetof(struct vendor_fields, domains) },
	{ .key = "products",
	  .kind = PW_FIELD_STRINGS,
	  .offset = offsetof(struct vendor_fields, products) },
	{ .key = "hints",
	  .kind = PW_FIELD_STRINGS,
	  .offset = offsetof(struct vendor_fields, hints) },
	{ .key = "identifiers",
	  .kind = PW_FIELD_MAP,
	  .offset = offsetof(struct vendor_fields, identifiers) },
	{ .key = "window-days",
	  .kind = PW_FIELD_INT,
	  .offset = offsetof(struct vendor_fields, window_days),
	  .min = 1,
	  .max = 3650 },
	{ .key = "deadline",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct vendor_fields, deadline) },
	{ .key = "advice",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct vendor_fields, advice) },
	{ .key = "about",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct vendor_fields, about) },
	{ .key = "off",
	  .kind = PW_FIELD_BOOL,
	  .offset = offsetof(struct vendor_fields, off) },
};

struct shape_fields {
	const struct pw_node *match, *ok, *not_ok;
	const char *about;
	int distinct;
};

static const char *const distinct_words[] = { "low", "medium", "high" };

static const struct pw_field shape_table[] = {
	{ .key = "match",
	  .kind = PW_FIELD_NODE,
	  .offset = offsetof(struct shape_fields, match),
	  .is_required = true },
	{ .key = "distinct",
	  .kind = PW_FIELD_CHOICE,
	  .offset = offsetof(struct shape_fields, distinct),
	  .is_required = true,
	  .words = distinct_words,
	  .n_words = 3 },
	{ .key = "ok",
	  .kind = PW_FIELD_NODE,
	  .offset = offsetof(struct shape_fields, ok) },
	{ .key = "not",
	  .kind = PW_FIELD_NODE,
	  .offset = offsetof(struct shape_fields, not_ok) },
	{ .key = "about",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct shape_fields, about) },
};

/* As a mail domain is written; "10.0.0.1" and version numbers are none. */
static bool is_domain(const char *domain)
{
	const char *last = strrchr(domain, '.'), *at;

	for (at = domain; *at; at++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-.", *at))
			return false;
	return last && last[1] >= 'a' && domain[0] != '.' && !strstr(domain, "..") &&
	       at - domain < 254;
}

/* Whose the domain is already, and what to do about it. */
static void refuse_shared(struct pw_compile *compile, const struct pw_node *node,
			  uint32_t owner, uint32_t other)
{
	const struct pw_ruleset *ruleset = compile->ruleset;
	const uint32_t index = other & 0xFFFFFF;

	if (other == owner) {
		pw_yaml_error(node, "domain '%s' is given twice", node->text);
	} else if (other >> 24 == PW_OWNER_FREEMAIL) {
		pw_yaml_error(node, "'%s' is a public mail provider", node->text);
		pw_diags_hint(compile->diags,
			      "anybody writes from it; give the company's own domain");
	} else if (other >> 24 == PW_OWNER_RIVAL) {
		pw_yaml_error(node, "domain '%s' is that of rival '%s' already (%s)",
			      node->text, ruleset->rivals[index].slug,
			      ruleset->rivals[index].origin.text);
		pw_diags_hint(compile->diags,
			      "an entry '%s' in a later folder changes it",
			      ruleset->rivals[index].slug);
	} else {
		pw_yaml_error(node, "domain '%s' is that of vendor '%s' (%s)", node->text,
			      ruleset->vendors[index].slug,
			      ruleset->vendor_companies[index].origin.text);
		pw_diags_hint(compile->diags,
			      "where the vendor sells for others, too: class: "
			      "vendor-reseller, vendor: %s",
			      ruleset->vendors[index].slug);
	}
}

/* Two vendors may share a domain (VMware and Symantec are Broadcom's); a
   vendor that resells is a rival first; providers may be listed twice. */
static void add_domain(struct pw_compile *compile, const struct pw_node *node,
		       uint32_t owner, bool is_vendor_reseller)
{
	uint32_t other = pw_domains_add(compile->ruleset->domains, node->text, owner);

	if (!other || (other >> 24 == owner >> 24 && other >> 24 != PW_OWNER_RIVAL))
		return;
	if (is_vendor_reseller && other >> 24 == PW_OWNER_VENDOR)
		pw_domains_set(compile->ruleset->domains, node->text, owner);
	else
		refuse_shared(compile, node, owner, other);
}

static void add_domains(struct pw_compile *compile, const struct pw_yaml_strings *domains,
			uint32_t owner, bool is_vendor_reseller)
{
	size_t i;

	for (i = 0; i < domains->n; i++) {
		if (is_domain(domains->items[i])) {
			add_domain(compile, domains->nodes[i], owner, is_vendor_reseller);
			continue;
		}
		pw_yaml_error(domains->nodes[i], "'%s' is no mail domain",
			      domains->items[i]);
		pw_diags_hint(compile->diags, "lower case, as in cdw.com");
	}
}

static void add_names(struct pw_compile *compile, const struct pw_yaml_strings *names,
		      enum pw_name_kind kind, size_t owner)
{
	size_t i;

	for (i = 0; i < names->n; i++)
		pw_lexicon_add(compile->ruleset->lexicon, names->items[i], kind,
			       (int)owner);
}

static bool is_listed(const struct pw_yaml_strings *names, const char *name)
{
	size_t i;

	for (i = 0; i < names->n; i++)
		if (pw_strieq(names->items[i], name))
			return true;
	return false;
}

static enum pw_sender_class sender_of(int class)
{
	return class == CLASS_DISTRIBUTOR ? PW_SENDER_DISTRIBUTOR
	       : class == CLASS_AGENT     ? PW_SENDER_VENDOR_AGENT
					  : PW_SENDER_RIVAL;
}

/* "Dell (as reseller)" is "Dell" in a text; a bare ordinary word is none. */
static void add_own_name(struct pw_compile *compile, const char *name,
			 enum pw_name_kind kind, size_t owner)
{
	const char *paren = strstr(name, " (");
	char *plain = paren ? pw_strndup(name, (size_t)(paren - name)) : pw_strdup(name);

	pw_lexicon_add(compile->ruleset->lexicon, plain, kind, (int)owner);
	free(plain);
}

static int vendor_index(struct pw_compile *compile, const char *slug)
{
	size_t i;

	for (i = 0; i < compile->ruleset->n_vendors; i++)
		if (pw_streq(compile->ruleset->vendors[i].slug, slug))
			return (int)i;
	return -1;
}

static void compile_rival(struct pw_compile *compile, const struct pw_entry *entry)
{
	struct pw_ruleset *ruleset = compile->ruleset;
	size_t index = ruleset->n_rivals;
	struct pw_company *rival = &ruleset->rivals[index];
	struct rival_fields fields = { 0 };

	if (pw_yaml_read(entry->node, rival_table, PW_ARRAY_LEN(rival_table), &fields) <
		    0 &&
	    !pw_yaml_get(entry->node, "name"))
		pw_compile_suggest_overridden(compile, PW_SECTION_RIVALS, entry);
	rival->slug = pw_compile_text(compile, entry->name);
	rival->name = pw_compile_text(compile, fields.name ? fields.name : entry->name);
	rival->class_name = class_words[fields.class];
	rival->sender_class = sender_of(fields.class);
	rival->parent = pw_compile_text(compile, fields.parent);
	rival->origin = pw_compile_entry_origin(compile, entry);
	rival->vendor = fields.vendor ? vendor_index(compile, fields.vendor) : -1;
	if (fields.vendor && rival->vendor < 0) {
		pw_yaml_warn(pw_yaml_get(entry->node, "vendor"),
			     "vendor '%s' is not defined", fields.vendor);
		pw_compile_suggest(compile, PW_SECTION_VENDORS, "", fields.vendor);
	}
	if (fields.class == CLASS_VENDOR_RESELLER && !fields.vendor)
		rival->vendor = vendor_index(compile, entry->name);
	if (fields.parent &&
	    !pw_rulefiles_entry(compile->files, PW_SECTION_RIVALS, fields.parent)) {
		pw_yaml_warn(pw_yaml_get(entry->node, "parent"),
			     "rival '%s' is not defined", fields.parent);
		pw_compile_suggest(compile, PW_SECTION_RIVALS, "", fields.parent);
	}
	add_domains(compile, &fields.domains, OWNER(PW_OWNER_RIVAL, index),
		    fields.class == CLASS_VENDOR_RESELLER);
	add_names(compile, &fields.names, PW_NAME_RIVAL, index);
	add_names(compile, &fields.ambiguous, PW_NAME_RIVAL_AMBIGUOUS, index);
	if (!is_listed(&fields.ambiguous, rival->name))
		add_own_name(compile, rival->name, PW_NAME_RIVAL, index);
	ruleset->n_rivals++;
}

static void compile_shape(struct pw_compile *compile, size_t vendor,
			  const struct pw_node *key, const struct pw_node *node)
{
	struct pw_ruleset *ruleset = compile->ruleset;
	struct shape_fields fields = { 0 };
	struct pw_shape *shape, *grown;
	char *name;

	if (pw_yaml_read(node, shape_table, PW_ARRAY_LEN(shape_table), &fields) < 0 &&
	    !fields.match)
		return;
	grown = pw_arena_grow(compile->arena, ruleset->shapes, ruleset->n_shapes,
			      &compile->cap_shapes, sizeof *grown);
	if (!grown)
		return;
	ruleset->shapes = grown;
	shape = &ruleset->shapes[ruleset->n_shapes];
	memset(shape, 0, sizeof *shape);
	name = pw_asprintf("%s.%s", ruleset->vendors[vendor].slug, key->text);
	shape->name = pw_compile_text(compile, name);
	free(name);
	shape->vendor = (int)vendor;
	shape->distinct = fields.distinct;
	shape->origin = pw_compile_origin(compile, key);
	shape->pattern = pw_compile_regex(compile, fields.match);
	pw_compile_samples(compile, fields.ok, fields.not_ok, &shape->samples);
	ruleset->n_shapes += shape->pattern >= 0;
}

static void compile_vendor(struct pw_compile *compile, const struct pw_entry *entry)
{
	struct pw_ruleset *ruleset = compile->ruleset;
	size_t index = ruleset->n_vendors++, i;
	struct pw_vendor *vendor = &ruleset->vendors[index];
	struct pw_company *company = &ruleset->vendor_companies[index];
	struct vendor_fields fields = { .window_days = -1 };

	if (pw_yaml_read(entry->node, vendor_table, PW_ARRAY_LEN(vendor_table), &fields) <
		    0 &&
	    !pw_yaml_get(entry->node, "name"))
		pw_compile_suggest_overridden(compile, PW_SECTION_VENDORS, entry);
	vendor->slug = company->slug = pw_compile_text(compile, entry->name);
	vendor->name = company->name =
		pw_compile_text(compile, fields.name ? fields.name : entry->name);
	vendor->window_days = (int)fields.window_days;
	vendor->deadline = pw_compile_text(compile, fields.deadline);
	vendor->advice = pw_compile_text(compile, fields.advice);
	company->sender_class = PW_SENDER_VENDOR;
	company->vendor = (int)index;
	company->origin = pw_compile_entry_origin(compile, entry);
	add_domains(compile, &fields.domains, OWNER(PW_OWNER_VENDOR, index), false);
	add_names(compile, &fields.names, PW_NAME_VENDOR, index);
	add_names(compile, &fields.products, PW_NAME_PRODUCT, index);
	add_names(compile, &fields.hints, PW_NAME_HINT, index);
	add_names(compile, &fields.ambiguous, PW_NAME_VENDOR_AMBIGUOUS, index);
	if (!is_listed(&fields.ambiguous, vendor->name))
		add_own_name(compile, vendor->name, PW_NAME_VENDOR, index);
	for (i = 0; fields.identifiers && i < fields.identifiers->n; i++)
		compile_shape(compile, index, fields.identifiers->keys[i],
			      fields.identifiers->items[i]);
}

static void compile_freemail(struct pw_compile *compile)
{
	const struct pw_rulefiles *files = compile->files;
	struct pw_yaml_strings one = { 0 };
	const char *domain;
	size_t i;

	for (i = 0; i < files->n_freemail; i++)
		if (pw_yaml_string(files->freemail[i], &domain) == 0 &&
		    pw_yaml_string_list(files->freemail[i], &one) == 0)
			add_domains(compile, &one, OWNER(PW_OWNER_FREEMAIL, 0), false);
}

void pw_compile_companies(struct pw_compile *compile)
{
	const struct pw_entries *rivals = &compile->files->sections[PW_SECTION_RIVALS];
	const struct pw_entries *vendors = &compile->files->sections[PW_SECTION_VENDORS];
	struct pw_ruleset *ruleset = compile->ruleset;
	size_t i;

	ruleset->rivals =
		pw_arena_alloc(compile->arena, rivals->n + 1, sizeof *ruleset->rivals);
	ruleset->vendors =
		pw_arena_alloc(compile->arena, vendors->n + 1, sizeof *ruleset->vendors);
	ruleset->vendor_companies = pw_arena_alloc(compile->arena, vendors->n + 1,
						   sizeof *ruleset->vendor_companies);
	if (!ruleset->rivals || !ruleset->vendors || !ruleset->vendor_companies)
		return;
	/* First, so that a mistake is shown where a company gives such a domain. */
	compile_freemail(compile);
	for (i = 0; i < vendors->n; i++)
		if (vendors->items[i].node && !vendors->items[i].is_off)
			compile_vendor(compile, &vendors->items[i]);
	for (i = 0; i < rivals->n; i++)
		if (rivals->items[i].node && !rivals->items[i].is_off)
			compile_rival(compile, &rivals->items[i]);
}
