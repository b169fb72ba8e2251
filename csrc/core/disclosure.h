/*
** disclosure.h: which counts of a year are hidden because they are small, so that nothing else that is published gives them
** back.
** Owns: that decision, made once for a year's figures; every output asks it. Off unless asked for: the ombudsman publishes small
** counts. It makes no rate.
**
** What can be printed is sums over masks of counters: of one authority (a row), of the members of one type (a group; those without a
** type or not valid that year are a group too, since it is what all less the types gives), and of all. A sum from 1 to
** below the threshold is sensitive and hidden, and so is what is left of a printed sum. To hide it alone would be of no use, as the row's other sums and the column's
** give it back. So each gets a witness: another table of whole numbers from which every sum still printed comes out the same. It
** moves cases in row a from counter k' to k, and as many in rows b, c ... from k to k' (without k', from those rows to a), and a sum is
** hidden where it holds one of k and k' only. Sums of groups and of all have all these rows and do not change; when the rows of the
** group will not do, others are taken and the sums of their groups are hidden where they split; when none will, those of a's
** group and of all are. A witness is taken only when as many values as the threshold can stand in the hidden place without a count
** below 0 anywhere, so that no reader can tell a small number from the others. All its rows must be known and unknown in the same
** indicators, since averages leave out what is not known. Since hiding more never changes a sum that is still printed, later
** witnesses leave earlier ones valid.
**
** What is no sum of known counters (a numerator found from a per cent, sources that contradict each other) is hidden outright where
** it is small, with the sums of its group and of all.
**
** Rounding comes after and only makes what is printed coarser. Alone it would be undone by adding up, so it needs a threshold;
** and a base above the threshold would print 0 for what is not 0.
**
** Sources: rectangles, R. D. Repsilber's hypercube method, in: Hundepool et al., Statistical Disclosure Control (2012), section 4;
** thresholds and secondary suppression in tables of counts: Government Statistical Service guidance on tables.
** Must not be mistaken for more: two thresholds for one year, one year hidden and printed in full elsewhere, or by two schemes, each of
** which makes its own plan, can be subtracted; medians of days over all cases are not guarded beyond their number. Cases (of
** findings) are in no table: where a rate is withheld for want of them no reason is given, but who sees its counts printed without a
** rate can guess it.
*/
#ifndef UPHELD_DISCLOSURE_H
#define UPHELD_DISCLOSURE_H

#include "evidence.h"

typedef struct upheld_disclosure {
  int64_t suppress_below; /* hide counts from 1 to below this; 0: hide nothing */
  int64_t round_to;       /* print counts as multiples of this; 0 and 1: as they are */
} upheld_disclosure;

enum { UPHELD_MAX_THRESHOLD = 1000, UPHELD_MAX_MASKS = 256 };

/* A set of the plan's masks. */
typedef struct upheld_mask_set { uint64_t words[UPHELD_MAX_MASKS / 64]; } upheld_mask_set;

typedef struct upheld_disclosure_plan {
  upheld_allocator allocator;
  upheld_disclosure rule;
  uint64_t masks[UPHELD_MAX_MASKS]; /* every sum that can be printed */
  int mask_count;
  size_t places;
  int groups;                 /* types, and one for those that are of none */
  upheld_mask_set *rows;      /* [place]: hidden sums of the authority */
  upheld_mask_set *group;     /* [type] */
  upheld_mask_set total;
  int64_t sensitive, besides; /* rows' sums hidden because they are small, and because others are */
} upheld_disclosure_plan;

struct upheld_year_figures;

UPHELD_BEGIN

/* UPHELD_MISUSE "bad-disclosure": thresholds out of range, rounding without a threshold or to a base above it. */
upheld_status upheld_disclosure_check(const upheld_disclosure *d, upheld_error *err);
/* Decides for a year whose figures are made and not yet changed. NULL in *out when d hides nothing. */
upheld_status upheld_disclosure_plan_new(upheld_disclosure_plan **out, const struct upheld_year_figures *f,
                                         const upheld_disclosure *d, upheld_error *err);
void upheld_disclosure_plan_free(upheld_disclosure_plan *plan);
/*
** Whether a sum over mask may be printed; p NULL: always. Of the authority at place, of the members of a type, of all. A mask that the plan
** does not know is never printed.
*/
bool upheld_row_shown(const upheld_disclosure_plan *p, size_t place, uint64_t mask);
bool upheld_group_shown(const upheld_disclosure_plan *p, int type, uint64_t mask);
bool upheld_total_shown(const upheld_disclosure_plan *p, uint64_t mask);
/* The count as printed: rounded half up to the base. */
int64_t upheld_count_shown(const upheld_disclosure_plan *p, int64_t count);

UPHELD_END

#endif
