/*
** text.c: locale-free text <-> numbers and dates; UTF-8 and Windows-1252.
** Owns: the accepted forms of dates and integers.
** Must not: call anything of libc that looks at the locale (isdigit, strtol, tolower, strftime ...).
*/
#include "text.h"

#include <string.h>

upheld_text upheld_text_of(const char *zero_terminated) {
  upheld_text t = {zero_terminated, zero_terminated == NULL ? 0 : strlen(zero_terminated)};
  return t;
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

upheld_text upheld_trim(upheld_text t) {
  while (t.size > 0 && is_blank(t.at[0])) {
    t.at++;
    t.size--;
  }
  while (t.size > 0 && is_blank(t.at[t.size - 1])) t.size--;
  return t;
}

bool upheld_text_equal(upheld_text a, upheld_text b) {
  return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

bool upheld_text_is(upheld_text a, const char *zero_terminated) {
  return upheld_text_equal(a, upheld_text_of(zero_terminated));
}

int upheld_text_compare(upheld_text a, upheld_text b) {
  size_t common = a.size < b.size ? a.size : b.size;
  int order = common == 0 ? 0 : memcmp(a.at, b.at, common);
  if (order != 0) return order;
  return a.size < b.size ? -1 : a.size > b.size ? 1 : 0;
}

/* ---- UTF-8 (Unicode 15, table 3-7: well-formed byte sequences) ---- */

/* Size of the well-formed sequence at p, of which n > 0 bytes are there; 0 when there is none. */
static size_t sequence_size(const unsigned char *p, size_t n) {
  unsigned char low = 0x80, high = 0xBF; /* range of the second byte, narrower after some first bytes */
  size_t size;
  if (p[0] < 0x80) return 1;
  if (p[0] < 0xC2 || p[0] > 0xF4) return 0;
  size = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
  if (n < size) return 0;
  if (p[0] == 0xE0) low = 0xA0;  /* overlong below */
  if (p[0] == 0xED) high = 0x9F; /* surrogates above */
  if (p[0] == 0xF0) low = 0x90;  /* overlong below */
  if (p[0] == 0xF4) high = 0x8F; /* beyond U+10FFFF above */
  if (p[1] < low || p[1] > high) return 0;
  for (size_t i = 2; i < size; i++)
    if ((p[i] & 0xC0u) != 0x80u) return 0;
  return size;
}

bool upheld_utf8_valid(upheld_text t) {
  const unsigned char *p = (const unsigned char *)t.at;
  size_t left = t.size;
  while (left > 0) {
    size_t size;
    if (left >= 8) {
      uint64_t word;
      memcpy(&word, p, 8);
      if ((word & UINT64_C(0x8080808080808080)) == 0) { /* eight ASCII bytes at once: nearly all text is that */
        p += 8;
        left -= 8;
        continue;
      }
    }
    size = sequence_size(p, left);
    if (size == 0) return false;
    p += size;
    left -= size;
  }
  return true;
}

size_t upheld_utf8_size(upheld_text t) {
  return t.size == 0 ? 0 : sequence_size((const unsigned char *)t.at, t.size);
}

void upheld_from_windows_1252(upheld_buffer *out, upheld_text in) {
  /* 80..9F by the Unicode consortium's table CP1252.TXT; all other bytes are their own code points */
  static const uint16_t upper_controls[32] = {
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178
  };
  size_t at = 0;
  while (at < in.size) {
    size_t start = at;
    unsigned code;
    char bytes[3];
    while (at < in.size && (unsigned char)in.at[at] < 0x80) at++;
    upheld_buffer_add(out, in.at + start, at - start);
    if (at == in.size) break;
    code = (unsigned char)in.at[at++];
    if (code < 0xA0) code = upper_controls[code - 0x80];
    if (code < 0x800) {
      bytes[0] = (char)(0xC0u | code >> 6);
      bytes[1] = (char)(0x80u | (code & 0x3Fu));
      upheld_buffer_add(out, bytes, 2);
    } else {
      bytes[0] = (char)(0xE0u | code >> 12);
      bytes[1] = (char)(0x80u | (code >> 6 & 0x3Fu));
      bytes[2] = (char)(0x80u | (code & 0x3Fu));
      upheld_buffer_add(out, bytes, 3);
    }
  }
}

/* ---- numbers ---- */

/* The digit's value, or a number above 9. */
static unsigned digit(char c) {
  return (unsigned)(unsigned char)c - (unsigned)'0';
}

/* Adds a digit to *n; false when it would leave the range of int64. */
static bool add_digit(uint64_t *n, unsigned d, uint64_t most) {
  if (*n > (most - d) / 10) return false;
  *n = *n * 10 + d;
  return true;
}

bool upheld_parse_integer(upheld_text t, int64_t *value) {
  uint64_t n = 0, most = INT64_MAX;
  bool negative = false;
  size_t at = 0;
  if (t.size > 0 && (t.at[0] == '-' || t.at[0] == '+')) {
    negative = t.at[0] == '-';
    if (negative) most++; /* INT64_MIN has no positive twin */
    at = 1;
  }
  if (at == t.size) return false;
  for (; at < t.size; at++) {
    unsigned d = digit(t.at[at]);
    if (d > 9 || !add_digit(&n, d, most)) return false;
  }
  if (!negative) *value = (int64_t)n;
  else *value = n == most ? INT64_MIN : -(int64_t)n;
  return true;
}

bool upheld_parse_decimal(upheld_text t, int64_t *scaled, int *decimals) {
  uint64_t n = 0;
  int after = -1; /* digits after the point; -1 before it */
  size_t at;
  for (at = 0; at < t.size; at++) {
    unsigned d = digit(t.at[at]);
    if (t.at[at] == '.' && after < 0 && at > 0) {
      after = 0;
      continue;
    }
    if (d > 9 || after == 9 || !add_digit(&n, d, INT64_MAX)) return false;
    if (after >= 0) after++;
  }
  if (t.size == 0 || after == 0) return false;
  *scaled = (int64_t)n;
  *decimals = after < 0 ? 0 : after;
  return true;
}

/* ---- dates ---- */

static const int days_before[2][13] = {
  {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365},
  {0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366}
};

/* The date of 1 January of the year that is y years after 1600, when a cycle of the calendar begins; the days that it has beyond 365. */
#define START(y) ((y) * 365 + ((y) + 3) / 4 - ((y) + 99) / 100 + ((y) + 399) / 400 - 135140)
#define LEAP(y) (START((y) + 1) - START(y) - 365)
#define MONTHS(y) START(y), START(y) + 31, START(y) + 59 + LEAP(y), START(y) + 90 + LEAP(y), START(y) + 120 + LEAP(y), \
                  START(y) + 151 + LEAP(y), START(y) + 181 + LEAP(y), START(y) + 212 + LEAP(y), START(y) + 243 + LEAP(y), \
                  START(y) + 273 + LEAP(y), START(y) + 304 + LEAP(y), START(y) + 334 + LEAP(y)
#define YEARS_10(y) MONTHS(y), MONTHS(y + 1), MONTHS(y + 2), MONTHS(y + 3), MONTHS(y + 4), MONTHS(y + 5), MONTHS(y + 6), \
                    MONTHS(y + 7), MONTHS(y + 8), MONTHS(y + 9)
#define YEARS_100(y) YEARS_10(y), YEARS_10(y + 10), YEARS_10(y + 20), YEARS_10(y + 30), YEARS_10(y + 40), YEARS_10(y + 50), \
                     YEARS_10(y + 60), YEARS_10(y + 70), YEARS_10(y + 80), YEARS_10(y + 90)
const int32_t upheld_month_starts[12 * (UPHELD_LAST_YEAR - UPHELD_FIRST_YEAR) + 1] = {
  YEARS_100(300), YEARS_100(400), YEARS_100(500), START(600)
};

static int is_leap(int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 1 : 0;
}

/* Days from 1 January 1600 to 1 January of the year that is y >= 0 years later. 1600 begins a cycle of 400 years. */
static int64_t days_to_year(int64_t y) {
  return y * 365 + (y + 3) / 4 - (y + 99) / 100 + (y + 399) / 400;
}

enum {
  EPOCH = 135140,  /* days from 1600-01-01 to 1970-01-01 */
  CYCLE = 146097   /* days of 400 years */
};

void upheld_date_parts(upheld_date date, int *year, int *month, int *day) {
  int64_t days = (int64_t)date + EPOCH;
  int64_t cycle = days >= 0 ? days / CYCLE : -((CYCLE - 1 - days) / CYCLE);
  int64_t y;
  int rest, leap, m = 1;
  days -= cycle * CYCLE;
  y = days * 400 / CYCLE; /* within one year of the truth */
  while (days_to_year(y) > days) y--;
  while (days_to_year(y + 1) <= days) y++;
  rest = (int)(days - days_to_year(y));
  leap = is_leap(y + 1600);
  while (rest >= days_before[leap][m]) m++;
  *year = (int)(y + 1600 + cycle * 400);
  *month = m;
  *day = rest - days_before[leap][m - 1] + 1;
}

void upheld_format_date(upheld_date date, char buffer[11]) {
  int year, month, day;
  buffer[0] = '\0';
  if (date == UPHELD_NO_DATE) return;
  upheld_date_parts(date, &year, &month, &day);
  if (year < 0 || year > 9999) return;
  buffer[0] = (char)('0' + year / 1000);
  buffer[1] = (char)('0' + year / 100 % 10);
  buffer[2] = (char)('0' + year / 10 % 10);
  buffer[3] = (char)('0' + year % 10);
  buffer[4] = '-';
  buffer[5] = (char)('0' + month / 10);
  buffer[6] = (char)('0' + month % 10);
  buffer[7] = '-';
  buffer[8] = (char)('0' + day / 10);
  buffer[9] = (char)('0' + day % 10);
  buffer[10] = '\0';
}

/* Reads between `least` and `most` digits at *at and moves behind them; -1 when there are fewer. At most four. */
static int number(upheld_text t, size_t *at, size_t least, size_t most) {
  size_t start = *at;
  unsigned n = 0;
  while (*at < t.size && *at - start < most && digit(t.at[*at]) <= 9) n = n * 10 + digit(t.at[(*at)++]);
  return *at - start < least ? -1 : (int)n;
}

/*
** The month (1..12) whose English name, or its first three letters, is the text in any case; 0 when none is.
** *whole tells whether it is the full name.
*/
static int month_of(upheld_text t, bool *whole) {
  static const char *const names[12] = {"january", "february", "march", "april", "may", "june", "july",
                                        "august", "september", "october", "november", "december"};
  for (int m = 0; m < 12; m++) {
    size_t size = strlen(names[m]), i = 0;
    if (t.size != 3 && t.size != size) continue;
    while (i < t.size && (t.at[i] | 0x20) == names[m][i]) i++; /* names are letters, so nothing else folds onto them */
    if (i == t.size) {
      *whole = t.size > 3;
      return m + 1;
    }
  }
  return 0;
}

/* 17 Sep 2023, 17-Sep-2023, 17 September 2023. */
static bool parse_named(upheld_text t, upheld_date *date) {
  size_t at = 0, start;
  int day = number(t, &at, 1, 2), month, year;
  bool whole = false;
  char between;
  upheld_text name;
  if (day < 0 || at == t.size) return false;
  between = t.at[at++];
  if (between != ' ' && between != '-') return false;
  start = at;
  while (at < t.size && t.at[at] != between) at++;
  if (at == t.size) return false;
  name.at = t.at + start;
  name.size = at - start;
  month = month_of(name, &whole);
  if (month == 0 || (whole && between == '-')) return false;
  at++;
  year = number(t, &at, 4, 4);
  return year >= 0 && at == t.size && upheld_date_from(year, month, day, date);
}

/* 17/09/2023, 7/9/2023: day first. */
static bool parse_uk(upheld_text t, upheld_date *date) {
  size_t at = 0;
  int day = number(t, &at, 1, 2), month, year;
  if (day < 0 || at == t.size || t.at[at++] != '/') return false;
  month = number(t, &at, 1, 2);
  if (month < 0 || at == t.size || t.at[at++] != '/') return false;
  year = number(t, &at, 4, 4);
  return year >= 0 && at == t.size && upheld_date_from(year, month, day, date);
}

bool upheld_parse_date(upheld_text t, bool uk, upheld_date *date) {
  const char *p = t.at;
  if (t.size == 10 && p[4] == '-' && p[7] == '-') return upheld_parse_iso(p, date);
  if (t.size < 8) return false; /* 7/9/2023 is the shortest form */
  if (uk && (p[1] == '/' || p[2] == '/')) return parse_uk(t, date);
  return parse_named(t, date);
}
