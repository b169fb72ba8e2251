/*
** breakdown.h: decisions counted by one to four keys at once (`year:tally{by = ...}`, `upheld tally --by`).
** Owns: the keys and the order of rows (the keys' own order: codes of the scheme, authorities by code, text by bytes, years and months;
** "not recorded" last). A record's counter is the sum of what its codes, its authority and its day give, so that they can be looked up
** apart. Breakdowns over the same keys and authorities add.
*/
#ifndef UPHELD_BREAKDOWN_H
#define UPHELD_BREAKDOWN_H

#include "records.h"

typedef enum upheld_key {
  UPHELD_KEY_AUTHORITY,
  UPHELD_KEY_TYPE,
  UPHELD_KEY_REGION,
  UPHELD_KEY_SERVICE_AREA,
  UPHELD_KEY_OUTCOME,
  UPHELD_KEY_REMEDIED_BEFORE,
  UPHELD_KEY_COMPLIANCE_OUTCOME,
  UPHELD_KEY_YEAR,  /* the reporting year of the clock's day, */
  UPHELD_KEY_MONTH, /* and its month of the calendar */
  UPHELD_KEYS
} upheld_key;

enum {
  UPHELD_MAX_KEYS = 4,             /* keys of one breakdown: more is no table that anybody reads */
  UPHELD_LABEL = 12,               /* bytes for a label that is no stored text, such as a month */
  UPHELD_MAX_CELLS = 64 * 1024 * 1024 /* product of the keys' sizes: 512 MB of counters */
};

/* The days that records may have on a clock, first > last: none has one. */
typedef struct upheld_breakdown_days {
  upheld_clock clock;
  upheld_date first, last;
} upheld_breakdown_days;

typedef struct upheld_breakdown {
  upheld_allocator allocator;
  const upheld_directory *directory;
  size_t listed; /* items of the four arrays over authorities: freeing must not look at the directory, which may be gone */
  int keys;
  upheld_key key[UPHELD_MAX_KEYS];
  size_t size[UPHELD_MAX_KEYS]; /* values of each key, the last being "not recorded" */
  size_t step[UPHELD_MAX_KEYS]; /* cells from one value to the next */
  upheld_breakdown_days days;   /* what years and months there are follows from them */
  bool timed;                   /* a key is a year or a month */
  int64_t *counts;              /* row major */
  size_t cells;
  const char **types, **regions; /* distinct texts of the directory, sorted */
  size_t type_count, region_count;
  uint32_t *type_of, *region_of; /* by authority */
  int64_t total;
} upheld_breakdown;

UPHELD_BEGIN

/* Key of a name such as "service_area", or UPHELD_KEYS. */
upheld_key upheld_key_named(upheld_text name);
const char *upheld_key_name(upheld_key key);

/*
** Empty counts of records whose days on the clock are within `days`. UPHELD_MISUSE for no key, a key twice, too many; UPHELD_FAULT
** "too-many-cells". The directory must outlive it.
*/
upheld_status upheld_breakdown_init(upheld_breakdown *b, const upheld_allocator *a, const upheld_directory *d,
                                    const upheld_key *keys, int count, upheld_breakdown_days days, upheld_error *err);
void upheld_breakdown_free(upheld_breakdown *b);
void upheld_breakdown_add(upheld_breakdown *b, const upheld_records *batch);
/* What a record's codes, an authority, and a day (UPHELD_NO_DATE: none) add to the number of a counter. */
size_t upheld_breakdown_of_codes(const upheld_breakdown *b, const upheld_record *r);
size_t upheld_breakdown_of_authority(const upheld_breakdown *b, uint32_t authority);
size_t upheld_breakdown_of_day(const upheld_breakdown *b, upheld_date day);
/* The sum of two as a new one, over the days of both. UPHELD_MISUSE "different-tallies": not the same keys, authorities and clock. */
upheld_status upheld_breakdown_sum(upheld_breakdown *out, const upheld_breakdown *one, const upheld_breakdown *two,
                                   upheld_error *err);
/* The next cell with a count at or after *cell (start at 0): true, and *cell is its number. */
bool upheld_breakdown_next(const upheld_breakdown *b, size_t *cell);
/*
** The label of key number k in a cell; NULL for "not recorded". For authorities the code, for years and months "2020" and "2020-04",
** written into made.
*/
const char *upheld_breakdown_label(const upheld_breakdown *b, size_t cell, int k, char made[UPHELD_LABEL]);
/* The same of the key year as a number. */
int upheld_breakdown_year(const upheld_breakdown *b, size_t cell, int k);

UPHELD_END

#endif
