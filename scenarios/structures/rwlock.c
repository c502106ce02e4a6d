/* A read-write lock, tried: who does not get it goes away. */
#include <stdatomic.h>

#ifdef FIXED
static atomic_int state; /* the number of readers, or -1 */

static int try_read(void) {
  int readers = state;
  return readers >= 0 && atomic_compare_exchange_strong(&state, &readers, readers + 1);
}
static void end_read(void) { atomic_fetch_sub(&state, 1); }
static int try_write(void) {
  int nobody = 0;
  return atomic_compare_exchange_strong(&state, &nobody, -1);
}
static void end_write(void) { state = 0; }
#else
/* In two words, of which one is looked at and then the other one written. */
static atomic_int readers, is_writing;

static int try_read(void) {
  if (is_writing) return 0;
  atomic_fetch_add(&readers, 1);
  return 1;
}
static void end_read(void) { atomic_fetch_sub(&readers, 1); }
static int try_write(void) {
  if (is_writing || readers) return 0;
  is_writing = 1;
  return 1;
}
static void end_write(void) { is_writing = 0; }
#endif

static atomic_int a, b; /* equal, whenever nobody writes */

void write_both(int value) {
  if (!try_write()) return;
  a = value;
  b = value;
  end_write();
}

int are_equal(void) {
  if (!try_read()) return 1;
  const int first = a;
  const int result = first == b;
  end_read();
  return result;
}
