/* The queue of Michael and Scott, whose nodes are never freed: a list with a node in front of its
   first, and a tail that may lag behind by one. */
#include <stdatomic.h>
#include <stdlib.h>

struct node {
  int value;
  _Atomic(struct node*) next;
};
static struct node dummy;
static _Atomic(struct node*) head = &dummy;
static _Atomic(struct node*) tail = &dummy;

void enqueue(int value) {
  struct node* const node = malloc(sizeof *node);
  node->value = value;
  node->next = 0;
  for (;;) {
    struct node* last = tail;
    struct node* next = last->next;
    if (next) {
      atomic_compare_exchange_strong(&tail, &last, next);
      continue;
    }
#ifdef FIXED
    if (!atomic_compare_exchange_strong(&last->next, &next, node)) continue;
#else
    last->next = node; /* and perhaps over another one */
#endif
    atomic_compare_exchange_strong(&tail, &last, node);
    return;
  }
}

/* -1 if there is nothing. */
int dequeue(void) {
  for (;;) {
    struct node* first = head;
    struct node* last = tail;
    struct node* const next = first->next;
    if (!next) return -1;
    if (first == last) {
      atomic_compare_exchange_strong(&tail, &last, next);
      continue;
    }
    const int value = next->value;
    if (atomic_compare_exchange_strong(&head, &first, next)) return value;
  }
}
