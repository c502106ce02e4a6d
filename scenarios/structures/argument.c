/* main starts threads, and gives each the address of its loop's variable. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

enum { kThreads = 2 };
static atomic_int is_done[kThreads + 1];

static void* work(void* argument) {
  const int number = atomic_load((atomic_int*)argument); /* or what it is by now */
  is_done[number] = 1;
  return NULL;
}

int main(void) {
  pthread_t threads[kThreads];
  static atomic_int numbers[kThreads];
  atomic_int i;
  for (i = 0; i < kThreads; ++i) {
    numbers[i] = i;
#ifdef FIXED
    pthread_create(&threads[i], NULL, work, &numbers[i]);
#else
    pthread_create(&threads[i], NULL, work, &i);
#endif
  }
  for (int k = 0; k < kThreads; ++k) pthread_join(threads[k], NULL);
  for (int k = 0; k < kThreads; ++k) assert(is_done[k]);
  return 0;
}
