/* SPDX-License-Identifier: Apache-2.0 */
/* known_image.c - streams contracts, customer by customer, into the builder. */
#include "agent/contracts/known_image.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "agent/base/str.h"
#include "rules/match/known.h"

/* What one customer's contracts may take while they are collected. */
#define CUSTOMER_BYTES (512u << 20)

/* A set of short strings; a customer has few domains and names. */
struct words {
	const char **items;
	size_t n, cap;
};

static void words_add(struct pw_arena *arena, struct words *words, const char *text,
		      size_t len, bool is_set)
{
	size_t i;

	for (i = 0; is_set && i < words->n; i++)
		if (strlen(words->items[i]) == len && !memcmp(words->items[i], text, len))
			return;
	words->items = pw_arena_grow(arena, words->items, words->n, &words->cap,
				     sizeof *words->items);
	if (words->items && (words->items[words->n] = pw_arena_strndup(arena, text, len)))
		words->n++;
}

/* "a;b" into words. */
static void words_split(struct pw_arena *arena, struct words *words, const char *list,
			bool is_set)
{
	const char *at = list ? list : "";

	while (*at) {
		size_t len = strcspn(at, ";");

		if (len)
			words_add(arena, words, at, len, is_set);
		at += len + (at[len] == ';');
	}
}

struct held {
	const char *contract_id, *vendor, *product;
	struct words identifiers;
	pw_day end;
};

/* The customer whose contracts are being read. */
struct group {
	struct pw_arena *arena;
	const char *customer;
	struct words domains, aliases;
	struct held *held;
	size_t n_held, cap_held;
};

static void group_begin(struct group *group, const char *customer)
{
	pw_arena_free(group->arena);
	*group = (struct group){ .arena = pw_arena_new(CUSTOMER_BYTES) };
	group->customer = pw_arena_strdup(group->arena, customer);
}

static void group_add(struct group *group, const struct pw_contract_row *row)
{
	struct pw_arena *arena = group->arena;
	struct held *held;

	words_split(arena, &group->domains, row->customer_domains, true);
	words_split(arena, &group->aliases, row->customer_aliases, true);
	group->held = pw_arena_grow(arena, group->held, group->n_held, &group->cap_held,
				    sizeof *group->held);
	if (!group->held)
		return;
	held = &group->held[group->n_held++];
	*held = (struct held){ pw_arena_strdup(arena, row->contract.contract_id),
			       pw_arena_strdup(arena, row->contract.vendor),
			       row->contract.product
				       ? pw_arena_strdup(arena, row->contract.product)
				       : NULL,
			       { NULL, 0, 0 },
			       row->contract.end };
	if (row->contract.number && row->contract.number[0])
		words_add(arena, &held->identifiers, row->contract.number,
			  strlen(row->contract.number), false);
	words_split(arena, &held->identifiers, row->contract.serials, false);
}

static int group_end(struct group *group, struct pw_known_builder *builder,
		     struct pw_err *err)
{
	uint32_t customer;
	size_t i;

	if (!group->customer)
		return 0;
	if (pw_arena_exhausted(group->arena))
		return pw_err_set(err, PW_ELIMIT, "customer '%s' has too many contracts",
				  group->customer);
	customer = pw_known_add_customer(builder, group->customer, group->domains.items,
					 group->domains.n, group->aliases.items,
					 group->aliases.n);
	for (i = 0; i < group->n_held; i++) {
		pw_known_add_contract(builder, customer, group->held[i].contract_id,
				      group->held[i].vendor,
				      group->held[i].identifiers.items,
				      group->held[i].identifiers.n);
		pw_known_set_end(builder, group->held[i].end);
		if (group->held[i].product)
			pw_known_set_product(builder, group->held[i].product);
	}
	return 0;
}

static int read_all(struct pw_known_builder *builder, struct group *group,
		    struct pw_store *store, struct pw_err *err)
{
	PW_CLEANUP(pw_contract_cursor_closep) struct pw_contract_cursor *cursor = NULL;
	const struct pw_contract_row *row;
	int step;

	if (pw_contract_cursor_open(&cursor, store, PW_ORDER_CUSTOMER, err) < 0)
		return -1;
	while ((step = pw_contract_cursor_next(cursor, &row, err)) == 1) {
		if (!pw_streq(group->customer, row->contract.customer)) {
			if (group_end(group, builder, err) < 0)
				return -1;
			group_begin(group, row->contract.customer);
		}
		group_add(group, row);
	}
	return step < 0 ? -1 : group_end(group, builder, err);
}

static int write_sealed(int fd, const char *bytes, size_t len, struct pw_err *err)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = write(fd, bytes + done, len - done);

		if (n < 0)
			return pw_err_errno(err, PW_EIO, "cannot write shared memory");
		done += (size_t)n;
	}
	if (fcntl(fd, F_ADD_SEALS,
		  F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
		return pw_err_errno(err, PW_EIO, "cannot seal shared memory");
	return 0;
}

int pw_known_image_make(struct pw_known_image *ret, struct pw_store *store,
			struct pw_err *err)
{
	PW_CLEANUP(pw_known_builder_freep)
	struct pw_known_builder *builder = pw_known_builder_new();
	PW_CLEANUP(pw_closep) int fd = -1;
	PW_CLEANUP(pw_freep) void *image = NULL;
	struct group group = { 0 };
	int64_t version;
	size_t len;
	int rc;

	/* The version first: a change in between is noticed afterwards. */
	if (pw_store_contracts_version(store, &version, err) < 0)
		return -1;
	rc = read_all(builder, &group, store, err);
	pw_arena_free(group.arena);
	if (rc < 0 || pw_known_build(builder, &image, &len, err) < 0)
		return -1;
	fd = memfd_create("poachwatch-known", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return pw_err_errno(err, PW_EIO, "cannot make shared memory");
	if (write_sealed(fd, image, len, err) < 0)
		return -1;
	*ret = (struct pw_known_image){ fd, len, version };
	fd = -1;
	return 0;
}

void pw_known_image_done(struct pw_known_image *image)
{
	pw_closep(&image->fd);
	*image = (struct pw_known_image)PW_KNOWN_IMAGE_NONE;
}
