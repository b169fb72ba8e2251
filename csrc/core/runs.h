/*
** runs.h: records of one file on their way into a table that is ordered by key: taken in any order, given back in order of reference and
** authority.
** Owns: the memory of that: runs of RUN records are sorted as they fill up. A number of them stay in memory; further ones go into a file
** that has no name and so cannot be left behind. All are merged once, at the end. The same order of the same records always.
**
** Why. A B-tree that only grows at its end takes a row for a third less than one that grows in the middle, and references of a file grow
** at as many places as it has years. Sorting the whole is cheap against that: sorted runs of what the nearest cache holds, and one merge.
** A record that was given can be found again by its reference, which is seldom asked for.
** Must not: hold two records of one reference and authority (the caller sees to it); know SQL.
*/
#ifndef UPHELD_RUNS_H
#define UPHELD_RUNS_H

#include "records.h"

typedef struct upheld_runs upheld_runs;
/* Receives a record; its text lives until the next call of upheld_runs_clear. */
typedef upheld_status (*upheld_record_fn)(void *ud, const upheld_record *record, upheld_error *err);

UPHELD_BEGIN

/*
** beside: the path of a file in whose directory runs may be written; NULL: all stay in memory. Where they cannot be written, the runs say
** sooner that they are full, and that is no fault.
*/
upheld_status upheld_runs_new(upheld_runs **out, const upheld_allocator *a, const char *beside, upheld_error *err);
void upheld_runs_free(upheld_runs *r); /* NULL is allowed */
/* Takes a record; text is copied. Of import nothing is kept: it is one for all. */
upheld_status upheld_runs_add(upheld_runs *r, const upheld_record *record, upheld_error *err);
/* Nothing more should be added before all was given back and cleared. */
bool upheld_runs_full(const upheld_runs *r);
int64_t upheld_runs_count(const upheld_runs *r);
/* Gives the records of a reference, in order of nothing. UPHELD_IO where runs cannot be read back. */
upheld_status upheld_runs_find(upheld_runs *r, uint64_t reference, upheld_record_fn fn, void *ud, upheld_error *err);
/* Gives all in order. */
upheld_status upheld_runs_merge(upheld_runs *r, upheld_record_fn fn, void *ud, upheld_error *err);
/* Forgets all records, keeps some memory. */
void upheld_runs_clear(upheld_runs *r);

UPHELD_END

#endif
