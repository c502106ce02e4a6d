/* The work-stealing queue of Chase and Lev: the owner pushes and takes at the bottom, thieves steal
   at the top. */
#include <stdatomic.h>

enum { kItems = 8 };
static atomic_int items[kItems];
static atomic_int top, bottom;
static atomic_int taken[kItems + 1]; /* how often */

static void take_note(int item) {
  if (item) atomic_fetch_add(&taken[item], 1);
}

void push(int item) {
  const int at = bottom;
  items[at % kItems] = item;
  bottom = at + 1;
}

void take(void) {
  const int at = bottom - 1;
  bottom = at;
  int first = top;
  if (first > at) { /* empty */
    bottom = at + 1;
    return;
  }
  int item = items[at % kItems];
#ifdef FIXED
  if (first == at) { /* the last one: thieves may want it, too */
    if (!atomic_compare_exchange_strong(&top, &first, first + 1)) item = 0;
    bottom = at + 1;
  }
#endif
  take_note(item);
}

void steal(void) {
  int first = top;
  if (first >= bottom) return;
  const int item = items[first % kItems];
  if (atomic_compare_exchange_strong(&top, &first, first + 1)) take_note(item);
}

/* 1 unless an item was taken twice. */
int is_right(void) {
  for (int i = 1; i <= kItems; ++i) {
    if (taken[i] > 1) return 0;
  }
  return 1;
}
