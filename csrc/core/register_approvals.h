/*
** register_approvals.h: who approved a letter, when, and as which bytes; and approvals that were taken back.
** Owns: the table `approval`, to which rows are only added (its triggers refuse every other change, whoever asks).
** An approval stands when the last row of its year, authority and SHA-256 approves. A later approval of other bytes takes nothing
** from an earlier one.
** Must not: make a letter or its hash.
*/
#ifndef UPHELD_REGISTER_APPROVALS_H
#define UPHELD_REGISTER_APPROVALS_H

#include "register.h"

typedef struct upheld_approval {
  int64_t authority;      /* row id */
  int year;
  bool withdrawal;        /* takes an approval back: `by` did, `note` is the reason */
  const char *wording;    /* its name, "" when it was not told */
  const char *sha256;     /* of the letter: 64 lower-case hexadecimal digits */
  const char *by, *at, *note;
} upheld_approval;

typedef struct upheld_approvals {
  upheld_allocator allocator;
  upheld_arena arena;     /* all text */
  upheld_approval *items; /* in the order in which they were made */
  size_t count, capacity;
} upheld_approvals;

UPHELD_BEGIN

void upheld_approvals_init(upheld_approvals *list, const upheld_allocator *a);
void upheld_approvals_free(upheld_approvals *list);

/*
** Records approvals at `now`, all or none; withdrawal and at of the items are not looked at. Approving what is approved adds a row: a second
** person may approve as well. UPHELD_MISUSE "no-approver", "bad-hash", "bad-time"; UPHELD_ABSENT "no-such-authority".
*/
upheld_status upheld_register_approve(upheld_register *r, const upheld_approval *items, size_t count, const char *now,
                                      upheld_error *err);
/*
** Takes back the approvals of a year and authority that stand, or with sha256 (not NULL) that one; *count of them.
** UPHELD_ABSENT "no-such-approval" when none stands; UPHELD_MISUSE "no-approver", "no-reason", "bad-time".
*/
upheld_status upheld_register_unapprove(upheld_register *r, int64_t authority, int year, const char *sha256, const char *by,
                                        const char *reason, const char *now, size_t *count, upheld_error *err);
/* Appends the rows of a year (0: of all years) and of an authority's row id (0: of all) to *out, which was init'ed. */
upheld_status upheld_register_approvals(upheld_register *r, int64_t authority, int year, upheld_approvals *out,
                                        upheld_error *err);

UPHELD_END

#endif
