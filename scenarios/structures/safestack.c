/* Dmitry Vyukov's SafeStack: a stack of indices without locks, for three threads. pop takes the
   successor of the first cell away (-1), so that no one else can pop it, and puts it back if it
   was too late. Its ABA problem needs many preemptions: seven are the fewest that were found. */
#include <stdatomic.h>

enum { kCells = 3 };
static struct {
  atomic_int next;
  atomic_int owner;
} cells[kCells] = {{1, 0}, {2, 0}, {-1, 0}};

#ifdef FIXED
/* The first cell, with a number of changes in the upper half: an old one never comes back. */
static atomic_uint head;

static int pop(void) {
  unsigned old = head;
  for (;;) {
    const int first = (int)(old & 0xffff);
    if (first == 0xffff) return -1;
    const unsigned next = (unsigned)cells[first].next & 0xffff;
    if (atomic_compare_exchange_strong(&head, &old, ((old + 0x10000) & 0xffff0000) | next)) {
      return first;
    }
  }
}

static void push(int cell) {
  unsigned old = head;
  do {
    cells[cell].next = (int)(old & 0xffff);
  } while (!atomic_compare_exchange_strong(&head, &old,
                                           ((old + 0x10000) & 0xffff0000) | (unsigned)cell));
}
#else
static atomic_int head;
static atomic_int count = kCells;

static int pop(void) {
  while (count > 1) {
    int first = head;
    const int next = atomic_exchange(&cells[first].next, -1);
    if (next < 0) continue;
    int expected = first;
    if (atomic_compare_exchange_strong(&head, &expected, next)) {
      atomic_fetch_sub(&count, 1);
      return first;
    }
    atomic_exchange(&cells[first].next, next);
  }
  return -1;
}

static void push(int cell) {
  int first = head;
  do {
    cells[cell].next = first;
  } while (!atomic_compare_exchange_strong(&head, &first, cell));
  atomic_fetch_add(&count, 1);
}
#endif

/* Pops a cell and pushes it again. */
void use(void) {
  const int cell = pop();
  if (cell >= 0) push(cell);
}

/* Pops a cell and keeps it. 1 unless somebody else has kept it. */
int keep(int me) {
  const int cell = pop();
  return cell < 0 || atomic_exchange(&cells[cell].owner, me) == 0;
}
