/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/queue.h"

#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct node {
	struct node *next;
	void *item;
};

struct pw_queue {
	pthread_mutex_t lock;
	pthread_cond_t room;
	struct node *first, **last;
	size_t cost, cost_max;
	bool is_closed;
	int fd;
	void (*free_item)(void *item);
};

struct pw_queue *pw_queue_new(size_t cost_max, void (*free_item)(void *item))
{
	struct pw_queue *queue = pw_alloc(1, sizeof *queue);

	pthread_mutex_init(&queue->lock, NULL);
	pthread_cond_init(&queue->room, NULL);
	queue->last = &queue->first;
	queue->cost_max = cost_max;
	queue->free_item = free_item;
	queue->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (queue->fd < 0)
		abort(); /* no descriptors left at the start: nothing could work */
	return queue;
}

void pw_queue_free(struct pw_queue *queue)
{
	void *item;

	if (!queue)
		return;
	while ((item = pw_queue_pop(queue)) != NULL)
		if (queue->free_item)
			queue->free_item(item);
	close(queue->fd);
	pthread_cond_destroy(&queue->room);
	pthread_mutex_destroy(&queue->lock);
	free(queue);
}

int pw_queue_fd(const struct pw_queue *queue)
{
	return queue->fd;
}

static void signal_reader(const struct pw_queue *queue)
{
	const uint64_t one = 1;

	if (write(queue->fd, &one, sizeof one) < 0) {
		/* the counter is full: the reader knows already */
	}
}

bool pw_queue_push(struct pw_queue *queue, void *item, size_t cost)
{
	struct node *node = pw_alloc(1, sizeof *node);
	bool is_open;

	node->item = item;
	pthread_mutex_lock(&queue->lock);
	while (!queue->is_closed && cost > 0 && queue->cost > 0 &&
	       queue->cost + cost > queue->cost_max)
		pthread_cond_wait(&queue->room, &queue->lock);
	is_open = !queue->is_closed;
	if (is_open) {
		queue->cost += cost;
		*queue->last = node;
		queue->last = &node->next;
		signal_reader(queue);
	}
	pthread_mutex_unlock(&queue->lock);
	if (!is_open)
		free(node);
	return is_open;
}

void *pw_queue_pop(struct pw_queue *queue)
{
	struct node *node;
	void *item = NULL;
	uint64_t count;

	pthread_mutex_lock(&queue->lock);
	node = queue->first;
	if (node) {
		item = node->item;
		queue->first = node->next;
		if (!queue->first)
			queue->last = &queue->first;
	}
	if (!queue->first && read(queue->fd, &count, sizeof count) < 0) {
		/* nothing was signalled */
	}
	pthread_mutex_unlock(&queue->lock);
	free(node);
	return item;
}

void pw_queue_release(struct pw_queue *queue, size_t cost)
{
	pthread_mutex_lock(&queue->lock);
	queue->cost -= cost < queue->cost ? cost : queue->cost;
	pthread_cond_signal(&queue->room);
	pthread_mutex_unlock(&queue->lock);
}

void pw_queue_close(struct pw_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->is_closed = true;
	pthread_cond_broadcast(&queue->room);
	pthread_mutex_unlock(&queue->lock);
}
