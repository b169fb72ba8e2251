/*
** register_derived.h: what stands beside the rows of decisions and compliance outcomes as an index does: made from them, never the
** other way, so that questions need not read them all. register_tally.c keeps the counts that figures come from,
** register_chunks.c records in columns.
** Owns: when a derived form may be believed. The table `derived` has a row for each form: fresh or stale, and by which rules of the
** scheme it was made. A form is written in the transaction that writes the rows, so that a crash leaves both or neither. Triggers mark
** every form stale when another program changes a row; the register's own transactions set them aside, and tell each form of every
** change by the calls below instead. A form that was stale when a transaction began is not kept by it, and stays stale until it is made
** anew from the rows.
** Must not: decide what counts. Must never make a read fail: rows answer everything that a form does.
**
** Order of the calls in one transaction: begin; then any of rows, before, after; then commit (or not); then end.
*/
#ifndef UPHELD_REGISTER_DERIVED_H
#define UPHELD_REGISTER_DERIVED_H

#include "register.h"

/* Which row of a key (reference and authority) a change put in. */
typedef enum upheld_part {
  UPHELD_PART_NONE,       /* none: a row that was there was changed */
  UPHELD_PART_DECISION,
  UPHELD_PART_COMPLIANCE
} upheld_part;

/* Names of the forms, which are those in the table `derived`. */
typedef enum upheld_form { UPHELD_FORM_TALLY, UPHELD_FORM_CHUNKS, UPHELD_FORMS } upheld_form;

/*
** What a form does. All are called within a transaction of the register, and not of a form that is not kept by it. Authorities are row
** ids, but for those of rows, which are indexes in d.
*/
typedef struct upheld_derived_form {
  const char *name;
  /*
  ** Rows that were written, all of keys that had no row before: complete records, each with its compliance outcome (which has a row where
  ** one of compliance, due and recorded is there). In order of reference, authority's index; a batch at a time.
  */
  upheld_status (*rows)(upheld_register *r, const upheld_directory *d, const upheld_records *rows, upheld_error *err);
  /* The row (or rows) of a key are about to be changed in place. */
  upheld_status (*before)(upheld_register *r, uint64_t reference, int64_t authority, upheld_error *err);
  /* They were changed (added NONE, before was called); or that part of the key was added, which had no row (before was not called). */
  upheld_status (*after)(upheld_register *r, uint64_t reference, int64_t authority, upheld_part added, upheld_error *err);
  /* Writes what changed, at the end of the transaction. */
  upheld_status (*commit)(upheld_register *r, upheld_error *err);
  /* Forgets what changed: after a commit, and after a rollback. */
  void (*forget)(upheld_register *r);
  /* Empties the tables of the form: no row is stored. */
  upheld_status (*clear)(upheld_register *r, upheld_error *err);
} upheld_derived_form;

UPHELD_BEGIN

/* register.c: the transaction has the lock, and the tables are there. Sets triggers aside, and sees which forms are fresh. */
upheld_status upheld_derived_begin(upheld_register *r, upheld_error *err);
/* Before the transaction is committed. */
upheld_status upheld_derived_commit(upheld_register *r, upheld_error *err);
/* After it was committed or rolled back: triggers are in force again. Also where begin was not reached, or failed. */
void upheld_derived_end(upheld_register *r);

/* The calls of upheld_derived_form, to every form that is kept; where rows are written. */
upheld_status upheld_derived_rows(upheld_register *r, const upheld_directory *d, const upheld_records *rows, upheld_error *err);
upheld_status upheld_derived_before(upheld_register *r, uint64_t reference, int64_t authority, upheld_error *err);
upheld_status upheld_derived_after(upheld_register *r, uint64_t reference, int64_t authority, upheld_part added, upheld_error *err);

/*
** Whether the form may be believed: it is marked fresh, was made by this scheme's rules, and no transaction of this register is open
** (which may have changed rows, but writes the form at its end).
*/
upheld_status upheld_derived_fresh(upheld_register *r, upheld_form form, bool *fresh, upheld_error *err);
/*
** Writes a form that was made anew from the rows: calls make, and marks the form fresh. Within a transaction that read the rows, begun by
** the caller, who ends it. When the register may not be written, or another program is writing, nothing is done, and that is no fault:
** make fails for whatever reason, and all is as it was. The stamp of the register (upheld_register_stamp) does not move: no row did.
*/
void upheld_derived_store(upheld_register *r, upheld_form form, upheld_status (*make)(upheld_register *r, void *ud, upheld_error *err),
                          void *ud);

UPHELD_END

#endif
