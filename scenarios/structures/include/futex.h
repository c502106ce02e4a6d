/* What locks are made of, if not of pthread.h: the two instructions, under the names of Linux. */
#ifndef HEDDLE_FUTEX_H
#define HEDDLE_FUTEX_H

#include <stdatomic.h>

/* Sleeps until somebody wakes it, unless *at is not `value` any more. */
static inline void futex_wait(atomic_int* at, int value) {
  __builtin_wasm_memory_atomic_wait32((int*)at, value, -1);
}

/* Wakes so many of those that sleep at *at, who came first first. */
static inline void futex_wake(atomic_int* at, int count) {
  __builtin_wasm_memory_atomic_notify((int*)at, (unsigned)count);
}

enum { FUTEX_ALL = -1 };

#endif
