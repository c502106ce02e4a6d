/* A ticket lock: take a number, wait until it is called. */
#include <futex.h>

static atomic_int next_ticket, now_serving;
static atomic_int counter;

static void lock(void) {
#ifdef FIXED
  const int mine = atomic_fetch_add(&next_ticket, 1);
#else
  const int mine = next_ticket; /* two may draw the same */
  next_ticket = mine + 1;
#endif
  for (int called; (called = now_serving) != mine;) futex_wait(&now_serving, called);
}

static void unlock(void) {
  now_serving = now_serving + 1;
  futex_wake(&now_serving, FUTEX_ALL);
}

void add(void) {
  lock();
  counter = counter + 1;
  unlock();
}
