/*
** figures.h: evidence -> the figures of one reporting year: each indicator of each authority.
** Owns: the rules of DESIGN.md section 2 for one figure: which source makes it (basis), unknown is not zero, what a denominator of 0 says, when it
** is cautioned or withheld. Averages and classes are peers.h's. Nothing here prints.
*/
#ifndef UPHELD_FIGURES_H
#define UPHELD_FIGURES_H

#include "disclosure.h"
#include "evidence.h"
#include "intervals.h"
#include "rate.h"

typedef enum upheld_basis {
  UPHELD_BASIS_NONE,      /* not known */
  UPHELD_BASIS_RECORDS,   /* counted from complete records */
  UPHELD_BASIS_PUBLISHED, /* from published counts */
  UPHELD_BASIS_DERIVED    /* published, the numerator found from the printed per cent: the only one that fits */
} upheld_basis;

typedef struct upheld_figure {
  int indicator;
  bool numerator_known, denominator_known;
  int64_t numerator, denominator; /* of an indicator of days: no numerator; the cases */
  bool late_known;        /* the part of the numerator that is shown beside it (late remedies) */
  int64_t late;
  upheld_basis basis;
  bool suppressed;        /* a count of it is small, or would give a small one back: hidden (disclosure.h) */
  struct {                /* as counted, for sums: never printed where suppressed or rounded */
    bool numerator_known, denominator_known;
    int64_t numerator, denominator;
  } counts;
  int64_t rounded_to;     /* the counts are printed as multiples of this; 0: as they are */
  const char *reason;     /* NULL when there is a rate; else "none-investigated", "not-recorded" ... (static or the scheme's) */
  const char *caution;    /* NULL, or "few-cases": the base is below the indicator's caution_below */
  bool counted;           /* known, with something in the denominator: it is in averages, also when its own rate is withheld */
  int64_t percent;        /* for indicators per 100 without decimals; -1 when there is none */
  char value[32];         /* printed rate of the others ("5.5"); "" when there is none */
  int64_t quarter[3];     /* of days: four times the quartiles, quarter[1] the median; -1 when there are none */
  char lower[32], upper[32]; /* of days: printed quartiles */
  bool rounded_to_bound;  /* 100 with x < n, or 0 with x > 0 */
  bool has_interval;
  double low, high;       /* 95%: Wilson, as proportions; for rates per residents Byar, in the rate's own unit; of days order statistics */
} upheld_figure;

/* The cases of one indicator of days, by authority and days. */
typedef struct upheld_day_lists {
  upheld_day_count *items;
  size_t count, capacity;
  size_t span; /* above the most days */
} upheld_day_lists;

typedef struct upheld_year_figures {
  upheld_allocator allocator;
  const upheld_evidence *evidence;
  int year;
  bool covers[UPHELD_CLOCKS]; /* complete records cover the year on that clock */
  uint32_t *authorities;   /* indexes in the directory, in code order: valid that year, or with a record or publication in it */
  size_t count, authority_capacity;
  upheld_figure *figures;  /* [ place * indicator_count + indicator ] */
  size_t figure_count;
  upheld_day_lists days[UPHELD_MAX_INDICATORS]; /* of the indicators of that kind */
  upheld_disclosure_plan *plan; /* what is hidden; NULL: nothing */
} upheld_year_figures;

UPHELD_BEGIN

/* Computes all figures of a year. A year without any evidence gives UPHELD_ABSENT "no-such-year". */
upheld_status upheld_year_figures_new(upheld_year_figures **out, const upheld_evidence *e, int year, upheld_error *err);
/* The same, hiding small counts; d NULL: none. Decided here, once, for every output. UPHELD_MISUSE "bad-disclosure". */
upheld_status upheld_year_figures_with(upheld_year_figures **out, const upheld_evidence *e, int year, const upheld_disclosure *d,
                                       upheld_error *err);
void upheld_year_figures_free(upheld_year_figures *f);
/* Place of a directory index among the year's authorities, or -1. */
int upheld_year_figures_place(const upheld_year_figures *f, uint32_t authority);
const upheld_figure *upheld_year_figure(const upheld_year_figures *f, size_t place, int indicator);
/* The indicator over all authorities of the year. Residents count once: types within another type are left out of that sum. */
void upheld_year_total(const upheld_year_figures *f, int indicator, upheld_figure *out);
/*
** Adds the authority's decided cases by outcome (the scheme's outcomes) to sums, and its received cases by service area to sums (the scheme's areas) and
** *no_area (area not recorded). False when they are not known; sums are then not to be used.
*/
bool upheld_year_outcomes(const upheld_year_figures *f, size_t place, int64_t *sums);
bool upheld_year_received(const upheld_year_figures *f, size_t place, int64_t *sums, int64_t *no_area);
/* The days of an authority's cases (of all authorities: UINT32_MAX), in order of authority and days; NULL and 0 when there are none. */
const upheld_day_count *upheld_year_days(const upheld_year_figures *f, uint32_t authority, int indicator, size_t *count);
/*
** Interval of a figure (made from counts) at another level or method; UPHELD_ABSENT when it has no rate; UPHELD_MISUSE "bad-method" for
** days, whose interval needs the cases: upheld_year_interval.
*/
upheld_status upheld_figure_interval(const upheld_scheme *s, const upheld_figure *figure, double level, upheld_interval_method method,
                                     double *low, double *high, upheld_error *err);
/*
** Interval of the figure of the authority at place (of the total: place == f->count) at a level. For days that of the median by order
** statistics (Conover 1999, section 3.2): the k-th least and k-th greatest case, k the greatest with P(X < k) < (1 - level)/2 for X ~
** Binomial(n, 1/2); UPHELD_ABSENT "too-few-cases" when n is too small for the level (n < 6 at 95%).
*/
upheld_status upheld_year_interval(const upheld_year_figures *f, size_t place, int indicator, double level,
                                   upheld_interval_method method, double *low, double *high, upheld_error *err);

/*
** Makes the rate of a figure from its counts (of days: from its quartiles): percent or value, bound, caution, interval, or the
** reason why there is none. For sums of figures as well; whether a rate is to be withheld is not decided here.
*/
void upheld_figure_finish(const upheld_scheme *s, upheld_figure *f);
/* The cases on which it depends whether the figure's rate is withheld (withhold_of); 0 when they are not known. */
int64_t upheld_figure_base(const upheld_evidence *e, uint32_t authority, int year, const upheld_figure *f);
/* Whether the indicator is defined in the year (since, until). */
bool upheld_indicator_in_year(const upheld_indicator *ind, int year);
/* Writes the printed rate of x/n: *percent for whole per cents, else value. False when it cannot be printed. */
bool upheld_print_rate(const upheld_indicator *ind, int64_t x, int64_t n, int64_t *percent, char value[32]);
/* The pair of whole numbers whose quotient is the figure's rate: numerator and denominator; four times the median, and 4. */
void upheld_figure_pair(const upheld_scheme *s, const upheld_figure *f, int64_t *x, int64_t *n);
/* The rate as a number for charts, never for printing: a proportion, a rate in its own unit, days. The figure must have a rate. */
double upheld_figure_plotted(const upheld_scheme *s, const upheld_figure *f);
const char *upheld_basis_name(upheld_basis basis); /* "records", "published", "derived", or NULL */

UPHELD_END

#endif
