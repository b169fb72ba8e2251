/*
** register_tally.h: the counts of the register's rows, stored beside them, so that figures need not read a row. A derived form
** (register_derived.h).
** Owns: the tables `tally` (authority, year, counter, count), `tally_days` and `tally_complied`; and which rows of the register count, for
** all that count rows in C. Counters are those of a cell (scheme.h), gaps (tally.h) from UPHELD_STORED_GAPS on; a count of 0 has no row.
** Complete decisions count that are not withdrawn; and compliance outcomes that are complete, unless their decision is withdrawn: those of
** older cases, whose decision is not here (or only as a sample), count as well.
** Must not: stand for the recount that proves it (register_recount.c).
*/
#ifndef UPHELD_REGISTER_TALLY_H
#define UPHELD_REGISTER_TALLY_H

#include "register_derived.h"
#include "register_parts.h"

enum { UPHELD_STORED_GAPS = 64 };

extern const upheld_derived_form upheld_tally_form;

/* For upheld_tally_replace. */
typedef struct upheld_tally_new {
  const upheld_counts *counts;
  const upheld_directory *directory; /* of which the tally has the indexes */
} upheld_tally_new;

UPHELD_BEGIN

void upheld_counts_init(upheld_counts *c, const upheld_allocator *a, const upheld_scheme *s, size_t authorities);
void upheld_counts_free(upheld_counts *c);

/* Counts all rows into c. map leads from row ids to c's authorities (UPHELD_DATABASE "stale-directory"). */
upheld_status upheld_tally_count(upheld_register *r, const upheld_index_map *map, upheld_counts *c, upheld_error *err);
/*
** Reads the stored counts into c, likewise. *odd: how many rows cannot be (an authority, year or counter that there is not, a count below
** 1) and were left out: then they are not to be believed. fn, when not NULL, is told of each.
*/
upheld_status upheld_tally_read(upheld_register *r, const upheld_index_map *map, upheld_counts *c, int64_t *odd,
                                void (*fn)(void *ud, const char *finding), void *ud, upheld_error *err);
/* Stores counts in place of those that are stored (for upheld_derived_store): ud is a const upheld_tally_new *. */
upheld_status upheld_tally_replace(upheld_register *r, void *ud, upheld_error *err);
/* Proves the stored counts by counting the rows: each that differs is passed to fn by name. Nothing where they are stale. */
upheld_status upheld_tally_prove(upheld_register *r, const upheld_directory *d, void (*fn)(void *ud, const char *finding), void *ud,
                                 upheld_error *err);

UPHELD_END

#endif
