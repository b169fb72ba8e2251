/*
** pages.h: rows laid out as pages of an SQLite file, in the order of a table's primary key, so that SQLite can copy them as they are.
** Owns: the form of those pages: "Database File Format" of sqlite.org, sections 1.5 and 1.6 and 2.1: B-trees of tables WITHOUT ROWID, of
** numbers and NULL alone.
**
** Why. An INSERT makes every row out of values, checks and compares it: five thousand instructions. From a table of the same definition into
** one that is empty SQLite copies whole rows instead (its transfer optimisation), with less than two thousand. It decides itself whether it
** does: the statement is an ordinary one, and what it writes is SQLite's own work. So these pages are read once, by SQLite, and never become
** part of a register.
** Must not: take rows out of order; check anything of them.
*/
#ifndef UPHELD_PAGES_H
#define UPHELD_PAGES_H

#include "alloc.h"

typedef struct upheld_pages upheld_pages;

enum { UPHELD_PAGE_TABLES = 2, UPHELD_PAGE_COLUMNS = 16 };
#define UPHELD_PAGE_NULL INT64_MIN

UPHELD_BEGIN

/*
** file: descriptor of a database in which the tables were made just now, and that nobody writes meanwhile. roots: their root pages. UPHELD_IO
** "disk-full", "io-error".
*/
upheld_status upheld_pages_new(upheld_pages **out, const upheld_allocator *a, int file, const uint32_t roots[UPHELD_PAGE_TABLES],
                               upheld_error *err);
void upheld_pages_free(upheld_pages *p); /* the file stays open; NULL is allowed */
/* The next row of a table, in the order of its columns as they are stored: those of the key first. */
upheld_status upheld_pages_add(upheld_pages *p, int table, const int64_t *values, int count, upheld_error *err);
/* Writes what is left, and the header, from which SQLite sees that the file has changed. */
upheld_status upheld_pages_finish(upheld_pages *p, upheld_error *err);

UPHELD_END

#endif
