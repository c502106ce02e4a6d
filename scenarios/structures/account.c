/* Transfers between two accounts, each with a lock of its own. */
#include <pthread.h>

static struct account {
  pthread_mutex_t lock;
  int balance;
} accounts[2] = {{PTHREAD_MUTEX_INITIALIZER, 100}, {PTHREAD_MUTEX_INITIALIZER, 100}};

void transfer(int from, int to, int amount) {
#ifdef FIXED
  /* Both at once, the lower number first. */
  pthread_mutex_lock(&accounts[from < to ? from : to].lock);
  pthread_mutex_lock(&accounts[from < to ? to : from].lock);
  accounts[from].balance -= amount;
  accounts[to].balance += amount;
  pthread_mutex_unlock(&accounts[to].lock);
  pthread_mutex_unlock(&accounts[from].lock);
#else
  pthread_mutex_lock(&accounts[from].lock);
  accounts[from].balance -= amount;
  pthread_mutex_unlock(&accounts[from].lock);
  /* The money is nowhere. */
  pthread_mutex_lock(&accounts[to].lock);
  accounts[to].balance += amount;
  pthread_mutex_unlock(&accounts[to].lock);
#endif
}

/* What is in both, which is always 200. */
int total(void) {
  pthread_mutex_lock(&accounts[0].lock);
  pthread_mutex_lock(&accounts[1].lock);
  const int sum = accounts[0].balance + accounts[1].balance;
  pthread_mutex_unlock(&accounts[1].lock);
  pthread_mutex_unlock(&accounts[0].lock);
  return sum;
}
