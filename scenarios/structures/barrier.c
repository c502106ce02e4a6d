/* A barrier for two that is used more than once. */
#include <futex.h>

enum { kThreads = 2 };
static atomic_int arrived;
#ifdef FIXED
static atomic_int generation;

static void wait(void) {
  const int mine = generation;
  if (atomic_fetch_add(&arrived, 1) + 1 == kThreads) {
    arrived = 0;
    atomic_fetch_add(&generation, 1);
    futex_wake(&generation, FUTEX_ALL);
  }
  while (generation == mine) futex_wait(&generation, mine);
}
#else
/* Who is slow sees the count of the next round, and believes that it is still the first. */
static void wait(void) {
  if (atomic_fetch_add(&arrived, 1) + 1 == kThreads) {
    arrived = 0;
    futex_wake(&arrived, FUTEX_ALL);
  }
  for (int count; (count = arrived) != 0;) futex_wait(&arrived, count);
}
#endif

static atomic_int rounds;

void play(void) {
  for (int round = 0; round < 2; ++round) {
    atomic_fetch_add(&rounds, 1);
    wait();
  }
}
