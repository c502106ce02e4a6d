/* Three stations: each takes its value from the one before it, the first one adds 1. */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int value[3] = {1, 2, 1};
static int is_done[3];
#ifdef FIXED
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
#endif

void pass(int station) {
  pthread_mutex_lock(&lock);
#ifdef FIXED
  while (station > 0 && !is_done[station - 1]) pthread_cond_wait(&changed, &lock);
#endif
  value[station] = station == 0 ? (value[2] + 1) % 4 : value[station - 1];
  is_done[station] = 1;
#ifdef FIXED
  pthread_cond_broadcast(&changed);
#endif
  pthread_mutex_unlock(&lock);
}

/* Once all have passed, they agree. */
int agree(void) {
  pthread_mutex_lock(&lock);
  const int all = is_done[0] && is_done[1] && is_done[2];
  const int result = !all || (value[0] == value[1] && value[1] == value[2]);
  pthread_mutex_unlock(&lock);
  return result;
}
