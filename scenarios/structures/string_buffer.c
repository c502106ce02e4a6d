/* append(to, from) asks for the length of `from`, and then copies so many characters. Every method
   takes the lock of its buffer; the two calls together do not. */
#include <assert.h>
#include <pthread.h>
#include <string.h>

struct buffer {
  pthread_mutex_t lock;
  int length;
  char text[16];
};
static struct buffer a = {PTHREAD_MUTEX_INITIALIZER, 2, "ab"};
static struct buffer b = {PTHREAD_MUTEX_INITIALIZER, 3, "cde"};

static int length_of(struct buffer* buffer) {
  pthread_mutex_lock(&buffer->lock);
  const int length = buffer->length;
  pthread_mutex_unlock(&buffer->lock);
  return length;
}

static void copy_unlocked(struct buffer* from, int count, char* to) {
  assert(count <= from->length);
  memcpy(to, from->text, (size_t)count);
}

static void copy(struct buffer* from, int count, char* to) {
  pthread_mutex_lock(&from->lock);
  copy_unlocked(from, count, to);
  pthread_mutex_unlock(&from->lock);
}

void append(void) {
  pthread_mutex_lock(&a.lock);
#ifdef FIXED
  (void)length_of, (void)copy;
  pthread_mutex_lock(&b.lock);
  copy_unlocked(&b, b.length, a.text + a.length);
  a.length += b.length;
  pthread_mutex_unlock(&b.lock);
#else
  const int length = length_of(&b);
  copy(&b, length, a.text + a.length); /* as long as it was */
  a.length += length;
#endif
  pthread_mutex_unlock(&a.lock);
}

void erase(void) {
  pthread_mutex_lock(&b.lock);
  b.length = 0;
  pthread_mutex_unlock(&b.lock);
}
