/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/commands/explain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/cli.h"

#define TEXT_MAX   400
#define LINE_WIDTH 88 /* of a list of rules */

/* A stranger's text, safe for a terminal. */
static void put(FILE *out, const char *text, size_t len)
{
	struct pw_buf safe;

	pw_buf_init(&safe, (size_t)16 << 10);
	pw_str_escape(&safe, text, len, TEXT_MAX);
	fputs(safe.data, out);
	pw_buf_done(&safe);
}

static void puts_safe(FILE *out, const char *text)
{
	put(out, text ? text : "-", strlen(text ? text : "-"));
}

static void put_colour(FILE *out, enum pw_colour colour, const char *text)
{
	fputs(pw_colour(out, colour), out);
	puts_safe(out, text);
	fputs(pw_colour_end(out), out);
}

/* The match in its context, highlighted; marked by >< where there is no colour. */
static void put_context(FILE *out, const struct pw_hit *hit)
{
	size_t len = strlen(hit->context), at = hit->context_at;
	size_t width = strlen(hit->matched);
	bool is_coloured = pw_colour_wanted(out);

	if (at > len || at + width > len) {
		puts_safe(out, hit->matched);
		return;
	}
	put(out, hit->context, at);
	fputs(is_coloured ? pw_colour(out, PW_YELLOW) : ">", out);
	put(out, hit->context + at, width);
	fputs(is_coloured ? pw_colour_end(out) : "<", out);
	put(out, hit->context + at + width, len - at - width);
}

static bool is_note(const struct pw_hit *hit)
{
	return pw_starts_with(hit->scope, "condition") ||
	       pw_starts_with(hit->scope, "exclusion");
}

static void print_hit(FILE *out, const struct pw_hit *hit)
{
	fprintf(out, "    %s%+5.1f%s ",
		pw_colour(out, hit->points > 0   ? PW_GREEN
			       : hit->points < 0 ? PW_RED
						 : PW_DIM),
		hit->points, pw_colour_end(out));
	put_colour(out, PW_BOLD, hit->rule);
	fprintf(out, " %s%s%s %s: ", pw_colour(out, PW_DIM), hit->origin,
		pw_colour_end(out), hit->scope);
	put_context(out, hit);
	if (hit->claim)
		fprintf(out, "  [claim %s%s]", hit->claim,
			hit->is_negated ? ", denied: does not count" : "");
	fputc('\n', out);
}

/* What weighs most comes first; of the same weight as they were found. */
static int by_weight(const void *a, const void *b)
{
	const struct pw_hit *x = *(const struct pw_hit *const *)a;
	const struct pw_hit *y = *(const struct pw_hit *const *)b;
	const double difference = fabs(y->points) - fabs(x->points);

	if (difference != 0)
		return difference > 0 ? 1 : -1;
	return x < y ? -1 : x > y;
}

/* Did one before it find the same words in the same scope?  Of those without
   points or a claim the place is enough. */
static bool is_repeated(const struct pw_hit *const *hits, size_t i)
{
	size_t k;

	if (hits[i]->points != 0 || hits[i]->claim)
		return false;
	for (k = 0; k < i; k++)
		if (pw_streq(hits[k]->scope, hits[i]->scope) &&
		    pw_streq(hits[k]->matched, hits[i]->matched))
			return true;
	return false;
}

static void print_repeated(FILE *out, const struct pw_hit *const *hits, size_t n)
{
	size_t i, width = 0, len;
	bool is_first = true;

	for (i = 0; i < n; i++) {
		if (!is_repeated(hits, i))
			continue;
		len = strlen(hits[i]->rule) + strlen(hits[i]->origin) + 3;
		width += len;
		if (is_first)
			fputs("     same words, no points:", out);
		else
			fputs(width > LINE_WIDTH ? ",\n         " : ",", out);
		if (width > LINE_WIDTH)
			width = len;
		is_first = false;
		fprintf(out, " %s %s%s%s", hits[i]->rule, pw_colour(out, PW_DIM),
			hits[i]->origin, pw_colour_end(out));
	}
	if (!is_first)
		fputc('\n', out);
}

static void print_hits(FILE *out, const struct pw_finding *finding, int layer)
{
	const struct pw_hit **hits = pw_alloc(finding->n_hits + 1, sizeof *hits);
	size_t n = 0, i;

	for (i = 0; i < finding->n_hits; i++)
		if (finding->hits[i].layer == layer && !is_note(&finding->hits[i]))
			hits[n++] = &finding->hits[i];
	qsort(hits, n, sizeof *hits, by_weight);
	for (i = 0; i < n; i++)
		if (!is_repeated(hits, i))
			print_hit(out, hits[i]);
	print_repeated(out, hits, n);
	free(hits);
}

static void print_layer(FILE *out, const struct pw_finding *finding,
			const struct pw_layer_note *layer)
{
	fprintf(out, "  layer %d: ", layer->layer);
	put_colour(out, PW_CYAN, pw_sender_class_name(layer->sender_class));
	if (layer->who) {
		fputc(' ', out);
		puts_safe(out, layer->who);
	}
	if (layer->why) {
		fputs(": ", out);
		puts_safe(out, layer->why);
	}
	fputc('\n', out);
	print_hits(out, finding, layer->layer);
}

static void print_notes(FILE *out, const struct pw_finding *finding)
{
	size_t i;

	for (i = 0; i < finding->n_hits; i++) {
		const struct pw_hit *hit = &finding->hits[i];

		if (!is_note(hit))
			continue;
		fprintf(out, "  %s: ", hit->scope);
		put_colour(out, PW_BOLD, hit->rule);
		fprintf(out, " %s: ", hit->origin);
		if (pw_ends_with_i(hit->scope, "nearly"))
			fputs("missing ", out);
		puts_safe(out, hit->matched);
		fputc('\n', out);
	}
	for (i = 0; i < finding->n_rule_errors; i++) {
		fputs("  ", out);
		put_colour(out, PW_RED, finding->rule_errors[i]);
		fputc('\n', out);
	}
}

static void print_found(FILE *out, const struct pw_finding *finding)
{
	char day[PW_DAY_TEXT];
	size_t i;

	for (i = 0; i < finding->n_vendors; i++) {
		fprintf(out, "  vendor %s, by %s: ", finding->vendors[i].vendor,
			finding->vendors[i].how);
		puts_safe(out, finding->vendors[i].evidence);
		fputc('\n', out);
	}
	for (i = 0; i < finding->n_identifiers; i++) {
		fputs("  contract ", out);
		put_colour(out, PW_GREEN, finding->identifiers[i].contract_id);
		fprintf(out, ", %s: ", pw_how_name(finding->identifiers[i].how));
		puts_safe(out, finding->identifiers[i].written);
		fputs(" (", out);
		puts_safe(out, finding->identifiers[i].why);
		fputs(")\n", out);
	}
	for (i = 0; i < finding->n_customers; i++) {
		fputs("  customer ", out);
		puts_safe(out, finding->customers[i].customer);
		fprintf(out, ": %s: ", pw_how_words(finding->customers[i].how));
		puts_safe(out, finding->customers[i].evidence);
		fputc('\n', out);
	}
	for (i = 0; i < finding->n_fields; i++) {
		fprintf(out, "  %s ", finding->fields[i].field);
		put_colour(out, PW_GREEN, finding->fields[i].value);
		fprintf(out, ", captured by %s\n", finding->fields[i].rule);
	}
	for (i = 0; i < finding->n_stated; i++) {
		fprintf(out, "  states the end %s: ",
			pw_day_to_iso(finding->stated[i].date.day, day));
		puts_safe(out, finding->stated[i].quote);
		fputc('\n', out);
	}
}

void pw_explain_print(FILE *out, const char *file, const struct pw_finding *finding,
		      const struct pw_resolved *resolved)
{
	size_t i;

	put_colour(out, PW_BOLD, file);
	fputs(": ", out);
	if (resolved)
		put_colour(out,
			   resolved->judgement->verdict == PW_VERDICT_ALERT    ? PW_RED
			   : resolved->judgement->verdict == PW_VERDICT_REVIEW ? PW_YELLOW
									       : PW_DIM,
			   pw_verdict_name(resolved->judgement->verdict));
	else
		fputs(finding->is_solicitation ? "solicitation" : "no solicitation", out);
	fputs("\n  decided: ", out);
	puts_safe(out, finding->decided_by);
	if (resolved && resolved->judgement->why) {
		fputs("; ", out);
		puts_safe(out, resolved->judgement->why);
	}
	fputc('\n', out);
	if (finding->notice) {
		fputs("  notice: ", out);
		puts_safe(out, finding->notice);
		fputs(": ", out);
		puts_safe(out, finding->notice_quote);
		fputc('\n', out);
	}
	for (i = 0; i < finding->n_layers; i++)
		print_layer(out, finding, &finding->layers[i]);
	print_notes(out, finding);
	print_found(out, finding);
}
