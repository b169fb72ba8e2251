/*
** figures.h: evidence -> the figures of one reporting year: each indicator of each authority, its peers, its class.
** Owns: the rules of DESIGN.md section 2: which source makes a figure (basis), unknown is not zero, what a denominator of 0 says, and that
** an authority is classed against its peers without itself. Nothing here prints.
*/
#ifndef UPHELD_FIGURES_H
#define UPHELD_FIGURES_H

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
  int64_t numerator, denominator;
  bool late_known;        /* the part of the numerator that is shown beside it (late remedies) */
  int64_t late;
  upheld_basis basis;
  const char *reason;     /* NULL when there is a rate; else "none-investigated", "not-recorded" ... (static or the scheme's) */
  int64_t percent;        /* for indicators per 100 without decimals; -1 when there is none */
  char value[32];         /* printed rate of the others ("5.5"); "" when there is none */
  bool rounded_to_bound;  /* 100 with x < n, or 0 with x > 0 */
  bool has_interval;
  double low, high;       /* 95%: Wilson, as proportions; for rates per residents Byar, in the rate's own unit */
} upheld_figure;

/* Sums over the authorities of one type, from which every average is taken. */
typedef struct upheld_pool {
  int64_t numerator, denominator;
  int authorities, without_rate, unknown, of; /* in it; denominator 0; no data; all of the type */
  upheld_mean_of_rates mean;
} upheld_pool;

typedef struct upheld_peers {
  bool mean, include_self; /* the rule used; include_self is false where the authority has no place in its type that year */
  int64_t numerator, denominator; /* pooled sums */
  int64_t percent;                /* -1 none */
  char value[32];                 /* "" none */
  bool rounded_to_bound;          /* a pooled 100% that is not all, or 0% that is not none */
  int authorities, without_rate, unknown, of;
  bool has_published;             /* the printed average of similar authorities */
  int64_t published;              /* times 10^published_decimals */
  int published_decimals;
} upheld_peers;

typedef struct upheld_peer_options {
  bool mean;         /* mean of rates instead of pooled */
  bool exclude_self;
} upheld_peer_options;

typedef struct upheld_year_figures {
  upheld_allocator allocator;
  const upheld_evidence *evidence;
  int year;
  bool covers[UPHELD_CLOCKS]; /* complete records cover the year on that clock */
  uint32_t *authorities;   /* indexes in the directory, in code order: valid that year, or with a record or publication in it */
  size_t count, authority_capacity;
  upheld_figure *figures;  /* [ place * indicator_count + indicator ] */
  size_t figure_count;
  upheld_pool *pools;      /* [ type * indicator_count + indicator ] */
  size_t pool_count;
} upheld_year_figures;

UPHELD_BEGIN

/* Computes all figures of a year. A year without any evidence gives UPHELD_ABSENT "no-such-year". */
upheld_status upheld_year_figures_new(upheld_year_figures **out, const upheld_evidence *e, int year, upheld_error *err);
void upheld_year_figures_free(upheld_year_figures *f);
/* Place of a directory index among the year's authorities, or -1. */
int upheld_year_figures_place(const upheld_year_figures *f, uint32_t authority);
const upheld_figure *upheld_year_figure(const upheld_year_figures *f, size_t place, int indicator);
/* Peers of the authority at place; false when its type has none. */
bool upheld_year_peers(const upheld_year_figures *f, size_t place, int indicator, const upheld_peer_options *o,
                       upheld_peers *out);
/*
** The class against the peers without the authority itself. method: exact tails or score limits. NULL with *reason set
** ("no-peers", the figure's own reason, "peers-incomplete", "peers-without-rate") when there is none.
*/
const char *upheld_year_class(const upheld_year_figures *f, size_t place, int indicator, upheld_limits_method method,
                              const char **reason);
/* The indicator over all authorities of the year. Residents count once: types within another type are left out of that sum. */
void upheld_year_total(const upheld_year_figures *f, int indicator, upheld_figure *out);
/*
** Adds the authority's decided cases by outcome (the scheme's outcomes) to sums, and its received cases by service area to sums (the scheme's areas) and
** *no_area (area not recorded). False when they are not known; sums are then not to be used.
*/
bool upheld_year_outcomes(const upheld_year_figures *f, size_t place, int64_t *sums);
bool upheld_year_received(const upheld_year_figures *f, size_t place, int64_t *sums, int64_t *no_area);
/* Interval of a figure at another level or method; UPHELD_ABSENT when it has no rate. */
upheld_status upheld_figure_interval(const upheld_scheme *s, const upheld_figure *figure, double level, upheld_interval_method method,
                                     double *low, double *high, upheld_error *err);

/*
** A count of published.csv, direct or as the sum or difference of others (investigated - upheld = not upheld): *value, true when
** known. A printed per cent is not used here.
*/
bool upheld_published_count(const upheld_evidence *e, uint32_t authority, int year, uint64_t mask, int64_t *value);

/* False when published counts of these counters contradict each other (a part above its whole, parts that miss their sum). */
bool upheld_published_agree(const upheld_evidence *e, uint32_t authority, int year, uint64_t masks);

const char *upheld_basis_name(upheld_basis basis); /* "records", "published", "derived", or NULL */

UPHELD_END

#endif
