/* layout.c: see layout.h. */
#include "layout.h"

#include <string.h>

#include "faults.h"
#include "text.h"

/* Controls of the bidirectional algorithm (UAX 9), which take no column: E2 80 8E, 8F, AA to AE and E2 81 A6 to A9. */
enum { CONTROL_SIZE = 3 };
static const char ISOLATE[] = "\xE2\x81\xA8", CLOSE[] = "\xE2\x81\xA9";

/* The last byte of the control that begins at `at`; 0: none does. */
static unsigned control_at(const char *at, const char *end) {
  if (end - at < CONTROL_SIZE || (unsigned char)at[0] != 0xE2u) return 0;
  unsigned second = (unsigned char)at[1], last = (unsigned char)at[2];
  if (second == 0x80u && (last == 0x8Eu || last == 0x8Fu || (last >= 0xAAu && last <= 0xAEu))) return last;
  return second == 0x81u && last >= 0xA6u && last <= 0xA9u ? last : 0;
}

static size_t columns_of(upheld_text t, bool bytes) {
  size_t count = 0;
  if (bytes) return t.size;
  for (size_t i = 0; i < t.size; i++) count += ((unsigned char)t.at[i] & 0xC0u) != 0x80u; /* all but continuing bytes */
  const char *end = t.at + t.size, *at = t.at;
  while (at < end && (at = memchr(at, 0xE2, (size_t)(end - at))) != NULL) {
    if (control_at(at, end) != 0) count--;
    at++;
  }
  return count;
}

/* How many isolates are open after a text before which `open` were. An end without a beginning ends nothing. */
static size_t open_after(const char *at, size_t size, size_t open) {
  const char *end = at + size;
  while (at < end && (at = memchr(at, 0xE2, (size_t)(end - at))) != NULL) {
    unsigned last = control_at(at, end);
    bool isolate = last >= 0xA6u && last <= 0xA9u && (unsigned char)at[1] == 0x81u;
    if (isolate && last == 0xA9u) open -= open > 0;
    else if (isolate) open++;
    at++;
  }
  return open;
}

/* Words that are still to be set. */
typedef struct setter {
  const char *at, *end;
  size_t open; /* isolates that are open where the next line begins */
  bool bytes;  /* not UTF-8 */
} setter;

static setter setter_of(upheld_text words) {
  setter s = {words.at, words.at + words.size, 0, !upheld_utf8_valid(words)};
  return s;
}

/* The next word up to a blank or the end of a line. False where the line, or all, ends; that end is passed. */
static bool next_word(setter *s, upheld_text *word) {
  while (s->at < s->end && *s->at == ' ') s->at++;
  if (s->at == s->end) return false;
  if (*s->at == '\n') {
    s->at++;
    return false;
  }
  word->at = s->at;
  while (s->at < s->end && *s->at != ' ' && *s->at != '\n') s->at++;
  word->size = (size_t)(s->at - word->at);
  return true;
}

/* Appends the words of the next line; gives its columns, 0 when there is none. */
static size_t set_words(setter *s, size_t width, upheld_buffer *out) {
  size_t columns = 0;
  while (columns == 0 && s->at < s->end) { /* an empty line is none */
    upheld_text word;
    setter before = *s;
    while (next_word(s, &word)) {
      size_t own = columns_of(word, s->bytes);
      if (columns > 0 && columns + 1 + own > width) {
        *s = before;
        return columns;
      }
      if (columns > 0) upheld_buffer_byte(out, ' ');
      upheld_buffer_add(out, word.at, word.size);
      columns += own + (columns > 0);
      before = *s;
    }
  }
  return columns;
}

static void add_controls(upheld_buffer *out, const char *control, size_t count) {
  while (count-- > 0) upheld_buffer_add(out, control, CONTROL_SIZE);
}

/* Appends the next line; gives its columns, 0 when there is none. An isolate that goes over the line's end is closed in it and opened
   in the next one: what stands beside the line, in a table, is not turned. */
static size_t set_line(setter *s, size_t width, upheld_buffer *out) {
  size_t start = out->size, before = s->open;
  add_controls(out, ISOLATE, before);
  size_t columns = set_words(s, width, out);
  if (out->failed) return columns;
  if (columns == 0) {
    out->size = start;
    return 0;
  }
  size_t first = start + before * CONTROL_SIZE;
  s->open = open_after(out->data + first, out->size - first, before);
  add_controls(out, CLOSE, s->open);
  return columns;
}

size_t upheld_fill(upheld_buffer *out, upheld_text words, size_t width, upheld_text first, upheld_text rest) {
  setter s = setter_of(words);
  size_t widest = 0, start = out->size;
  size_t room = width > first.size ? width - first.size : 1;
  for (;;) {
    size_t before = out->size;
    upheld_text mark = before == start ? first : rest;
    if (before > start) upheld_buffer_byte(out, '\n');
    upheld_buffer_add(out, mark.at, mark.size);
    size_t columns = set_line(&s, room, out);
    if (columns == 0) { /* only what stands before it */
      if (!out->failed) out->size = before;
      break;
    }
    columns += columns_of(mark, s.bytes);
    if (columns > widest) widest = columns;
  }
  return widest;
}

/* ---- tables ---- */

static size_t longest_word(upheld_text cell) {
  setter s = setter_of(cell);
  size_t most = 1;
  while (s.at < s.end) {
    upheld_text word;
    if (!next_word(&s, &word)) continue;
    size_t own = columns_of(word, s.bytes);
    if (own > most) most = own;
  }
  return most;
}

/* Takes from the widest column, down to the next widest at once, then by one each in turn, until the table fits or none can. */
static void give_way(size_t *widths, const size_t *least, size_t columns, size_t total, size_t width) {
  while (total > width) {
    size_t widest = columns, second = 0;
    for (size_t k = 0; k < columns; k++) {
      if (widths[k] <= least[k]) continue;
      if (widest == columns || widths[k] > widths[widest]) {
        second = widest == columns ? 0 : widths[widest];
        widest = k;
      } else if (widths[k] > second) {
        second = widths[k];
      }
    }
    if (widest == columns) return;
    size_t down_to = second > least[widest] ? second : least[widest];
    size_t step = widths[widest] > down_to ? widths[widest] - down_to : 1;
    if (step > total - width) step = total - width;
    widths[widest] -= step;
    total -= step;
  }
}

static void find_widths(size_t *widths, size_t *least, const upheld_text *cells, size_t columns, size_t rows, size_t width) {
  size_t total = 0;
  for (size_t k = 0; k < columns; k++) {
    widths[k] = 1;
    for (size_t i = 0; i < rows; i++) {
      upheld_text cell = cells[i * columns + k];
      size_t own = columns_of(cell, !upheld_utf8_valid(cell));
      if (own > widths[k]) widths[k] = own;
    }
    total += widths[k] + (k > 0 ? 2 : 0);
  }
  if (total <= width) return;
  for (size_t k = 0; k < columns; k++) {
    least[k] = 1;
    for (size_t i = 0; i < rows; i++) {
      size_t own = longest_word(cells[i * columns + k]);
      if (own > least[k]) least[k] = own;
    }
  }
  give_way(widths, least, columns, total, width);
}

static void add_times(upheld_buffer *out, char c, size_t count) {
  while (count-- > 0) upheld_buffer_byte(out, c);
}

static void trim_end(upheld_buffer *out, size_t from) {
  if (out->failed) return;
  while (out->size > from && out->data[out->size - 1] == ' ') out->size--;
}

/* One line of a row: a line of each of its cells. False when none had one. */
static bool add_line(upheld_buffer *out, setter *cells, const size_t *widths, size_t columns, const upheld_align *align,
                     upheld_buffer *line) {
  bool any = false;
  size_t start = out->size;
  for (size_t k = 0; k < columns; k++) {
    line->size = 0;
    size_t own = set_line(&cells[k], widths[k], line);
    size_t gap = own < widths[k] ? widths[k] - own : 0;
    size_t before = align[k] == UPHELD_LEFT ? 0 : align[k] == UPHELD_RIGHT ? gap : gap / 2;
    any = any || own > 0;
    if (k > 0) upheld_buffer_text(out, "  ");
    add_times(out, ' ', before);
    if (own > 0) upheld_buffer_add(out, line->data, line->size);
    add_times(out, ' ', gap - before);
  }
  trim_end(out, start);
  return any;
}

static void add_row(upheld_buffer *out, const upheld_text *row, setter *cells, const size_t *widths, size_t columns,
                    const upheld_align *align, upheld_buffer *line) {
  size_t start = out->size;
  for (size_t k = 0; k < columns; k++) cells[k] = setter_of(row[k]);
  for (;;) {
    size_t before = out->size;
    if (before > start) upheld_buffer_byte(out, '\n');
    if (add_line(out, cells, widths, columns, align, line)) continue;
    if (before > start && !out->failed) out->size = before; /* but the one line of a row without words, which is empty */
    return;
  }
}

upheld_status upheld_table(upheld_buffer *out, const upheld_text *cells, size_t columns, size_t rows, const upheld_align *align,
                           size_t width, upheld_error *err) {
  const upheld_allocator *a = &out->allocator;
  upheld_buffer line;
  size_t *widths = upheld_new_zero(a, columns, 2 * sizeof *widths);
  setter *setters = upheld_new_zero(a, columns, sizeof *setters);
  bool short_of = widths == NULL || setters == NULL;
  upheld_buffer_init(&line, a);
  if (!short_of) {
    find_widths(widths, widths + columns, cells, columns, rows, width);
    add_row(out, cells, setters, widths, columns, align, &line);
    upheld_buffer_byte(out, '\n');
    for (size_t k = 0; k < columns; k++) {
      if (k > 0) upheld_buffer_text(out, "  ");
      add_times(out, '-', widths[k]);
    }
    for (size_t i = 1; i < rows; i++) {
      upheld_buffer_byte(out, '\n');
      add_row(out, cells + i * columns, setters, widths, columns, align, &line);
    }
    short_of = line.failed || out->failed;
  }
  upheld_buffer_free(&line);
  upheld_release(a, setters, columns * sizeof *setters);
  upheld_release(a, widths, columns * 2 * sizeof *widths);
  return short_of ? upheld_nomem(err) : UPHELD_OK;
}
