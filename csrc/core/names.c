/*
** names.c: normal and stripped forms of names (names.h).
** Must not: guess. Two names are one only when their forms are equal byte for byte.
*/
#include "names.h"

#include <string.h>

#include "text.h"

/* {====== normal form ====== */

/* Bytes of the blank at p (blank, tab, line end, U+00A0), 0 when none stands there. */
static size_t blank_at(const unsigned char *p, size_t left) {
  if (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n') return 1;
  return left >= 2 && p[0] == 0xc2 && p[1] == 0xa0 ? 2 : 0;
}

/* The ASCII character for which U+2018, U+2019 (quotation marks) or U+2010, U+2011 (hyphens) at p stands, else 0. */
static char plain_at(const unsigned char *p, size_t left) {
  if (left < 3 || p[0] != 0xe2 || p[1] != 0x80) return 0;
  if (p[2] == 0x98 || p[2] == 0x99) return '\'';
  return p[2] == 0x90 || p[2] == 0x91 ? '-' : 0;
}

/* Whether the n bytes written so far end with the word "st". */
static bool ends_with_st(const char *out, size_t n) {
  return n >= 2 && out[n - 2] == 's' && out[n - 1] == 't' && (n == 2 || out[n - 3] == ' ');
}

size_t upheld_name_normal(char *out, upheld_text name) {
  const unsigned char *p = (const unsigned char *)name.at;
  size_t n = 0;
  bool blank = false; /* before the next character */
  for (size_t i = 0; i < name.size;) {
    size_t size = blank_at(p + i, name.size - i);
    char c = (char)p[i];
    if (size == 0 && c == '.' && !blank && ends_with_st(out, n)) size = 1; /* "St. Helens", "St.Helens" */
    if (size > 0) {
      blank = true;
      i += size;
      continue;
    }
    if (blank && n > 0) out[n++] = ' ';
    blank = false;
    if (c == '&') {
      if (n > 0 && out[n - 1] != ' ') out[n++] = ' ';
      memcpy(out + n, "and", 3);
      n += 3;
      blank = true;
      i++;
      continue;
    }
    char plain = plain_at(p + i, name.size - i);
    if (plain != 0) {
      c = plain;
      i += 2;
    } else if (c >= 'A' && c <= 'Z') {
      c = (char)(c - 'A' + 'a');
    }
    out[n++] = c;
    i++;
  }
  return n;
}

/* }====== */

/* {====== affixes ====== */

typedef struct affix {
  const char *words;
  upheld_name_sort sort;
} affix;

static const affix prefixes[] = {
  {"london borough of ", UPHELD_NAME_BOROUGH}, {"royal borough of ", UPHELD_NAME_BOROUGH},
  {"metropolitan borough of ", UPHELD_NAME_BOROUGH}, {"metropolitan district of ", UPHELD_NAME_BOROUGH},
  {"borough council of ", UPHELD_NAME_BOROUGH}, {"borough of ", UPHELD_NAME_BOROUGH},
  {"district of ", UPHELD_NAME_BOROUGH}, {"city of ", UPHELD_NAME_BOROUGH},
  {"county of ", UPHELD_NAME_PLAIN}, {"county ", UPHELD_NAME_PLAIN}
};

static const affix suffixes[] = {
  {" council", UPHELD_NAME_PLAIN}, {" corporation", UPHELD_NAME_PLAIN},
  {" metropolitan borough", UPHELD_NAME_BOROUGH}, {" metropolitan district", UPHELD_NAME_BOROUGH},
  {" london borough", UPHELD_NAME_BOROUGH}, {" royal borough", UPHELD_NAME_BOROUGH},
  {" borough", UPHELD_NAME_BOROUGH}, {" city", UPHELD_NAME_BOROUGH}, {" district", UPHELD_NAME_BOROUGH},
  {" county", UPHELD_NAME_COUNTY},
  {", city of", UPHELD_NAME_BOROUGH}, {", county of", UPHELD_NAME_PLAIN}, {", royal borough of", UPHELD_NAME_BOROUGH},
  {", london borough of", UPHELD_NAME_BOROUGH}
};

static bool drop_prefix(upheld_text *t, upheld_name_sort *sort) {
  for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
    size_t size = strlen(prefixes[i].words);
    if (t->size > size && memcmp(t->at, prefixes[i].words, size) == 0) {
      t->at += size;
      t->size -= size;
      *sort = prefixes[i].sort;
      return true;
    }
  }
  return false;
}

static bool drop_suffix(upheld_text *t, upheld_name_sort *sort) {
  for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
    size_t size = strlen(suffixes[i].words);
    if (t->size > size && memcmp(t->at + t->size - size, suffixes[i].words, size) == 0) {
      t->size -= size;
      *sort = suffixes[i].sort;
      return true;
    }
  }
  return false;
}

upheld_text upheld_name_strip(upheld_text t, upheld_name_sort *sort) {
  upheld_name_sort found = UPHELD_NAME_PLAIN, one = UPHELD_NAME_PLAIN;
  while (drop_suffix(&t, &one) || drop_prefix(&t, &one)) {
    if (one == UPHELD_NAME_COUNTY || found == UPHELD_NAME_PLAIN) found = one;
  }
  if (sort != NULL) *sort = found;
  return t;
}

/* }====== */

int upheld_name_distance(upheld_text a, upheld_text b, int limit) {
  int row[65];
  int n = (int)(a.size > 64 ? 64 : a.size), m = (int)(b.size > 64 ? 64 : b.size);
  if (n - m > limit || m - n > limit) return limit + 1;
  for (int j = 0; j <= m; j++) row[j] = j;
  for (int i = 1; i <= n; i++) {
    int diagonal = row[0], least = i;
    row[0] = i;
    for (int j = 1; j <= m; j++) {
      int best = diagonal + (a.at[i - 1] != b.at[j - 1]);
      diagonal = row[j];
      if (row[j] + 1 < best) best = row[j] + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      row[j] = best;
      if (best < least) least = best;
    }
    if (least > limit) return limit + 1; /* the least of a row never shrinks */
  }
  return row[m];
}
