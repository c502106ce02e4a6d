/* A hazard pointer: the reader says which object it reads, and the writer keeps that one. */
#include <stdatomic.h>
#include <stddef.h>

enum { kFreed = -1 };
struct object {
  atomic_int value;
};
static struct object first = {1}, second = {2};
static _Atomic(struct object*) current = &first;
static _Atomic(struct object*) hazard;

/* 1 unless what is read was freed. */
int read(void) {
  struct object* object = current;
  hazard = object;
#ifdef FIXED
  /* Only what is still there after it was announced is safe. */
  while (object != current) {
    object = current;
    hazard = object;
  }
#endif
  const int result = object->value != kFreed;
  hazard = NULL;
  return result;
}

void replace(void) {
  struct object* const old = atomic_exchange(&current, &second);
  if (hazard != old) old->value = kFreed; /* else it is kept for later */
}
