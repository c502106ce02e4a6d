/* Initialisation by whoever comes first. */
#include <futex.h>

static atomic_int state;
static atomic_int value;

int get(void) {
#ifdef FIXED
  int old = 0;
  if (atomic_compare_exchange_strong(&state, &old, 1)) {
    value = 42;
    state = 2;
    futex_wake(&state, FUTEX_ALL);
  }
  while (state != 2) futex_wait(&state, 1);
#else
  /* Who is second believes that the first one is through. */
  if (atomic_exchange(&state, 1) == 0) value = 42;
#endif
  return value;
}
