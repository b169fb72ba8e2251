/*
** sha256.h: SHA-256 (FIPS 180-4) of what was read, for the import log. Not for secrets.
** Use: init, add any number of times, hex once. Nothing can fail; messages are shorter than 2^61 bytes.
*/
#ifndef UPHELD_SHA256_H
#define UPHELD_SHA256_H

#include "upheld.h"

typedef struct upheld_sha256 {
  uint32_t state[8];
  uint64_t bytes;
  unsigned char block[64];
  size_t used;
  int way; /* 0: not chosen yet, 1: plain, 2: by the processor's own instructions */
} upheld_sha256;

UPHELD_BEGIN
void upheld_sha256_init(upheld_sha256 *s);
void upheld_sha256_add(upheld_sha256 *s, const void *bytes, size_t size);
/* After init: without the processor's own instructions, which come to the same; for tests. */
void upheld_sha256_plain(upheld_sha256 *s);
/* Ends the message and writes 64 lower-case hexadecimal digits and NUL; s must be initialised before it is used again. */
void upheld_sha256_hex(upheld_sha256 *s, char out[65]);
UPHELD_END

#endif
