/* A counting semaphore with one permit. */
#include <futex.h>

static atomic_int permits = 1;
static atomic_int inside;

static void down(void) {
#ifdef FIXED
  for (;;) {
    int count = permits;
    if (count == 0) {
      futex_wait(&permits, 0);
    } else if (atomic_compare_exchange_strong(&permits, &count, count - 1)) {
      return;
    }
  }
#else
  while (permits == 0) futex_wait(&permits, 0);
  atomic_fetch_sub(&permits, 1); /* there was one */
#endif
}

static void up(void) {
  atomic_fetch_add(&permits, 1);
  futex_wake(&permits, 1);
}

/* 1 if nobody else was inside. */
int enter(void) {
  down();
  const int is_alone = atomic_fetch_add(&inside, 1) == 0;
  atomic_fetch_sub(&inside, 1);
  up();
  return is_alone;
}
