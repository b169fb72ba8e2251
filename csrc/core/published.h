/*
** published.h: counts and printed rates of published.csv, for one authority and year.
** Owns: which counts follow from the published ones, when they contradict each other, and when a printed per cent leaves one numerator
** only. It makes no figure and compares with no record.
*/
#ifndef UPHELD_PUBLISHED_H
#define UPHELD_PUBLISHED_H

#include "evidence.h"

UPHELD_BEGIN

/*
** A count of published.csv, direct or as the sum or difference of others (investigated - upheld = not upheld): *value, true when
** known. A printed per cent is not used here.
*/
bool upheld_published_count(const upheld_evidence *e, uint32_t authority, int year, uint64_t mask, int64_t *value);

/* False when published counts of these counters contradict each other (a part above its whole, parts that miss their sum). */
bool upheld_published_agree(const upheld_evidence *e, uint32_t authority, int year, uint64_t masks);

/* The printed rate of an indicator, the authority's own or (peer) the average of similar authorities; NULL when there is none. */
const upheld_published_value *upheld_printed_rate(const upheld_evidence *e, uint32_t authority, int year, int indicator,
                                                  bool peer);

/* The only x of 0..n whose per cent, half up, prints as the value: true, and *x, when there is exactly one. */
bool upheld_only_numerator(int64_t n, const upheld_published_value *printed, int64_t *x);

UPHELD_END

#endif
