/*
** register_sieve.h: which records of the register's chunks a selection takes, settled once for every combination of traits that occurs.
** Owns: that these are the records which upheld_register_select_rows gives, asking SQLite. For register_scan.c and register_cursor.c.
*/
#ifndef UPHELD_REGISTER_SIEVE_H
#define UPHELD_REGISTER_SIEVE_H

#include "register_chunks.h"
#include "register_parts.h"

/* What is done with records of some traits; 0: they are not selected. */
enum {
  UPHELD_TAKE = 1,
  UPHELD_TAKE_DATED = 2,   /* they have the day of the selection's clock */
  UPHELD_TAKE_COMPLIED = 4 /* with their compliance */
};

typedef struct upheld_sieve {
  const upheld_selection *what;
  const upheld_chunk_list *list;
  upheld_index_map map;
  upheld_date first, last;
  bool all_days;     /* undated ones too */
  uint8_t *take;     /* by number of traits: UPHELD_TAKE_* */
  upheld_record *as; /* by number of traits: the record that they make, without reference, authority and days */
  size_t count;
} upheld_sieve;

/* How the days of a chunk lie to those asked for. */
typedef enum upheld_lie { UPHELD_OUTSIDE, UPHELD_ACROSS, UPHELD_WITHIN } upheld_lie;

typedef upheld_status (*upheld_sieve_fn)(void *ud, const upheld_record *record, const upheld_chunk *chunk, upheld_error *err);

UPHELD_BEGIN

/* UPHELD_MISUSE "bad-selection" unless there are the selection's clock and authority. */
upheld_status upheld_sieve_check(const upheld_directory *d, const upheld_selection *what, upheld_error *err);
/* what and list must outlive it. After a failure there is nothing to free. */
upheld_status upheld_sieve_make(upheld_sieve *v, upheld_register *r, const upheld_directory *d, const upheld_selection *what,
                                const upheld_chunk_list *list, upheld_error *err);
void upheld_sieve_free(const upheld_allocator *a, upheld_sieve *v);
/* The authority that a chunk's records count with; *taken false: it is not asked for. UPHELD_DATABASE "stale-directory". */
upheld_status upheld_sieve_authority(const upheld_sieve *v, const upheld_chunk *c, uint32_t *authority, bool *taken, upheld_error *err);
upheld_lie upheld_sieve_lie(const upheld_sieve *v, const upheld_chunk *c);
/* Whether any of a chunk's traits are taken. */
bool upheld_sieve_any(const upheld_sieve *v, const upheld_chunk *c);
/* The chunks of an authority (row id) in the list: from *first on, before *end. */
void upheld_sieve_range(const upheld_chunk_list *l, int64_t id, size_t *first, size_t *end);
/* The chunks that may hold selected records: those of one authority where one is asked for, and of no view; else all. */
void upheld_sieve_chunks(const upheld_sieve *v, const upheld_directory *d, size_t *first, size_t *end);
/* Gives each selected record of a chunk to fn, in the chunk's order, but for url, kind, line and import; view is room. */
upheld_status upheld_sieve_each(upheld_register *r, const upheld_sieve *v, const upheld_chunk *c, upheld_chunk_view *view,
                                upheld_sieve_fn fn, void *ud, upheld_error *err);
/* The day of a record on a clock. */
upheld_date upheld_record_day(const upheld_record *r, upheld_clock clock);

UPHELD_END

#endif
