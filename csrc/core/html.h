/*
** html.h: a text as it stands in HTML, between tags or as a quoted attribute.
** Owns: the five characters that are written by name. Must not: know a tag.
*/
#ifndef UPHELD_HTML_H
#define UPHELD_HTML_H

#include "alloc.h"

UPHELD_BEGIN

typedef enum upheld_html_kind {
  UPHELD_HTML_AS_IT_IS, /* nothing in it is to be escaped */
  UPHELD_HTML_ESCAPED,  /* upheld_html_add writes it */
  UPHELD_HTML_NONE      /* no line of text: empty, with a control character, or not UTF-8 */
} upheld_html_kind;

upheld_html_kind upheld_html_kind_of(upheld_text t);
/* Bytes that upheld_html_write makes of a text; at most six times its own. */
size_t upheld_html_size(upheld_text t);
/* Writes the text with & < > " ' as &amp; &lt; &gt; &quot; &#39; to `at`, which has room; gives the size. */
size_t upheld_html_write(upheld_text t, char *at);

UPHELD_END

#endif
