/* Read, copy, update: the writer lets go of the old object when the readers that may have it are
 * gone. */
#include <futex.h>

enum { kFreed = -1 };
static struct object {
  atomic_int value;
} first = {1}, second = {2};
static _Atomic(struct object*) current = &first;
static atomic_int is_reading;

/* 1 unless what is read was freed. */
int read(void) {
  is_reading = 1;
  struct object* const object = current;
  const int result = object->value != kFreed;
  is_reading = 0;
  futex_wake(&is_reading, FUTEX_ALL);
  return result;
}

static void wait_for_readers(void) {
  while (is_reading) futex_wait(&is_reading, 1);
}

void replace(void) {
#ifdef FIXED
  struct object* const old = atomic_exchange(&current, &second);
  wait_for_readers();
#else
  wait_for_readers(); /* others begin now, with the old object */
  struct object* const old = atomic_exchange(&current, &second);
#endif
  old->value = kFreed;
}
