/* A mutex with the states free, locked, and locked and waited for, after Drepper's "Futexes are
   tricky". Who was woken cannot know whether others still sleep. */
#include <futex.h>

static atomic_int state;
static int counter; /* guarded by it */

static void lock(void) {
  int old = 0;
  if (atomic_compare_exchange_strong(&state, &old, 1)) return;
  for (;;) {
    if (atomic_exchange(&state, 2) == 0) {
#ifndef FIXED
      state = 1; /* it forgets the others */
#endif
      return;
    }
    futex_wait(&state, 2);
  }
}

static void unlock(void) {
  if (atomic_exchange(&state, 0) == 2) futex_wake(&state, 1);
}

void add(void) {
  lock();
  ++counter;
  unlock();
}
