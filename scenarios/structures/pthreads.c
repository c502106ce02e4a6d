/* Every function of pthread.h and semaphore.h once, by a main that starts threads itself. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_spinlock_t spinlock;
static pthread_key_t key;
static sem_t semaphore;
static int turn, initialised, destroyed, in_order;
static _Thread_local int mine = 7;

static void initialise(void) { ++initialised; }
static void destroy(void* value) {
  pthread_mutex_lock(&mutex);
  destroyed += *(int*)value;
  pthread_mutex_unlock(&mutex);
  free(value);
}

static void deep(void* result) { pthread_exit(result); }

static void* work(void* argument) {
  const int number = *(int*)argument;
  pthread_once(&once, initialise);
  assert(initialised == 1 && mine == 7);
  mine = number; /* of this thread */

  int* const specific = malloc(sizeof *specific);
  *specific = number;
  pthread_setspecific(key, specific);

  pthread_mutex_lock(&mutex);
  while (turn != number) pthread_cond_wait(&changed, &mutex);
  ++turn;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);

  pthread_rwlock_rdlock(&rwlock);
  pthread_rwlock_unlock(&rwlock);
  sem_wait(&semaphore);
  sem_post(&semaphore);

  const int last = pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD;
  if (last) {
    pthread_spin_lock(&spinlock);
    in_order = turn == 3;
    pthread_spin_unlock(&spinlock);
  }
  assert(mine == number && pthread_getspecific(key) == specific);
  if (number == 1) deep(argument);
  return argument;
}

static void check_kinds_of_mutexes(void) {
  pthread_mutexattr_t attributes;
  pthread_mutex_t kind;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
  pthread_mutex_init(&kind, &attributes);
  assert(pthread_mutex_lock(&kind) == 0 && pthread_mutex_trylock(&kind) == 0);
  assert(pthread_mutex_unlock(&kind) == 0 && pthread_mutex_unlock(&kind) == 0);
  assert(pthread_mutex_unlock(&kind) == EPERM);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
  pthread_mutex_init(&kind, &attributes);
  assert(pthread_mutex_lock(&kind) == 0 && pthread_mutex_lock(&kind) == EDEADLK);
  assert(pthread_mutex_trylock(&kind) == EBUSY && pthread_mutex_destroy(&kind) == EBUSY);
  assert(pthread_mutex_unlock(&kind) == 0 && pthread_mutex_destroy(&kind) == 0);
}

static void check_time_outs(void) {
  const struct timespec soon = {0, 1000};
  assert(sem_wait(&semaphore) == 0);
  assert(sem_trywait(&semaphore) == -1 && errno == EAGAIN);
  assert(sem_timedwait(&semaphore, &soon) == -1 && errno == ETIMEDOUT);
  assert(sem_post(&semaphore) == 0);
  pthread_mutex_lock(&mutex);
  assert(pthread_mutex_timedlock(&mutex, &soon) == ETIMEDOUT);
  assert(pthread_cond_timedwait(&changed, &mutex, &soon) == ETIMEDOUT);
  pthread_mutex_unlock(&mutex);
  assert(pthread_rwlock_wrlock(&rwlock) == 0);
  assert(pthread_rwlock_tryrdlock(&rwlock) == EBUSY && pthread_rwlock_trywrlock(&rwlock) == EBUSY);
  assert(pthread_rwlock_unlock(&rwlock) == 0);
  assert(pthread_spin_trylock(&spinlock) == 0 && pthread_spin_trylock(&spinlock) == EBUSY);
  assert(pthread_spin_unlock(&spinlock) == 0);
}

int main(void) {
  pthread_barrier_init(&barrier, NULL, 3);
  pthread_spin_init(&spinlock, PTHREAD_PROCESS_PRIVATE);
  pthread_key_create(&key, destroy);
  sem_init(&semaphore, 0, 1);
  check_kinds_of_mutexes();
  check_time_outs();

  pthread_t threads[3];
  int numbers[3] = {0, 1, 2};
  for (int i = 0; i < 3; ++i) assert(pthread_create(&threads[i], NULL, work, &numbers[i]) == 0);
  for (int i = 0; i < 3; ++i) {
    void* result;
    assert(pthread_join(threads[i], &result) == 0);
    assert(result == &numbers[i]);
  }
  assert(in_order && destroyed == 0 + 1 + 2 && mine == 7);
  return 0;
}
