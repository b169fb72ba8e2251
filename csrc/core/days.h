/*
** days.h: how many decided cases took how many days from received to decided, per authority, year and outcome.
** Owns: a sum of counts under one key, as tallies are: it adds, takes back and merges, and the order of adding never shows.
** Kept only for schemes with an indicator of the kind days (16 bytes for each different authority, year, outcome and number of
** days). It makes no figure.
*/
#ifndef UPHELD_DAYS_H
#define UPHELD_DAYS_H

#include "alloc.h"

enum { UPHELD_MAX_DAYS = 1 << 17 }; /* above every difference of two dates that are taken (300 years) */

typedef struct upheld_days {
  upheld_allocator allocator;
  struct upheld_day_slot *slots; /* open addressing, capacity a power of two */
  size_t used, capacity;
} upheld_days;

/* Cases that took so many days. */
typedef struct upheld_day_count {
  uint32_t authority;
  int32_t days;
  int64_t cases;
} upheld_day_count;

/* One count as it is kept. */
typedef struct upheld_day_entry {
  uint32_t authority;
  int32_t year, outcome, days;
  int64_t cases;
} upheld_day_entry;

UPHELD_BEGIN

void upheld_days_init(upheld_days *d, const upheld_allocator *a);
void upheld_days_free(upheld_days *d);
/* Adds cases (taken back when negative). days below UPHELD_MAX_DAYS; outcome a code below 16; year from UPHELD_FIRST_YEAR on. */
upheld_status upheld_days_move(upheld_days *d, uint32_t authority, int year, int outcome, int32_t days, int64_t cases,
                               upheld_error *err);
upheld_status upheld_days_merge(upheld_days *into, const upheld_days *from, upheld_error *err);
/*
** The counts of a year over the outcomes in mask, each authority's days once, in order of authority and days. *out is the caller's to
** release (*capacity items); NULL when there are none.
*/
upheld_status upheld_days_of_year(const upheld_days *d, int year, uint64_t mask, upheld_day_count **out, size_t *count,
                                  size_t *capacity, upheld_error *err);
/* All counts but those of no case, by authority, year, outcome and days. *out is the caller's to release (*count items). */
upheld_status upheld_days_list(const upheld_days *d, upheld_day_entry **out, size_t *count, upheld_error *err);
/* That order: below, equal to or above 0. */
int upheld_day_order(const upheld_day_entry *a, const upheld_day_entry *b);
/* The same counts with authority `from` counted as `to`, for views of the register; see boundaries.h. */
upheld_status upheld_days_rename(upheld_days *into, const upheld_days *from, const uint32_t *to, upheld_error *err);

/*
** The value at a place (0 is the least) of the sorted cases, at[i] of which took i days, without those of `less` (NULL: none; in order of
** days). -1 when there are fewer cases.
*/
int64_t upheld_days_at(const int64_t *at, size_t span, const upheld_day_count *less, size_t less_count, int64_t place);
/*
** Quartile (quarter 1, 2, 3) of those cases: Hyndman and Fan (1996), type 7: at position (n - 1) * quarter / 4, between neighbouring
** values in proportion. Gives four times the quartile, a whole number; -1 when no case is left.
*/
int64_t upheld_days_quarter(const int64_t *at, size_t span, const upheld_day_count *less, size_t less_count, int quarter);
/* The same of one authority's counts, in order of days. */
int64_t upheld_day_list_at(const upheld_day_count *list, size_t count, int64_t place);
int64_t upheld_day_list_quarter(const upheld_day_count *list, size_t count, int quarter);

UPHELD_END

#endif
