/* Two locks, taken in either order. */
#include <pthread.h>

static pthread_mutex_t locks[2]; /* all 0: PTHREAD_MUTEX_INITIALIZER */
static int counter;

void add(int first, int second) {
#ifdef FIXED
  if (first > second) {
    const int other = first;
    first = second;
    second = other;
  }
#endif
  pthread_mutex_lock(&locks[first]);
  pthread_mutex_lock(&locks[second]);
  ++counter;
  pthread_mutex_unlock(&locks[second]);
  pthread_mutex_unlock(&locks[first]);
}
