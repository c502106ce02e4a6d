/* A configuration that is made when it is first asked for. */
#include <stdatomic.h>
#include <stdlib.h>

struct config {
  atomic_int limit;
};
static _Atomic(struct config*) config;

static struct config* get(void) {
  struct config* found = config;
  if (found) return found;
  struct config* const fresh = malloc(sizeof *fresh);
#ifdef FIXED
  fresh->limit = 42;
  if (atomic_compare_exchange_strong(&config, &found, fresh)) return fresh;
  free(fresh); /* somebody was faster */
  return found;
#else
  config = fresh; /* too early */
  fresh->limit = 42;
  return fresh;
#endif
}

int limit(void) { return get()->limit; }
