/*
** upheld.c: filling and clearing the error struct.
** Owns: that text in an error is always ended by NUL and never cut inside a UTF-8 sequence.
** Must not: allocate. Reporting an error cannot fail.
*/
#include "upheld.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The largest size <= limit at which text can be cut without splitting a UTF-8 sequence. */
static size_t cut_at(const char *text, size_t limit) {
  size_t at = limit;
  /* a sequence has at most three bytes 10xxxxxx; more of them is not UTF-8, and then any place will do */
  while (at > 0 && limit - at < 3 && ((unsigned char)text[at] & 0xC0u) == 0x80u) at--;
  return ((unsigned char)text[at] & 0xC0u) == 0x80u ? limit : at;
}

void upheld_copy(char *buffer, size_t size, upheld_text text) {
  size_t n = text.size;
  if (size == 0) return;
  if (n > size - 1) {
    n = size > 4 ? cut_at(text.at, size - 4) : 0;
    memcpy(buffer, text.at, n);
    for (size_t dots = 0; dots < 3 && n < size - 1; dots++) buffer[n++] = '.';
  } else if (n > 0) {
    memcpy(buffer, text.at, n);
  }
  buffer[n] = '\0';
  /* a NUL within would end the text early, for everyone who reads it as a C string */
  for (size_t i = 0; i < n; i++)
    if (buffer[i] == '\0') buffer[i] = '?';
}

void upheld_clear(upheld_error *err) {
  if (err == NULL) return;
  err->status = UPHELD_OK;
  err->line = 0;
  err->code[0] = '\0';
  err->message[0] = '\0';
  err->file[0] = '\0';
  err->column[0] = '\0';
  err->value[0] = '\0';
  err->hint[0] = '\0';
}

upheld_status upheld_fail(upheld_error *err, upheld_status status, const char *code, const char *format, ...) {
  char text[UPHELD_MESSAGE + 4];
  va_list arguments;
  int length;
  size_t size;
  if (err == NULL) return status;
  /* printed aside first: an argument may be a part of *err */
  va_start(arguments, format);
  length = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  size = length < 0 ? 0 : (size_t)length;
  if (size > sizeof text - 1) size = sizeof text - 1;
  {
    upheld_text from = {code, strlen(code)};
    char name[sizeof err->code];
    upheld_copy(name, sizeof name, from);
    upheld_clear(err);
    err->status = status;
    memcpy(err->code, name, sizeof name);
  }
  {
    upheld_text from = {text, size};
    upheld_copy(err->message, sizeof err->message, from);
  }
  return status;
}

upheld_status upheld_nomem(upheld_error *err) {
  return upheld_fail(err, UPHELD_NOMEM, "not-enough-memory", "not enough memory");
}
