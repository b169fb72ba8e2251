/*
** check.h: every figure against its control: published counts against counts from records, printed rates against the
** rates of their counts, printed averages against the averages of all authorities of the type.
** Owns: what is a control (DESIGN.md section 2) and the reasons why something is none. It changes nothing.
*/
#ifndef UPHELD_CHECK_H
#define UPHELD_CHECK_H

#include "figures.h"

typedef enum upheld_verdict {
  UPHELD_AGREES,
  UPHELD_DISAGREES,
  UPHELD_NOT_CHECKABLE
} upheld_verdict;

/* One control figure and what became of it. Text lives during the call only. */
typedef struct upheld_finding {
  upheld_verdict verdict;
  uint32_t authority;
  int year;
  int item;            /* of the scheme's published items */
  const char *printed; /* as published: "67" or "9.4" */
  const char *computed; /* ours, "" when there is none */
  const char *reason;  /* why not checkable: "counts-unknown", "numerator-derived", "peers-incomplete", "residents-unknown", "no-records" ...; "" otherwise */
} upheld_finding;

typedef void (*upheld_finding_fn)(void *ud, const upheld_finding *f);

UPHELD_BEGIN

/* Passes every published value to fn, in order of authority, year and item. */
upheld_status upheld_check(const upheld_evidence *e, upheld_finding_fn fn, void *ud, upheld_error *err);

UPHELD_END

#endif
