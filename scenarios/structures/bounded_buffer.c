/* A buffer for one item. Whoever cannot go on waits for a change. */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int item;
static int is_full;
#ifdef FIXED
static pthread_cond_t not_full = PTHREAD_COND_INITIALIZER;
static pthread_cond_t not_empty = PTHREAD_COND_INITIALIZER;
#else
/* One for all: a signal meant for the producer may wake a consumer, who cannot use it. */
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
#define not_full changed
#define not_empty changed
#endif

void put(int value) {
  pthread_mutex_lock(&lock);
  while (is_full) pthread_cond_wait(&not_full, &lock);
  item = value;
  is_full = 1;
  pthread_cond_signal(&not_empty);
  pthread_mutex_unlock(&lock);
}

int take(void) {
  pthread_mutex_lock(&lock);
  while (!is_full) pthread_cond_wait(&not_empty, &lock);
  const int value = item;
  is_full = 0;
  pthread_cond_signal(&not_full);
  pthread_mutex_unlock(&lock);
  return value;
}
