/*
** tally_effect.h: what a record does to a tally, for those that count record by record: tally.c, and import_plain.c.
** Owns: the packing of an effect.
**
** An effect, from the lowest bit:
**   0..8   year received + 1 - UPHELD_FIRST_YEAR (0: not counted)     9..13  counter of the area, from UPHELD_COUNTER_AREA
**   14..22 year decided, likewise                                     23..26 outcome
**   27     the decision itself counts (else the year is for gaps only)
**   28     remedied before    29..32 gaps, one bit each, in the year decided
**   33..41 year of the compliance clock, likewise                     42..44 compliance outcome
**   45     first finding of its case                                  46..62 days from received to decided, plus 1 (0: not kept)
*/
#ifndef UPHELD_TALLY_EFFECT_H
#define UPHELD_TALLY_EFFECT_H

#include "tally.h"

enum {
  AREA_SHIFT = 9, DECIDED_SHIFT = 14, OUTCOME_SHIFT = 23, COUNTS_SHIFT = 27, REMEDIED_SHIFT = 28, GAP_SHIFT = 29,
  COMPLIANCE_YEAR_SHIFT = 33, COMPLIANCE_SHIFT = 42, CASE_SHIFT = 45, DAYS_SHIFT = 46, YEAR_BITS = 0x1ff,
  DAYS_BITS = 0x1ffff,
  MOST_RAISED = 4 + UPHELD_GAPS + 1 /* counters that one record raises, at most */
};
/* What a decided record may move besides its outcome. */
#define REST (UINT64_C(1) << REMEDIED_SHIFT | UINT64_C(1) << CASE_SHIFT | (UPHELD_BIT(UPHELD_GAPS) - 1) << GAP_SHIFT)

static inline uint64_t upheld_year_code(const upheld_scheme *s, upheld_date date) {
  int year = upheld_scheme_year(s, date);
  return year == 0 ? 0 : (uint64_t)(year - UPHELD_FIRST_YEAR + 1);
}

/* The part of the decision itself. */
static inline upheld_effect upheld_decision_effect(const upheld_scheme *s, const upheld_record *r) {
  upheld_effect e = 0;
  if (r->received != UPHELD_NO_DATE) {
    uint64_t area = r->area == UPHELD_NO_CODE ? UPHELD_COUNTER_NO_AREA - UPHELD_COUNTER_AREA : r->area;
    e |= upheld_year_code(s, r->received) | area << AREA_SHIFT;
  }
  if (r->outcome == UPHELD_NO_CODE || r->decided == UPHELD_NO_DATE) return e; /* an open case */
  e |= upheld_year_code(s, r->decided) << DECIDED_SHIFT | (uint64_t)r->outcome << OUTCOME_SHIFT | UINT64_C(1) << COUNTS_SHIFT;
  if (r->received == UPHELD_NO_DATE) e |= UINT64_C(1) << (GAP_SHIFT + UPHELD_GAP_RECEIVED);
  if ((r->flags & UPHELD_RECORD_COMPLIANCE_STATED) == 0) e |= UINT64_C(1) << (GAP_SHIFT + UPHELD_GAP_COMPLIANCE);
  /* the findings of one case carry the letters a, b, c ...; a case of one finding may carry none */
  if (s->findings && r->reference % 27 <= 1) e |= UINT64_C(1) << CASE_SHIFT;
  if (s->counts_days && r->received != UPHELD_NO_DATE && r->decided >= r->received) {
    e |= (uint64_t)(r->decided - r->received + 1) << DAYS_SHIFT;
  }
  if ((s->remedying & UPHELD_BIT(r->outcome)) != 0) {
    if (r->remedied == 1) e |= UINT64_C(1) << REMEDIED_SHIFT;
    if (r->remedied == UPHELD_NO_CODE) e |= UINT64_C(1) << (GAP_SHIFT + UPHELD_GAP_REMEDIED);
  }
  return e;
}

/*
** The same for the usual record, of which nothing else moves anything: received and decided in the years of those codes, from a file with the
** compliance columns, in a scheme without findings and days, with an outcome that is not remedying.
*/
static inline upheld_effect upheld_usual_effect(uint32_t received, uint8_t area, uint32_t decided, uint8_t outcome) {
  uint64_t counter = area == UPHELD_NO_CODE ? UPHELD_COUNTER_NO_AREA - UPHELD_COUNTER_AREA : area;
  return received | counter << AREA_SHIFT | (uint64_t)decided << DECIDED_SHIFT | (uint64_t)outcome << OUTCOME_SHIFT |
         UINT64_C(1) << COUNTS_SHIFT;
}

static inline upheld_effect upheld_tally_effect_of(const upheld_scheme *s, const upheld_record *r) {
  upheld_effect e = 0;
  if ((r->flags & UPHELD_RECORD_SAMPLE) != 0) return 0;
  if ((r->flags & UPHELD_RECORD_COMPLIANCE_ONLY) == 0) e = upheld_decision_effect(s, r);
  if (r->compliance == UPHELD_NO_CODE) return e;
  /* An outcome that was corrected away from Upheld takes its compliance with it. */
  if (r->outcome != UPHELD_NO_CODE && (s->remedying & UPHELD_BIT(r->outcome)) == 0) return e;
  upheld_date day = upheld_record_compliance_day(r);
  if (day != UPHELD_NO_DATE) {
    e |= upheld_year_code(s, day) << COMPLIANCE_YEAR_SHIFT | (uint64_t)r->compliance << COMPLIANCE_SHIFT;
  } else if (r->decided != UPHELD_NO_DATE) {
    e |= upheld_year_code(s, r->decided) << DECIDED_SHIFT | UINT64_C(1) << (GAP_SHIFT + UPHELD_GAP_UNDATED);
  }
  return e;
}

#endif
