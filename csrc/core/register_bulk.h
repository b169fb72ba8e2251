/*
** register_bulk.h: decisions of one file written at once, in order of their key, rather than each by itself.
** Owns: which statements write them; that what is derived is told (register_derived.h). Only for keys that have no row yet, neither of a
** decision nor of a compliance outcome: who gives records here knows that (import_decisions.c). So nothing is to be merged, and the tables
** come out as if upheld_register_put_decision had been called with each.
** Must not: judge a value.
*/
#ifndef UPHELD_REGISTER_BULK_H
#define UPHELD_REGISTER_BULK_H

#include "register.h"
#include "runs.h"

typedef struct upheld_bulk upheld_bulk;
/* Called now and then while rows are written; false stops (UPHELD_INTERRUPTED). */
typedef bool (*upheld_going_fn)(void *ud);

UPHELD_BEGIN

/* For the files of one import: r is in its transaction, and d is its directory. going may be NULL. */
upheld_status upheld_bulk_new(upheld_bulk **out, upheld_register *r, const upheld_directory *d, upheld_going_fn going, void *ud,
                              upheld_error *err);
void upheld_bulk_free(upheld_bulk *b); /* what was not written is forgotten; NULL is allowed */
/* References of all decisions and compliance outcomes that are stored, each perhaps more than once. */
upheld_status upheld_bulk_stored(upheld_register *r, upheld_status (*fn)(void *ud, uint64_t reference, upheld_error *err), void *ud,
                                 upheld_error *err);
/* Rows of decisions and compliance outcomes that imports so far have taken, so that there are hardly more stored. */
upheld_status upheld_bulk_taken(upheld_register *r, int64_t *rows, upheld_error *err);
/* Takes a decision, with its compliance outcome where it has one. All of one file have the same import. */
upheld_status upheld_bulk_add(upheld_bulk *b, const upheld_record *record, upheld_error *err);
/* The records of a reference that were taken with that import, as they were given. */
upheld_status upheld_bulk_find(upheld_bulk *b, uint64_t reference, int64_t import, upheld_record_fn fn, void *ud, upheld_error *err);
/* Writes what was taken. Before anything is read that may hang on it, and at the end of a file. */
upheld_status upheld_bulk_write(upheld_bulk *b, upheld_error *err);

UPHELD_END

#endif
