/* Time is virtual: it passes when a wait times out, which is when the schedule says so. */
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
