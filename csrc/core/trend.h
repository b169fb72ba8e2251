/*
** trend.h: one indicator of one authority, or of all together, over years: side by side, the change from one to the
** next, and the years pooled.
** Owns: which years can be compared and pooled, and what lies between them. A year without a rate is a gap with its
** reason, never a zero and never skipped in silence; a break of definition (scheme.h) between two years is marked on
** whatever is made of both. A change is judged by the tests of compare.h, which know how few the cases are (two
** complaints to four is no change); a rate made of counts is printed by rate.h only.
** Must not: claim a trend. Each test stands alone at its level: of twenty with nothing behind them one shows "95" by
** chance, so a series is judged by first to last, or by pooled years, not by its largest step.
*/
#ifndef UPHELD_TREND_H
#define UPHELD_TREND_H

#include "peers.h"
#include "trend_years.h"

enum { UPHELD_MAX_TREND_YEARS = UPHELD_LAST_YEAR - UPHELD_FIRST_YEAR };

/* The change from one year to a later one, both with a rate. */
typedef struct upheld_trend_change {
  bool made;              /* a test was made */
  const char *reason;     /* why no change is said: "no-earlier-rate", "not-testable", "not-comparable" (a break lies between); else NULL */
  int from, to;           /* years */
  upheld_change change;   /* Fisher's test for shares, the conditional Poisson test for rates per residents */
  double fall, rise;      /* its tails */
  char difference[UPHELD_RATE_TEXT]; /* to minus from, in the rate's own unit, to the indicator's decimals, exact; medians
                                        of days have a difference and no test */
  bool has_interval;      /* shares only */
  double low, high;       /* of the difference at 95%, as proportions (Newcombe, method 10) */
  uint32_t breaks;        /* bits of the scheme's breaks between the two: the test is made, but no trend follows from it */
} upheld_trend_change;

typedef struct upheld_trend_entry {
  int year;
  bool has_figure;        /* false: the year or the authority is not there */
  upheld_figure figure;
  const char *reason;     /* NULL when there is a rate; "no-such-year" (nothing is known of anybody), "not-in-year" (the
                             authority did not exist, nothing is recorded of it), else the figure's own reason */
  uint32_t breaks;        /* bits of the breaks between the entry before and this one; 0 for the first */
  upheld_trend_change change; /* from the last entry before that has a rate */
  int64_t base;           /* cases on which withholding depends (upheld_figure_base) */
  bool has_peers;
  upheld_peers peers;     /* of the same type, pooled; has_peers is false for totals */
} upheld_trend_entry;

typedef struct upheld_trend {
  upheld_allocator allocator;
  const upheld_evidence *evidence;
  int64_t authority;      /* index in the directory, or -1 for all together */
  int indicator;
  upheld_trend_entry *entries; /* by year */
  size_t count;
  upheld_trend_change overall; /* first entry with a rate to the last */
} upheld_trend;

typedef struct upheld_trend_options {
  int64_t authority;      /* index in the directory, or -1 for all together */
  int indicator;
  const int *years;       /* these, in any order, none twice; or NULL for all from..to */
  size_t year_count;
  int from, to;           /* 0: the first and the last year of the evidence */
  bool exclude_self;      /* peers without the authority itself */
  upheld_trend_years *kept; /* the same for all series of this evidence, or NULL: each year is made and freed */
} upheld_trend_options;

/* Peers pooled over the same years; counts of authorities are sums over the years (authority-years). */
typedef struct upheld_pooled_peers {
  const char *reason;     /* NULL when there is a rate; "no-peers", "peers-without-rate" (not in every year),
                             "peers-differ" (the authority has its place in its type in some of the years only) */
  bool include_self;
  int64_t numerator, denominator;
  int64_t percent;        /* -1 none */
  char value[32];         /* "" none */
  bool rounded_to_bound;
  int64_t authorities, without_rate, unknown, of;
} upheld_pooled_peers;

/* Years pooled: sum of numerators over sum of denominators; residents add up to person-years. */
typedef struct upheld_pooled {
  upheld_figure figure;   /* reason "no-known-year" when there is no year to pool, "too-few" when its rate is withheld */
  size_t used;            /* entries that are in it */
  uint32_t breaks;        /* between the first and the last year in it */
  upheld_pooled_peers peers;
} upheld_pooled;

UPHELD_BEGIN

/* The word of the test, as it may be said: NULL with a reason, also where a break of definition lies between. */
const char *upheld_trend_change_said(const upheld_trend_change *c);

/*
** Makes the series; the evidence must outlive it. A year of which nothing is known is an entry with its reason, so a
** span always gives all its years. UPHELD_MISUSE: "bad-years" (out of range, from after to, none, one twice),
** "no-such-indicator", "no-such-authority". UPHELD_ABSENT "no-years": the evidence has no year and none was asked for.
*/
upheld_status upheld_trend_new(upheld_trend **out, const upheld_evidence *e, const upheld_trend_options *o,
                               upheld_error *err);
void upheld_trend_free(upheld_trend *t);
/*
** NULL when the entry's counts go into a pool: they have a rate (or one that is withheld for their number alone), or are
** a known 0 of 0, which adds nothing. Else why not: its reason, or "not-counts" for a rate that is made of no counts, such
** as a median of days.
*/
const char *upheld_trend_missing(const upheld_trend *t, const upheld_trend_entry *entry);
/*
** Pools the years of the series. UPHELD_FAULT "number-too-large" when a sum leaves 63 bits. Peers are pooled over the
** years that are in it, when every one of them has peers with a rate.
*/
upheld_status upheld_trend_pooled(const upheld_trend *t, upheld_pooled *out, upheld_error *err);

UPHELD_END

#endif
