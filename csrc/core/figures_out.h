/*
** figures_out.h: figures as JSON and CSV, in the shapes of DESIGN.md section 7.
** Owns: those shapes. It computes nothing.
*/
#ifndef UPHELD_FIGURES_OUT_H
#define UPHELD_FIGURES_OUT_H

#include "peers.h"

typedef struct upheld_figures_options {
  int year;                  /* one year, or 0 for all */
  int64_t authority;         /* only this directory index, or -1 */
  int type;                  /* only this type of the scheme, or -1 */
  upheld_group_rule group;   /* who the peers are */
  upheld_peer_options peers;
  upheld_class_options class;
  upheld_disclosure disclosure; /* small counts hidden; all 0: none */
} upheld_figures_options;

UPHELD_BEGIN

/*
** `figures --json`: {scheme, years: [{year, authorities, totals}]}, or {scheme, year, authorities, totals} for one year. Totals are over
** all authorities of the year whatever is selected. UPHELD_ABSENT "no-such-year".
*/
upheld_status upheld_figures_json(const upheld_evidence *e, const upheld_figures_options *o, upheld_buffer *out,
                                  upheld_error *err);
/* `figures --csv`: one row a figure, a header row first. */
upheld_status upheld_figures_csv(const upheld_evidence *e, const upheld_figures_options *o, upheld_buffer *out,
                                 upheld_error *err);

UPHELD_END

#endif
