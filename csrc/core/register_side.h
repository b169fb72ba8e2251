/*
** register_side.h: rows for the empty tables of a new register, laid out in a file beside it (pages.h), and copied from there by SQLite.
** Owns: that file. It has a name (REGISTER-side-XXXXXX) only while its empty tables are made, so that nothing is left of its rows whatever
** happens, and of a kill in that moment two empty tables; it is read within the transaction that fills the register, and only then.
** Must not: be a condition of anything: where the file cannot be made, rows are inserted as always.
*/
#ifndef UPHELD_REGISTER_SIDE_H
#define UPHELD_REGISTER_SIDE_H

#include "pages.h"
#include "register_parts.h"

enum { UPHELD_SIDE_DECISION, UPHELD_SIDE_COMPLIANCE };

typedef struct upheld_side {
  int file;             /* -1: none */
  bool attached;
  upheld_pages *pages;  /* NULL: rows are not to be given */
} upheld_side;

UPHELD_BEGIN

void upheld_side_init(upheld_side *s);
/* Makes the file for about so many rows. s->pages stays NULL where that is not possible: in memory, without room on the disk for both. */
void upheld_side_open(upheld_side *s, upheld_register *r, int64_t rows);
/* Copies the rows that were given to s->pages into the tables. */
upheld_status upheld_side_copy(upheld_side *s, upheld_register *r, upheld_error *err);
/* After the transaction; whatever became of it. */
void upheld_side_close(upheld_side *s, upheld_register *r);

UPHELD_END

#endif
