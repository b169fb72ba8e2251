/*
** scheme.h: one ombudsman's words, compiled to codes and masks.
** Owns: the layout of a tally cell's counters, and the map from every accepted
** spelling to its code. The rest of the core knows codes and masks only, never
** the words. A scheme is built once (from the Lua table, by the binding) and is const from then on.
**
** Counters of a cell (bits of a mask):
**    0..15  decided, by outcome                 (clock: decided date)
**    16     decided with a remedying outcome and remedied before    (decided date)
**    17     decided cases, where a scheme's records are findings: the first finding of each    (decided date)
**    24..31 compliance, by compliance outcome   (clock: recorded date, else due date)
**    32..62 received, by service area           (clock: received date)
**    63     received, service area not recorded
*/
#ifndef UPHELD_SCHEME_H
#define UPHELD_SCHEME_H

#include "dict.h"

enum {
  UPHELD_COUNTER_REMEDIED = 16,
  UPHELD_COUNTER_CASES = 17,
  UPHELD_COUNTER_COMPLIANCE = 24,
  UPHELD_COUNTER_AREA = 32,
  UPHELD_COUNTER_NO_AREA = 63,
  UPHELD_COUNTERS = 64
};
#define UPHELD_BIT(counter) (UINT64_C(1) << (counter))
#define UPHELD_MASK_DECIDED UINT64_C(0x000000000000ffff)
#define UPHELD_MASK_REMEDIED UPHELD_BIT(UPHELD_COUNTER_REMEDIED)
#define UPHELD_MASK_CASES UPHELD_BIT(UPHELD_COUNTER_CASES)
#define UPHELD_MASK_COMPLIANCE UINT64_C(0x00000000ff000000)
#define UPHELD_MASK_RECEIVED UINT64_C(0xffffffff00000000)

#define UPHELD_NO_CODE UINT8_C(255) /* an outcome, area ... that is not recorded */

typedef enum upheld_clock {
  UPHELD_CLOCK_RECEIVED,
  UPHELD_CLOCK_DECIDED,
  UPHELD_CLOCK_COMPLIANCE,
  UPHELD_CLOCKS
} upheld_clock;

/* A closed list of words with their other spellings. */
typedef struct upheld_vocabulary {
  const char *labels[32]; /* as printed, in the order of their codes */
  int count;
  upheld_dict spellings;  /* folded spelling (upheld_fold) -> code + 256 * effect */
} upheld_vocabulary;

/* What a spelling says besides its code (the value's part above 255). */
enum { UPHELD_EFFECT_REMEDIED = 1 }; /* the spelling itself says that it was remedied before */

/* A type of authority that has peers. */
typedef struct upheld_type {
  const char *label;  /* "District" */
  const char *plural; /* "District Councils", for texts */
  int within;         /* index of the type whose residents include this one's (districts within counties), or -1 */
} upheld_type;

/* What an indicator is made of. */
typedef enum upheld_measure {
  UPHELD_MEASURE_SHARE,     /* a part of the cases in the denominator */
  UPHELD_MEASURE_RESIDENTS, /* cases per so many residents */
  UPHELD_MEASURE_DAYS       /* median of the days from received to decided, over the cases in the denominator */
} upheld_measure;

/* Which way is good for those who complain: a high uphold rate is not good, high compliance is. */
typedef enum upheld_direction { UPHELD_GOOD_NEITHER, UPHELD_GOOD_HIGH, UPHELD_GOOD_LOW } upheld_direction;

typedef struct upheld_indicator {
  const char *name;       /* "upheld" */
  const char *label;      /* "Complaints upheld" */
  const char *none;       /* reason when the denominator is 0: "none-investigated" */
  const char *definition; /* a sentence, for why() */
  const char *case_noun;  /* singular base noun: "detailed investigation" */
  upheld_measure measure;
  upheld_direction good;
  int since, until;       /* first and last reporting year in which it is defined; 0: open */
  int64_t caution_below;  /* a base (cases; of a rate per residents the numerator) below this gives a caution; 0: never */
  int64_t withhold_below; /* no rate while the counters of withhold_of are fewer; 0: always a rate */
  uint64_t withhold_of;
  uint64_t numerator;     /* counters summed; 0 for days */
  uint64_t denominator;   /* counters summed; 0 for residents of the year */
  uint64_t late;          /* the part of the numerator that is shown beside the rate: late remedies; 0 none */
  upheld_clock clock;
  int64_t per;            /* 100 for per cent, 100000 for per 100,000 residents */
  int decimals;           /* of the printed rate; 0 for whole per cents */
} upheld_indicator;

/* A column of published.csv: a count (mask) or a printed rate (indicator, own or peers'). */
typedef struct upheld_published_item {
  const char *name;   /* "upheld_rate" */
  uint64_t mask;      /* counters of a count; 0 for a rate */
  int indicator;      /* index for a rate, else -1 */
  bool peer;          /* the printed average of similar authorities */
} upheld_published_item;

/*
** A break of definition: the figures of `year` and later are not like those of the years before, so that a change across
** it is no trend. Two breaks may stand before one year.
*/
enum { UPHELD_MAX_BREAKS = 32 }; /* a set of breaks fits a 32-bit mask; more than one a year of any series there is */

typedef struct upheld_break {
  int year;            /* the first year of the new kind: the break stands before it */
  const char *name;    /* "assessment" */
  const char *text;    /* what changed, a sentence or two */
  uint64_t indicators; /* bits of the indicators that it concerns, in their order */
} upheld_break;

typedef struct upheld_scheme {
  upheld_allocator allocator;
  upheld_arena arena; /* all labels */
  const char *name;   /* "lgsco" */
  const char *title;  /* "Local Government and Social Care Ombudsman" */
  int year_month, year_day;    /* first day of a year: 4, 1; a year is named after the calendar year in which it ends */
  uint16_t year_of[UPHELD_LAST_DAY - UPHELD_FIRST_DAY + 1]; /* the year of each day: filled by seal, asked for with every record */
  const char *reference_form;  /* "99 999 999[a]": 9 a digit, blank a blank or hyphen, [a] an optional lower-case letter */
  int reference_digits;        /* digits in the form, 1..16 */
  uint8_t digit_at[16];        /* where they stand */
  uint8_t blank_at[48];        /* where its blanks stand, */
  int reference_blanks;        /* and how many */
  uint64_t form_first, form_last, form_first_most, form_last_most; /* first and last eight characters, to test them together; or 0 */
  uint8_t form_bytes[16], form_most[16], form_digits[16]; /* the same for 16 bytes at once, and where the 16 last digits are fetched from */
  bool reference_letter;
  bool findings;               /* records are findings: letters from a on tell those of one case apart */
  upheld_vocabulary outcomes, areas, compliance, types;
  upheld_type type_of[32];     /* beside types.labels */
  uint64_t investigated;       /* outcomes that are a class "investigated" (for texts and checks) */
  uint64_t remedying;          /* outcomes with which remedied-before and compliance may stand (Upheld) */
  upheld_indicator indicators[UPHELD_MAX_INDICATORS];
  int indicator_count;
  bool counts_days;            /* some indicator is of the kind days: tallies then keep the days */
  upheld_published_item published[64];
  int published_count;
  upheld_break breaks[UPHELD_MAX_BREAKS]; /* by year once sealed; those of one year in the order given */
  int break_count;
} upheld_scheme;

UPHELD_BEGIN

upheld_status upheld_scheme_new(upheld_scheme **out, const upheld_allocator *a, upheld_error *err);
void upheld_scheme_free(upheld_scheme *s);
/* Adds a label to a vocabulary with at most `limit` entries; its code is the number of labels before it. */
upheld_status upheld_scheme_label(upheld_scheme *s, upheld_vocabulary *v, int limit, upheld_text label, upheld_error *err);
/* Makes spelling mean the label's code (with effect, see UPHELD_EFFECT_*). A spelling that means another code already is refused. */
upheld_status upheld_scheme_spelling(upheld_scheme *s, upheld_vocabulary *v, upheld_text spelling, int code, int effect, upheld_error *err);
/* Sets the reference form, checking it. */
upheld_status upheld_scheme_reference_form(upheld_scheme *s, upheld_text form, upheld_error *err);
/*
** Checks the whole (at least one outcome, masks within the vocabularies, unique names, a sound year start, breaks of years
** and indicators that there are), and sorts the breaks. Call once, last.
*/
upheld_status upheld_scheme_seal(upheld_scheme *s, upheld_error *err);

/* Code of a spelling (case folded, outer blanks and doubled blanks ignored) or -1; *effect may be NULL. */
int upheld_vocabulary_find(const upheld_vocabulary *v, upheld_text spelling, int *effect);
/* The label nearest to a misspelling, for a hint; NULL when none is near. */
const char *upheld_vocabulary_nearest(const upheld_vocabulary *v, upheld_text spelling);

int upheld_scheme_indicator(const upheld_scheme *s, upheld_text name); /* index or -1 */
int upheld_scheme_published(const upheld_scheme *s, upheld_text name); /* index or -1 */

/*
** The breaks of an indicator that lie after one year and not after another (after < break's year <= upto): bits of
** s->breaks. A series from `after` to `upto` crosses them.
*/
uint32_t upheld_scheme_breaks(const upheld_scheme *s, int indicator, int after, int upto);

/* Reporting year of a date: 2020 for 2019-04-01 .. 2020-03-31. UPHELD_NO_DATE gives 0. */
static inline int upheld_scheme_year(const upheld_scheme *s, upheld_date date) {
  if (date < UPHELD_FIRST_DAY || date > UPHELD_LAST_DAY) return 0; /* UPHELD_NO_DATE among them */
  return s->year_of[date - UPHELD_FIRST_DAY];
}
/* First and last day of a reporting year. */
void upheld_scheme_year_span(const upheld_scheme *s, int year, upheld_date *first, upheld_date *last);

/*
** A reference in any accepted spelling -> its key: the digits as a number, times 27, plus
** 0 or 1..26 for the letter. Equal references have equal keys; keys sort as the references do. False when it has not the form.
*/
bool upheld_reference_parse(const upheld_scheme *s, upheld_text t, uint64_t *key);
/* The stored spelling of a key ("20 001 225a"); buffer of at least 64 bytes; gives its length. */
size_t upheld_reference_format(const upheld_scheme *s, uint64_t key, char *buffer);

/* Lower-case ASCII, blanks trimmed and runs of blanks made one, curly apostrophe made straight; into out (cleared first). */
void upheld_fold(upheld_buffer *out, upheld_text t);

UPHELD_END

#endif
