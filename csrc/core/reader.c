/*
** reader.c: CSV bytes -> rows of fields: a resumable scanner, and an index ahead of it.
** Owns the promise that any split of the same bytes gives the same rows, lines and faults. It holds because the scanner
** keeps nothing but a state and offsets from the beginning of the row, and looks at no byte ahead: what a byte means is
** known from the state alone. A row that lies within one chunk is never copied; the part of a row that a chunk's end
** cuts off goes to `carry`, and the scan continues where it stood.
** The index (index.h) finds whole rows in which nothing is out of order, many at once, and gives the scanner's very spans for them; at
** the first other row, or the end of the chunk, it stops, and the scanner takes that row byte by byte. So what is a fault, and what
** a field may be, is decided in one place.
** Must not: know of columns, encodings or dates; guess a separator.
*/
#include "reader.h"

#include "text.h"

#include <string.h>

typedef enum state {
  AT_FIELD, /* at the first byte of a field */
  PLAIN,    /* within an unquoted field */
  QUOTED,   /* within quotes */
  CLOSING,  /* behind a quote within quotes: it closes, or the next byte doubles it */
  AFTER     /* behind the closing quote: only a comma or the row's end is right */
} state;

/* A field within its row; offsets count from the row's first byte. */
typedef struct span {
  size_t start, size;
  bool doubled; /* holds "" that stand for one quote */
} span;

struct upheld_reader {
  upheld_allocator allocator;
  upheld_row_fn on_row;
  upheld_plain_fn on_plain; /* NULL: none */
  void *ud;
  size_t max_field;

  state state;
  bool failed;
  int64_t line, row_line; /* the line now read; the one on which the row began */
  size_t start;           /* offset of the field's first byte (behind an opening quote) */
  size_t close;           /* AFTER: offset of the closing quote */
  bool doubled;           /* this field holds "" */
  bool row_doubled;       /* some field of the row does */
  upheld_row_fault fault;
  size_t count; /* fields of the row so far */

  bool careful; /* the index left this row to the scanner */
  upheld_index_fn find;
  upheld_index index;
  size_t text_size; /* of what the index looks at */

  char *carry; /* the row's bytes from earlier chunks */
  size_t carried, carry_capacity;
  char *plain; /* fields whose "" have become " */
  size_t plain_capacity;

  char head[3]; /* bytes at the very beginning that may yet turn out to be a BOM */
  size_t head_size;
  bool begun; /* whether there is a BOM has been decided */

  span spans[UPHELD_MAX_COLUMNS];
  upheld_text fields[UPHELD_MAX_COLUMNS]; /* the same as the caller sees them */
};

/* A place in a chunk. The row's part within this chunk begins at `from`. */
typedef struct cursor {
  const char *from, *at, *end;
} cursor;

/* Bytes that end a run of ordinary ones: outside quotes, within quotes. */
enum { STOPS_PLAIN = 1, STOPS_QUOTED = 2 };
static const unsigned char stops[256] = {
  ['\0'] = STOPS_PLAIN | STOPS_QUOTED,
  ['\n'] = STOPS_PLAIN | STOPS_QUOTED,
  ['"'] = STOPS_PLAIN | STOPS_QUOTED,
  [','] = STOPS_PLAIN
};

upheld_status upheld_reader_open(upheld_reader **out, const upheld_allocator *a, size_t max_field,
                                 upheld_row_fn on_row, void *ud, upheld_error *err) {
  upheld_reader *r = upheld_new_zero(a, 1, sizeof *r);
  *out = r;
  if (r == NULL) return upheld_nomem(err);
  r->allocator = *a;
  r->on_row = on_row;
  r->ud = ud;
  r->max_field = max_field == 0 ? UPHELD_MAX_FIELD : max_field;
  upheld_reader_look(r, 0);
  r->state = AT_FIELD;
  r->line = 1;
  r->row_line = 1;
  return UPHELD_OK;
}

const char *upheld_reader_look_name(size_t look) {
  size_t count;
  const upheld_index_path *paths = upheld_index_paths(&count);
  return look < count ? paths[look].name : look == count ? "bytes" : NULL;
}

upheld_wide upheld_reader_look_wide(size_t look) {
  size_t count;
  const upheld_index_path *paths = upheld_index_paths(&count);
  return look < count ? paths[look].wide : UPHELD_WIDE_NONE;
}

void upheld_reader_look(upheld_reader *r, size_t look) {
  size_t count;
  const upheld_index_path *paths = upheld_index_paths(&count);
  r->find = look < count ? paths[look].find : NULL;
}

void upheld_reader_within(upheld_reader *r) { r->begun = true; }

bool upheld_reader_between(const upheld_reader *r) { return r->state == AT_FIELD && r->carried == 0 && r->count == 0; }

int64_t upheld_reader_lines(const upheld_reader *r) { return r->line - 1; }

void upheld_reader_offer(upheld_reader *r, upheld_plain_fn on_plain) { r->on_plain = on_plain; }

void upheld_reader_close(upheld_reader *r) {
  upheld_allocator a;
  if (r == NULL) return;
  a = r->allocator;
  upheld_release(&a, r->carry, r->carry_capacity);
  upheld_release(&a, r->plain, r->plain_capacity);
  upheld_release(&a, r, sizeof *r);
}

/* Offset within the row of the byte at p. */
static inline size_t offset(const upheld_reader *r, const cursor *c, const char *p) {
  return r->carried + (size_t)(p - c->from);
}

/* 1 when the byte before p is a CR that stands at offset `least` of the row or behind it, else 0. */
static inline size_t cr_before(const upheld_reader *r, const cursor *c, const char *p, size_t least) {
  if (offset(r, c, p) <= least) return 0;
  return (p > c->from ? p[-1] : r->carry[r->carried - 1]) == '\r';
}

/* ---- fatal faults ---- */

/* Adds the place and a hint to an error just filled. */
static upheld_status at_row(const upheld_reader *r, upheld_error *err, const char *hint) {
  if (err != NULL) {
    err->line = r->row_line;
    upheld_copy(err->hint, sizeof err->hint, upheld_text_of(hint));
  }
  return UPHELD_FAULT;
}

static upheld_status too_long(const upheld_reader *r, upheld_error *err) {
  (void)upheld_fail(err, UPHELD_FAULT, "field-too-long",
                    "field %zu of this row has more than %zu bytes, the limit UPHELD_MAX_FIELD", r->count + 1, r->max_field);
  return at_row(r, err, "a quote without its partner takes in all that follows: look for one in this row");
}

static upheld_status too_many(const upheld_reader *r, upheld_error *err) {
  (void)upheld_fail(err, UPHELD_FAULT, "too-many-columns", "this row has more than %d fields, the limit UPHELD_MAX_COLUMNS",
                    (int)UPHELD_MAX_COLUMNS);
  return at_row(r, err, "is this a CSV file with one row a line?");
}

static upheld_status nul_byte(const upheld_reader *r, upheld_error *err) {
  (void)upheld_fail(err, UPHELD_FAULT, "nul-byte", "a NUL byte: this is no CSV text (a spreadsheet file, or UTF-16?)");
  return at_row(r, err, "save it as \"CSV UTF-8\" and try again");
}

static upheld_status unclosed(const upheld_reader *r, upheld_error *err) {
  (void)upheld_fail(err, UPHELD_FAULT, "unclosed-quote", "the file ends within a quoted field of the row that begins here");
  return at_row(r, err, "look for a quote without its partner in this row");
}

/*
** The size of the field of which all bytes before p have been seen, leaving out a CR that may belong to a line end. As bytes
** follow it never shrinks, so that testing it wherever a chunk happens to end finds a field too long if and only if
** it is found so at another split.
*/
static size_t size_so_far(const upheld_reader *r, const cursor *c, const char *p) {
  size_t here = offset(r, c, p), tail;
  switch (r->state) {
    case AT_FIELD: return 0;
    case PLAIN: return here - r->start - cr_before(r, c, p, r->start);
    case QUOTED: return here - r->start;
    case CLOSING: return here - 1 - r->start;
    case AFTER: break;
  }
  tail = here - (r->close + 1) - cr_before(r, c, p, r->close + 1);
  return tail == 0 ? r->close - r->start : r->close + 1 + tail - (r->start - 1);
}

/* ---- fields and rows ---- */

/* Ends the field (PLAIN or AFTER) before p, where a comma stands, or the row's end. */
static inline upheld_status end_field(upheld_reader *r, const cursor *c, const char *p, bool row_ends, upheld_error *err) {
  size_t end = offset(r, c, p);
  span s = {r->start, 0, false};
  if (r->state == PLAIN) {
    s.size = end - r->start - (row_ends ? cr_before(r, c, p, r->start) : 0);
  } else if (end - (row_ends ? cr_before(r, c, p, r->close + 1) : 0) == r->close + 1) {
    s.size = r->close - r->start;
    s.doubled = r->doubled;
    r->row_doubled |= r->doubled;
  } else { /* the row will be rejected: its field stands as it was, quotes and all */
    if (r->fault == UPHELD_ROW_OK) r->fault = UPHELD_ROW_AFTER_QUOTE;
    s.start--;
    s.size = end - s.start - (row_ends ? cr_before(r, c, p, r->close + 1) : 0);
  }
  if (s.size > r->max_field) return too_long(r, err);
  if (r->count == UPHELD_MAX_COLUMNS) return too_many(r, err);
  r->spans[r->count++] = s;
  r->state = AT_FIELD;
  return UPHELD_OK;
}

/* Adds the row's bytes in this chunk, up to p, to those carried from earlier chunks. */
static upheld_status carry(upheld_reader *r, cursor *c, const char *p, upheld_error *err) {
  size_t size = (size_t)(p - c->from);
  void *block = r->carry;
  if (size == 0) return UPHELD_OK;
  if (size > SIZE_MAX - r->carried) return upheld_nomem(err);
  if (upheld_grow(&r->allocator, &block, &r->carry_capacity, r->carried + size, 1, err) != UPHELD_OK) return UPHELD_NOMEM;
  r->carry = block;
  memcpy(r->carry + r->carried, c->from, size);
  r->carried += size;
  c->from = p;
  return UPHELD_OK;
}

static bool is_ascii(const char *p, size_t size) {
  uint64_t all = 0, word;
  size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    memcpy(&word, p + i, 8);
    all |= word;
  }
  for (; i < size; i++) all |= (unsigned char)p[i];
  return (all & UINT64_C(0x8080808080808080)) == 0;
}

/* Writes the field to `to` with each "" as one quote; gives the end of what was written. */
static char *undouble(char *to, const char *from, size_t size) {
  const char *end = from + size;
  while (from < end) {
    const char *quote = memchr(from, '"', (size_t)(end - from));
    size_t run = (size_t)((quote == NULL ? end : quote + 1) - from); /* with the first quote of the pair */
    memcpy(to, from, run);
    to += run;
    from += run + (quote != NULL);
  }
  return to;
}

/* Turns spans into fields; base is the row's first byte. */
static upheld_status fill_fields(upheld_reader *r, const char *base, size_t raw_size, upheld_error *err) {
  char *to;
  for (size_t i = 0; i < r->count; i++) {
    r->fields[i].at = base + r->spans[i].start;
    r->fields[i].size = r->spans[i].size;
  }
  if (!r->row_doubled) return UPHELD_OK;
  {
    /* all fields together are shorter than the row, so that this never moves while they are filled */
    void *block = r->plain;
    if (upheld_grow(&r->allocator, &block, &r->plain_capacity, raw_size, 1, err) != UPHELD_OK) return UPHELD_NOMEM;
    r->plain = block;
  }
  to = r->plain;
  for (size_t i = 0; i < r->count; i++) {
    char *at = to;
    if (!r->spans[i].doubled) continue;
    to = undouble(at, r->fields[i].at, r->fields[i].size);
    r->fields[i].at = at;
    r->fields[i].size = (size_t)(to - at);
  }
  return UPHELD_OK;
}

/* Delivers the row whose line end, or the file's, stands at p; its last field has been ended. */
static upheld_status end_row(upheld_reader *r, cursor *c, const char *p, upheld_error *err) {
  upheld_status status = UPHELD_OK;
  size_t raw_size = offset(r, c, p) - cr_before(r, c, p, 0);
  const char *base = c->from;
  if (raw_size > 0) { /* else an empty line */
    if (r->carried > 0) {
      if (carry(r, c, p, err) != UPHELD_OK) return UPHELD_NOMEM;
      base = r->carry;
    }
    status = fill_fields(r, base, raw_size, err);
    if (status == UPHELD_OK) {
      upheld_row row;
      row.fields = r->fields;
      row.count = r->count;
      row.line = r->row_line;
      row.raw.at = base;
      row.raw.size = raw_size;
      row.fault = r->fault;
      row.ascii = is_ascii(base, raw_size);
      status = r->on_row(r->ud, &row, err);
    }
  }
  r->carried = 0;
  r->count = 0;
  r->fault = UPHELD_ROW_OK;
  r->row_doubled = false;
  return status;
}

/* ---- the scanner ---- */

static inline const char *run_end(const char *p, const char *end, unsigned char kind) {
  while (end - p >= 4) {
    if (stops[(unsigned char)p[0]] & kind) return p;
    if (stops[(unsigned char)p[1]] & kind) return p + 1;
    if (stops[(unsigned char)p[2]] & kind) return p + 2;
    if (stops[(unsigned char)p[3]] & kind) return p + 3;
    p += 4;
  }
  while (p < end && !(stops[(unsigned char)*p] & kind)) p++;
  return p;
}

/* A NUL byte at p; a field that is already too long is the earlier fault. */
static upheld_status meet_nul(const upheld_reader *r, const cursor *c, upheld_error *err) {
  return size_so_far(r, c, c->at) > r->max_field ? too_long(r, err) : nul_byte(r, err);
}

/* Outside quotes: to the end of the field, or of the chunk. */
static upheld_status scan_plain(upheld_reader *r, cursor *c, upheld_error *err) {
  upheld_status status;
  for (;;) {
    c->at = run_end(c->at, c->end, STOPS_PLAIN);
    if (c->at == c->end) return UPHELD_OK;
    if (*c->at == ',') {
      status = end_field(r, c, c->at, false, err);
      c->at++;
      return status;
    }
    if (*c->at == '\n') {
      status = end_field(r, c, c->at, true, err);
      if (status == UPHELD_OK) status = end_row(r, c, c->at, err);
      c->at++;
      c->from = c->at;
      r->line++;
      r->row_line = r->line;
      r->careful = false;
      return status;
    }
    if (*c->at == '\0') return meet_nul(r, c, err);
    /* a quote; behind a closing quote it is but more of the text there */
    if (r->state == PLAIN && r->fault == UPHELD_ROW_OK) r->fault = UPHELD_ROW_STRAY_QUOTE;
    c->at++;
  }
}

/* Within quotes: to the next quote, or the end of the chunk. */
static upheld_status scan_quoted(upheld_reader *r, cursor *c, upheld_error *err) {
  for (;;) {
    c->at = run_end(c->at, c->end, STOPS_QUOTED);
    if (c->at == c->end) return UPHELD_OK;
    if (*c->at == '\0') return meet_nul(r, c, err);
    c->at++;
    if (c->at[-1] == '"') {
      r->state = CLOSING;
      return UPHELD_OK;
    }
    r->line++;
  }
}

static void begin_field(upheld_reader *r, cursor *c) {
  r->start = offset(r, c, c->at);
  r->doubled = false;
  r->state = PLAIN;
  if (*c->at == '"') {
    r->start++;
    r->state = QUOTED;
    c->at++;
  }
}

/* ---- whole rows by the index ---- */

/* The spans of an indexed row that has quotes; each quoted field is well quoted. */
static void quoted_spans(upheld_reader *r, const char *base) {
  for (size_t i = 0; i < r->count; i++) {
    span *s = &r->spans[i];
    if (s->size < 2 || base[s->start] != '"') continue;
    s->start++;
    s->size -= 2;
    s->doubled = memchr(base + s->start, '"', s->size) != NULL;
    r->row_doubled |= s->doubled;
  }
}

/* Spans of the row at base, whose fields end at `ends` (offsets from text); a CR before the line feed is none of the last one's. */
static void indexed_spans(upheld_reader *r, const char *text, const char *base, const uint32_t *ends) {
  size_t start = 0, shift = (size_t)(base - text);
  for (size_t i = 0; i < r->count; i++) {
    span s = {start, ends[i] - shift - start, false};
    r->spans[i] = s;
    start = ends[i] - shift + 1;
  }
  span *last = &r->spans[r->count - 1];
  if (last->size > 0 && base[last->start + last->size - 1] == '\r') last->size--;
}

/* Fields of an indexed row without quotes: as indexed_spans and fill_fields give them. */
static void indexed_fields(upheld_reader *r, const char *text, const char *base, const uint32_t *ends) {
  const char *at = base;
  for (size_t i = 0; i < r->count; i++) {
    const char *end = text + ends[i];
    r->fields[i].at = at;
    r->fields[i].size = (size_t)(end - at);
    at = end + 1;
  }
  upheld_text *last = &r->fields[r->count - 1];
  if (last->size > 0 && last->at[last->size - 1] == '\r') last->size--;
}

/* Delivers an indexed row that is not empty. */
static upheld_status deliver_row(upheld_reader *r, const char *text, const char *base, size_t raw_size,
                                 const upheld_index_row *found, const uint32_t *ends, upheld_error *err) {
  bool ascii = !r->index.state.high || is_ascii(base, raw_size);
  if (found->quoted) {
    indexed_spans(r, text, base, ends);
    quoted_spans(r, base);
    upheld_status status = fill_fields(r, base, raw_size, err);
    r->row_doubled = false;
    if (status != UPHELD_OK) return status;
  } else {
    indexed_fields(r, text, base, ends);
  }
  upheld_row row = {r->fields, r->count, r->line, {base, raw_size}, UPHELD_ROW_OK, ascii};
  return r->on_row(r->ud, &row, err);
}

/* Offers the rows from *k on, whose fields end from ends[*first] on, to on_plain, and goes on behind those that were taken. */
static upheld_status offer(upheld_reader *r, const char *text, cursor *c, size_t *k, size_t *first, upheld_error *err) {
  const upheld_index *ix = &r->index;
  upheld_plain_rows rows = {text, r->text_size, ix->ends, ix->rows + *k, ix->state.row_count - *k, *first, r->line, ix->state.high};
  size_t taken = 0;
  upheld_status status = r->on_plain(r->ud, &rows, &taken, err);
  if (taken == 0) return status;
  for (size_t i = 0; i < taken; i++) r->line += 1 + (int64_t)rows.rows[i].lines;
  *k += taken;
  *first = (size_t)rows.rows[taken - 1].last + 1;
  c->from = text + ix->ends[*first - 1] + 1;
  return status;
}

/*
** Delivers the rows that the index has found in the text, of which c->from is the next. *more false: a row is the scanner's, for its size.
*/
static upheld_status deliver(upheld_reader *r, const char *text, cursor *c, bool *more, upheld_error *err) {
  upheld_index *ix = &r->index;
  upheld_status status = UPHELD_OK;
  size_t first = 1; /* behind where the row before ends */
  for (size_t k = 0; k < ix->state.row_count && status == UPHELD_OK; k++) {
    if (r->on_plain != NULL && r->max_field >= UPHELD_PLAIN_ROW) {
      status = offer(r, text, c, &k, &first, err);
      if (status != UPHELD_OK || k == ix->state.row_count) break;
    }
    const upheld_index_row *found = &ix->rows[k];
    const char *base = c->from, *end = text + ix->ends[found->last];
    size_t raw_size = (size_t)(end - base);
    r->count = found->last - first + 1;
    if (r->count > UPHELD_MAX_COLUMNS || raw_size > r->max_field) {
      *more = false;
      break;
    }
    if (raw_size > 0 && end[-1] == '\r') raw_size--;
    if (raw_size > 0) status = deliver_row(r, text, base, raw_size, found, ix->ends + first, err);
    first = (size_t)found->last + 1;
    c->from = end + 1;
    r->line += 1 + (int64_t)found->lines;
  }
  r->count = 0;
  c->at = c->from;
  r->row_line = r->line;
  upheld_index_next(ix, first - 1);
  if (ix->state.end_count > UPHELD_MAX_COLUMNS + 1) *more = false;
  return status;
}

/* From the beginning of a row: all rows that the index finds. What it leaves, to the end of the row at c->from, is the scanner's. */
static upheld_status take_rows(upheld_reader *r, cursor *c, upheld_error *err) {
  const char *text = c->from;
  size_t size = (size_t)(c->end - text), done = 0;
  upheld_status status = UPHELD_OK;
  bool more = true;
  if (size > UINT32_MAX / 2) size = UINT32_MAX / 2; /* the scanner takes one row between */
  r->text_size = size;
  upheld_index_begin(&r->index);
  while (more && done < size && status == UPHELD_OK) {
    size_t piece = size - done < UPHELD_INDEX_BYTES ? size - done : UPHELD_INDEX_BYTES;
    size_t taken = r->find(&r->index, text + done, piece, (uint32_t)done);
    more = taken == piece;
    done += taken;
    status = deliver(r, text, c, &more, err);
  }
  r->careful = true;
  return status;
}

static upheld_status scan(upheld_reader *r, const char *bytes, size_t size, upheld_error *err) {
  cursor c = {bytes, bytes, bytes + size};
  upheld_status status = UPHELD_OK;
  while (c.at < c.end && status == UPHELD_OK) {
    switch (r->state) {
      case AT_FIELD:
        if (!r->careful && r->find != NULL && r->count == 0) status = take_rows(r, &c, err);
        else begin_field(r, &c);
        break;
      case PLAIN:
      case AFTER:
        status = scan_plain(r, &c, err);
        break;
      case QUOTED:
        status = scan_quoted(r, &c, err);
        break;
      case CLOSING:
        if (*c.at == '"') {
          r->doubled = true;
          r->state = QUOTED;
          c.at++;
        } else {
          r->close = offset(r, &c, c.at) - 1;
          r->state = AFTER;
        }
        break;
    }
  }
  if (status != UPHELD_OK) return status;
  /* before the row's beginning is kept: a file without end in one field must not fill memory */
  if (size_so_far(r, &c, c.end) > r->max_field) return too_long(r, err);
  return carry(r, &c, c.end, err);
}

/* ---- the very beginning ---- */

/* Collects bytes while they may be a BOM; gives how many were taken. */
static upheld_status scan_head(upheld_reader *r, const char *bytes, size_t size, size_t *taken, upheld_error *err) {
  static const char bom[3] = {'\xEF', '\xBB', '\xBF'};
  *taken = 0;
  while (*taken < size && r->head_size < 3 && bytes[*taken] == bom[r->head_size]) r->head[r->head_size++] = bytes[(*taken)++];
  if (r->head_size == 3) {
    r->begun = true;
  } else if (*taken < size) {
    r->begun = true;
    return scan(r, r->head, r->head_size, err);
  }
  return UPHELD_OK;
}

static upheld_status refuse(upheld_error *err) {
  return upheld_fail(err, UPHELD_MISUSE, "reader-failed", "after a failure a reader can only be closed");
}

upheld_status upheld_reader_feed(upheld_reader *r, const char *bytes, size_t size, upheld_error *err) {
  upheld_status status = UPHELD_OK;
  size_t taken = 0;
  if (r->failed) return refuse(err);
  if (!r->begun) status = scan_head(r, bytes, size, &taken, err);
  if (status == UPHELD_OK && r->begun && taken < size) status = scan(r, bytes + taken, size - taken, err);
  r->failed = status != UPHELD_OK;
  return status;
}

upheld_status upheld_reader_finish(upheld_reader *r, upheld_error *err) {
  upheld_status status = UPHELD_OK;
  cursor c = {"", NULL, NULL};
  if (r->failed) return refuse(err);
  r->failed = true; /* nothing may follow */
  if (!r->begun) {
    r->begun = true;
    status = scan(r, r->head, r->head_size, err);
  }
  c.at = c.end = c.from;
  if (status != UPHELD_OK) return status;
  if (r->carried == 0) return UPHELD_OK;
  if (r->state == QUOTED) return unclosed(r, err);
  if (r->state == CLOSING) {
    r->close = r->carried - 1;
    r->state = AFTER;
  } else if (r->state == AT_FIELD) { /* the row ends with a comma: one more field, empty */
    r->start = r->carried;
    r->doubled = false;
    r->state = PLAIN;
  }
  status = end_field(r, &c, c.at, true, err);
  return status == UPHELD_OK ? end_row(r, &c, c.at, err) : status;
}
