/*
** filter.h: which records a question is about, besides its clock and days: by their codes, and by authority.
** Owns: that "not recorded" can be asked for as well, as UPHELD_FILTER_NONE.
*/
#ifndef UPHELD_FILTER_H
#define UPHELD_FILTER_H

#include "records.h"

enum { UPHELD_FILTER_NONE = 63 }; /* the bit of a value that is not recorded */

/* Bits of the codes that are taken; 0: all are. */
typedef struct upheld_filter {
  uint64_t outcomes, areas, remedied, compliance;
  const bool *authorities; /* by index in the directory: those taken; NULL: all. In a view, by the one that it is counted with */
} upheld_filter;

static inline bool upheld_filter_has(uint64_t codes, uint8_t code) {
  return codes == 0 || (codes >> (code == UPHELD_NO_CODE ? UPHELD_FILTER_NONE : code) & 1) != 0;
}

/* Whether its codes are taken; NULL takes all. */
static inline bool upheld_filter_codes(const upheld_filter *f, const upheld_record *r) {
  return f == NULL || (upheld_filter_has(f->outcomes, r->outcome) && upheld_filter_has(f->areas, r->area) &&
                       upheld_filter_has(f->remedied, r->remedied) && upheld_filter_has(f->compliance, r->compliance));
}

static inline bool upheld_filter_authority(const upheld_filter *f, uint32_t authority) {
  return f == NULL || f->authorities == NULL || f->authorities[authority];
}

#endif
