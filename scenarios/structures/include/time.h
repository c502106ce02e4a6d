/* Time, which in an execution only passes when a wait times out: the clock stands at 0, and a
   deadline counts from the moment at which one waits for it. */
#ifndef HEDDLE_TIME_H
#define HEDDLE_TIME_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef long long time_t;
typedef int clockid_t;
struct timespec {
  time_t tv_sec;
  long tv_nsec;
};
enum { CLOCK_REALTIME, CLOCK_MONOTONIC };

time_t time(time_t* result);
int clock_gettime(clockid_t clock, struct timespec* result);
int nanosleep(const struct timespec* duration, struct timespec* rest);

#ifdef __cplusplus
}
#endif
#endif
