/*
** index.h: where the rows and fields of CSV text end, found 64 bytes at a time.
** Owns: the separators of whole, well-quoted rows, exactly as the reader's byte-by-byte scanner has them. Where quoting is not as it
** should be, or a NUL byte stands, it stops before that row and leaves it to the scanner: it never decides what is faulty.
**
** The idea. A block of 64 bytes becomes four masks of 64 bits: quotes, commas and line feeds, line feeds alone, and whether a byte is
** NUL or above 127 (SSE2, AVX2, AVX-512, NEON, or plain 64-bit words; the best one that the machine has is chosen at run time). A running
** exclusive-or over the quotes gives what is within quotes, and its separators are taken out. What is left is written down as a list of
** offsets, without a jump for each; and for each line feed left, its place in that list. So a row is a stretch of the list.
** Quoting is well when each opening quote follows a separator (or a closing quote: "" is one of each), and each closing quote comes
** before a separator, a line end or an opening quote.
*/
#ifndef UPHELD_INDEX_H
#define UPHELD_INDEX_H

#include "upheld.h"

enum {
  UPHELD_INDEX_BLOCKS = 64,                         /* of 64 bytes that are looked at in one go */
  UPHELD_INDEX_BYTES = UPHELD_INDEX_BLOCKS * 64
};

typedef struct upheld_index_row {
  uint32_t last;  /* place in ends of the line feed that ends it */
  uint32_t lines; /* line feeds within its quotes */
  bool quoted;    /* a quote stands in it */
} upheld_index_row;

/* What is found so far, and what is known between calls. */
typedef struct upheld_index_state {
  size_t end_count, row_count;
  uint64_t inside;  /* all bits: the next byte stands within quotes */
  uint64_t began;   /* bit 0: the byte before is a separator, or there is none */
  uint64_t closing; /* bit 0: the byte before closes a quotation */
  uint32_t lines;   /* of the row begun */
  bool quoted;      /* it holds a quote */
  bool high;        /* a byte above 127 was met since the begin */
} upheld_index_state;

typedef struct upheld_index {
  /* where the row before ends (UINT32_MAX before the first), then offsets of separators, of rows and the one begun; and the rows that end
     among them */
  uint32_t ends[1 + UPHELD_INDEX_BYTES + UPHELD_MAX_COLUMNS + 64];
  upheld_index_row rows[UPHELD_INDEX_BYTES + 1];
  upheld_index_state state;
} upheld_index;

/*
** Looks at size (at most UPHELD_INDEX_BYTES) further bytes that stand at offset `at`; only the last ones of a text may be no whole
** blocks. Gives how many were taken: fewer than size where the index has to stop.
*/
typedef size_t (*upheld_index_fn)(upheld_index *ix, const char *bytes, size_t size, uint32_t at);

/* Bytes that a way looks at in one instruction, as others may do then too. */
typedef enum upheld_wide { UPHELD_WIDE_NONE, UPHELD_WIDE_32 /* AVX2 */, UPHELD_WIDE_64 /* AVX-512 */ } upheld_wide;

typedef struct upheld_index_path {
  const char *name; /* "avx512", "avx2", "sse2", "neon", "words" */
  upheld_index_fn find;
  upheld_wide wide;
} upheld_index_path;

UPHELD_BEGIN

/* A new row begins with what will be looked at, at offset 0. Rows and ends are forgotten. */
void upheld_index_begin(upheld_index *ix);
/* Forgets the rows found, and the ends before the one at `last`, where the last of them ends (0: none). */
void upheld_index_next(upheld_index *ix, size_t last);
/* The ways of looking that this machine has, the best first; at least one. */
const upheld_index_path *upheld_index_paths(size_t *count);

UPHELD_END

#endif
