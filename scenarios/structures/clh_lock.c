/* The queue lock of Craig, Landin and Hagersten: each thread sleeps at the node of the one before
   it, whose node is then its own. */
#include <futex.h>

enum { kNodes = 4 };
static atomic_int is_held[kNodes]; /* node 0 is the first one's predecessor */
static atomic_int tail;
static int counter;                        /* guarded by the lock */
static int node_of[kNodes] = {0, 1, 2, 3}; /* each entry belongs to one thread */

static int lock(int me) {
  const int mine = node_of[me];
#ifdef FIXED
  is_held[mine] = 1;
  const int before = atomic_exchange(&tail, mine);
#else
  const int before = atomic_exchange(&tail, mine);
  is_held[mine] = 1; /* the next one may have looked already */
#endif
  while (is_held[before]) futex_wait(&is_held[before], 1);
  return before;
}

static void unlock(int me, int before) {
  const int mine = node_of[me];
  is_held[mine] = 0;
  futex_wake(&is_held[mine], 1);
  node_of[me] = before; /* somebody may still look at its own */
}

void add(int me) {
  const int before = lock(me);
  ++counter;
  unlock(me, before);
}

int get(void) { return counter; }
