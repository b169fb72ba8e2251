/*
** import_plain.c: rows of decisions.csv that say nothing out of the ordinary, in a one-off, or where a register is written in bulk.
** Owns: nothing of what is right. It takes a row only when the checked way (import_decisions.c) would keep it without a word and count
** it once; any other row it leaves to that way, which alone makes faults, warnings and merges. So the two can only agree: what is
** not understood here is not decided here. Specs run every input both ways.
**
** The idea. Most rows are like the last ones: the reference in its usual form, the code and name of an authority that stood together
** before, words met before, dates as 2023-09-17, blanks. Such cells are recognised where they stand in the file's bytes, without fields
** being made of them: a name or a word is the one remembered when its 64 bytes are, those beyond its end left out of the comparison.
** That is done a column at a time over some dozen rows: each loop does one thing, and the processor has several rows of it under
** way at once. The rows before the first odd one are then written down (moves.h); what they move is made later. All
** machines do the same, but that AVX2 compares 64 bytes, and reads a reference or two dates, in a few instructions (chosen at run time).
** Must not: report anything, or remember anything but what records are to move.
*/
#include "import_rows.h"
#include "tally_effect.h"

#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__)
#define HAVE_AVX2 1
#define HAVE_AVX512 1
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2,bmi,popcnt")))
#endif

#if defined(__GNUC__)
#define ALWAYS_INLINE static inline __attribute__((always_inline))
#else
#define ALWAYS_INLINE static inline
#endif

enum {
  BEHIND = 64,     /* bytes that may be read from any cell on */
  ROWS = 64,       /* of one batch */
  DAY = 0x1ffff,   /* a day code's day, from 1 on; above it the year's code (tally_effect.h). 0: no date */
  YEAR_SHIFT = 17
};

/*
** Rows of `width` fields each: field k of row i ends at ends[i * width + k], and begins behind ends[i * width + k - 1]. What is found
** in them, row by row.
*/
typedef struct batch {
  const char *text;
  const uint32_t *ends;
  size_t width, count;
  uint64_t *references; /* these three stand in moves already, behind its last record */
  upheld_effect *effects;
  uint16_t *authorities;
  uint32_t received[ROWS], decided[ROWS]; /* day codes */
  uint8_t outcomes[ROWS], areas[ROWS];
  uint8_t dated[ROWS];  /* a date may lie outside the authority's span */
  uint8_t odd[ROWS];    /* the row is for the checked way */
  uint8_t listed[ROWS]; /* rows that say more than when a case came and how it ended; or seem odd */
  size_t listed_count;
} batch;

/* What a row says of the remedy. */
typedef struct remedy {
  uint8_t remedied, compliance;
  uint32_t due, recorded;
} remedy;

/* What depends on the machine. */
typedef bool (*same_fn)(const char *a, const char *b, size_t size);
typedef bool (*reference_fn)(const upheld_scheme *s, upheld_text t, uint64_t *key);
typedef bool (*two_dates_fn)(const upheld_importer *im, upheld_text one, upheld_text other, uint32_t *first, uint32_t *second);

/*
** A column of cells as they stand, from which one is taken after the other. It is copied out of the batch before a loop, since whatever is written
** to bytes there might else be thought to change it.
*/
typedef struct column {
  const char *text;
  const uint32_t *ends;
  size_t width;
} column;

ALWAYS_INLINE column column_of(const batch *b, int k) {
  column c = {b->text, b->ends + (k < 0 ? 0 : k), b->width};
  return c;
}

ALWAYS_INLINE upheld_text bare_cell(const column *c, size_t i) {
  const uint32_t *ends = c->ends + i * c->width;
  uint32_t from = ends[-1] + 1;
  upheld_text t = {c->text + from, ends[0] - from};
  return t;
}

/*
** The same without a CR behind the row, and without quotes around it. Should others be within, it is nothing that is recognised here, since
** nothing that is remembered holds a quote. Blanks at its ends, which the checked way takes off, make it something not met before likewise.
*/
static upheld_text cell(const batch *b, size_t i, int k) {
  upheld_text t = {"", 0};
  if (k < 0) return t;
  const column c = column_of(b, k);
  t = bare_cell(&c, i);
  if (t.size > 0 && (size_t)k + 1 == b->width && t.at[t.size - 1] == '\r') t.size--;
  if (t.size >= 2 && t.at[0] == '"') {
    t.at++;
    t.size -= 2;
  }
  return t;
}

/* {====== words ====== */

/* The code of a word met before, of a spelling that says nothing besides; it is not blank. Where it is, is as a rule where it is looked for. */
ALWAYS_INLINE bool known_word(upheld_memo memo, upheld_text t, same_fn same, uint8_t *code) {
  size_t at = upheld_memo_word_place(&memo, t);
  const upheld_memo_slot *slot = &memo.slots[at];
  for (int probe = 1; probe < UPHELD_MEMO_PROBES && slot->size != t.size + 1; probe++) slot = &memo.slots[(at + (size_t)probe) & (memo.count - 1)];
  *code = (uint8_t)slot->value;
  return (slot->size == t.size + 1) & (t.size <= BEHIND) & ((uint32_t)slot->value < UPHELD_NO_CODE) && same(slot->key, t.at, t.size);
}

/* The same of a cell that is not bare, or blank. */
static uint8_t word_in(upheld_text t, const upheld_memo *memo, uint8_t *odd) {
  int32_t known = UPHELD_NO_CODE;
  if (t.size == 0) return UPHELD_NO_CODE;
  if (!upheld_memo_get(memo, t, &known) || known < 0 || known > UPHELD_NO_CODE) *odd = 1;
  return (uint8_t)known;
}

ALWAYS_INLINE void read_words(batch *b, int k, const upheld_memo *memo, uint8_t *codes, same_fn same) {
  const column c = column_of(b, k);
  const upheld_memo known = *memo;
  const size_t count = k < 0 ? 0 : b->count;
  for (size_t i = 0; i < count; i++) {
    upheld_text t = bare_cell(&c, i);
    if (t.size == 0 || !known_word(known, t, same, &codes[i])) codes[i] = word_in(cell(b, i, k), memo, &b->odd[i]);
  }
  if (k < 0) memset(codes, UPHELD_NO_CODE, b->count);
}

static uint8_t yes_no_in(upheld_text t, uint8_t *odd) {
  if (t.size == 0) return UPHELD_NO_CODE;
  if (t.size == 3 && t.at[0] == 'y' && t.at[1] == 'e' && t.at[2] == 's') return 1;
  if (t.size == 2 && t.at[0] == 'n' && t.at[1] == 'o') return 0;
  *odd = 1;
  return UPHELD_NO_CODE;
}

/* The authority of a code met before, alone or beside the name that stood there last; or of a name. */
static uint16_t authority_in(const upheld_importer *im, upheld_text name, upheld_text code, uint8_t *odd) {
  int32_t known = -1;
  if (code.size > 0) {
    if (!upheld_memo_get(&im->codes, code, &known)) known = -1;
    if (known >= 0 && name.size > 0 && !upheld_stood_beside(im, known, name)) known = -1;
  } else if (name.size == 0 || !upheld_memo_get(&im->names, name, &known)) {
    known = -1;
  }
  *odd |= known < 0;
  return (uint16_t)(known < 0 ? 0 : known);
}

/* The same of bare cells, a code of 8 to 16 bytes beside a name, by one look. */
ALWAYS_INLINE const upheld_pair *known_pair(const upheld_pair *pairs, upheld_text name, upheld_text code, same_fn same) {
  if (code.size - 8 > 8 || name.size - 1 >= sizeof pairs->name) return NULL;
  uint64_t first = upheld_word_at(code.at), last = upheld_word_at(code.at + code.size - 8);
  size_t at = upheld_pair_place(first, last);
  uint32_t sizes = (uint32_t)(code.size | name.size << 16);
  const upheld_pair *p = &pairs[at];
  if (((p->first ^ first) | (p->last ^ last)) != 0) p = &pairs[at ^ 1];
  bool good = (((p->first ^ first) | (p->last ^ last) | (p->sizes ^ sizes)) == 0) & same(p->name, name.at, name.size);
  return good ? p : NULL;
}

ALWAYS_INLINE void read_authorities(const upheld_importer *im, batch *b, int name_at, int code_at, same_fn same) {
  const bool both = name_at >= 0 && code_at >= 0;
  const column names = column_of(b, name_at), codes = column_of(b, code_at);
  const upheld_pair *pairs = im->pairs;
  const size_t count = b->count;
  uint16_t *authorities = b->authorities;
  for (size_t i = 0; i < count; i++) {
    upheld_text name = bare_cell(&names, i);
    size_t quoted = name.at[0] == '"'; /* as names with a comma in them are; nothing that is remembered holds a quote itself */
    name.at += quoted;
    name.size -= 2 * quoted;
    const upheld_pair *p = both ? known_pair(pairs, name, bare_cell(&codes, i), same) : NULL;
    if (p != NULL) {
      authorities[i] = p->authority;
      b->dated[i] = (uint8_t)p->dated;
      continue;
    }
    b->authorities[i] = authority_in(im, cell(b, i, name_at), cell(b, i, code_at), &b->odd[i]);
    b->dated[i] = (uint8_t)im->beside[b->authorities[i]].dated;
  }
}

/* }====== */

/* {====== references and dates ====== */

ALWAYS_INLINE void read_references(const upheld_importer *im, batch *b, reference_fn parse) {
  const int k = im->sheet.at[UPHELD_D_REFERENCE];
  const column c = column_of(b, k);
  const upheld_scheme *s = im->scheme;
  const size_t count = b->count;
  uint64_t *references = b->references;
  memset(b->odd, 0, count);
  for (size_t i = 0; i < count; i++) {
    if (parse(s, bare_cell(&c, i), &references[i])) continue;
    references[i] = 0;
    b->odd[i] = !upheld_reference_parse(s, cell(b, i, k), &references[i]);
  }
}

static inline uint32_t day_code(const upheld_scheme *s, upheld_date date) {
  return (uint32_t)(date - UPHELD_FIRST_DAY + 1) | (uint32_t)upheld_year_code(s, date) << YEAR_SHIFT;
}

static inline upheld_date date_of(uint32_t code) {
  return code == 0 ? UPHELD_NO_DATE : (upheld_date)(code & DAY) - 1 + UPHELD_FIRST_DAY;
}

/* A date as a day code; what is no ten bytes such as 2023-09-17, nor blank, is odd. */
static inline uint32_t date_in(const upheld_importer *im, upheld_text t, uint8_t *odd) {
  upheld_date date;
  if (t.size == 10 && upheld_parse_iso(t.at, &date)) return day_code(im->scheme, date);
  *odd |= t.size != 0;
  return 0;
}

/* When cases were received and decided: nearly every record has both. */
ALWAYS_INLINE void read_both_dates(const upheld_importer *im, batch *b, two_dates_fn two) {
  int received = im->sheet.at[UPHELD_D_RECEIVED], decided = im->sheet.at[UPHELD_D_DECIDED];
  const column first = column_of(b, received), second = column_of(b, decided);
  const size_t count = b->count;
  for (size_t i = 0; received < 0 && i < count; i++) {
    b->received[i] = 0;
    b->decided[i] = date_in(im, cell(b, i, decided), &b->odd[i]);
  }
  for (size_t i = 0; received >= 0 && i < count; i++) {
    upheld_text one = bare_cell(&first, i), other = bare_cell(&second, i);
    if (one.size == 10 && other.size == 10 && two(im, one, other, &b->received[i], &b->decided[i])) continue;
    b->received[i] = date_in(im, cell(b, i, received), &b->odd[i]);
    b->decided[i] = date_in(im, cell(b, i, decided), &b->odd[i]);
  }
}

static inline bool two_dates(const upheld_importer *im, upheld_text one, upheld_text other, uint32_t *first, uint32_t *second) {
  uint8_t odd = 0;
  *first = date_in(im, one, &odd);
  *second = date_in(im, other, &odd);
  return odd == 0;
}

/* }====== */

/* {====== records ====== */

/*
** Marks the rows in which anything is said of a remedy. Columns that stand side by side are all blank when from the first to the last there
** are but their commas.
*/
static void mark_remedies(const upheld_importer *im, const batch *b, uint8_t *more) {
  static const int tail[] = {UPHELD_D_REMEDIED, UPHELD_D_DUE, UPHELD_D_COMPLIANCE, UPHELD_D_RECORDED};
  const int count = (int)(sizeof tail / sizeof tail[0]);
  for (int c = 0; c < count;) {
    int k = im->sheet.at[tail[c++]], last = k;
    if (k < 0) continue;
    while (c < count && im->sheet.at[tail[c]] == last + 1) last = im->sheet.at[tail[c++]];
    const char *text = b->text;
    const uint32_t *before = b->ends + k - 1, *end = b->ends + last, blank = (uint32_t)(last - k + 1);
    const size_t rows = b->count, width = b->width;
    const bool ends_row = (size_t)last + 1 == width;
    for (size_t i = 0; i < rows; i++, before += width, end += width) {
      more[i] |= *end - *before != blank + (ends_row & (text[*end - 1] == '\r'));
    }
  }
}

/*
** Lists the rows that are not of the usual kind: received, then decided, without anything of a remedy, by an authority without dates of its own;
** and fills the effects of those that are. Which ones they are cannot be foreseen, so there is no jump.
*/
static void list_unusual(const upheld_importer *im, batch *b) {
  const upheld_scheme *s = im->scheme;
  const uint64_t remedying = s->remedying;
  const bool none_usual = im->sheet.at[UPHELD_D_COMPLIANCE] < 0 || s->findings || s->counts_days;
  uint8_t more[ROWS];
  memset(more, none_usual, b->count);
  mark_remedies(im, b, more);
  size_t listed = 0;
  const size_t count = b->count;
  upheld_effect *effects = b->effects;
  for (size_t i = 0; i < count; i++) {
    uint32_t received = b->received[i], decided = b->decided[i];
    unsigned outcome = b->outcomes[i];
    unsigned unusual = more[i] | b->odd[i] | (unsigned)(received == 0) | (unsigned)((received & DAY) > (decided & DAY)) |
                       (unsigned)(remedying >> (outcome & 63) & 1) | (unsigned)(outcome == UPHELD_NO_CODE) |
                       b->dated[i];
    effects[i] = upheld_usual_effect(received >> YEAR_SHIFT, b->areas[i], decided >> YEAR_SHIFT, (uint8_t)outcome);
    b->listed[listed] = (uint8_t)i;
    listed += unusual != 0;
  }
  b->listed_count = listed;
}

/* All that is said in row i, once its cells have been read. */
static void record_of(const upheld_importer *im, const batch *b, size_t i, const remedy *m, upheld_record *r) {
  *r = upheld_record_none();
  r->reference = b->references[i];
  r->authority = b->authorities[i];
  r->received = date_of(b->received[i]);
  r->decided = date_of(b->decided[i]);
  r->due = date_of(m->due);
  r->recorded = date_of(m->recorded);
  r->outcome = b->outcomes[i];
  r->area = b->areas[i];
  r->remedied = m->remedied;
  r->compliance = m->compliance;
  if (im->sheet.at[UPHELD_D_COMPLIANCE] >= 0) r->flags = UPHELD_RECORD_COMPLIANCE_STATED;
}

/* The effect of row i as the checked way has it, weighing all that may stand in a record. */
static void weigh(const upheld_importer *im, batch *b, size_t i, const remedy *m) {
  upheld_record r;
  record_of(im, b, i, m, &r);
  if (upheld_decision_is_plain(im, &r)) b->effects[i] = upheld_tally_effect_of(im->scheme, &r);
  else b->odd[i] = 1;
}

/* Cells of any kind, one by one; remedied before has been read. */
static void read_remedy(const upheld_importer *im, batch *b, size_t i, remedy *m) {
  const int *at = im->sheet.at;
  uint8_t *odd = &b->odd[i];
  m->compliance = word_in(cell(b, i, at[UPHELD_D_COMPLIANCE]), &im->compliance, odd);
  m->due = date_in(im, cell(b, i, at[UPHELD_D_DUE]), odd);
  m->recorded = date_in(im, cell(b, i, at[UPHELD_D_RECORDED]), odd);
}

ALWAYS_INLINE void weigh_listed(const upheld_importer *im, batch *b, same_fn same, two_dates_fn two) {
  const int *at = im->sheet.at;
  const bool both = at[UPHELD_D_DUE] >= 0 && at[UPHELD_D_RECORDED] >= 0 && at[UPHELD_D_COMPLIANCE] >= 0;
  const column dues = column_of(b, at[UPHELD_D_DUE]), recordeds = column_of(b, at[UPHELD_D_RECORDED]);
  const column outcomes = column_of(b, at[UPHELD_D_COMPLIANCE]);
  for (size_t n = 0; n < b->listed_count; n++) {
    size_t i = b->listed[n];
    uint8_t *odd = &b->odd[i];
    remedy m;
    if (*odd != 0) continue;
    m.remedied = yes_no_in(cell(b, i, at[UPHELD_D_REMEDIED]), odd);
    if (both) {
      upheld_text due = bare_cell(&dues, i), recorded = bare_cell(&recordeds, i), outcome = bare_cell(&outcomes, i);
      if (due.size == 10 && recorded.size == 10 && outcome.size > 0 && known_word(im->compliance, outcome, same, &m.compliance) &&
          two(im, due, recorded, &m.due, &m.recorded)) {
        weigh(im, b, i, &m);
        continue;
      }
    }
    read_remedy(im, b, i, &m);
    weigh(im, b, i, &m);
  }
}

/* Text as it stands; with blanks at its ends, which the checked way takes off, or quotes or controls within, it is that way's. */
static upheld_text text_in(const batch *b, size_t i, int k, uint8_t *odd) {
  upheld_text t = cell(b, i, k);
  if (t.size == 0) return t;
  *odd |= t.at[0] == ' ' || t.at[t.size - 1] == ' ';
  for (size_t at = 0; at < t.size; at++) *odd |= (unsigned char)t.at[at] < ' ' || t.at[at] == '"';
  return t;
}

/* Gives row i, which is not odd, to those that are written in bulk; *kept false: its reference has been met, or its texts are odd. */
static upheld_status keep_in_bulk(upheld_importer *im, batch *b, size_t i, int64_t line, bool *kept) {
  upheld_record r;
  remedy m;
  bool again = false;
  m.remedied = yes_no_in(cell(b, i, im->sheet.at[UPHELD_D_REMEDIED]), &b->odd[i]);
  read_remedy(im, b, i, &m); /* without a fault: it was read before, or is blank */
  record_of(im, b, i, &m, &r);
  r.url = text_in(b, i, im->sheet.at[UPHELD_D_URL], &b->odd[i]);
  r.kind = text_in(b, i, im->sheet.at[UPHELD_D_KIND], &b->odd[i]);
  r.line = line;
  r.import = im->import;
  *kept = false;
  if (b->odd[i] != 0) return UPHELD_OK;
  upheld_status st = upheld_keys_meet(&im->met, r.reference, &again, im->err);
  if (st != UPHELD_OK || again) return st; /* the checked way finds what was said under it */
  *kept = true;
  return upheld_bulk_add(im->bulk, &r, im->err);
}

/* Whether a byte above 127 stands in the text. */
static bool has_high(const char *text, size_t size) {
  unsigned all = 0;
  for (size_t i = 0; i < size; i++) all |= (unsigned char)text[i];
  return all > 127;
}

/* How many of the rows, `most` at most, have the file's width and may be looked at. */
static size_t even_rows(const upheld_plain_rows *rows, size_t from, size_t first, size_t width, size_t most) {
  const upheld_index_row *row = rows->rows + from;
  const uint32_t *ends = rows->ends;
  const size_t last_end = rows->size < BEHIND ? 0 : rows->size - BEHIND, count = rows->count - from < most ? rows->count - from : most;
  size_t k = 0, last = first + width - 1;
  uint32_t before = ends[first - 1];
  for (; k < count; k++, last += width) {
    if (row[k].last != last) break;
    uint32_t end = ends[last], start = before + 1; /* before the first row of all stands UINT32_MAX */
    if ((end - start >= UPHELD_PLAIN_ROW) | (end > last_end)) break;
    if (rows->high && has_high(rows->text + start, end - start)) break;
    before = end;
  }
  return k;
}

ALWAYS_INLINE void read_batch(const upheld_importer *im, batch *b, same_fn same, reference_fn parse, two_dates_fn two) {
  const int *at = im->sheet.at;
  read_references(im, b, parse);
  read_authorities(im, b, at[UPHELD_D_AUTHORITY], at[UPHELD_D_CODE], same);
  read_both_dates(im, b, two);
  read_words(b, at[UPHELD_D_AREA], &im->areas, b->areas, same);
  read_words(b, at[UPHELD_D_OUTCOME], &im->outcomes, b->outcomes, same);
  list_unusual(im, b);
  weigh_listed(im, b, same, two);
}

/* }====== */

static void read_words_batch(const upheld_importer *im, batch *b) {
  read_batch(im, b, upheld_same_within, upheld_reference_parse, two_dates);
}

#ifdef HAVE_AVX2
/* As upheld_same_within, for one byte at least. */
AVX2 static inline bool same_avx2(const char *a, const char *b, size_t size) {
  const __m256i *x = (const __m256i *)(const void *)a, *y = (const __m256i *)(const void *)b;
  uint32_t low = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_loadu_si256(x), _mm256_loadu_si256(y)));
  uint32_t high = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_loadu_si256(x + 1), _mm256_loadu_si256(y + 1)));
  return ~((uint64_t)high << 32 | low) << (64 - size) == 0;
}

/*
** A reference written as its form is: every byte has at most its place's distance from '0' or a blank. Its digits are moved together, and
** made a number in pairs, then fours, then eights.
*/
AVX2 static inline bool reference_avx2(const upheld_scheme *s, upheld_text t, uint64_t *key) {
  size_t size = (size_t)(s->reference_digits + s->reference_blanks);
  unsigned letter = t.size == size ? 0 : (unsigned)(unsigned char)t.at[size] - (unsigned)('a' - 1);
  if (s->form_first == 0 || (t.size != size && (t.size != size + 1 || !s->reference_letter || letter - 1 >= 26))) return false;
  __m128i v = _mm_xor_si128(_mm_loadu_si128((const __m128i *)(const void *)t.at), _mm_loadu_si128((const __m128i *)(const void *)s->form_bytes));
  __m128i over = _mm_subs_epu8(v, _mm_loadu_si128((const __m128i *)(const void *)s->form_most));
  if (!_mm_testz_si128(over, over)) return false;
  v = _mm_shuffle_epi8(v, _mm_loadu_si128((const __m128i *)(const void *)s->form_digits));
  v = _mm_maddubs_epi16(v, _mm_set1_epi16(10 | 1 << 8));
  v = _mm_madd_epi16(v, _mm_set1_epi32(100 | 1 << 16));
  v = _mm_packus_epi32(v, v);
  v = _mm_madd_epi16(v, _mm_set1_epi32(10000 | 1 << 16));
  uint64_t both = (uint64_t)_mm_cvtsi128_si64(v);
  *key = ((both & UINT32_MAX) * 100000000 + (both >> 32)) * 27 + letter;
  return true;
}

/* The code of a day from its year, and its month times 256 plus its day; 0: there is none, or it is not to be had so. */
ALWAYS_INLINE uint32_t looked_up(const uint64_t *codes, uint64_t parts) {
  uint32_t year = (uint32_t)parts - UPHELD_FIRST_YEAR, month = (uint32_t)(parts >> 40), day = (uint32_t)(parts >> 32) & 0xff;
  bool there = (year < UPHELD_LAST_YEAR - UPHELD_FIRST_YEAR) & (month < 16);
  uint64_t code = codes[there ? year * 16 + month : 0];
  return day - 1 < (uint32_t)(code >> 32) ? (uint32_t)code + day : 0;
}

/* Both dates in one register, tested and read as a reference is. */
AVX2 static inline bool two_dates_avx2(const upheld_importer *im, upheld_text one, upheld_text other, uint32_t *first, uint32_t *second) {
  const __m256i form = _mm256_broadcastsi128_si256(_mm_setr_epi8('0', '0', '0', '0', '-', '0', '0', '-', '0', '0', 0, 0, 0, 0, 0, 0));
  const __m256i most = _mm256_broadcastsi128_si256(_mm_setr_epi8(9, 9, 9, 9, 0, 9, 9, 0, 9, 9, -1, -1, -1, -1, -1, -1));
  const __m256i digits = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 2, 3, 5, 6, 8, 9, -1, -1, -1, -1, -1, -1, -1, -1));
  __m256i v = _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)one.at));
  v = _mm256_inserti128_si256(v, _mm_loadu_si128((const __m128i *)(const void *)other.at), 1);
  v = _mm256_xor_si256(v, form);
  __m256i over = _mm256_subs_epu8(v, most);
  v = _mm256_shuffle_epi8(v, digits);
  v = _mm256_maddubs_epi16(v, _mm256_set1_epi16(10 | 1 << 8));
  v = _mm256_madd_epi16(v, _mm256_set1_epi64x(100 | 1 << 16 | INT64_C(256) << 32 | INT64_C(1) << 48));
  *first = looked_up(im->month_codes, (uint64_t)_mm256_extract_epi64(v, 0));
  *second = looked_up(im->month_codes, (uint64_t)_mm256_extract_epi64(v, 2));
  return _mm256_testz_si256(over, over) & (*first != 0) & (*second != 0);
}

AVX2 static void read_avx2_batch(const upheld_importer *im, batch *b) {
  read_batch(im, b, same_avx2, reference_avx2, two_dates_avx2);
}
#endif

#ifdef HAVE_AVX512
#define AVX512 __attribute__((target("avx2,bmi,bmi2,popcnt,avx512f,avx512bw,avx512vl")))

AVX512 static inline bool same_avx512(const char *a, const char *b, size_t size) {
  __mmask64 own = UINT64_MAX >> (64 - size);
  __m512i x = _mm512_loadu_si512((const void *)a), y = _mm512_loadu_si512((const void *)b);
  return _mm512_mask_cmpneq_epi8_mask(own, x, y) == 0;
}

AVX512 static void read_avx512_batch(const upheld_importer *im, batch *b) {
  read_batch(im, b, same_avx512, reference_avx2, two_dates_avx2);
}
#endif

static void read_any_batch(const upheld_importer *im, batch *b) {
#ifdef HAVE_AVX512
  if (im->wide == UPHELD_WIDE_64) {
    read_avx512_batch(im, b);
    return;
  }
#endif
#ifdef HAVE_AVX2
  if (im->wide >= UPHELD_WIDE_32) {
    read_avx2_batch(im, b);
    return;
  }
#endif
  read_words_batch(im, b);
}

/* A month's code: that of the day before its first, and above it how many days it has; none of a month in which a year begins in the middle. */
void upheld_fill_month_codes(const upheld_scheme *s, uint64_t *codes) {
  for (int i = 0; i < UPHELD_MONTH_CODES; i++) {
    upheld_date first, last = UPHELD_NO_DATE;
    codes[i] = 0;
    if (!upheld_date_from(UPHELD_FIRST_YEAR + i / 16, i % 16, 1, &first)) continue;
    for (int day = 28; day <= 31; day++) (void)upheld_date_from(UPHELD_FIRST_YEAR + i / 16, i % 16, day, &last);
    if (upheld_scheme_year(s, first) != upheld_scheme_year(s, last)) continue;
    codes[i] = (uint64_t)(last - first + 1) << 32 | (day_code(s, first) - 1);
  }
}

/* Where rows are odd one after the other, few are looked at in vain: as many as went well last, and then twice as many. */
upheld_status upheld_plain_decisions(upheld_importer *im, const upheld_plain_rows *rows, size_t *taken) {
  batch b;
  upheld_status st = UPHELD_OK;
  const bool second = im->reading == UPHELD_READING_AGAIN;
  size_t done = 0, good = 0;
  int64_t line = rows->line;
  b.text = rows->text;
  b.width = im->sheet.width;
  while (st == UPHELD_OK && done < rows->count) {
    size_t first = rows->first + done * b.width;
    b.ends = rows->ends + first;
    b.count = even_rows(rows, done, first, b.width, im->plain_run);
    if (b.count == 0) break;
    st = upheld_moves_room(&im->moves, b.count, im->err);
    if (st != UPHELD_OK) break;
    b.references = im->moves.references + im->moves.count;
    b.effects = im->moves.effects + im->moves.count;
    b.authorities = im->moves.authorities + im->moves.count;
    read_any_batch(im, &b);
    for (good = 0; good < b.count && b.odd[good] == 0; good++) {
      bool kept = !second || !upheld_keys_again(&im->met, b.references[good]);
      if (im->bulk != NULL) st = keep_in_bulk(im, &b, good, line, &kept);
      if (st != UPHELD_OK || !kept) break;
      line += 1 + (int64_t)rows->rows[done + good].lines;
    }
    if (im->bulk == NULL) im->moves.count += good;
    done += good;
    im->plain_run = good < b.count ? good + 1 : b.count * 2 > ROWS ? ROWS : b.count * 2;
    if (good < b.count) break;
  }
  *taken = done;
  upheld_file_counts(im)->read += (int64_t)done;
  upheld_file_counts(im)->accepted += (int64_t)done;
  return st;
}
