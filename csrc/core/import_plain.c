/*
** import_plain.c: rows of decisions.csv that say nothing out of the ordinary, in a one-off, or where a register is written in bulk.
** Owns: nothing of what is right. It takes a row only when the checked way (import_decisions.c) would keep it without a word and count
** it once; any other row it leaves to that way, which alone makes faults, warnings and merges. So the two can only agree: what is
** not understood here is not decided here. Specs run every input both ways.
**
** The idea. Most rows are like the last ones: the reference in its usual form, the code and name of an authority that stood together
** before, words met before, dates as 2023-09-17, blanks. Such cells are recognised where they stand in the file's bytes, without fields
** being made of them, and their values stay in registers from the first cell to the counters.
** Must not: report anything, or remember anything but that the reference was met.
*/
#include "import_rows.h"
#include "tally_effect.h"

#if defined(__GNUC__)
#define ALWAYS_INLINE static inline __attribute__((always_inline))
#else
#define ALWAYS_INLINE static inline
#endif

/* Where the values stand; -1: the file has not the column. */
static const int *columns_of(const upheld_importer *im) { return im->sheet.at; }

/*
** The cell in field k. Blanks at its ends, which the checked way takes off, make it something not met before: it is left to that way.
*/
ALWAYS_INLINE upheld_text cell(const upheld_plain_row *row, int k) {
  upheld_text t = {NULL, 0};
  if (k < 0) return t;
  uint32_t from = k == 0 ? row->start : row->ends[k - 1] + 1;
  uint32_t to = (size_t)k + 1 == row->count ? row->end : row->ends[k];
  t.at = row->text + from;
  t.size = to - from;
  return t;
}

ALWAYS_INLINE upheld_date date_in(const upheld_plain_row *row, int k, bool *odd) {
  upheld_date date = UPHELD_NO_DATE;
  upheld_text t = cell(row, k);
  if (t.size != 0 && (t.size != 10 || !upheld_parse_iso(t.at, &date))) *odd = true;
  return date;
}

/* Whether 64 bytes may be read from the cell on: the text goes on behind it. */
ALWAYS_INLINE bool is_within(const upheld_plain_row *row, upheld_text t) { return (size_t)(t.at - row->text) + 64 <= row->size; }

/* What is remembered of a cell that is not blank. */
ALWAYS_INLINE bool known_of(const upheld_plain_row *row, const upheld_memo *memo, upheld_text t, int32_t *known) {
  uint64_t first, last;
  bool within = is_within(row, t);
  if (within) upheld_memo_ends_within(t, &first, &last);
  else upheld_memo_ends(t, &first, &last);
  return upheld_memo_find(memo, t, first, last, within, known);
}

/* Whether the name stood beside the authority's code before. */
ALWAYS_INLINE bool stood_beside(const upheld_importer *im, const upheld_plain_row *row, int32_t authority, upheld_text name) {
  const upheld_name_beside *b = &im->beside[authority];
  if (!is_within(row, name) || name.size > sizeof b->name) return upheld_stood_beside(im, authority, name);
  return b->size == name.size && upheld_same_within(b->name, name.at, name.size);
}

/* The code of a word met before, of a spelling that says nothing besides. */
ALWAYS_INLINE uint8_t word_in(const upheld_plain_row *row, int k, const upheld_memo *memo, bool *odd) {
  int32_t known = UPHELD_NO_CODE;
  upheld_text t = cell(row, k);
  if (t.size == 0) return UPHELD_NO_CODE;
  if (!known_of(row, memo, t, &known) || known < 0 || known > UPHELD_NO_CODE) *odd = true;
  return (uint8_t)known;
}

ALWAYS_INLINE uint8_t yes_no_in(const upheld_plain_row *row, int k, bool *odd) {
  upheld_text t = cell(row, k);
  if (t.size == 0) return UPHELD_NO_CODE;
  if (t.size == 3 && t.at[0] == 'y' && t.at[1] == 'e' && t.at[2] == 's') return 1;
  if (t.size == 2 && t.at[0] == 'n' && t.at[1] == 'o') return 0;
  *odd = true;
  return UPHELD_NO_CODE;
}

/* Text as it stands, without blanks at its ends. */
ALWAYS_INLINE upheld_text text_in(const upheld_plain_row *row, int k, bool *odd) {
  upheld_text t = cell(row, k);
  *odd |= t.size > 0 && ((unsigned char)t.at[0] <= ' ' || (unsigned char)t.at[t.size - 1] <= ' ');
  return t;
}

/* The authority of a code met before, alone or beside the name that stood there last. */
ALWAYS_INLINE uint32_t authority_in(const upheld_importer *im, const upheld_plain_row *row, int name_at, int code_at, bool *odd) {
  int32_t known = -1;
  upheld_text name = cell(row, name_at), code = cell(row, code_at);
  if (code.size > 0) {
    if (!known_of(row, &im->codes, code, &known)) known = -1;
    if (known >= 0 && name.size > 0 && !stood_beside(im, row, known, name)) known = -1;
  } else if (name.size == 0 || !known_of(row, &im->names, name, &known)) {
    known = -1;
  }
  *odd |= known < 0;
  return (uint32_t)known;
}

upheld_status upheld_plain_decision(upheld_importer *im, const upheld_plain_row *row, bool *taken) {
  const int *at = columns_of(im);
  const upheld_scheme *s = im->scheme;
  bool odd = false, again = false;
  *taken = false;
  if (row->count != im->sheet.width) return UPHELD_OK;
  upheld_record r = upheld_record_none();
  upheld_text reference = cell(row, at[UPHELD_D_REFERENCE]);
  if (!upheld_reference_parse(s, reference, &r.reference)) return UPHELD_OK;
  upheld_keys_touch(&im->met, r.reference);
  r.authority = authority_in(im, row, at[UPHELD_D_AUTHORITY], at[UPHELD_D_CODE], &odd);
  r.decided = date_in(row, at[UPHELD_D_DECIDED], &odd);
  r.outcome = word_in(row, at[UPHELD_D_OUTCOME], &im->outcomes, &odd);
  r.area = word_in(row, at[UPHELD_D_AREA], &im->areas, &odd);
  r.received = date_in(row, at[UPHELD_D_RECEIVED], &odd);
  r.remedied = yes_no_in(row, at[UPHELD_D_REMEDIED], &odd);
  r.compliance = word_in(row, at[UPHELD_D_COMPLIANCE], &im->compliance, &odd);
  if (at[UPHELD_D_COMPLIANCE] >= 0) r.flags = UPHELD_RECORD_COMPLIANCE_STATED;
  r.due = date_in(row, at[UPHELD_D_DUE], &odd);
  r.recorded = date_in(row, at[UPHELD_D_RECORDED], &odd);
  if (im->bulk != NULL) {
    r.url = text_in(row, at[UPHELD_D_URL], &odd);
    r.kind = text_in(row, at[UPHELD_D_KIND], &odd);
    r.line = row->line;
    r.import = im->import;
  }
  if (odd || !upheld_decision_is_plain(im, &r)) return UPHELD_OK;
  if (im->reading == UPHELD_READING_AGAIN && upheld_keys_again(&im->met, r.reference)) return UPHELD_OK;
  upheld_status st = upheld_keys_meet(&im->met, r.reference, &again, im->err);
  if (st != UPHELD_OK) return st;
  if (again && im->bulk != NULL) return UPHELD_OK; /* the checked way finds what was said under it */
  if (again && im->reading == UPHELD_READING_AGAIN) return upheld_file_changed(im);
  upheld_file_counts(im)->read++;
  upheld_file_counts(im)->accepted++;
  *taken = true;
  if (im->bulk != NULL) return upheld_bulk_add(im->bulk, &r, im->err);
  if (again) return UPHELD_OK; /* there will be another reading */
  upheld_tally *tally = &im->evidence->tally;
  tally->records++;
  return upheld_tally_later(tally, r.authority, upheld_tally_effect_of(s, &r), im->err);
}
