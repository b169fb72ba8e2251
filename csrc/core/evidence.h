/*
** evidence.h: what figures are computed from, whether it came from a register or straight from files: the directory, the tally of
** complete records, residents, and published counts.
** Owns: lookups by authority and year. It computes no rate.
*/
#ifndef UPHELD_EVIDENCE_H
#define UPHELD_EVIDENCE_H

#include "tally.h"

typedef struct upheld_population {
  uint32_t authority;
  int32_t year;
  int64_t residents;
} upheld_population;

/* One cell of published.csv. */
typedef struct upheld_published_value {
  uint32_t authority;
  int32_t year;
  int32_t item;        /* index into the scheme's published items */
  int32_t decimals;    /* digits after the point as printed; 0 for counts */
  int64_t value;       /* times 10^decimals */
} upheld_published_value;

typedef struct upheld_evidence {
  upheld_allocator allocator;
  const upheld_scheme *scheme;
  upheld_directory directory;
  upheld_tally tally;
  upheld_population *populations; /* sorted by authority, year once sealed */
  size_t population_count, population_capacity;
  upheld_published_value *published; /* sorted by authority, year, item once sealed */
  size_t published_count, published_capacity;
  uint32_t *now_of; /* of a view as it is now (boundaries.h): with whom each authority is counted; NULL: as it was */
  size_t now_count;
  bool compliance_years[UPHELD_LAST_YEAR - UPHELD_FIRST_YEAR + 1]; /* years in which a compliance file has an outcome */
} upheld_evidence;

UPHELD_BEGIN

void upheld_evidence_init(upheld_evidence *e, const upheld_allocator *a, const upheld_scheme *s);
void upheld_evidence_free(upheld_evidence *e);
upheld_status upheld_evidence_add_population(upheld_evidence *e, upheld_population p, upheld_error *err);
upheld_status upheld_evidence_add_published(upheld_evidence *e, upheld_published_value v, upheld_error *err);
/* A compliance file has an outcome in that year: it is complete for its years, as a file of decisions is. */
void upheld_evidence_mark_compliance(upheld_evidence *e, int year);
bool upheld_evidence_has_compliance(const upheld_evidence *e, int year);
/* Sorts; the last of two values for one key wins. Call once all is in. */
upheld_status upheld_evidence_seal(upheld_evidence *e, upheld_error *err);
/* NULL when not known. */
const upheld_population *upheld_evidence_population(const upheld_evidence *e, uint32_t authority, int year);
const upheld_published_value *upheld_evidence_published(const upheld_evidence *e, uint32_t authority, int year, int item);
/* Any published value of that authority and year? */
bool upheld_evidence_has_published(const upheld_evidence *e, uint32_t authority, int year);
/* Years (ascending) in which any clock has a record or something is published; *count of them into years (at most capacity). */
size_t upheld_evidence_years(const upheld_evidence *e, int *years, size_t capacity);

UPHELD_END

#endif
