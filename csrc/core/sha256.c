/*
** sha256.c: SHA-256 by FIPS 180-4, section 6.2.
** Owns: the digest that the import log keeps of each file read.
** Must not: be used for secrets (nothing here is constant-time or wiped).
*/
#include "sha256.h"

#include <string.h>

#if (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)
#define UPHELD_SHA_INSTRUCTIONS 1
#include <cpuid.h>
#include <immintrin.h>
#else
#define UPHELD_SHA_INSTRUCTIONS 0
#endif

/* FIPS 180-4, 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t round_constants[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
};

static inline uint32_t rotate(uint32_t x, int n) {
  return x >> n | x << (32 - n);
}

static inline uint32_t big_endian(const unsigned char *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

/* 6.2.2: one block of 64 bytes. */
static void compress_block(uint32_t state[8], const unsigned char *block) {
  uint32_t w[64];
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (int t = 0; t < 16; t++) w[t] = big_endian(block + 4 * t);
  for (int t = 16; t < 64; t++) {
    uint32_t s0 = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ w[t - 15] >> 3;
    uint32_t s1 = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ w[t - 2] >> 10;
    w[t] = s1 + w[t - 7] + s0 + w[t - 16];
  }
  for (int t = 0; t < 64; t++) {
    uint32_t t1 = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + round_constants[t] + w[t];
    uint32_t t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

static void compress_plain(uint32_t state[8], const unsigned char *blocks, size_t count) {
  for (size_t i = 0; i < count; i++) compress_block(state, blocks + 64 * i);
}

/*
** The same with the instructions that processors of the last years have for it: four rounds at a time, five to ten times as fast. They keep the
** state as the pairs a b e f and c d g h.
*/
#if UPHELD_SHA_INSTRUCTIONS

#define SHA_INSTRUCTIONS __attribute__((target("sha,sse4.1,ssse3")))
/* Rounds 4i to 4i+3; then, while there are words to come, the next four of those that stood 16 rounds before. */
#define FOUR_ROUNDS(i, w0, w1, w2, w3) \
  do { \
    __m128i k = _mm_add_epi32(w0, _mm_loadu_si128((const __m128i *)&round_constants[4 * (i)])); \
    cdgh = _mm_sha256rnds2_epu32(cdgh, abef, k); \
    abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(k, 0x0e)); \
    if ((i) < 12) w0 = _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8(w3, w2, 4)), w3); \
  } while (0)
#define SIXTEEN_ROUNDS(i) \
  FOUR_ROUNDS(i, w0, w1, w2, w3); \
  FOUR_ROUNDS(i + 1, w1, w2, w3, w0); \
  FOUR_ROUNDS(i + 2, w2, w3, w0, w1); \
  FOUR_ROUNDS(i + 3, w3, w0, w1, w2)

SHA_INSTRUCTIONS static void compress_sha(uint32_t state[8], const unsigned char *blocks, size_t count) {
  const __m128i big_endian_words = _mm_set_epi64x(INT64_C(0x0c0d0e0f08090a0b), INT64_C(0x0405060700010203));
  __m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xb1);
  __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1b);
  __m128i abef = _mm_alignr_epi8(abcd, efgh, 8), cdgh = _mm_blend_epi16(efgh, abcd, 0xf0);
  for (const unsigned char *p = blocks; p < blocks + 64 * count; p += 64) {
    __m128i abef_before = abef, cdgh_before = cdgh;
    __m128i w0 = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)p), big_endian_words);
    __m128i w1 = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(p + 16)), big_endian_words);
    __m128i w2 = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(p + 32)), big_endian_words);
    __m128i w3 = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(p + 48)), big_endian_words);
    SIXTEEN_ROUNDS(0);
    SIXTEEN_ROUNDS(4);
    SIXTEEN_ROUNDS(8);
    SIXTEEN_ROUNDS(12);
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  abcd = _mm_shuffle_epi32(abef, 0x1b);
  efgh = _mm_shuffle_epi32(cdgh, 0xb1);
  _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(abcd, efgh, 0xf0));
  _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(efgh, abcd, 8));
}

static bool has_instructions(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || (c & bit_SSE4_1) == 0 || (c & bit_SSSE3) == 0) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & (1u << 29)) != 0;
}

#endif

/* Whole blocks. Asking the processor takes some time: for a few blocks it is not done. */
static void compress(upheld_sha256 *s, const unsigned char *blocks, size_t count) {
#if UPHELD_SHA_INSTRUCTIONS
  if (s->way == 0 && count > 64) s->way = has_instructions() ? 2 : 1;
  if (s->way == 2) {
    compress_sha(s->state, blocks, count);
    return;
  }
#endif
  compress_plain(s->state, blocks, count);
}

void upheld_sha256_plain(upheld_sha256 *s) { s->way = 1; }

void upheld_sha256_init(upheld_sha256 *s) {
  /* 5.3.3: square roots of the first eight primes */
  static const uint32_t first[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
  };
  memset(s, 0, sizeof *s);
  memcpy(s->state, first, sizeof first);
}

void upheld_sha256_add(upheld_sha256 *s, const void *bytes, size_t size) {
  const unsigned char *p = bytes;
  s->bytes += size;
  while (size > 0) {
    if (s->used == 0 && size >= sizeof s->block) {
      size_t count = size / sizeof s->block;
      compress(s, p, count);
      p += count * sizeof s->block;
      size -= count * sizeof s->block;
    } else {
      size_t room = sizeof s->block - s->used;
      size_t n = size < room ? size : room;
      memcpy(s->block + s->used, p, n);
      s->used += n;
      p += n;
      size -= n;
      if (s->used == sizeof s->block) {
        compress(s, s->block, 1);
        s->used = 0;
      }
    }
  }
}

void upheld_sha256_hex(upheld_sha256 *s, char out[65]) {
  static const unsigned char padding[64] = {0x80};
  static const char digits[] = "0123456789abcdef";
  uint64_t bits = s->bytes * 8;
  unsigned char length[8];
  /* 5.1.1: a one bit, zeros up to 56 bytes of a block, the length in bits */
  upheld_sha256_add(s, padding, (s->used < 56 ? 56 : 120) - s->used);
  for (int i = 0; i < 8; i++) length[i] = (unsigned char)(bits >> (56 - 8 * i));
  upheld_sha256_add(s, length, sizeof length);
  for (int i = 0; i < 64; i++) out[i] = digits[s->state[i / 8] >> (28 - 4 * (i % 8)) & 15u];
  out[64] = '\0';
}
