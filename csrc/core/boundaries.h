/*
** boundaries.h: evidence seen with today's authorities: an authority that has ended is counted with its successor, in every year.
** Owns: who is counted with whom, and that a figure is made of all the parts that there were in a year or not at all. It makes a copy and
** changes nothing; the records stay with the authority that they are about.
**
** An authority that has ended and names one successor, which is in the directory, is counted with it, and so on to the last. One that
** was split among several successors, or whose successor is not there, stays as it was. Counts of records and days add up. Where on some
** clock one part of a year has records and another has none and published counts instead, the records are of a part and make no figure
** of that clock (UPHELD_GAP_PARTS); the published counts may, where every part that was there has them. Residents add up where every part
** that existed has them, those of a county and its districts once. A printed rate stays where there was one part only; printed averages
** of a year in which somebody is counted with another are dropped, since they are of other groups.
*/
#ifndef UPHELD_BOUNDARIES_H
#define UPHELD_BOUNDARIES_H

#include "evidence.h"

UPHELD_BEGIN

/* Index of the authority with which each is counted (itself: as it was), count of the directory's authorities, into to. */
void upheld_successors(const upheld_directory *d, uint32_t *to);
/*
** Whether the authority has ended and could not be counted with a successor: several, or one that is not in the directory, or a
** circle.
*/
bool upheld_left_as_it_was(const upheld_directory *d, uint32_t authority);
/*
** Whether, in a view, the residents of an authority that was left as it was stand in another's as well: a county that was split, whose
** districts were not. Totals of residents are then not known.
*/
bool upheld_residents_overlap(const upheld_evidence *e, uint32_t authority);
/* The view, sealed. out is init'ed by this; indexes are those of e. UPHELD_NOMEM. */
upheld_status upheld_evidence_as_now(const upheld_evidence *e, upheld_evidence *out, upheld_error *err);

UPHELD_END

#endif
