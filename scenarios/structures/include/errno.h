/* The errors that the functions of this folder return or set. */
#ifndef HEDDLE_ERRNO_H
#define HEDDLE_ERRNO_H

enum {
  EPERM = 1,
  ESRCH = 3,
  EINTR = 4,
  EAGAIN = 11,
  ENOMEM = 12,
  EBUSY = 16,
  EINVAL = 22,
  EDEADLK = 35,
  ETIMEDOUT = 110
};

#ifdef __cplusplus
extern "C" {
#endif
int* heddle_errno(void);
#ifdef __cplusplus
}
#endif
#define errno (*heddle_errno())

#endif
