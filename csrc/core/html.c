/* html.c: see html.h. */
#include "html.h"

#include <string.h>

#include "text.h"

/* What a character is written as, or NULL for itself. */
static const char *entity(char c) {
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
  }
}

upheld_html_kind upheld_html_kind_of(upheld_text t) {
  upheld_html_kind kind = UPHELD_HTML_AS_IT_IS;
  if (t.size == 0) return UPHELD_HTML_NONE;
  for (size_t i = 0; i < t.size;) {
    unsigned char c = (unsigned char)t.at[i];
    size_t size = 1;
    if (c < 0x20 || c == 0x7F) return UPHELD_HTML_NONE;
    if (c >= 0x80) {
      upheld_text rest = {t.at + i, t.size - i};
      size = upheld_utf8_size(rest);
      if (size == 0) return UPHELD_HTML_NONE;
    } else if (entity((char)c) != NULL) {
      kind = UPHELD_HTML_ESCAPED;
    }
    i += size;
  }
  return kind;
}

size_t upheld_html_size(upheld_text t) {
  size_t size = t.size;
  for (size_t i = 0; i < t.size; i++) {
    const char *name = entity(t.at[i]);
    if (name != NULL) size += strlen(name) - 1;
  }
  return size;
}

size_t upheld_html_write(upheld_text t, char *at) {
  char *to = at;
  for (size_t i = 0; i < t.size; i++) {
    const char *name = entity(t.at[i]);
    if (name == NULL) {
      *to++ = t.at[i];
      continue;
    }
    size_t size = strlen(name);
    memcpy(to, name, size);
    to += size;
  }
  return (size_t)(to - at);
}
