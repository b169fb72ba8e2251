/*
** peers.h: the average of similar authorities and where one authority stands beside them.
** Owns: who the peers are (of the type, of the region, a set by name), the rules of averaging, and that an authority is compared
** with its peers *without itself*, whatever average is printed beside it. The rule that was used stands in every answer.
** It makes no figure and prints nothing.
**
** Averages of x/n over the authorities that have a rate: pooled, the sum of x over the sum of n (of days the median of all their cases);
** the mean of their rates; the median of their rates. Quartiles of the rates by Hyndman and Fan (1996), type 7.
*/
#ifndef UPHELD_PEERS_H
#define UPHELD_PEERS_H

#include "compare.h"
#include "figures.h"
#include "overdispersion.h"
#include "quantiles.h"

typedef enum upheld_group_kind {
  UPHELD_GROUP_TYPE,           /* of the same type */
  UPHELD_GROUP_REGION,         /* of the same region, whatever the type, among the types with peers */
  UPHELD_GROUP_TYPE_IN_REGION,
  UPHELD_GROUP_SET             /* a list of authorities; one that is not on it can be compared with it as well */
} upheld_group_kind;

/* Who the peers are, said before any year is known. The texts and indexes are the caller's. */
typedef struct upheld_group_rule {
  upheld_group_kind kind;
  const char *name, *version; /* of a set; version may be "" */
  const uint32_t *members;    /* of a set: indexes in the directory */
  size_t member_count;
} upheld_group_rule;

typedef enum upheld_average { UPHELD_POOLED, UPHELD_MEAN, UPHELD_MEDIAN } upheld_average;

typedef enum upheld_peer_state {
  UPHELD_PEER_IN,      /* in the average */
  UPHELD_PEER_WITHOUT, /* nothing in the denominator */
  UPHELD_PEER_UNKNOWN, /* nothing known */
  UPHELD_PEER_SUPPRESSED, /* not printed, because it is small or would give a small one back (disclosure.h) */
  UPHELD_PEER_NONE     /* not of the group that year */
} upheld_peer_state;

/* Sums over the authorities of one group, from which averages are taken. */
typedef struct upheld_pool {
  int64_t numerator, denominator; /* of days: the cases in the denominator */
  int authorities, without_rate, unknown, suppressed, of;
  upheld_mean_of_rates mean;
  upheld_pair *rates;    /* one an authority in it, by rate */
  size_t rate_count, rate_capacity;
  int64_t *days;         /* of days: cases by days */
  size_t day_span;
} upheld_pool;

/* A year's authorities in groups. Points into the year's figures, which must outlive it. */
typedef struct upheld_grouping {
  upheld_allocator allocator;
  const upheld_year_figures *figures;
  upheld_group_kind kind;
  upheld_arena arena;
  const char *name, *version; /* of a set, else NULL */
  const char **labels;        /* of each group: "District", "South East", "District, South East", the set's name */
  size_t groups, label_capacity;
  int *group_of;              /* [place]: the group it is compared with, -1 none */
  bool *member;               /* [place]: it is counted in that group */
  size_t places;
  upheld_pool *pools;         /* [ group * indicator_count + indicator ] */
  size_t pool_count;
} upheld_grouping;

typedef struct upheld_peer_options {
  upheld_average average;
  bool exclude_self;
  int minimum; /* fewer authorities in the average than this make none ("too-few-peers"); 0 and 1: any */
} upheld_peer_options;

typedef struct upheld_peers {
  upheld_average average;
  bool include_self; /* false also where the authority has no place in the group that year */
  upheld_group_kind group;
  const char *group_name, *version; /* as in upheld_grouping */
  int minimum;
  bool summed;                    /* the sums below say something: not of days, of no authority, or hidden */
  int64_t numerator, denominator; /* pooled sums, whatever the average */
  int64_t percent;                /* -1 none */
  char value[32];                 /* "" none */
  char lower[32], upper[32];      /* quartiles of the authorities' rates, printed as the rate is; "" none */
  double plotted;                 /* the average as upheld_figure_plotted has a rate; 0 when there is none */
  const char *reason;             /* why there is no average: "peers-without-rate", "too-few-peers", "suppressed", "rounded"; NULL when there is one */
  bool rounded_to_bound;          /* 100% that is not all, or 0% that is not none */
  int authorities, without_rate, unknown, suppressed, of; /* suppressed ones are in the sums of a type, and in nothing else */
  bool has_published;             /* the printed average of similar authorities */
  int64_t published;              /* times 10^published_decimals */
  int published_decimals;
} upheld_peers;

/* Whether a class allows for the spread among the peers beyond chance (overdispersion.h). */
typedef enum upheld_overdispersion_rule {
  UPHELD_OVERDISPERSION_NONE,
  UPHELD_OVERDISPERSION_ADDITIVE,
  UPHELD_OVERDISPERSION_MULTIPLICATIVE
} upheld_overdispersion_rule;

typedef struct upheld_class_options {
  upheld_limits_method method;
  upheld_overdispersion_rule overdispersion; /* for shares only; with fewer than two peers that have a rate there is none */
  int minimum;                               /* as in upheld_peer_options */
} upheld_class_options;

/*
** Where an authority stands beside its peers without itself: compare.h has the tests; of days the milder one of the sign test at the
** peers' median (Dixon and Mood 1946) and the median test (A. M. Mood, Introduction to the Theory of Statistics, 1950, chapter 16).
*/
typedef struct upheld_standing {
  const char *class;    /* upheld_class_name, or NULL with a reason */
  const char *reason;   /* "no-peers", the figure's own, "peers-incomplete", "peers-without-rate", "too-few-peers", "suppressed", "rounded" */
  const char *standing; /* "better", "worse", "similar"; where neither way is good "higher", "lower"; NULL without a class */
  double phi, tau2;     /* of the peers, where asked for */
} upheld_standing;

/* How far the authority's rate is from the pooled rate of its peers without itself, in the unit of the printed rate. */
typedef struct upheld_difference {
  const char *reason;   /* as upheld_standing; "no-interval" for rates that are no shares */
  char text[48];        /* "-3.1": percentage points, half up in magnitude from the exact fraction, one decimal */
  double low, high;     /* of shares: Newcombe's hybrid score interval, as proportions */
} upheld_difference;

UPHELD_BEGIN

/* Groups the year's authorities. UPHELD_MISUSE "empty-set" for a set without members. */
upheld_status upheld_grouping_new(upheld_grouping **out, const upheld_year_figures *f, const upheld_group_rule *rule,
                                  upheld_error *err);
void upheld_grouping_free(upheld_grouping *g);
/* Peers of the authority at place; false when it has none. */
bool upheld_grouping_peers(const upheld_grouping *g, size_t place, int indicator, const upheld_peer_options *o,
                           upheld_peers *out);
/* Number of the group with a label, -1 when there is none. */
int upheld_grouping_find(const upheld_grouping *g, upheld_text label);
/* The pooled counts of a whole group as they may be printed: UPHELD_PEER_IN; else _WITHOUT (nothing in the denominator) or _SUPPRESSED. */
upheld_peer_state upheld_grouping_sums(const upheld_grouping *g, int group, int indicator, int64_t *numerator, int64_t *denominator);
/* What the authority at place is in its group, for naming those without a rate or without data. */
upheld_peer_state upheld_grouping_state(const upheld_grouping *g, size_t place, int indicator);
/* Fails for lack of memory only, and only with overdispersion. */
upheld_status upheld_grouping_standing(const upheld_grouping *g, size_t place, int indicator, const upheld_class_options *o,
                                       upheld_standing *out, upheld_error *err);
/* UPHELD_MISUSE "bad-level". */
upheld_status upheld_grouping_difference(const upheld_grouping *g, size_t place, int indicator, double level, int minimum,
                                         upheld_difference *out, upheld_error *err);
const char *upheld_average_name(upheld_average average);    /* "pooled", "mean", "median" */
const char *upheld_group_kind_name(upheld_group_kind kind); /* "type", "region", "type in region", "set" */

UPHELD_END

#endif
