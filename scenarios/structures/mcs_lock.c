/* The queue lock of Mellor-Crummey and Scott: each thread sleeps at its own node, and is woken by
   the one before it. Node 0 stands for nobody. */
#include <futex.h>

enum { kNodes = 4 };
static struct {
  atomic_int next;
  atomic_int must_wait;
} nodes[kNodes];
static atomic_int tail;
static atomic_int counter;

static void lock(int me) {
  nodes[me].next = 0;
  nodes[me].must_wait = 1;
  const int before = atomic_exchange(&tail, me);
  if (!before) return;
  nodes[before].next = me;
  futex_wake(&nodes[before].next, 1);
  while (nodes[me].must_wait) futex_wait(&nodes[me].must_wait, 1);
}

static void unlock(int me) {
  int after = nodes[me].next;
  if (!after) {
#ifdef FIXED
    int expected = me;
    if (atomic_compare_exchange_strong(&tail, &expected, 0)) return;
    /* Somebody is on the way. */
    while (!(after = nodes[me].next)) futex_wait(&nodes[me].next, 0);
#else
    tail = 0; /* and whoever is on the way sleeps for ever */
    return;
#endif
  }
  nodes[after].must_wait = 0;
  futex_wake(&nodes[after].must_wait, 1);
}

void add(int me) {
  lock(me);
  counter = counter + 1;
  unlock(me);
}
