/*
** reconcile.h: whether the numbers of a year add up: outcomes to decided, service areas to received, authorities to totals, and received
** less decided to what is open.
** Owns: these identities, each between numbers that were summed on different ways. It mends nothing. register_recount.c counts the open cases
** a second time, by SQLite.
*/
#ifndef UPHELD_RECONCILE_H
#define UPHELD_RECONCILE_H

#include "peers.h"

UPHELD_BEGIN

/* Passes a sentence to fn for each identity that does not hold in the year. UPHELD_NOMEM. */
upheld_status upheld_reconcile(const upheld_year_figures *f, void (*fn)(void *ud, const char *problem), void *ud,
                               upheld_error *err);

UPHELD_END

#endif
