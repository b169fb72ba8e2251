/*
** names.h: the forms of an authority's name in which names are compared.
** Owns: what counts as the same word ("&" and "and", "St." and "St", case, blanks, curly apostrophes), and which affixes
** may be dropped. It knows no authority: directory.h decides who is meant. Allocates nothing.
*/
#ifndef UPHELD_NAMES_H
#define UPHELD_NAMES_H

#include "upheld.h"

enum {
  /* Bytes of a name or alias: 512 characters of any script, for 500 are to come through every form of letter. What is longer is a
     field that lost its quote, and the room for its normal form is on the stack. */
  UPHELD_MAX_NAME = 2048,
  UPHELD_NAME_ROOM = 5 * UPHELD_MAX_NAME + 8 /* its normal form: "&" becomes " and " */
};

/* What the dropped affixes say of the body. */
typedef enum upheld_name_sort {
  UPHELD_NAME_PLAIN,  /* "Northumberland Council", "Kent", "County Durham": any body */
  UPHELD_NAME_COUNTY, /* "Kent County Council": only a body that is printed so */
  UPHELD_NAME_BOROUGH /* city, borough, district: never a body that is printed as a county council */
} upheld_name_sort;

UPHELD_BEGIN

/* Writes the normal form of name, at most 5 * name.size bytes, to out; gives its size. */
size_t upheld_name_normal(char *out, upheld_text name);
/* The part of a normal form that is left without its affixes: a slice of it, never empty when it was not. sort may be NULL. */
upheld_text upheld_name_strip(upheld_text normal, upheld_name_sort *sort);
/* Levenshtein distance of the first 64 bytes; stops early and gives limit + 1 when it is above limit. */
int upheld_name_distance(upheld_text a, upheld_text b, int limit);

UPHELD_END

#endif
