/* Sleeping, see time.h: how long does not matter, anybody may go first. */
#ifndef HEDDLE_UNISTD_H
#define HEDDLE_UNISTD_H

#ifdef __cplusplus
extern "C" {
#endif
unsigned sleep(unsigned seconds);
int usleep(unsigned microseconds);
#ifdef __cplusplus
}
#endif
#endif
