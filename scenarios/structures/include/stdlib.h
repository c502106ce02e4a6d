/* What concurrent programs use of the standard library.
   malloc takes no locks: every thread has lists of its own of what it has freed, so that memory
   comes back to who freed it last, and the order of threads is not hidden by an allocator's. */
#ifndef HEDDLE_STDLIB_H
#define HEDDLE_STDLIB_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { EXIT_SUCCESS, EXIT_FAILURE };
enum { RAND_MAX = 0x7fffffff };

void* malloc(size_t size);
void* calloc(size_t count, size_t size);
void* realloc(void* block, size_t size);
void free(void* block);
_Noreturn void abort(void);
_Noreturn void exit(int status);
int abs(int value);
int atoi(const char* text);
int rand(void); /* the same numbers in every execution */
void srand(unsigned seed);

#ifdef __cplusplus
}
#endif
#endif
