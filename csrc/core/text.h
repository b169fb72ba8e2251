/*
** text.h: locale-free text <-> numbers and dates, and what is known of bytes.
** Owns: the accepted forms of dates and integers. Uses no function of libc that
** looks at the locale.
*/
#ifndef UPHELD_TEXT_H
#define UPHELD_TEXT_H

#include "alloc.h"

UPHELD_BEGIN

upheld_text upheld_text_of(const char *zero_terminated); /* NULL gives the empty slice */
upheld_text upheld_trim(upheld_text t);                  /* without ASCII spaces and tabs (and line ends) at both ends */
bool upheld_text_equal(upheld_text a, upheld_text b);
bool upheld_text_is(upheld_text a, const char *zero_terminated);
/* Byte order, shorter first on a common prefix: <0, 0, >0. */
int upheld_text_compare(upheld_text a, upheld_text b);

/* True when all bytes are well-formed UTF-8 (no surrogates, no overlong forms, up to U+10FFFF). */
bool upheld_utf8_valid(upheld_text t);
/* Bytes (1..4) of the well-formed UTF-8 sequence that begins the text; 0 when there is none, or no text. */
size_t upheld_utf8_size(upheld_text t);
/*
** Appends Windows-1252 bytes as UTF-8. The five bytes that Windows-1252 leaves undefined
** (81 8D 8F 90 9D) become U+FFFD, as does nothing else.
*/
void upheld_from_windows_1252(upheld_buffer *out, upheld_text in);

/* Whole text is a decimal integer with an optional sign, no spaces, in the range of int64. */
bool upheld_parse_integer(upheld_text t, int64_t *value);
/*
** Whole text is an unsigned decimal such as "9.4" or "4" with at most 9 digits after the point:
** *scaled = value * 10^decimals, *decimals = digits seen after the point. A trailing "%" is not accepted.
*/
bool upheld_parse_decimal(upheld_text t, int64_t *scaled, int *decimals);
/*
** A date in one of the forms 2023-09-17, 17 Sep 2023, 17-Sep-2023, 17 September 2023 (English month names in any
** case; a hyphen only with the short name; day of one or two digits in the named forms) and, only with uk,
** 17/09/2023 or 7/9/2023. False for anything else and for days that do not exist; *date is then as it was.
*/
bool upheld_parse_date(upheld_text t, bool uk, upheld_date *date);
/* Writes "YYYY-MM-DD" and NUL into buffer[11]. UPHELD_NO_DATE and years outside 0..9999 give "". */
void upheld_format_date(upheld_date date, char buffer[11]);
/* The first day of each month from January 1900 to January 2200. */
extern const int32_t upheld_month_starts[12 * (UPHELD_LAST_YEAR - UPHELD_FIRST_YEAR) + 1];

/* False when the day does not exist or is out of 1900..2199; *date is then as it was. */
static inline bool upheld_date_from(int year, int month, int day, upheld_date *date) {
  unsigned since = (unsigned)(year - UPHELD_FIRST_YEAR);
  if (since >= UPHELD_LAST_YEAR - UPHELD_FIRST_YEAR || (unsigned)(month - 1) >= 12) return false;
  const int32_t *start = &upheld_month_starts[12 * since + (unsigned)(month - 1)];
  if ((unsigned)(day - 1) >= (unsigned)(start[1] - start[0])) return false;
  *date = start[0] + day - 1;
  return true;
}

/* Eight bytes as a number, the first in its lowest byte. */
static inline uint64_t upheld_word_at(const char *p) {
  const unsigned char *u = (const unsigned char *)p;
  return (uint64_t)u[0] | (uint64_t)u[1] << 8 | (uint64_t)u[2] << 16 | (uint64_t)u[3] << 24 | (uint64_t)u[4] << 32 |
         (uint64_t)u[5] << 40 | (uint64_t)u[6] << 48 | (uint64_t)u[7] << 56;
}

/*
** Ten bytes such as 2023-09-17, else as upheld_date_from; false says nothing of other forms. Nearly
** every date of a file comes this way, so the eight bytes from the decade on are tested together: with "00-00-00" taken out a digit is at
** most 9 and a hyphen 0, and the bytes' upper bits show what was more. Then each pair of digits becomes a number in its first byte.
*/
static inline bool upheld_parse_iso(const char *p, upheld_date *date) {
  uint64_t w = upheld_word_at(p + 2) ^ UINT64_C(0x30302d30302d3030);
  if ((((w + UINT64_C(0x76767f76767f7676)) | w) & UINT64_C(0x8080808080808080)) != 0) return false;
  unsigned c1 = (unsigned char)p[0] - (unsigned)'0', c2 = (unsigned char)p[1] - (unsigned)'0';
  if (c1 > 9 || c2 > 9) return false;
  w = w * 10 + (w >> 8);
  return upheld_date_from((int)(c1 * 1000 + c2 * 100 + (unsigned)(w & 0xff)), (int)(w >> 24 & 0xff), (int)(w >> 48 & 0xff), date);
}

/* Any date but UPHELD_NO_DATE. Gregorian rules, also before 1582; month and day begin at 1. */
void upheld_date_parts(upheld_date date, int *year, int *month, int *day);

UPHELD_END

#endif
