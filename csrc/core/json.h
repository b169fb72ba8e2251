/*
** json.h: JSON text, done right once: escapes, commas, numbers without a locale.
** Owns: the spelling of every number and string in JSON output. Invalid UTF-8 in a string becomes U+FFFD, so the output is
** always valid.
** Layout: no blanks; callers ask for a line break with upheld_json_break between
** array elements where that helps people read.
*/
#ifndef UPHELD_JSON_H
#define UPHELD_JSON_H

#include "alloc.h"

typedef struct upheld_json {
  upheld_buffer *out;
  bool comma; /* a value stands before the next one on this level */
} upheld_json;

UPHELD_BEGIN

void upheld_json_init(upheld_json *j, upheld_buffer *out);
void upheld_json_open(upheld_json *j, char bracket);  /* '{' or '[' */
void upheld_json_close(upheld_json *j, char bracket); /* '}' or ']' */
void upheld_json_key(upheld_json *j, const char *key);
void upheld_json_string(upheld_json *j, upheld_text t);
void upheld_json_integer(upheld_json *j, int64_t value);
void upheld_json_boolean(upheld_json *j, bool value);
void upheld_json_null(upheld_json *j);
/*
** value with the given number of decimals (0..9), rounded half away from zero from the exact value of the double;
** zero never has a sign. What is not finite, or 2^63 or more in size, gives null.
*/
void upheld_json_real(upheld_json *j, double value, int decimals);
/* Members of an object: key and value, null where there is none (text NULL or ""). */
void upheld_json_text_member(upheld_json *j, const char *key, const char *text);
void upheld_json_count_member(upheld_json *j, const char *key, int64_t value, bool known);
void upheld_json_flag_member(upheld_json *j, const char *key, bool value);
/* [low, high] with six decimals: four of a per cent, more than anybody prints. */
void upheld_json_interval_member(upheld_json *j, const char *key, double low, double high, bool known);
enum { UPHELD_INTERVAL_DECIMALS = 6 };
void upheld_json_break(upheld_json *j); /* a line feed before the next value (after its comma) */

/*
** One CSV field with its quoting (RFC 4180) and, unless first in its row, the comma before it; shared by every CSV output.
** What is written so, our reader reads back as it was (a NUL byte excepted). The caller writes line ends.
*/
void upheld_csv_field(upheld_buffer *out, upheld_text t, bool first);

UPHELD_END

#endif
