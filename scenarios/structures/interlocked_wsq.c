/* A work-stealing queue as in Cilk: thieves have a lock, and the owner takes it only if there may
   be a thief after the same item. */
#include <pthread.h>
#include <stdatomic.h>

enum { kItems = 8 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int items[kItems];
static atomic_int head, tail;
static atomic_int taken[kItems + 1]; /* how often */

static void take_note(int item) {
  if (item) atomic_fetch_add(&taken[item], 1);
}

void push(int item) {
  const int at = tail;
  items[at % kItems] = item;
  tail = at + 1;
}

void take(void) {
  const int at = tail - 1;
#ifdef FIXED
  atomic_exchange(&tail, at); /* first it says what it wants, */
  if (head <= at) {           /* then it looks */
#else
  if (head <= at) { /* it looks, */
    tail = at;      /* and says what it wants too late */
#endif
    take_note(items[at % kItems]);
    return;
  }
  pthread_mutex_lock(&lock);
  if (head <= at) {
    take_note(items[at % kItems]);
    tail = at;
  } else {
    tail = at + 1;
  }
  pthread_mutex_unlock(&lock);
}

void steal(void) {
  pthread_mutex_lock(&lock);
  const int at = head;
  atomic_exchange(&head, at + 1);
  if (at < tail) {
    take_note(items[at % kItems]);
  } else {
    head = at;
  }
  pthread_mutex_unlock(&lock);
}

/* 1 unless an item was taken twice. */
int is_right(void) {
  for (int i = 1; i <= kItems; ++i) {
    if (taken[i] > 1) return 0;
  }
  return 1;
}
