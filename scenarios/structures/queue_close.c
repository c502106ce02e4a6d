/* A queue that is closed when no more comes. The consumer leaves when it is empty and closed, and
   looks at one after the other: empty, put, close, closed. */
#include <stdatomic.h>

enum { kItems = 8 };
static atomic_int items[kItems];
static atomic_int put_count, taken_count;
static atomic_int is_closed;

void put(int item) {
  items[put_count] = item;
  atomic_fetch_add(&put_count, 1);
}

void close_queue(void) { is_closed = 1; }

/* Takes until there is nothing more to come; tries three times. 1 unless it leaves something. */
int drain(void) {
  for (int attempt = 0; attempt < 3; ++attempt) {
#ifdef FIXED
    const int is_last = is_closed;
#endif
    while (taken_count < put_count) {
      items[taken_count] = 0;
      atomic_fetch_add(&taken_count, 1);
    }
#ifndef FIXED
    const int is_last = is_closed;
#endif
    if (is_last) return taken_count == put_count;
  }
  return 1;
}
