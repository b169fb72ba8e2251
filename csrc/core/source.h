/*
** source.h: which evidence makes a figure, and the counts it gives.
** Owns: the order of sources, and that unknown is not zero. Makes no rate.
*/
#ifndef UPHELD_SOURCE_H
#define UPHELD_SOURCE_H

#include "figures.h"

UPHELD_BEGIN

/* The reason of a figure whose published counts cannot all be right; compared by address. */
extern const char upheld_counts_disagree[];

/* What counts as a record for a clock: enough to say that the records speak of the authority and year. */
uint64_t upheld_clock_mask(upheld_clock clock);

/*
** Fills the counts, basis and (upheld_counts_disagree) reason of the figure of f->indicator. Sources, in this order: the authority's own
** complete records; its published counts; the year's complete records of others (a file of decisions is complete for its
** years, so nothing recorded means none), but not where a published count says that there were cases.
** covers: whether complete records cover the year, by clock.
*/
void upheld_figure_source(const upheld_evidence *e, uint32_t authority, int year, const bool *covers, upheld_figure *f);

UPHELD_END

#endif
