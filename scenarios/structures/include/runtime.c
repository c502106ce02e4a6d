/* What the headers of this folder declare, on the atomic instructions of WebAssembly and on
   wasi-threads. Compiled with the program; nothing of it is exported but _initialize, _start and
   wasi_thread_start, which start.c has.

   Everything that two threads touch is accessed atomically: a data race is the program's. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#pragma clang attribute push(__attribute__((visibility("hidden"))), \
                             apply_to = any(function, variable))

#define LOAD(at) __atomic_load_n(at, __ATOMIC_SEQ_CST)
#define STORE(at, value) __atomic_store_n(at, value, __ATOMIC_SEQ_CST)
#define EXCHANGE(at, value) __atomic_exchange_n(at, value, __ATOMIC_SEQ_CST)
#define ADD(at, value) __atomic_fetch_add(at, value, __ATOMIC_SEQ_CST)

static int compare_exchange(int* at, int expected, int value) {
  __atomic_compare_exchange_n(at, &expected, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  return expected;
}

enum { kWoken = 0, kNotEqual = 1, kTimedOut = 2 };
static const int64_t kForever = -1;

static int wait(int* at, int expected, int64_t nanoseconds) {
  return __builtin_wasm_memory_atomic_wait32(at, expected, nanoseconds);
}
static void notify(int* at, int count) { __builtin_wasm_memory_atomic_notify(at, (unsigned)count); }
enum { kAll = -1 };

static int64_t nanoseconds_of(const struct timespec* duration) {
  const int64_t seconds = duration->tv_sec;
  if (seconds < 0) return 0;
  if (seconds > INT64_MAX / 2000000000) return INT64_MAX;
  return seconds * 1000000000 + duration->tv_nsec;
}

extern int wasi_clock(int clock, int64_t precision, int64_t* nanoseconds)
    __attribute__((import_module("wasi_snapshot_preview1"), import_name("clock_time_get")));

/* From now on; 0 if it is over. */
static int64_t until(const struct timespec* deadline) {
  int64_t now = 0;
  wasi_clock(CLOCK_REALTIME, 1, &now);
  const int64_t then = nanoseconds_of(deadline);
  return then > now ? then - now : 0;
}

/* Memory ------------------------------------------------------------------------------------- */

extern char __heap_base;
static uintptr_t heap_used; /* bytes from __heap_base */

/* size bytes that are 0 and nobody else's, aligned to 16; traps if there are none. Uses no stack:
   _initialize calls it to get one. */
char* heddle_reserve(size_t size) {
  const uintptr_t base = ((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15;
  size = (size + 15) & ~(size_t)15;
  const uintptr_t begin = base + ADD(&heap_used, size);
  const uintptr_t pages = (begin + size + 65535) / 65536;
  for (uintptr_t has; (has = __builtin_wasm_memory_size(0)) < pages;) {
    if (__builtin_wasm_memory_grow(0, pages - has) == (size_t)-1) {
      if (__builtin_wasm_memory_size(0) < pages) return 0;
    }
  }
  return (char*)begin;
}

/* A block of class c has 16 << c bytes, after a header that says which class it is. */
struct block {
  size_t class;
  struct block* next;
  size_t unused[2];
};
enum { kClasses = 24 };
static _Thread_local struct block* free_blocks[kClasses];

void* malloc(size_t size) {
  size_t class = 0;
  while (class < kClasses && ((size_t)16 << class) < size) ++class;
  if (class == kClasses) return 0;
  struct block* block = free_blocks[class];
  if (block) {
    free_blocks[class] = block->next;
  } else {
    block = (struct block*)heddle_reserve(sizeof(struct block) + ((size_t)16 << class));
    if (!block) return 0;
    block->class = class;
  }
  return block + 1;
}

void free(void* pointer) {
  if (!pointer) return;
  struct block* const block = (struct block*)pointer - 1;
  block->next = free_blocks[block->class];
  free_blocks[block->class] = block;
}

void* calloc(size_t count, size_t size) {
  if (size != 0 && count > SIZE_MAX / size) return 0;
  void* const pointer = malloc(count * size);
  if (pointer) memset(pointer, 0, count * size);
  return pointer;
}

void* realloc(void* pointer, size_t size) {
  if (!pointer) return malloc(size);
  const size_t had = (size_t)16 << ((struct block*)pointer - 1)->class;
  if (size <= had) return pointer;
  void* const larger = malloc(size);
  if (!larger) return 0;
  memcpy(larger, pointer, had);
  free(pointer);
  return larger;
}

/* Threads ------------------------------------------------------------------------------------ */

extern int thread_spawn(struct heddle_thread* thread)
    __attribute__((import_module("wasi"), import_name("thread-spawn")));
_Noreturn void heddle_unwind(void);

enum { kRunning = 0, kEnded = 1, kDetached = 2 };

struct heddle_thread {
  char* stack; /* start.c reads these two */
  char* tls;
  void* (*start)(void*);
  void* argument;
  void* result;
  int state;
};

/* Of a thread that pthread_create has not made: a process of a scenario, or main. */
static _Thread_local struct heddle_thread own;
static _Thread_local struct heddle_thread* current;

pthread_t pthread_self(void) { return current ? current : &own; }
int pthread_equal(pthread_t a, pthread_t b) { return a == b; }

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*),
                   void* argument) {
  size_t stack_size = attributes && attributes->stack_size ? attributes->stack_size : 16384;
  const size_t tls_size = (__builtin_wasm_tls_size() + 15) & ~(size_t)15;
  stack_size = (stack_size + 15) & ~(size_t)15;
  const size_t size = ((sizeof(struct heddle_thread) + 15) & ~(size_t)15) + tls_size + stack_size;
  struct heddle_thread* const made = malloc(size);
  if (!made) return EAGAIN;
  made->tls = (char*)made + ((sizeof(struct heddle_thread) + 15) & ~(size_t)15);
  memset(made->tls, 0, tls_size);
  made->stack = (char*)made + size;
  made->start = start;
  made->argument = argument;
  STORE(&made->state, attributes && attributes->detached ? kDetached : kRunning);
  *thread = made; /* the thread may read it */
  if (thread_spawn(made) < 0) {
    free(made);
    return EAGAIN;
  }
  return 0;
}

void heddle_run_thread(struct heddle_thread* thread) {
  current = thread;
  thread->result = thread->start(thread->argument);
}

static void destroy_specifics(void);

/* After a return of the thread's function, or pthread_exit. Nothing of the thread's is used once
   its state says that it has ended: whoever joins it frees its stack. */
void heddle_end_thread(struct heddle_thread* thread) {
  destroy_specifics();
  int* const state = &thread->state;
  if (EXCHANGE(state, kEnded) == kRunning) notify(state, kAll);
}

int pthread_join(pthread_t thread, void** result) {
  if (thread == pthread_self()) return EDEADLK;
  while (LOAD(&thread->state) == kRunning) wait(&thread->state, kRunning, kForever);
  if (result) *result = thread->result;
  free(thread);
  return 0;
}

int pthread_detach(pthread_t thread) {
  if (compare_exchange(&thread->state, kRunning, kDetached) == kEnded) free(thread);
  return 0;
}

void pthread_exit(void* result) {
  pthread_self()->result = result;
  heddle_unwind();
}

int pthread_attr_init(pthread_attr_t* attributes) {
  attributes->stack_size = 0;
  attributes->detached = 0;
  return 0;
}
int pthread_attr_destroy(pthread_attr_t* attributes) {
  (void)attributes;
  return 0;
}
int pthread_attr_setstacksize(pthread_attr_t* attributes, size_t size) {
  if (size < PTHREAD_STACK_MIN) return EINVAL;
  attributes->stack_size = size;
  return 0;
}
int pthread_attr_setdetachstate(pthread_attr_t* attributes, int detached) {
  attributes->detached = detached;
  return 0;
}

/* The program's main, whichever parameters it has. */
int __main_argc_argv(int count, char** arguments) __attribute__((weak));
__attribute__((weak)) int __main_void(void) {
  static char name[] = "program";
  static char* arguments[] = {name, 0};
  if (!__main_argc_argv) __builtin_trap(); /* there is no main */
  return __main_argc_argv(1, arguments);
}

int heddle_run_main(void) { return __main_void(); }
void heddle_end_main(int status) {
  destroy_specifics();
  if (status != 0) __builtin_trap(); /* main returned an error */
}

_Noreturn void abort(void) { __builtin_trap(); }
_Noreturn void exit(int status) {
  if (status != 0) __builtin_trap();
  heddle_unwind();
}

static _Thread_local int error;
int* heddle_errno(void) { return &error; }

/* Mutexes ------------------------------------------------------------------------------------ */

enum { kFree = 0, kLocked = 1, kContended = 2, kStateMask = 3, kKindMask = 12 };

/* kind | kFree to kind | kLocked, or waits; false: not before the deadline. */
static int lock_state(int* state, int kind, int64_t nanoseconds) {
  if (compare_exchange(state, kind | kFree, kind | kLocked) == (kind | kFree)) return 1;
  while (EXCHANGE(state, kind | kContended) != (kind | kFree)) {
    if (wait(state, kind | kContended, nanoseconds) == kTimedOut) return 0;
  }
  return 1;
}

static int lock_with_owner(pthread_mutex_t* mutex, int kind, int may_wait, int64_t nanoseconds) {
  const pthread_t self = pthread_self();
  if (LOAD(&mutex->owner) == self) {
    if (kind == PTHREAD_MUTEX_ERRORCHECK) return may_wait ? EDEADLK : EBUSY;
    ++mutex->depth;
    return 0;
  }
  if (!may_wait) {
    if (compare_exchange(&mutex->state, kind | kFree, kind | kLocked) != (kind | kFree))
      return EBUSY;
  } else if (!lock_state(&mutex->state, kind, nanoseconds)) {
    return ETIMEDOUT;
  }
  STORE(&mutex->owner, self);
  mutex->depth = 1;
  return 0;
}

static int lock_until(pthread_mutex_t* mutex, int64_t nanoseconds) {
  const int old = compare_exchange(&mutex->state, kFree, kLocked);
  if (old == kFree) return 0;
  if (old & kKindMask) return lock_with_owner(mutex, old & kKindMask, 1, nanoseconds);
  while (EXCHANGE(&mutex->state, kContended) != kFree) {
    if (wait(&mutex->state, kContended, nanoseconds) == kTimedOut) return ETIMEDOUT;
  }
  return 0;
}

int pthread_mutex_lock(pthread_mutex_t* mutex) { return lock_until(mutex, kForever); }
int pthread_mutex_timedlock(pthread_mutex_t* mutex, const struct timespec* deadline) {
  return lock_until(mutex, until(deadline));
}

int pthread_mutex_trylock(pthread_mutex_t* mutex) {
  const int old = compare_exchange(&mutex->state, kFree, kLocked);
  if (old == kFree) return 0;
  return old & kKindMask ? lock_with_owner(mutex, old & kKindMask, 0, 0) : EBUSY;
}

int pthread_mutex_unlock(pthread_mutex_t* mutex) {
  const int old = compare_exchange(&mutex->state, kLocked, kFree);
  if (old == kLocked) return 0;
  const int kind = old & kKindMask;
  if (kind != 0) {
    if (LOAD(&mutex->owner) != pthread_self()) return EPERM;
    if (--mutex->depth != 0) return 0;
    STORE(&mutex->owner, (pthread_t)0);
  } else if (old == kFree) {
    __builtin_trap(); /* unlocks what is not locked */
  }
  if (EXCHANGE(&mutex->state, kind | kFree) == (kind | kContended)) notify(&mutex->state, 1);
  return 0;
}

int pthread_mutex_init(pthread_mutex_t* mutex, const pthread_mutexattr_t* attributes) {
  STORE(&mutex->owner, (pthread_t)0);
  STORE(&mutex->state, attributes ? attributes->kind : PTHREAD_MUTEX_NORMAL);
  return 0;
}
int pthread_mutex_destroy(pthread_mutex_t* mutex) {
  return (LOAD(&mutex->state) & kStateMask) == kFree ? 0 : EBUSY;
}
int pthread_mutexattr_init(pthread_mutexattr_t* attributes) {
  attributes->kind = PTHREAD_MUTEX_NORMAL;
  return 0;
}
int pthread_mutexattr_destroy(pthread_mutexattr_t* attributes) {
  (void)attributes;
  return 0;
}
int pthread_mutexattr_settype(pthread_mutexattr_t* attributes, int kind) {
  attributes->kind = kind;
  return 0;
}

/* Condition variables ------------------------------------------------------------------------- */

static int wait_until(pthread_cond_t* condition, pthread_mutex_t* mutex, int64_t nanoseconds) {
  const int sequence = LOAD(&condition->sequence);
  const int failed = pthread_mutex_unlock(mutex);
  if (failed) return failed;
  const int how = wait(&condition->sequence, sequence, nanoseconds);
  pthread_mutex_lock(mutex);
  return how == kTimedOut ? ETIMEDOUT : 0;
}

int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  return wait_until(condition, mutex, kForever);
}
int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                           const struct timespec* deadline) {
  return wait_until(condition, mutex, until(deadline));
}
int pthread_cond_signal(pthread_cond_t* condition) {
  ADD(&condition->sequence, 1);
  notify(&condition->sequence, 1);
  return 0;
}
int pthread_cond_broadcast(pthread_cond_t* condition) {
  ADD(&condition->sequence, 1);
  notify(&condition->sequence, kAll);
  return 0;
}
int pthread_cond_init(pthread_cond_t* condition, const pthread_condattr_t* attributes) {
  (void)attributes;
  STORE(&condition->sequence, 0);
  return 0;
}
int pthread_cond_destroy(pthread_cond_t* condition) {
  (void)condition;
  return 0;
}

/* Read-write locks ---------------------------------------------------------------------------- */

enum { kWriter = -1 };

int pthread_rwlock_tryrdlock(pthread_rwlock_t* lock) {
  for (int readers; (readers = LOAD(&lock->state)) != kWriter;) {
    if (compare_exchange(&lock->state, readers, readers + 1) == readers) return 0;
  }
  return EBUSY;
}
int pthread_rwlock_rdlock(pthread_rwlock_t* lock) {
  while (pthread_rwlock_tryrdlock(lock) != 0) wait(&lock->state, kWriter, kForever);
  return 0;
}
int pthread_rwlock_trywrlock(pthread_rwlock_t* lock) {
  return compare_exchange(&lock->state, 0, kWriter) == 0 ? 0 : EBUSY;
}
int pthread_rwlock_wrlock(pthread_rwlock_t* lock) {
  for (int state; (state = compare_exchange(&lock->state, 0, kWriter)) != 0;) {
    wait(&lock->state, state, kForever);
  }
  return 0;
}
int pthread_rwlock_unlock(pthread_rwlock_t* lock) {
  if (compare_exchange(&lock->state, kWriter, 0) == kWriter || ADD(&lock->state, -1) == 1) {
    notify(&lock->state, kAll);
  }
  return 0;
}
int pthread_rwlock_init(pthread_rwlock_t* lock, const pthread_rwlockattr_t* attributes) {
  (void)attributes;
  STORE(&lock->state, 0);
  return 0;
}
int pthread_rwlock_destroy(pthread_rwlock_t* lock) { return LOAD(&lock->state) == 0 ? 0 : EBUSY; }

/* Barriers, once, spin locks ------------------------------------------------------------------- */

int pthread_barrier_wait(pthread_barrier_t* barrier) {
  const int generation = LOAD(&barrier->generation);
  if (ADD(&barrier->arrived, 1) + 1 == barrier->size) {
    STORE(&barrier->arrived, 0);
    ADD(&barrier->generation, 1);
    notify(&barrier->generation, kAll);
    return PTHREAD_BARRIER_SERIAL_THREAD;
  }
  while (LOAD(&barrier->generation) == generation) wait(&barrier->generation, generation, kForever);
  return 0;
}
int pthread_barrier_init(pthread_barrier_t* barrier, const pthread_barrierattr_t* attributes,
                         unsigned size) {
  (void)attributes;
  if (size == 0) return EINVAL;
  barrier->size = (int)size;
  STORE(&barrier->arrived, 0);
  STORE(&barrier->generation, 0);
  return 0;
}
int pthread_barrier_destroy(pthread_barrier_t* barrier) {
  (void)barrier;
  return 0;
}

int pthread_once(pthread_once_t* once, void (*initialize)(void)) {
  int state = compare_exchange(once, 0, 1);
  if (state == 0) {
    initialize();
    STORE(once, 2);
    notify(once, kAll);
    return 0;
  }
  for (; state != 2; state = LOAD(once)) wait(once, 1, kForever);
  return 0;
}

int pthread_spin_init(pthread_spinlock_t* lock, int is_shared) {
  (void)is_shared;
  STORE(lock, 0);
  return 0;
}
int pthread_spin_destroy(pthread_spinlock_t* lock) {
  (void)lock;
  return 0;
}
int pthread_spin_lock(pthread_spinlock_t* lock) {
  while (EXCHANGE(lock, 1) != 0) {
    while (LOAD(lock) != 0) {
    }
  }
  return 0;
}
int pthread_spin_trylock(pthread_spinlock_t* lock) { return EXCHANGE(lock, 1) == 0 ? 0 : EBUSY; }
int pthread_spin_unlock(pthread_spinlock_t* lock) {
  STORE(lock, 0);
  return 0;
}

/* Thread-specific data ------------------------------------------------------------------------- */

static int keys_used;
static void (*destructors[PTHREAD_KEYS_MAX])(void*);
static _Thread_local void* specifics[PTHREAD_KEYS_MAX];
static _Thread_local int has_specifics; /* or had */

int pthread_key_create(pthread_key_t* key, void (*destructor)(void*)) {
  const int made = ADD(&keys_used, 1);
  if (made >= PTHREAD_KEYS_MAX) return EAGAIN;
  STORE(&destructors[made], destructor);
  *key = (pthread_key_t)made;
  return 0;
}
int pthread_key_delete(pthread_key_t key) {
  STORE(&destructors[key], (void (*)(void*))0);
  return 0;
}
void* pthread_getspecific(pthread_key_t key) { return specifics[key]; }
int pthread_setspecific(pthread_key_t key, const void* value) {
  specifics[key] = (void*)(uintptr_t)value;
  has_specifics = 1;
  return 0;
}

static void destroy_specifics(void) {
  int again = has_specifics;
  for (int round = 0; again && round < PTHREAD_DESTRUCTOR_ITERATIONS; ++round) {
    again = 0;
    for (int key = 0; key < PTHREAD_KEYS_MAX; ++key) {
      void* const value = specifics[key];
      if (!value) continue;
      specifics[key] = 0;
      void (*const destructor)(void*) = LOAD(&destructors[key]);
      if (destructor) destructor(value);
      again = 1;
    }
  }
}

/* Semaphores ----------------------------------------------------------------------------------- */

int sem_trywait(sem_t* semaphore) {
  for (int value; (value = LOAD(&semaphore->value)) > 0;) {
    if (compare_exchange(&semaphore->value, value, value - 1) == value) return 0;
  }
  error = EAGAIN;
  return -1;
}

static int wait_for(sem_t* semaphore, int64_t nanoseconds) {
  while (sem_trywait(semaphore) != 0) {
    if (wait(&semaphore->value, 0, nanoseconds) == kTimedOut) {
      error = ETIMEDOUT;
      return -1;
    }
  }
  return 0;
}

int sem_wait(sem_t* semaphore) { return wait_for(semaphore, kForever); }
int sem_timedwait(sem_t* semaphore, const struct timespec* deadline) {
  return wait_for(semaphore, until(deadline));
}
int sem_post(sem_t* semaphore) {
  ADD(&semaphore->value, 1);
  notify(&semaphore->value, 1);
  return 0;
}
int sem_getvalue(sem_t* semaphore, int* value) {
  *value = LOAD(&semaphore->value);
  return 0;
}
int sem_init(sem_t* semaphore, int is_shared, unsigned value) {
  (void)is_shared;
  STORE(&semaphore->value, (int)value);
  return 0;
}
int sem_destroy(sem_t* semaphore) {
  (void)semaphore;
  return 0;
}

/* Time ----------------------------------------------------------------------------------------- */

extern int wasi_yield(void)
    __attribute__((import_module("wasi_snapshot_preview1"), import_name("sched_yield")));

int sched_yield(void) {
  wasi_yield();
  return 0;
}

static void pause(int64_t nanoseconds) {
  static _Thread_local int never;
  wait(&never, 0, nanoseconds);
}

int nanosleep(const struct timespec* duration, struct timespec* rest) {
  pause(nanoseconds_of(duration));
  if (rest) *rest = (struct timespec){0, 0};
  return 0;
}
unsigned sleep(unsigned seconds) {
  pause((int64_t)seconds * 1000000000);
  return 0;
}
int usleep(unsigned microseconds) {
  pause((int64_t)microseconds * 1000);
  return 0;
}
int clock_gettime(clockid_t clock, struct timespec* result) {
  int64_t now = 0;
  wasi_clock(clock, 1, &now);
  result->tv_sec = now / 1000000000;
  result->tv_nsec = (long)(now % 1000000000);
  return 0;
}
time_t time(time_t* result) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (result) *result = now.tv_sec;
  return now.tv_sec;
}

/* The rest ------------------------------------------------------------------------------------- */

/* No loop here is to become a call of the function that it is in. */
#pragma clang attribute push(__attribute__((no_builtin)), apply_to = function)

void* memcpy(void* restrict to, const void* restrict from, size_t size) {
  return __builtin_memcpy(to, from, size);
}
void* memmove(void* to, const void* from, size_t size) { return __builtin_memmove(to, from, size); }
void* memset(void* to, int byte, size_t size) { return __builtin_memset(to, byte, size); }

int memcmp(const void* a, const void* b, size_t size) {
  const unsigned char* x = a;
  const unsigned char* y = b;
  for (; size > 0; --size, ++x, ++y) {
    if (*x != *y) return *x - *y;
  }
  return 0;
}
void* memchr(const void* bytes, int byte, size_t size) {
  const unsigned char* at = bytes;
  for (; size > 0; --size, ++at) {
    if (*at == (unsigned char)byte) return (void*)(uintptr_t)at;
  }
  return 0;
}
size_t strlen(const char* text) {
  size_t size = 0;
  while (text[size]) ++size;
  return size;
}
char* strcpy(char* restrict to, const char* restrict from) {
  memcpy(to, from, strlen(from) + 1);
  return to;
}
char* strncpy(char* restrict to, const char* restrict from, size_t size) {
  size_t at = 0;
  for (; at < size && from[at]; ++at) to[at] = from[at];
  for (; at < size; ++at) to[at] = 0;
  return to;
}
char* strcat(char* restrict to, const char* restrict from) {
  strcpy(to + strlen(to), from);
  return to;
}
int strncmp(const char* a, const char* b, size_t size) {
  for (; size > 0; --size, ++a, ++b) {
    if (*a != *b || !*a) return (unsigned char)*a - (unsigned char)*b;
  }
  return 0;
}
int strcmp(const char* a, const char* b) { return strncmp(a, b, SIZE_MAX); }
char* strchr(const char* text, int byte) {
  for (;; ++text) {
    if (*text == (char)byte) return (char*)(uintptr_t)text;
    if (!*text) return 0;
  }
}

int abs(int value) { return value < 0 ? -value : value; }
int atoi(const char* text) {
  const int sign = *text == '-' ? -1 : 1;
  int value = 0;
  if (*text == '-' || *text == '+') ++text;
  for (; *text >= '0' && *text <= '9'; ++text) value = value * 10 + (*text - '0');
  return sign * value;
}
static _Thread_local unsigned random_state = 1;
void srand(unsigned seed) { random_state = seed; }
int rand(void) {
  random_state = random_state * 1103515245 + 12345;
  return (int)(random_state >> 1);
}

#pragma clang attribute pop

/* Output -----------------------------------------------------------------------------------------
 */

struct bytes {
  const char* begin;
  size_t size;
};
extern int wasi_write(int file, const struct bytes* list, size_t count, size_t* written)
    __attribute__((import_module("wasi_snapshot_preview1"), import_name("fd_write")));

/* A text on its way, of which only what fits is written. */
struct line {
  size_t size;
  char text[256];
};

static void add(struct line* line, char byte) {
  if (line->size < sizeof line->text) line->text[line->size++] = byte;
}
static void add_text(struct line* line, const char* text) {
  while (*text) add(line, *text++);
}
static void add_number(struct line* line, uint64_t number, unsigned base) {
  char digits[24];
  size_t count = 0;
  do digits[count++] = "0123456789abcdef"[number % base];
  while ((number /= base) != 0);
  while (count > 0) add(line, digits[--count]);
}
static int write_line(FILE* file, const struct line* line) {
  const struct bytes bytes = {line->text, line->size};
  size_t written;
  wasi_write(file == stderr ? 2 : 1, &bytes, 1, &written);
  return (int)line->size;
}

/* %d %i %u %x %p %c %s %% and l, ll, z; no widths, which are left out, and no floating point. */
int vfprintf(FILE* file, const char* format, va_list arguments) {
  struct line line;
  line.size = 0;
  for (; *format; ++format) {
    if (*format != '%') {
      add(&line, *format);
      continue;
    }
    int longs = 0;
    for (++format; *format && strchr("0123456789.-+ #lzh", *format); ++format)
      longs += *format == 'l';
    const char kind = *format;
    if (kind == 0) break;
    if (kind == 'd' || kind == 'i') {
      const int64_t number = longs > 1 ? va_arg(arguments, int64_t) : va_arg(arguments, int);
      if (number < 0) add(&line, '-');
      add_number(&line, number < 0 ? 0 - (uint64_t)number : (uint64_t)number, 10);
    } else if (kind == 'u' || kind == 'x' || kind == 'p') {
      const uint64_t number = longs > 1 ? va_arg(arguments, uint64_t) : va_arg(arguments, unsigned);
      add_number(&line, number, kind == 'u' ? 10 : 16);
    } else if (kind == 's') {
      add_text(&line, va_arg(arguments, const char*));
    } else {
      add(&line, kind == 'c' ? (char)va_arg(arguments, int) : kind);
    }
  }
  return write_line(file, &line);
}

int fprintf(FILE* file, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int size = vfprintf(file, format, arguments);
  va_end(arguments);
  return size;
}
int printf(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int size = vfprintf(stdout, format, arguments);
  va_end(arguments);
  return size;
}
int puts(const char* text) { return printf("%s\n", text); }
int putchar(int byte) { return printf("%c", byte); }
int fputs(const char* text, FILE* file) { return fprintf(file, "%s", text); }
int fflush(FILE* file) {
  (void)file;
  return 0;
}
void perror(const char* text) { fprintf(stderr, "%s: error %d\n", text, error); }

#pragma clang attribute pop
