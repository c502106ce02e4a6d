/* A stack in an array, whose height is changed outside of the lock. */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int items[8];
static _Atomic int height;

void push(int item) {
  pthread_mutex_lock(&lock);
  items[height] = item;
#ifdef FIXED
  height = height + 1;
  pthread_mutex_unlock(&lock);
#else
  pthread_mutex_unlock(&lock);
  height = height + 1; /* by now somebody else may have used the place */
#endif
}

/* -1 if there is nothing. */
int pop(void) {
  pthread_mutex_lock(&lock);
  int item = -1;
  if (height > 0) {
    height = height - 1;
    item = items[height];
  }
  pthread_mutex_unlock(&lock);
  return item;
}
