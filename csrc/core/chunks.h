/*
** chunks.h: decision records in narrow columns, a few thousand of one authority and one year together: the form in which all of them are
** counted and walked through, beside the register's rows as an index is. register_chunks.h keeps it in the file.
**
** The idea. What a record is besides its reference and its days (outcome, area, remedied or not, compliance, and the marks that say
** whether it counts) is one number, its traits. A chunk lists the traits that occur in it, and how often; so a question that does not cut
** through the chunk's days is answered from the list, a hundred additions for a thousand records. Else the columns are read: a byte of
** traits a record, its place in the list, and two bytes a day.
** A column is a base and its records' distances from it, in 0, 1, 2, 4 or 8 bytes, whichever hold the greatest: what does not fit a
** narrow width gets a wider one, never another value. Days are kept only of the records that have them, as the traits tell.
**
** Owns: the form of a chunk and of its texts of bytes. decode(encode(x)) is x.
** Must not: know a selection, or SQL.
*/
#ifndef UPHELD_CHUNKS_H
#define UPHELD_CHUNKS_H

#include "records.h"

enum {
  UPHELD_CHUNK_MOST = 8192,  /* records of one chunk */
  UPHELD_CHUNK_FULL = 4096   /* a chunk of fewer takes further records in */
};

/*
** Traits, from the lowest bit: outcome + 1 (5 bits), area + 1 (6), remedied before + 1 (2), compliance outcome + 1 (4); 0 is not
** recorded. Then marks, one bit each.
*/
typedef uint32_t upheld_traits;
enum {
  UPHELD_TRAIT_AREA = 5, UPHELD_TRAIT_REMEDIED = 11, UPHELD_TRAIT_COMPLIANCE = 13,
  UPHELD_TRAIT_DECISION = 1 << 17,          /* the decision is there, */
  UPHELD_TRAIT_SAMPLE = 1 << 18,            /* from a sample, */
  UPHELD_TRAIT_WITHDRAWN = 1 << 19,
  UPHELD_TRAIT_STATED = 1 << 20,            /* from a file with the compliance columns */
  UPHELD_TRAIT_COMPLIED = 1 << 21,          /* a row of compliance is there, */
  UPHELD_TRAIT_COMPLIANCE_SAMPLE = 1 << 22, /* from a sample */
  UPHELD_TRAIT_RECEIVED = 1 << 23,          /* which days it has */
  UPHELD_TRAIT_DECIDED = 1 << 24,
  UPHELD_TRAIT_DUE = 1 << 25,
  UPHELD_TRAIT_RECORDED = 1 << 26,
  UPHELD_TRAIT_FIRST = 1 << 27              /* its letter is that of a case's first finding */
};

typedef struct upheld_chunk_record {
  uint64_t reference;
  upheld_date received, decided, due, recorded; /* UPHELD_NO_DATE: not recorded */
  upheld_traits traits;
} upheld_chunk_record;

/* The columns, in the order in which they are stored: what is asked for most often first, so that the rest need not be read. */
typedef enum upheld_column_of {
  UPHELD_COLUMN_TRAITS,
  UPHELD_COLUMN_DECIDED,
  UPHELD_COLUMN_RECEIVED,
  UPHELD_COLUMN_DUE,
  UPHELD_COLUMN_RECORDED,
  UPHELD_COLUMN_REFERENCE,
  UPHELD_COLUMNS
} upheld_column_of;
#define UPHELD_COLUMN(which) (1u << (which))
#define UPHELD_ALL_COLUMNS (UPHELD_COLUMN(UPHELD_COLUMNS) - 1)

typedef struct upheld_column {
  int64_t base;
  uint32_t count;  /* of records that have it */
  uint32_t offset; /* of its first byte */
  uint8_t width;   /* bytes of one value: 0 (all are the base), 1, 2, 4, 8 */
} upheld_column;

typedef struct upheld_days_span { upheld_date first, last; } upheld_days_span; /* first > last: none */

typedef struct upheld_trait_count {
  upheld_traits traits;
  uint32_t count;
} upheld_trait_count;

typedef struct upheld_chunk {
  int64_t id;         /* where it is stored */
  int64_t authority;  /* row id */
  int32_t year;       /* reporting year decided when it was written, 0: none; only what keeps like records together */
  uint32_t count;     /* records */
  uint64_t first_reference, last_reference;
  upheld_days_span days[UPHELD_CLOCKS]; /* of the records that have that day; on the compliance clock recorded, else due */
  upheld_column columns[UPHELD_COLUMNS];
  uint32_t size;      /* bytes of all columns */
  uint32_t trait_count; /* different traits */
  size_t first_count;   /* where its list begins among those of all chunks (register_chunks.h) */
} upheld_chunk;

/* A chunk's columns, read; those not asked for are as they were. Its list of traits is there before them. */
typedef struct upheld_chunk_view {
  uint16_t traits[UPHELD_CHUNK_MOST]; /* places in the list */
  upheld_date received[UPHELD_CHUNK_MOST], decided[UPHELD_CHUNK_MOST], due[UPHELD_CHUNK_MOST], recorded[UPHELD_CHUNK_MOST];
  uint64_t reference[UPHELD_CHUNK_MOST];
  upheld_trait_count list[UPHELD_CHUNK_MOST];
} upheld_chunk_view;

#define UPHELD_SKIP UINT32_MAX /* instead of a counter: not counted */

/* How the records of a chunk are counted one by one. A record's counter is the sum of what its traits and its day give. */
typedef struct upheld_chunk_counting {
  const uint32_t *of_traits;  /* by the place of its traits: what they give, or UPHELD_SKIP */
  const upheld_date *days;    /* by record: the day that is asked about */
  upheld_date first, last;    /* it must be within, */
  bool undated;               /* or not be recorded at all */
  const uint32_t *of_day;     /* by day from UPHELD_FIRST_DAY; NULL: 0 for every day and for none */
  uint32_t of_no_day;
} upheld_chunk_counting;

UPHELD_BEGIN

/* The traits of a record, as far as its columns tell (not the marks UPHELD_TRAIT_DECISION .. UPHELD_TRAIT_COMPLIANCE_SAMPLE). */
upheld_traits upheld_traits_of(const upheld_record *r);
/* Fills a record's codes from traits: outcome, area, remedied, compliance, and whether compliance was stated; nothing else of it. */
void upheld_traits_fill(upheld_traits traits, upheld_record *r);

/* The order of records in a chunk: by the day decided, those without one last, then by reference. */
int upheld_chunk_order(const void *a, const void *b);
/*
** Makes a chunk of 1 to UPHELD_CHUNK_MOST records, which must be in order. out: count, references and days; the rest of it is for
** whoever stores it. list and columns are appended to: the two texts of bytes that a chunk is stored as. UPHELD_NOMEM.
*/
upheld_status upheld_chunk_encode(const upheld_chunk_record *records, size_t count, upheld_chunk *out, upheld_buffer *list,
                                  upheld_buffer *columns, upheld_error *err);
/*
** Reads the first text: columns, size, trait_count; and the traits into list (room for UPHELD_CHUNK_MOST). out->count is given. UPHELD_DATABASE "damaged-chunk" for what upheld_chunk_encode does not make.
*/
upheld_status upheld_chunk_read_list(upheld_chunk *out, upheld_text bytes, upheld_trait_count *list, upheld_error *err);
/*
** Reads columns (bits of upheld_column_of) of bytes (the second text, or as much of its beginning as upheld_chunk_reach tells) into view.
** Columns of days need view->list, and UPHELD_COLUMN_TRAITS read before or with them. UPHELD_DATABASE "damaged-chunk".
*/
upheld_status upheld_chunk_read(const upheld_chunk *c, upheld_text bytes, unsigned columns, upheld_chunk_view *view, upheld_error *err);
/* Bytes of the second text up to the end of the last of the columns. */
uint32_t upheld_chunk_reach(const upheld_chunk *c, unsigned columns);
/* Record i of a view that has every column. */
upheld_chunk_record upheld_chunk_get(const upheld_chunk_view *view, size_t i);
/* Counts count records; gives how many were counted. */
int64_t upheld_chunk_add(const upheld_chunk_counting *how, const uint16_t *traits, size_t count, int64_t *counts);

UPHELD_END

#endif
