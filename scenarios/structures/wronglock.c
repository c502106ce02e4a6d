/* One thread guards the counter with another lock than all the others. */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
#ifdef FIXED
#define wrong_lock lock
#else
static pthread_mutex_t wrong_lock = PTHREAD_MUTEX_INITIALIZER;
#endif
static _Atomic int counter;

void add(void) {
  pthread_mutex_lock(&lock);
  counter = counter + 1;
  pthread_mutex_unlock(&lock);
}

/* 1 if nobody else has changed the counter meanwhile. */
int add_and_look(void) {
  pthread_mutex_lock(&wrong_lock);
  const int before = counter;
  counter = before + 1;
  const int is_alone = counter == before + 1;
  pthread_mutex_unlock(&wrong_lock);
  return is_alone;
}

int get(void) { return counter; }
