/*
** scheme.c: building a scheme, and looking words, dates and references up in it.
** Owns: the folding under which two spellings are the same word. It must not
** know any ombudsman's words.
*/
#include "scheme.h"

#include <string.h>

#include "text.h"

enum { UPHELD_FOLD_STACK = 256 }; /* spellings up to this size are folded without memory of their own */

/* {====== folding ====== */

/* Folds t into out (room for t.size bytes; folding never lengthens); gives the size. */
static size_t fold_into(char *out, upheld_text t) {
  size_t n = 0;
  t = upheld_trim(t);
  for (size_t i = 0; i < t.size; i++) {
    char c = t.at[i];
    if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
    if (c == '\t' || c == '\r' || c == '\n') c = ' ';
    if (c == ' ' && n > 0 && out[n - 1] == ' ') continue;
    if ((unsigned char)c == 0xe2 && i + 2 < t.size && (unsigned char)t.at[i + 1] == 0x80 &&
        ((unsigned char)t.at[i + 2] == 0x98 || (unsigned char)t.at[i + 2] == 0x99)) {
      c = '\''; /* curly quotation marks U+2018, U+2019: the ombudsman's pages use both forms */
      i += 2;
    }
    out[n++] = c;
  }
  return n;
}

void upheld_fold(upheld_buffer *out, upheld_text t) {
  out->size = 0;
  upheld_buffer_add(out, t.at, t.size);
  if (out->failed || out->data == NULL) return;
  out->size = fold_into(out->data, t);
  out->data[out->size] = '\0';
}

/* }====== */

/* {====== building ====== */

upheld_status upheld_scheme_new(upheld_scheme **out, const upheld_allocator *a, upheld_error *err) {
  upheld_scheme *s = upheld_new_zero(a, 1, sizeof *s);
  *out = s;
  if (s == NULL) return upheld_nomem(err);
  s->allocator = *a;
  upheld_arena_init(&s->arena, a);
  s->name = s->title = "";
  s->year_month = s->year_day = 1;
  upheld_dict_init(&s->outcomes.spellings, a);
  upheld_dict_init(&s->areas.spellings, a);
  upheld_dict_init(&s->compliance.spellings, a);
  upheld_dict_init(&s->types.spellings, a);
  return UPHELD_OK;
}

void upheld_scheme_free(upheld_scheme *s) {
  if (s == NULL) return;
  upheld_allocator a = s->allocator;
  upheld_dict_free(&s->outcomes.spellings);
  upheld_dict_free(&s->areas.spellings);
  upheld_dict_free(&s->compliance.spellings);
  upheld_dict_free(&s->types.spellings);
  upheld_arena_free(&s->arena);
  upheld_release(&a, s, sizeof *s);
}

upheld_status upheld_scheme_label(upheld_scheme *s, upheld_vocabulary *v, int limit, upheld_text label,
                                  upheld_error *err) {
  label = upheld_trim(label);
  if (label.size == 0) return upheld_fail(err, UPHELD_MISUSE, "bad-scheme", "a label of the scheme is empty");
  if (v->count >= limit || v->count >= 32) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-scheme", "\"%.*s\" is one label too many: this list takes %d",
                       (int)(label.size > 100 ? 100 : label.size), label.at, limit);
  }
  const char *copy = upheld_arena_copy(&s->arena, label);
  if (copy == NULL) return upheld_nomem(err);
  upheld_status st = upheld_scheme_spelling(s, v, label, v->count, 0, err);
  if (st != UPHELD_OK) return st;
  v->labels[v->count++] = copy;
  return UPHELD_OK;
}

upheld_status upheld_scheme_spelling(upheld_scheme *s, upheld_vocabulary *v, upheld_text spelling, int code, int effect,
                                     upheld_error *err) {
  upheld_buffer folded;
  upheld_buffer_init(&folded, &s->allocator);
  upheld_fold(&folded, spelling);
  upheld_status st = UPHELD_OK;
  upheld_text key = {folded.data, folded.size};
  int32_t meaning = code + 256 * effect;
  if (folded.failed) {
    st = upheld_nomem(err);
  } else if (key.size == 0) {
    st = upheld_fail(err, UPHELD_MISUSE, "bad-scheme", "a spelling of the scheme is empty");
  } else {
    int32_t before = upheld_dict_find(&v->spellings, key);
    if (before >= 0 && before != meaning) {
      st = upheld_fail(err, UPHELD_MISUSE, "bad-scheme", "\"%s\" means two things in the scheme", key.at);
    } else {
      st = upheld_dict_set(&v->spellings, key, meaning, err);
    }
  }
  upheld_buffer_free(&folded);
  return st;
}

/* The form for tests of 16 bytes at once: of a place beyond its end nothing is asked, and a digit that it has not is 0. */
static void wide_form(upheld_scheme *s, upheld_text form, size_t size) {
  for (size_t i = 0; i < 16; i++) {
    bool within = i < size;
    s->form_bytes[i] = within && form.at[i] != '9' ? ' ' : '0';
    s->form_most[i] = !within ? UINT8_MAX : form.at[i] == '9' ? 9 : 0;
    s->form_digits[i] = 0x80;
  }
  for (int i = 0; i < s->reference_digits; i++) s->form_digits[16 - s->reference_digits + i] = s->digit_at[i];
}

upheld_status upheld_scheme_reference_form(upheld_scheme *s, upheld_text form, upheld_error *err) {
  int digits = 0, blanks = 0;
  bool letter = false;
  for (size_t i = 0; i < form.size; i++) {
    char c = form.at[i];
    if (c == '9' && !letter) {
      if (digits < (int)sizeof s->digit_at) s->digit_at[digits] = (uint8_t)i;
      digits++;
    } else if (c == ' ') {
      if (blanks < (int)sizeof s->blank_at) s->blank_at[blanks] = (uint8_t)i;
      blanks++;
    } else if (c == '[' && i + 3 == form.size && form.at[i + 1] == 'a' && form.at[i + 2] == ']') {
      letter = true;
      i += 2;
    } else {
      return upheld_fail(err, UPHELD_MISUSE, "bad-scheme",
                         "the reference form \"%.*s\" may hold 9, blanks and a last [a] only",
                         (int)(form.size > 100 ? 100 : form.size), form.at);
    }
  }
  /* 16 digits times 27 still fit a 63-bit key */
  if (digits < 1 || digits > 16 || form.size > 48) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-scheme", "a reference form has 1 to 16 digits, not %d", digits);
  }
  const char *copy = upheld_arena_copy(&s->arena, form);
  if (copy == NULL) return upheld_nomem(err);
  s->reference_form = copy;
  size_t size = (size_t)(digits + blanks);
  s->form_first = s->form_last = s->form_first_most = s->form_last_most = 0;
  for (size_t i = 0; i < 8 && size >= 8 && size <= 16; i++) { /* '0' ^ '0'..'9' is at most 9: adding 0x76 keeps it below 0x80 */
    char first = form.at[i], last = form.at[size - 8 + i];
    s->form_first |= (uint64_t)(first == '9' ? '0' : ' ') << 8 * i;
    s->form_last |= (uint64_t)(last == '9' ? '0' : ' ') << 8 * i;
    s->form_first_most |= (uint64_t)(first == '9' ? 0x76 : 0x7f) << 8 * i;
    s->form_last_most |= (uint64_t)(last == '9' ? 0x76 : 0x7f) << 8 * i;
  }
  s->reference_digits = digits;
  s->reference_blanks = blanks;
  s->reference_letter = letter;
  wide_form(s, form, size);
  return UPHELD_OK;
}

/* Counters that exist in this scheme. */
static uint64_t existing(const upheld_scheme *s) {
  uint64_t mask = UPHELD_MASK_REMEDIED | UPHELD_BIT(UPHELD_COUNTER_NO_AREA);
  for (int i = 0; i < s->outcomes.count; i++) mask |= UPHELD_BIT(i);
  if (s->findings) mask |= UPHELD_MASK_CASES;
  for (int i = 0; i < s->compliance.count; i++) mask |= UPHELD_BIT(UPHELD_COUNTER_COMPLIANCE + i);
  for (int i = 0; i < s->areas.count; i++) mask |= UPHELD_BIT(UPHELD_COUNTER_AREA + i);
  return mask;
}

static uint64_t clock_counters(upheld_clock clock) {
  switch (clock) {
    case UPHELD_CLOCK_RECEIVED: return UPHELD_MASK_RECEIVED;
    case UPHELD_CLOCK_DECIDED: return UPHELD_MASK_DECIDED | UPHELD_MASK_REMEDIED | UPHELD_MASK_CASES;
    case UPHELD_CLOCK_COMPLIANCE: return UPHELD_MASK_COMPLIANCE;
    default: return 0;
  }
}

static upheld_status bad_indicator(const upheld_indicator *ind, const char *what, upheld_error *err) {
  return upheld_fail(err, UPHELD_MISUSE, "bad-scheme", "indicator \"%s\"%s", ind->name, what);
}

/* Whether the numerator of a share is part of its denominator. */
static bool is_part(const upheld_scheme *s, const upheld_indicator *ind) {
  return (ind->numerator & ~ind->denominator) == 0 ||
         (ind->numerator == UPHELD_MASK_REMEDIED && (s->remedying & ~ind->denominator) == 0);
}

static upheld_status seal_indicator(const upheld_scheme *s, int k, upheld_error *err) {
  const upheld_indicator *ind = &s->indicators[k];
  uint64_t allowed = existing(s) & clock_counters(ind->clock);
  for (int j = 0; j < k; j++) {
    if (strcmp(s->indicators[j].name, ind->name) == 0) {
      return upheld_fail(err, UPHELD_MISUSE, "bad-scheme", "two indicators are named \"%s\"", ind->name);
    }
  }
  if (((ind->numerator | ind->denominator | ind->withhold_of) & UPHELD_MASK_CASES) != 0 && !s->findings) {
    return bad_indicator(ind, ": cases are counted where the scheme's records are findings only", err);
  }
  if (ind->measure == UPHELD_MEASURE_DAYS && ind->numerator != 0) {
    return bad_indicator(ind, ": days have no numerator", err);
  }
  if (ind->measure != UPHELD_MEASURE_DAYS && ind->numerator == 0) return bad_indicator(ind, " has an empty numerator", err);
  if ((ind->denominator == 0) != (ind->measure == UPHELD_MEASURE_RESIDENTS) ||
      ((ind->numerator | ind->denominator) & ~allowed) != 0) {
    return bad_indicator(ind, " counts something that its clock does not have", err);
  }
  if (ind->measure == UPHELD_MEASURE_DAYS && (ind->clock != UPHELD_CLOCK_DECIDED || (ind->denominator & ~UPHELD_MASK_DECIDED) != 0)) {
    return bad_indicator(ind, ": days are counted over outcomes, on the clock decided", err);
  }
  if (ind->measure == UPHELD_MEASURE_SHARE && ind->per == 100 && !is_part(s, ind)) {
    return bad_indicator(ind, ": the numerator is no part of the denominator", err);
  }
  if (ind->per <= 0 || ind->decimals < 0 || ind->decimals > 6) return bad_indicator(ind, ": per or decimals out of range", err);
  if (ind->caution_below < 0 || ind->withhold_below < 0 || (ind->withhold_of & ~allowed) != 0) {
    return bad_indicator(ind, ": a threshold is a count of what its clock has, 0 for none", err);
  }
  if (ind->since < 0 || ind->until < 0 || (ind->until != 0 && ind->until < ind->since)) {
    return bad_indicator(ind, ": since and until are years, in this order", err);
  }
  return UPHELD_OK;
}

static upheld_status seal_break(const upheld_scheme *s, int k, upheld_error *err) {
  const upheld_break *b = &s->breaks[k];
  uint64_t all = s->indicator_count < 64 ? UPHELD_BIT(s->indicator_count) - 1 : UINT64_MAX;
  if (b->name[0] == '\0' || b->text[0] == '\0') {
    return upheld_fail(err, UPHELD_MISUSE, "bad-scheme", "break %d has no name, or no text that says what changed", k + 1);
  }
  for (int j = 0; j < k; j++) {
    if (strcmp(s->breaks[j].name, b->name) == 0) {
      return upheld_fail(err, UPHELD_MISUSE, "bad-scheme", "two breaks are named \"%s\"", b->name);
    }
  }
  if (b->year <= UPHELD_FIRST_YEAR || b->year > UPHELD_LAST_YEAR) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-scheme", "break \"%s\": its year must be a number from %d to %d",
                       b->name, UPHELD_FIRST_YEAR + 1, UPHELD_LAST_YEAR);
  }
  if (b->indicators == 0 || (b->indicators & ~all) != 0) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-scheme", "break \"%s\" concerns no indicator of the scheme", b->name);
  }
  return UPHELD_OK;
}

/* By year, stable: a handful, so by insertion. */
static void sort_breaks(upheld_scheme *s) {
  for (int k = 1; k < s->break_count; k++) {
    upheld_break b = s->breaks[k];
    int j = k;
    for (; j > 0 && s->breaks[j - 1].year > b.year; j--) s->breaks[j] = s->breaks[j - 1];
    s->breaks[j] = b;
  }
}

static void seal_years(upheld_scheme *s) {
  bool calendar = s->year_month == 1 && s->year_day == 1;
  upheld_date day = UPHELD_FIRST_DAY, next;
  for (int year = UPHELD_FIRST_YEAR; day <= UPHELD_LAST_DAY; year++) {
    if (!upheld_date_from(calendar ? year + 1 : year, s->year_month, s->year_day, &next)) next = UPHELD_LAST_DAY + 1;
    while (day < next) s->year_of[day++ - UPHELD_FIRST_DAY] = (uint16_t)year;
  }
}

upheld_status upheld_scheme_seal(upheld_scheme *s, upheld_error *err) {
  upheld_date probe;
  if (s->name[0] == '\0') return upheld_fail(err, UPHELD_MISUSE, "bad-scheme", "the scheme has no name");
  if (s->outcomes.count == 0) return upheld_fail(err, UPHELD_MISUSE, "bad-scheme", "the scheme has no outcomes");
  if (s->reference_form == NULL) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-scheme", "the scheme has no reference form");
  }
  /* 2001 is no leap year: a year cannot start on 29 February */
  if (!upheld_date_from(2001, s->year_month, s->year_day, &probe)) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-scheme", "the year cannot start on day %d of month %d", s->year_day,
                       s->year_month);
  }
  seal_years(s);
  if ((s->investigated & ~UPHELD_MASK_DECIDED) != 0 || (s->remedying & ~UPHELD_MASK_DECIDED) != 0) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-scheme", "\"investigated\" and \"remedying\" are lists of outcomes");
  }
  if (s->findings && !s->reference_letter) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-scheme",
                       "findings of one case are told apart by a letter: the reference form must end in [a]");
  }
  for (int k = 0; k < s->indicator_count; k++) {
    upheld_status st = seal_indicator(s, k, err);
    if (st != UPHELD_OK) return st;
    if (s->indicators[k].measure == UPHELD_MEASURE_DAYS) s->counts_days = true;
  }
  for (int k = 0; k < s->break_count; k++) {
    upheld_status st = seal_break(s, k, err);
    if (st != UPHELD_OK) return st;
  }
  sort_breaks(s);
  for (int k = 0; k < s->published_count; k++) {
    const upheld_published_item *p = &s->published[k];
    bool count = p->mask != 0;
    bool rate = p->indicator >= 0 && p->indicator < s->indicator_count;
    if (count == rate || (p->mask & ~existing(s)) != 0) {
      return upheld_fail(err, UPHELD_MISUSE, "bad-scheme", "published item \"%s\" must be a count or a rate", p->name);
    }
  }
  return UPHELD_OK;
}

/* }====== */

/* {====== looking up ====== */

int upheld_vocabulary_find(const upheld_vocabulary *v, upheld_text spelling, int *effect) {
  char folded[UPHELD_FOLD_STACK];
  if (spelling.size > sizeof folded) return -1; /* longer than any spelling that people use for a code */
  upheld_text key = {folded, fold_into(folded, spelling)};
  int32_t found = upheld_dict_find(&v->spellings, key);
  if (found < 0) return -1;
  if (effect != NULL) *effect = found / 256;
  return found % 256;
}

/* Levenshtein distance of two short texts, cut at 64 bytes. */
static int distance(upheld_text a, upheld_text b) {
  int row[65];
  size_t n = a.size > 64 ? 64 : a.size, m = b.size > 64 ? 64 : b.size;
  for (size_t j = 0; j <= m; j++) row[j] = (int)j;
  for (size_t i = 1; i <= n; i++) {
    int diagonal = row[0];
    row[0] = (int)i;
    for (size_t j = 1; j <= m; j++) {
      int best = diagonal + (a.at[i - 1] != b.at[j - 1]);
      diagonal = row[j];
      if (row[j] + 1 < best) best = row[j] + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      row[j] = best;
    }
  }
  return row[m];
}

const char *upheld_vocabulary_nearest(const upheld_vocabulary *v, upheld_text spelling) {
  char wrong[UPHELD_FOLD_STACK] = "", right[UPHELD_FOLD_STACK] = "";
  if (spelling.size > sizeof wrong) return NULL;
  upheld_text w = {wrong, fold_into(wrong, spelling)};
  const char *best = NULL;
  int least = (int)(w.size / 3) + 2; /* a third of the letters may differ */
  for (int i = 0; i < v->count; i++) {
    upheld_text label = upheld_text_of(v->labels[i]);
    if (label.size > sizeof right) continue;
    upheld_text r = {right, fold_into(right, label)};
    int d = distance(w, r);
    if (d < least) {
      least = d;
      best = v->labels[i];
    }
  }
  return best;
}

int upheld_scheme_indicator(const upheld_scheme *s, upheld_text name) {
  for (int i = 0; i < s->indicator_count; i++) {
    if (upheld_text_is(name, s->indicators[i].name)) return i;
  }
  return -1;
}

int upheld_scheme_published(const upheld_scheme *s, upheld_text name) {
  for (int i = 0; i < s->published_count; i++) {
    if (upheld_text_is(name, s->published[i].name)) return i;
  }
  return -1;
}

/* }====== */

/* {====== years and references ====== */

uint32_t upheld_scheme_breaks(const upheld_scheme *s, int indicator, int after, int upto) {
  uint32_t out = 0;
  for (int k = 0; k < s->break_count; k++) {
    const upheld_break *b = &s->breaks[k];
    if ((b->indicators & UPHELD_BIT(indicator)) != 0 && b->year > after && b->year <= upto) out |= UINT32_C(1) << k;
  }
  return out;
}

void upheld_scheme_year_span(const upheld_scheme *s, int year, upheld_date *first, upheld_date *last) {
  bool calendar = s->year_month == 1 && s->year_day == 1;
  int start = calendar ? year : year - 1;
  upheld_date next;
  *first = *last = UPHELD_NO_DATE;
  if (!upheld_date_from(start, s->year_month, s->year_day, first)) return;
  if (upheld_date_from(start + 1, s->year_month, s->year_day, &next)) {
    *last = next - 1;
  } else {
    *last = *first + 364; /* the last year that dates reach */
  }
}

/* Whether digits and blanks stand where the form has them. */
static bool has_form(const upheld_scheme *s, const char *at) {
  unsigned bad = 0;
  for (int i = 0; i < s->reference_digits; i++) bad |= (unsigned char)at[s->digit_at[i]] - (unsigned)'0' > 9;
  for (int i = 0; i < s->reference_blanks; i++) bad |= at[s->blank_at[i]] != ' ' && at[s->blank_at[i]] != '-';
  return bad == 0;
}

/* The same for forms of 8 to 16 characters that are written as the form is: eight bytes tested together (text.h, upheld_parse_iso). */
static inline bool has_usual_form(const upheld_scheme *s, const char *at, size_t size) {
  uint64_t first = upheld_word_at(at) ^ s->form_first, last = upheld_word_at(at + size - 8) ^ s->form_last;
  uint64_t over = (first + s->form_first_most) | first | (last + s->form_last_most) | last;
  return (over & UINT64_C(0x8080808080808080)) == 0;
}

bool upheld_reference_parse(const upheld_scheme *s, upheld_text t, uint64_t *key) {
  uint64_t digits = 0;
  unsigned letter = 0;
  if (t.size == 0) return false;
  if ((unsigned char)t.at[0] <= ' ' || (unsigned char)t.at[t.size - 1] <= ' ') t = upheld_trim(t);
  size_t size = (size_t)(s->reference_digits + s->reference_blanks);
  if (t.size != size) {
    if (t.size != size + 1 || !s->reference_letter) return false;
    if (t.at[size] < 'a' || t.at[size] > 'z') return false;
    letter = (unsigned)(t.at[size] - 'a') + 1;
  }
  if (!(s->form_first != 0 && has_usual_form(s, t.at, size)) && !has_form(s, t.at)) return false;
  for (int i = 0; i < s->reference_digits; i++) digits = digits * 10 + (t.at[s->digit_at[i]] & 15);
  *key = digits * 27 + letter;
  return true;
}

size_t upheld_reference_format(const upheld_scheme *s, uint64_t key, char *buffer) {
  char digits[20] = "";
  uint64_t number = key / 27;
  unsigned letter = (unsigned)(key % 27);
  int next = 0;
  size_t n = 0;
  for (int i = s->reference_digits - 1; i >= 0; i--) {
    digits[i] = (char)('0' + number % 10);
    number /= 10;
  }
  for (const char *f = s->reference_form; *f != '\0' && *f != '['; f++) {
    buffer[n++] = *f == '9' ? digits[next++] : ' ';
  }
  if (letter != 0) buffer[n++] = (char)('a' + letter - 1);
  buffer[n] = '\0';
  return n;
}

/* }====== */
