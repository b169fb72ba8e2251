/*
** meter.h: an allocator for tests: it counts what is held, so that a leak shows, and fails from its n-th call on.
*/
#ifndef UPHELD_TEST_METER_H
#define UPHELD_TEST_METER_H

#include <stdlib.h>

#include "alloc.h"

/* An allocator that counts what is held, and fails from its n-th call on (0: never). */
typedef struct meter {
  size_t held;
  long calls, fail_at;
} meter;

static inline void *metered(void *ud, void *block, size_t old_size, size_t new_size) {
  meter *m = ud;
  if (new_size == 0) {
    if (block != NULL) m->held -= old_size;
    free(block);
    return NULL;
  }
  if (new_size > old_size || block == NULL) { /* shrinking may not fail */
    m->calls++;
    if (m->fail_at != 0 && m->calls >= m->fail_at) return NULL;
  }
  void *fresh = realloc(block, new_size);
  if (fresh != NULL) m->held += new_size - (block == NULL ? 0 : old_size);
  return fresh;
}

#endif
