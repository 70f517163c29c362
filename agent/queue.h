/* SPDX-License-Identifier: Apache-2.0 */
/*
 * queue.h - a bounded queue from one thread to another.
 *
 * The reader polls a descriptor; the writer waits while what it wrote and the
 * reader has not released costs more than the maximum, so that a slow reader
 * slows the writer instead of filling the memory.
 */
#ifndef PW_QUEUE_H
#define PW_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/mem.h"

struct pw_queue;

/* free_item: for items that nobody took; NULL: none. */
struct pw_queue *pw_queue_new(size_t cost_max, void (*free_item)(void *item));
void pw_queue_free(struct pw_queue *queue);
PW_DEFINE_FREEP(struct pw_queue, pw_queue_free)

/* Readable while there are items; owned by the queue. */
int pw_queue_fd(const struct pw_queue *queue);
/* Hand an item over, after waiting for room where cost is not 0 (one item
   always fits into an empty queue).  False: the queue was closed; the item
   stays the caller's. */
bool pw_queue_push(struct pw_queue *queue, void *item, size_t cost);
/* The oldest item, NULL: none.  Its cost counts until it is released. */
void *pw_queue_pop(struct pw_queue *queue);
void pw_queue_release(struct pw_queue *queue, size_t cost);
/* Every push fails from now on, one that waits too. */
void pw_queue_close(struct pw_queue *queue);

#endif
