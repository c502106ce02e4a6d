/* The stop of a driver: it may stop when no request is pending. */
#include <stdatomic.h>

static atomic_int pending = 1; /* requests, and 1 until it is to stop */
static atomic_int is_stopping;
static atomic_int may_stop;
static atomic_int is_stopped;

static void leave(void) {
  if (atomic_fetch_sub(&pending, 1) == 1) may_stop = 1;
}

static int enter(void) {
#ifdef FIXED
  atomic_fetch_add(&pending, 1);
  if (!is_stopping) return 1;
  leave();
  return 0;
#else
  if (is_stopping) return 0;
  atomic_fetch_add(&pending, 1); /* by now it may be */
  return 1;
#endif
}

/* 1 unless the driver has stopped in the middle of the request. */
int request(void) {
  if (!enter()) return 1;
  const int result = !is_stopped;
  leave();
  return result;
}

void stop(void) {
  is_stopping = 1;
  leave();
  if (may_stop) is_stopped = 1;
}
