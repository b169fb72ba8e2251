/*
** index.c: separators by masks of 64 bytes (index.h has the idea).
** Owns: the masks of each kind of machine; one walk over masks for all of them, so that they can differ in nothing else.
** Must not: allocate; know fields, lines or faults.
*/
#include "index.h"
#include "text.h"

#include <string.h>

#if (defined(__x86_64__) || defined(__i386__)) && defined(__SSE2__) && defined(__GNUC__)
#define HAVE_X86 1
#if defined(__x86_64__)
#define HAVE_AVX512 1
enum { WITHOUT_AVX2 = 2 }; /* the first way that needs it not */
#else
enum { WITHOUT_AVX2 = 1 };
#endif
#include <immintrin.h>
#elif defined(__aarch64__) && defined(__ARM_NEON) && !defined(__AARCH64EB__)
#define HAVE_NEON 1
#include <arm_neon.h>
#endif

#if defined(__GNUC__)
#define ALWAYS_INLINE static inline __attribute__((always_inline))
#else
#define ALWAYS_INLINE static inline
#endif

/* Of one block; bit i is byte i. */
typedef struct masks {
  uint64_t quotes, separators, feeds;
  bool nul, high;
} masks;

typedef void (*masks_fn)(const char *block, masks *m);
typedef void (*ends_fn)(uint32_t *to, uint64_t separators, unsigned count, uint32_t at); /* writes up to 64 */

void upheld_index_begin(upheld_index *ix) {
  static const upheld_index_state begun = {.end_count = 1, .began = 1};
  ix->ends[0] = UINT32_MAX;
  ix->state = begun;
}

void upheld_index_next(upheld_index *ix, size_t last) {
  ix->state.end_count -= last;
  memmove(ix->ends, ix->ends + last, ix->state.end_count * sizeof *ix->ends);
  ix->state.row_count = 0;
}

/* {====== the walk ====== */

ALWAYS_INLINE unsigned bits_in(uint64_t x, bool fast) {
#if defined(__GNUC__)
  if (fast) return (unsigned)__builtin_popcountll(x);
#endif
  (void)fast;
  x -= x >> 1 & UINT64_C(0x5555555555555555);
  x = (x & UINT64_C(0x3333333333333333)) + (x >> 2 & UINT64_C(0x3333333333333333));
  x = (x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
  return (unsigned)(x * UINT64_C(0x0101010101010101) >> 56);
}

/* Place of the lowest bit; x is not 0. */
ALWAYS_INLINE unsigned lowest(uint64_t x) {
#if defined(__GNUC__)
  return (unsigned)__builtin_ctzll(x);
#else
  return bits_in((x & -x) - 1, false);
#endif
}

/* Each bit: the exclusive or of all bits up to it. */
ALWAYS_INLINE uint64_t running_xor(uint64_t x) {
  for (int shift = 1; shift < 64; shift *= 2) x ^= x << shift;
  return x;
}

/*
** Whether all of these bytes, which follow closing quotes, are the CR of a line end. What follows the block is not seen: the scanner's.
*/
static bool are_line_ends(const char *block, uint64_t bytes) {
  for (; bytes != 0; bytes &= bytes - 1) {
    unsigned i = lowest(bytes);
    if (i == 63 || block[i] != '\r' || block[i + 1] != '\n') return false;
  }
  return true;
}

/* Takes what is within quotes out of the separators and line feeds. False: quoting is not as it should be. */
ALWAYS_INLINE bool leave_out_quoted(upheld_index_state *at, const char *block, masks *m, uint64_t valid, uint64_t *within) {
  uint64_t inside = running_xor(m->quotes) ^ at->inside; /* with the opening quote, without the closing one */
  uint64_t opening = m->quotes & inside, closing = m->quotes & ~inside;
  uint64_t separators = m->separators & ~inside;
  uint64_t behind_closing = closing << 1 | at->closing;
  if ((opening & ~(separators << 1 | at->began | behind_closing)) != 0) return false;
  behind_closing &= valid & ~(separators | opening);
  if (behind_closing != 0 && !are_line_ends(block, behind_closing)) return false;
  *within = m->feeds & inside;
  m->separators = separators;
  m->feeds &= ~inside;
  at->inside = (uint64_t)0 - (inside >> 63);
  at->closing = closing >> 63;
  return true;
}

/* Writes down where the separators stand: four at a time, whether there are as many or not. */
ALWAYS_INLINE void write_ends(uint32_t *to, uint64_t separators, unsigned count, uint32_t at) {
  const uint64_t guard = UINT64_C(1) << 63; /* there is always a lowest bit */
  for (unsigned done = 0; done < count; done += 4, to += 4) {
    to[0] = at + lowest(separators | guard);
    separators &= separators - 1;
    to[1] = at + lowest(separators | guard);
    separators &= separators - 1;
    to[2] = at + lowest(separators | guard);
    separators &= separators - 1;
    to[3] = at + lowest(separators | guard);
    separators &= separators - 1;
  }
}

/*
** The rows that end in a block of which nothing stands within quotes, in rows without any so far. Whether one does cannot be foreseen, so one
** is written down in any case; two are seldom.
*/
ALWAYS_INLINE void write_plain_rows(upheld_index_row *rows, upheld_index_state *at, const masks *m, bool fast) {
  upheld_index_row *row = rows + at->row_count;
  uint64_t feeds = m->feeds;
  do {
    row->last = (uint32_t)at->end_count + bits_in(m->separators & ((feeds & -feeds) - 1), fast);
    row->lines = 0;
    row->quoted = false;
    row += feeds != 0;
    feeds = feeds == 0 ? 0 : feeds & (feeds - 1);
  } while (feeds != 0);
  at->row_count = (size_t)(row - rows);
}

/* The same of any block; within: line feeds within quotes. */
static void write_rows(upheld_index_row *rows, upheld_index_state *at, const masks *m, uint64_t within) {
  uint64_t before = 0; /* bytes of rows already written */
  for (uint64_t feeds = m->feeds; feeds != 0; feeds &= feeds - 1) {
    uint64_t upto = (feeds & -feeds) - 1, own = upto & ~before;
    upheld_index_row *row = &rows[at->row_count++];
    row->last = (uint32_t)at->end_count + bits_in(m->separators & upto, false);
    row->quoted = at->quoted || (m->quotes & own) != 0;
    row->lines = at->lines + bits_in(within & own, false);
    at->quoted = false;
    at->lines = 0;
    before = upto << 1 | 1;
  }
  at->quoted = at->quoted || (m->quotes & ~before) != 0;
  at->lines += bits_in(within & ~before, false);
}

/* One block at that offset, of which the bits of valid are text. False: the index stops before it. */
ALWAYS_INLINE bool take_block(upheld_index *ix, upheld_index_state *at, const char *block, masks m, uint64_t valid, uint32_t offset, ends_fn ends,
                              bool fast) {
  if (m.nul) return false;
  if ((m.quotes | at->inside | at->closing | (uint64_t)at->quoted) != 0) {
    upheld_index_state own = *at; /* its address is not the walk's */
    masks other = m;
    uint64_t within = 0;
    if ((m.quotes | own.inside | own.closing) != 0 && !leave_out_quoted(&own, block, &other, valid, &within)) return false;
    write_rows(ix->rows, &own, &other, within);
    *at = own;
    m.separators = other.separators;
  } else {
    write_plain_rows(ix->rows, at, &m, fast);
  }
  at->high |= m.high;
  unsigned count = bits_in(m.separators, fast);
  ends(ix->ends + at->end_count, m.separators, count, offset);
  at->end_count += count;
  at->began = m.separators >> 63;
  return true;
}

ALWAYS_INLINE size_t walk(upheld_index *ix, const char *bytes, size_t size, uint32_t offset, masks_fn make, ends_fn ends, bool fast) {
  upheld_index_state at = ix->state; /* a copy, which nothing that is written down can change */
  size_t done = 0;
  bool more = true;
  while (more && size - done >= 64) {
    masks m;
    make(bytes + done, &m);
    more = take_block(ix, &at, bytes + done, m, UINT64_MAX, offset + (uint32_t)done, ends, fast);
    if (more) done += 64;
  }
  if (more && done < size) { /* the rest, with blanks behind it */
    char rest[64];
    masks m;
    memset(rest, ' ', sizeof rest);
    memcpy(rest, bytes + done, size - done);
    make(rest, &m);
    if (take_block(ix, &at, rest, m, (UINT64_C(1) << (size - done)) - 1, offset + (uint32_t)done, ends, fast)) done = size;
  }
  ix->state = at;
  return done;
}

/* }====== */

/* {====== masks ====== */

/* Bit i: byte i of the word is zero. The lowest byte is the first. */
static inline uint64_t zero_bytes(uint64_t x) {
  const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
  uint64_t t = ~(((x & low) + low) | x | low); /* 0x80 where a byte is zero */
  return (t >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

ALWAYS_INLINE void masks_of_words(const char *block, masks *m) {
  const uint64_t one = UINT64_C(0x0101010101010101);
  uint64_t all = 0, nul = 0;
  m->quotes = m->separators = m->feeds = 0;
  for (int i = 0; i < 8; i++) {
    uint64_t w = upheld_word_at(block + 8 * i), feeds = zero_bytes(w ^ one * '\n');
    all |= w;
    nul |= zero_bytes(w);
    m->quotes |= zero_bytes(w ^ one * '"') << 8 * i;
    m->separators |= (zero_bytes(w ^ one * ',') | feeds) << 8 * i;
    m->feeds |= feeds << 8 * i;
  }
  m->nul = nul != 0;
  m->high = (all & one * 0x80) != 0;
}

static size_t find_words(upheld_index *ix, const char *bytes, size_t size, uint32_t at) {
  return walk(ix, bytes, size, at, masks_of_words, write_ends, false);
}

#ifdef HAVE_X86
ALWAYS_INLINE uint64_t equal_16(const __m128i v[4], char c) {
  uint64_t mask = 0;
  for (int i = 0; i < 4; i++) {
    mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v[i], _mm_set1_epi8(c))) << 16 * i;
  }
  return mask;
}

ALWAYS_INLINE void masks_of_sse2(const char *block, masks *m) {
  __m128i v[4];
  for (int i = 0; i < 4; i++) v[i] = _mm_loadu_si128((const __m128i *)(const void *)(block + 16 * i));
  __m128i all = _mm_or_si128(_mm_or_si128(v[0], v[1]), _mm_or_si128(v[2], v[3]));
  __m128i least = _mm_min_epu8(_mm_min_epu8(v[0], v[1]), _mm_min_epu8(v[2], v[3]));
  m->high = _mm_movemask_epi8(all) != 0;
  m->nul = _mm_movemask_epi8(_mm_cmpeq_epi8(least, _mm_setzero_si128())) != 0;
  m->quotes = equal_16(v, '"');
  m->feeds = equal_16(v, '\n');
  m->separators = equal_16(v, ',') | m->feeds;
}

static size_t find_sse2(upheld_index *ix, const char *bytes, size_t size, uint32_t at) {
  return walk(ix, bytes, size, at, masks_of_sse2, write_ends, false);
}

#define AVX2 __attribute__((target("avx2,bmi,popcnt")))

AVX2 ALWAYS_INLINE uint64_t equal_32(__m256i a, __m256i b, char c) {
  __m256i wanted = _mm256_set1_epi8(c);
  return (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, wanted)) |
         (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, wanted)) << 32;
}

AVX2 static inline void masks_of_avx2(const char *block, masks *m) {
  __m256i a = _mm256_loadu_si256((const __m256i *)(const void *)block);
  __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)(block + 32));
  m->high = _mm256_movemask_epi8(_mm256_or_si256(a, b)) != 0;
  m->nul = _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(a, b), _mm256_setzero_si256())) != 0;
  m->quotes = equal_32(a, b, '"');
  m->feeds = equal_32(a, b, '\n');
  m->separators = equal_32(a, b, ',') | m->feeds;
}

AVX2 static size_t find_avx2(upheld_index *ix, const char *bytes, size_t size, uint32_t at) {
  return walk(ix, bytes, size, at, masks_of_avx2, write_ends, true);
}

#ifdef HAVE_AVX512
#define AVX512 __attribute__((target("avx2,bmi,bmi2,popcnt,avx512f,avx512bw,avx512vl,avx512vbmi2")))

AVX512 static inline void masks_of_avx512(const char *block, masks *m) {
  __m512i v = _mm512_loadu_si512((const void *)block);
  m->high = _mm512_movepi8_mask(v) != 0;
  m->nul = _mm512_testn_epi8_mask(v, v) != 0;
  m->quotes = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('"'));
  m->feeds = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\n'));
  m->separators = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8(',')) | m->feeds;
}

/* The numbers of the bits, moved together, sixteen at a time. */
AVX512 static inline void ends_of_avx512(uint32_t *to, uint64_t separators, unsigned count, uint32_t at) {
  static const uint8_t numbers[64] = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
    32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63
  };
  __m512i found = _mm512_maskz_compress_epi8(separators, _mm512_loadu_si512((const void *)numbers)), base = _mm512_set1_epi32((int)at);
  __m128i next = _mm512_castsi512_si128(found);
  _mm512_storeu_si512((void *)to, _mm512_add_epi32(_mm512_cvtepu8_epi32(next), base));
  if (count <= 16) return;
  next = _mm512_extracti32x4_epi32(found, 1);
  _mm512_storeu_si512((void *)(to + 16), _mm512_add_epi32(_mm512_cvtepu8_epi32(next), base));
  if (count <= 32) return;
  next = _mm512_extracti32x4_epi32(found, 2);
  _mm512_storeu_si512((void *)(to + 32), _mm512_add_epi32(_mm512_cvtepu8_epi32(next), base));
  next = _mm512_extracti32x4_epi32(found, 3);
  _mm512_storeu_si512((void *)(to + 48), _mm512_add_epi32(_mm512_cvtepu8_epi32(next), base));
}

AVX512 static size_t find_avx512(upheld_index *ix, const char *bytes, size_t size, uint32_t at) {
  return walk(ix, bytes, size, at, masks_of_avx512, ends_of_avx512, true);
}
#endif
#endif

#ifdef HAVE_NEON
ALWAYS_INLINE uint64_t equal_neon(const uint8x16_t v[4], uint8_t c) {
  static const uint8_t bit_of[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  uint8x16_t bits = vld1q_u8(bit_of), wanted = vdupq_n_u8(c);
  uint8x16_t low = vpaddq_u8(vandq_u8(vceqq_u8(v[0], wanted), bits), vandq_u8(vceqq_u8(v[1], wanted), bits));
  uint8x16_t high = vpaddq_u8(vandq_u8(vceqq_u8(v[2], wanted), bits), vandq_u8(vceqq_u8(v[3], wanted), bits));
  uint8x16_t sums = vpaddq_u8(low, high);
  sums = vpaddq_u8(sums, sums);
  return vgetq_lane_u64(vreinterpretq_u64_u8(sums), 0);
}

ALWAYS_INLINE void masks_of_neon(const char *block, masks *m) {
  const uint8_t *p = (const uint8_t *)block;
  uint8x16_t v[4] = {vld1q_u8(p), vld1q_u8(p + 16), vld1q_u8(p + 32), vld1q_u8(p + 48)};
  m->high = vmaxvq_u8(vorrq_u8(vorrq_u8(v[0], v[1]), vorrq_u8(v[2], v[3]))) > 127;
  m->nul = vminvq_u8(vminq_u8(vminq_u8(v[0], v[1]), vminq_u8(v[2], v[3]))) == 0;
  m->quotes = equal_neon(v, '"');
  m->feeds = equal_neon(v, '\n');
  m->separators = equal_neon(v, ',') | m->feeds;
}

static size_t find_neon(upheld_index *ix, const char *bytes, size_t size, uint32_t at) {
  return walk(ix, bytes, size, at, masks_of_neon, write_ends, true);
}
#endif

/* }====== */

const upheld_index_path *upheld_index_paths(size_t *count) {
  static const upheld_index_path all[] = {
#ifdef HAVE_X86
    #ifdef HAVE_AVX512
    {"avx512", find_avx512, UPHELD_WIDE_64},
#endif
    {"avx2", find_avx2, UPHELD_WIDE_32}, {"sse2", find_sse2, UPHELD_WIDE_NONE},
#endif
#ifdef HAVE_NEON
    {"neon", find_neon, UPHELD_WIDE_NONE},
#endif
    {"words", find_words, UPHELD_WIDE_NONE}
  };
  size_t first = 0;
#ifdef HAVE_X86
#ifdef HAVE_AVX512
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512vl") ||
      !__builtin_cpu_supports("avx512vbmi2") || !__builtin_cpu_supports("bmi2")) first = 1;
#endif
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") || !__builtin_cpu_supports("popcnt")) first = WITHOUT_AVX2;
#endif
  *count = sizeof all / sizeof all[0] - first;
  return all + first;
}
