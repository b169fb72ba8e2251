/*
** register_scan.h: questions to all of a register's decisions: counted by keys, and walked through, by chunks where there are any
** (register_chunks.h), else by rows.
** Owns: that both ways give the same, which is what upheld_register_select gives from the rows; and the order of a walk.
*/
#ifndef UPHELD_REGISTER_SCAN_H
#define UPHELD_REGISTER_SCAN_H

#include "breakdown.h"
#include "register.h"

typedef struct upheld_cursor upheld_cursor;

UPHELD_BEGIN

/*
** Counts the selected records by 1 to UPHELD_MAX_KEYS keys into *out, which is made. Errors of upheld_breakdown_init and
** upheld_register_select. d, and what->where's authorities, are indexed alike; d must outlive out.
*/
upheld_status upheld_register_tally(upheld_register *r, const upheld_directory *d, const upheld_selection *what, const upheld_key *keys,
                                    int count, upheld_breakdown *out, upheld_error *err);

/*
** Walks through the selected records: by authority's code, then by the day decided (those without one last), then by reference; whatever
** the clock of the selection. url, kind, line and import are not among what it gives. Nothing is held open between two calls: when the
** register was changed since the cursor was opened, the next call fails with UPHELD_DATABASE "register-changed". r, d, what->where and
** what->now_of must outlive it.
*/
upheld_status upheld_cursor_open(upheld_cursor **out, upheld_register *r, const upheld_directory *d, const upheld_selection *what,
                                 upheld_error *err);
/* The next records, which are the cursor's until the next call; NULL: there are no more. */
upheld_status upheld_cursor_next(upheld_cursor *c, const upheld_records **batch, upheld_error *err);
void upheld_cursor_close(upheld_cursor *c); /* NULL is allowed */

UPHELD_END

#endif
