/*
** json.c: JSON text (RFC 8259) and CSV fields (RFC 4180) into a buffer.
** Owns: the spelling of every string and number in JSON output; the same bytes in every locale and on every machine.
** Must not: use printf for numbers with a point.
*/
#include "json.h"

#include <string.h>

#include "text.h"

void upheld_json_init(upheld_json *j, upheld_buffer *out) {
  j->out = out;
  j->comma = false;
}

static void before_value(upheld_json *j) {
  if (j->comma) upheld_buffer_byte(j->out, ',');
  j->comma = true;
}

void upheld_json_open(upheld_json *j, char bracket) {
  before_value(j);
  upheld_buffer_byte(j->out, bracket);
  j->comma = false;
}

void upheld_json_close(upheld_json *j, char bracket) {
  upheld_buffer_byte(j->out, bracket);
  j->comma = true;
}

void upheld_json_break(upheld_json *j) {
  if (j->comma) upheld_buffer_byte(j->out, ',');
  upheld_buffer_byte(j->out, '\n');
  j->comma = false; /* it stands there already */
}

/* ---- strings ---- */

/* Writes one byte below 32, or one of " and \, as an escape. */
static void escape(upheld_buffer *out, unsigned char c) {
  static const char hex[] = "0123456789abcdef";
  char text[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
  size_t size = 2;
  switch (c) {
    case '"': text[1] = '"'; break;
    case '\\': text[1] = '\\'; break;
    case '\b': text[1] = 'b'; break;
    case '\f': text[1] = 'f'; break;
    case '\n': text[1] = 'n'; break;
    case '\r': text[1] = 'r'; break;
    case '\t': text[1] = 't'; break;
    default: size = 6;
  }
  upheld_buffer_add(out, text, size);
}

static void quoted(upheld_buffer *out, upheld_text t) {
  size_t at = 0, start = 0;
  upheld_buffer_byte(out, '"');
  while (at < t.size) {
    unsigned char c = (unsigned char)t.at[at];
    size_t size = 1;
    if (c >= 0x80) {
      upheld_text rest = {t.at + at, t.size - at};
      size = upheld_utf8_size(rest);
    }
    if (size > 0 && c >= 0x20 && c != '"' && c != '\\') {
      at += size;
      continue;
    }
    upheld_buffer_add(out, t.at + start, at - start);
    if (c >= 0x80) upheld_buffer_text(out, "\xEF\xBF\xBD"); /* U+FFFD for each byte that belongs to no character */
    else escape(out, c);
    at++;
    start = at;
  }
  if (at > start) upheld_buffer_add(out, t.at + start, at - start);
  upheld_buffer_byte(out, '"');
}

void upheld_json_string(upheld_json *j, upheld_text t) {
  before_value(j);
  quoted(j->out, t);
}

void upheld_json_key(upheld_json *j, const char *key) {
  before_value(j);
  quoted(j->out, upheld_text_of(key));
  upheld_buffer_byte(j->out, ':');
  j->comma = false;
}

/* ---- numbers and words ---- */

void upheld_json_integer(upheld_json *j, int64_t value) {
  before_value(j);
  upheld_buffer_integer(j->out, value);
}

void upheld_json_boolean(upheld_json *j, bool value) {
  before_value(j);
  upheld_buffer_text(j->out, value ? "true" : "false");
}

void upheld_json_null(upheld_json *j) {
  before_value(j);
  upheld_buffer_text(j->out, "null");
}

/* A fraction part / 2^bits of 128 bits, in pieces of 32, lowest first; bits <= 124, so that ten times it still fits. */
typedef struct fraction {
  uint32_t piece[4];
  unsigned bits;
} fraction;

/* Takes the whole part (below 16) off. */
static unsigned take_whole(fraction *f) {
  unsigned at = f->bits / 32, shift = f->bits % 32;
  uint64_t top = f->piece[at];
  uint32_t whole;
  if (at < 3) top |= (uint64_t)f->piece[at + 1] << 32;
  whole = (uint32_t)(top >> shift & 15u);
  f->piece[at] &= (uint32_t)((UINT64_C(1) << shift) - 1);
  for (unsigned i = at + 1; i < 4; i++) f->piece[i] = 0;
  return whole;
}

/* Multiplies by a small factor and takes the whole part off: the next digit for 10, the half for 2. */
static unsigned next_digit(fraction *f, uint32_t factor) {
  uint64_t carry = 0;
  for (int i = 0; i < 4; i++) {
    carry += (uint64_t)f->piece[i] * factor;
    f->piece[i] = (uint32_t)carry;
    carry >>= 32;
  }
  return take_whole(f);
}

/*
** A double is m * 2^e with integers m and e, so its decimals are found exactly, by long multiplication. Going by value * 10^d
** or printf would round some halves wrongly (0.125 to 0.12).
*/
void upheld_json_real(upheld_json *j, double value, int decimals) {
  uint64_t bits, m, whole = 0, part = 0, scale = 1;
  int exponent;
  fraction f = {{0, 0, 0, 0}, 0};
  memcpy(&bits, &value, sizeof bits); /* IEEE 754 binary64: sign, 11 bits of exponent, 52 bits of fraction */
  exponent = (int)(bits >> 52 & 0x7FFu);
  m = bits & ((UINT64_C(1) << 52) - 1);
  if (exponent > 1023 + 62) { /* 2^63 and above, infinity, not a number */
    upheld_json_null(j);
    return;
  }
  if (exponent == 0) exponent = 1; /* subnormal */
  else m |= UINT64_C(1) << 52;
  exponent -= 1023 + 52;
  for (int i = 0; i < decimals; i++) scale *= 10;
  if (exponent >= 0) {
    whole = m << exponent;
  } else if (exponent >= -124) { /* below, the value is under 2^-71: 0 at any number of decimals here */
    f.bits = (unsigned)-exponent;
    if (f.bits < 64) {
      whole = m >> f.bits;
      m &= (UINT64_C(1) << f.bits) - 1;
    }
    f.piece[0] = (uint32_t)m;
    f.piece[1] = (uint32_t)(m >> 32);
    for (int i = 0; i < decimals; i++) part = part * 10 + next_digit(&f, 10);
    part += next_digit(&f, 2); /* half or more */
    if (part == scale) {
      part = 0;
      whole++;
    }
  }
  before_value(j);
  if (bits >> 63 != 0 && (whole > 0 || part > 0)) upheld_buffer_byte(j->out, '-');
  upheld_buffer_integer(j->out, (int64_t)whole);
  if (decimals == 0) return;
  upheld_buffer_byte(j->out, '.');
  for (scale /= 10; scale > 0; scale /= 10) upheld_buffer_byte(j->out, (char)('0' + (int)(part / scale % 10)));
}

/* ---- CSV ---- */

void upheld_json_text_member(upheld_json *j, const char *key, const char *text) {
  upheld_json_key(j, key);
  if (text == NULL || text[0] == '\0') upheld_json_null(j);
  else upheld_json_string(j, upheld_text_of(text));
}

void upheld_json_count_member(upheld_json *j, const char *key, int64_t value, bool known) {
  upheld_json_key(j, key);
  if (known) upheld_json_integer(j, value);
  else upheld_json_null(j);
}

void upheld_json_flag_member(upheld_json *j, const char *key, bool value) {
  upheld_json_key(j, key);
  upheld_json_boolean(j, value);
}

void upheld_json_interval_member(upheld_json *j, const char *key, double low, double high, bool known) {
  upheld_json_key(j, key);
  if (!known) {
    upheld_json_null(j);
    return;
  }
  upheld_json_open(j, '[');
  upheld_json_real(j, low, UPHELD_INTERVAL_DECIMALS);
  upheld_json_real(j, high, UPHELD_INTERVAL_DECIMALS);
  upheld_json_close(j, ']');
}

void upheld_csv_field(upheld_buffer *out, upheld_text t, bool first) {
  /* an empty line would be no row, and a BOM at the very beginning would be skipped: a first field like that is quoted too */
  bool quote = first && (t.size == 0 || (unsigned char)t.at[0] == 0xEF);
  if (!first) upheld_buffer_byte(out, ',');
  for (size_t i = 0; i < t.size && !quote; i++)
    quote = t.at[i] == ',' || t.at[i] == '"' || t.at[i] == '\n' || t.at[i] == '\r';
  if (!quote) {
    if (t.size > 0) upheld_buffer_add(out, t.at, t.size);
    return;
  }
  upheld_buffer_byte(out, '"');
  for (size_t i = 0; i < t.size; i++) {
    if (t.at[i] == '"') upheld_buffer_byte(out, '"');
    upheld_buffer_byte(out, t.at[i]);
  }
  upheld_buffer_byte(out, '"');
}
