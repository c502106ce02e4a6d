/* Dining philosophers: number `seat` of `seats` needs the forks on both sides. */
#include <pthread.h>

static pthread_mutex_t forks[8]; /* all 0: PTHREAD_MUTEX_INITIALIZER */

void dine(int seat, int seats) {
  const int right = (seat + 1) % seats;
#ifdef FIXED
  /* Forks with lower numbers first: the last philosopher begins with the right one. */
  pthread_mutex_t* const first = &forks[seat < right ? seat : right];
  pthread_mutex_t* const second = &forks[seat < right ? right : seat];
#else
  pthread_mutex_t* const first = &forks[seat];
  pthread_mutex_t* const second = &forks[right];
#endif
  pthread_mutex_lock(first);
  pthread_mutex_lock(second);
  pthread_mutex_unlock(second);
  pthread_mutex_unlock(first);
}
