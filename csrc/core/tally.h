/*
** tally.h: counts per authority and year: what all figures come from. Tallies add.
** Owns: which counters one record moves, on which of the three clocks (scheme.h lists the counters), and the gaps: how many
** records lack what an indicator needs (unknown is not zero).
*/
#ifndef UPHELD_TALLY_H
#define UPHELD_TALLY_H

#include "days.h"
#include "records.h"

typedef enum upheld_gap {
  UPHELD_GAP_RECEIVED,   /* decided in the year, received date not recorded */
  UPHELD_GAP_REMEDIED,   /* remedying outcome decided in the year, remedied-before not recorded */
  UPHELD_GAP_COMPLIANCE, /* decided in the year, from a file without compliance columns: what was complied with is not said */
  UPHELD_GAP_UNDATED,    /* decided in the year, with a compliance outcome that has no date */
  UPHELD_GAPS,           /* those of a record, which an effect holds; and those of a view (boundaries.h), one for each clock: */
  UPHELD_GAP_PARTS = UPHELD_GAPS, /* a part of the authority has no record on the clock, and something of it is published */
  UPHELD_GAP_UNSURE = UPHELD_GAP_PARTS + UPHELD_CLOCKS, /* ... and anything at all is published of the part */
  UPHELD_ALL_GAPS = UPHELD_GAP_UNSURE + UPHELD_CLOCKS
} upheld_gap;

typedef struct upheld_cell {
  int64_t counts[UPHELD_COUNTERS];
  int64_t gaps[UPHELD_ALL_GAPS];
} upheld_cell;

/* What a record does to a tally, packed: so that it can be taken back without the record. */
typedef uint64_t upheld_effect;

enum { UPHELD_TALLY_LATER = 64 };

typedef struct upheld_tally {
  upheld_allocator allocator;
  const upheld_scheme *scheme;
  size_t authorities;    /* columns of the grid */
  int first_year, years; /* rows of the grid; years == 0: empty */
  upheld_cell *cells;    /* [ (year - first_year) * authorities + authority ] */
  int64_t records;       /* records added */
  upheld_days days;      /* days from received to decided; only where the scheme counts_days */
  int64_t *later[UPHELD_TALLY_LATER]; /* counters that are still to be raised by one */
  size_t later_count;
  uint32_t *quick;       /* counts not yet in cells, of cases received and decided: as close together as can be; or NULL */
  int64_t quick_records; /* records in them */
} upheld_tally;

/*
** What came, what went and what is open. Open at the end of a year: received up to its last day less decided up to it, as far as the
** records know: of a case that was decided without a received date nothing is known of when it was open, and it is counted apart.
*/
typedef struct upheld_balance {
  int64_t open_before;   /* open at the end of the year before */
  int64_t received;
  int64_t decided;       /* undated ones among them */
  int64_t undated;       /* decided, received date not recorded */
  int64_t open_after;
} upheld_balance;

UPHELD_BEGIN

/* authorities: number of indexes that records may have. */
void upheld_tally_init(upheld_tally *t, const upheld_allocator *a, const upheld_scheme *s, size_t authorities);
void upheld_tally_free(upheld_tally *t);
/*
** The effect of a record. Samples have effect 0: none. Of a record marked UPHELD_RECORD_COMPLIANCE_ONLY only the compliance
** outcome counts; its decided date, when given, is where an undated outcome leaves a gap. Compliance with an outcome (when one is
** given) that is not the scheme's remedying one does not count.
*/
upheld_effect upheld_tally_effect(const upheld_scheme *s, const upheld_record *r);
/* Adds an effect (sign +1) or takes it back (-1). */
upheld_status upheld_tally_apply(upheld_tally *t, uint32_t authority, upheld_effect effect, int sign, upheld_error *err);
/*
** Adds an effect some records later: cells lie far apart, and are asked of the memory in the meantime. Nothing may be read of the tally
** before upheld_tally_settle has been called.
*/
upheld_status upheld_tally_later(upheld_tally *t, uint32_t authority, upheld_effect effect, upheld_error *err);
void upheld_tally_settle(upheld_tally *t);
/* Adds the effects of many records. Nothing may be read of the tally before upheld_tally_settle, as above. */
upheld_status upheld_tally_apply_all(upheld_tally *t, const uint16_t *authorities, const upheld_effect *effects, size_t count,
                                     upheld_error *err);
/* Adds every record of a batch. */
upheld_status upheld_tally_add(upheld_tally *t, const upheld_records *batch, upheld_error *err);
/* Adds another tally over the same scheme and authorities. */
upheld_status upheld_tally_merge(upheld_tally *into, const upheld_tally *from, upheld_error *err);
/* The cell, made when it is not there: for counts that are read from where they were stored. Valid until the next call that may make one. */
upheld_status upheld_tally_make(upheld_tally *t, uint32_t authority, int year, upheld_cell **cell, upheld_error *err);
/* The cell, or NULL when nothing of that year was counted. */
const upheld_cell *upheld_tally_cell(const upheld_tally *t, uint32_t authority, int year);
/* Sum of the counters in mask; 0 for a NULL cell. */
int64_t upheld_cell_sum(const upheld_cell *c, uint64_t mask);
/* Whether any authority has one of the counters in that year: then the records cover the year on that clock. */
bool upheld_tally_covers(const upheld_tally *t, int year, uint64_t mask);
/* The balance of an authority (of all: UINT32_MAX) in a year. */
void upheld_tally_balance(const upheld_tally *t, uint32_t authority, int year, upheld_balance *out);
/* Whether any authority has that gap in the year. */
bool upheld_tally_has_gap(const upheld_tally *t, int year, upheld_gap gap);

UPHELD_END

#endif
