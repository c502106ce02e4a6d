/* POSIX threads for programs that Heddle runs: what it says here is implemented by runtime.c with
   memory.atomic.wait32 and notify, in shared memory. docs/c-threads.md says what is different. */
#ifndef HEDDLE_PTHREAD_H
#define HEDDLE_PTHREAD_H

#include <sched.h>
#include <stddef.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct heddle_thread* pthread_t;
typedef struct {
  size_t stack_size; /* 0: 16 KiB */
  int detached;
} pthread_attr_t;

enum { PTHREAD_CREATE_JOINABLE, PTHREAD_CREATE_DETACHED };
#define PTHREAD_STACK_MIN 1024

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*),
                   void* argument);
int pthread_join(pthread_t thread, void** result);
int pthread_detach(pthread_t thread);
_Noreturn void pthread_exit(void* result);
pthread_t pthread_self(void);
int pthread_equal(pthread_t a, pthread_t b);
int pthread_attr_init(pthread_attr_t* attributes);
int pthread_attr_destroy(pthread_attr_t* attributes);
int pthread_attr_setstacksize(pthread_attr_t* attributes, size_t size);
int pthread_attr_setdetachstate(pthread_attr_t* attributes, int detached);
#define pthread_yield sched_yield

/* The kind is in the state, so that to lock and to unlock a normal mutex that nobody else wants
   are one access each. */
typedef struct {
  int state;       /* 0 free, 1 locked, 2 locked and maybe waited for; plus the kind */
  pthread_t owner; /* of the kinds that ask for it */
  int depth;
} pthread_mutex_t;
typedef struct {
  int kind;
} pthread_mutexattr_t;

enum {
  PTHREAD_MUTEX_NORMAL = 0,
  PTHREAD_MUTEX_DEFAULT = 0,
  PTHREAD_MUTEX_RECURSIVE = 4,
  PTHREAD_MUTEX_ERRORCHECK = 8
};
#define PTHREAD_MUTEX_INITIALIZER {0, 0, 0}
#define PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP {PTHREAD_MUTEX_RECURSIVE, 0, 0}
#define PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP {PTHREAD_MUTEX_ERRORCHECK, 0, 0}

int pthread_mutex_init(pthread_mutex_t* mutex, const pthread_mutexattr_t* attributes);
int pthread_mutex_destroy(pthread_mutex_t* mutex);
int pthread_mutex_lock(pthread_mutex_t* mutex);
int pthread_mutex_trylock(pthread_mutex_t* mutex);
int pthread_mutex_timedlock(pthread_mutex_t* mutex, const struct timespec* deadline);
int pthread_mutex_unlock(pthread_mutex_t* mutex);
int pthread_mutexattr_init(pthread_mutexattr_t* attributes);
int pthread_mutexattr_destroy(pthread_mutexattr_t* attributes);
int pthread_mutexattr_settype(pthread_mutexattr_t* attributes, int kind);

typedef struct {
  int sequence; /* of signals and broadcasts */
} pthread_cond_t;
typedef struct {
  int unused;
} pthread_condattr_t;
#define PTHREAD_COND_INITIALIZER {0}

int pthread_cond_init(pthread_cond_t* condition, const pthread_condattr_t* attributes);
int pthread_cond_destroy(pthread_cond_t* condition);
int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex);
int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                           const struct timespec* deadline);
int pthread_cond_signal(pthread_cond_t* condition);
int pthread_cond_broadcast(pthread_cond_t* condition);

typedef struct {
  int state; /* the number of readers, or -1 while a writer has it */
} pthread_rwlock_t;
typedef struct {
  int unused;
} pthread_rwlockattr_t;
#define PTHREAD_RWLOCK_INITIALIZER {0}

int pthread_rwlock_init(pthread_rwlock_t* lock, const pthread_rwlockattr_t* attributes);
int pthread_rwlock_destroy(pthread_rwlock_t* lock);
int pthread_rwlock_rdlock(pthread_rwlock_t* lock);
int pthread_rwlock_tryrdlock(pthread_rwlock_t* lock);
int pthread_rwlock_wrlock(pthread_rwlock_t* lock);
int pthread_rwlock_trywrlock(pthread_rwlock_t* lock);
int pthread_rwlock_unlock(pthread_rwlock_t* lock);

typedef struct {
  int size;
  int arrived;
  int generation;
} pthread_barrier_t;
typedef struct {
  int unused;
} pthread_barrierattr_t;
#define PTHREAD_BARRIER_SERIAL_THREAD (-1)

int pthread_barrier_init(pthread_barrier_t* barrier, const pthread_barrierattr_t* attributes,
                         unsigned size);
int pthread_barrier_destroy(pthread_barrier_t* barrier);
int pthread_barrier_wait(pthread_barrier_t* barrier);

typedef int pthread_once_t; /* 0, 1 somebody is at it, 2 done */
#define PTHREAD_ONCE_INIT 0
int pthread_once(pthread_once_t* once, void (*initialize)(void));

typedef int pthread_spinlock_t;
enum { PTHREAD_PROCESS_PRIVATE, PTHREAD_PROCESS_SHARED };
int pthread_spin_init(pthread_spinlock_t* lock, int is_shared);
int pthread_spin_destroy(pthread_spinlock_t* lock);
int pthread_spin_lock(pthread_spinlock_t* lock);
int pthread_spin_trylock(pthread_spinlock_t* lock);
int pthread_spin_unlock(pthread_spinlock_t* lock);

typedef unsigned pthread_key_t;
enum { PTHREAD_KEYS_MAX = 32, PTHREAD_DESTRUCTOR_ITERATIONS = 4 };
int pthread_key_create(pthread_key_t* key, void (*destructor)(void*));
int pthread_key_delete(pthread_key_t key);
void* pthread_getspecific(pthread_key_t key);
int pthread_setspecific(pthread_key_t key, const void* value);

#ifdef __cplusplus
}
#endif
#endif
