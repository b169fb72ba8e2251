/*
** directory.h: the authorities of a register, and which of them a name means.
** Owns: the documented matching rule: by code; by name or alias as printed (case, blanks, "&" or "and", "St." or "St" do not
** matter); by the stripped form (names.h), only when exactly one authority fits. "X County Council", and "X County", mean only a
** body that is printed as a county council; a name that says city, borough or district never means one. Never a guess.
*/
#ifndef UPHELD_DIRECTORY_H
#define UPHELD_DIRECTORY_H

#include "names.h"
#include "scheme.h"

typedef struct upheld_authority {
  const char *code;       /* "E07000115" */
  const char *name;       /* as the ombudsman prints it */
  const char *type_text;  /* as printed: "District", "National Park" */
  int type;               /* index into the scheme's types, or -1: no peers */
  const char *region;     /* "" when not known */
  const char *aliases;    /* "|" between, as in the file; "" none */
  const char *successors; /* codes, "|" between; "" none */
  upheld_date valid_from, valid_to; /* UPHELD_NO_DATE: open. Both days belong to the span */
  int64_t id;             /* the register's row id, 0 for none */
  bool county_council;    /* its name or an alias says "County Council"; set by upheld_directory_put, as is type */
} upheld_authority;

typedef struct upheld_directory {
  upheld_allocator allocator;
  upheld_arena arena;
  const upheld_scheme *scheme;
  upheld_authority *items; /* in code order once sealed */
  size_t count, capacity;
  upheld_dict by_code, by_name; /* by_name: normal form of a name or alias -> its first link */
  upheld_dict by_stripped;        /* stripped form -> its first link */
  struct upheld_name_link *links; /* the authorities of one form, chained in code order */
  size_t link_count, link_capacity;
  bool sealed;
} upheld_directory;

typedef enum upheld_match {
  UPHELD_MATCH_NONE,      /* nobody has that code or name */
  UPHELD_MATCH_ONE,
  UPHELD_MATCH_AMBIGUOUS, /* several: candidates() lists them */
  UPHELD_MATCH_MISMATCH   /* the code means one authority, the name another */
} upheld_match;

UPHELD_BEGIN

void upheld_directory_init(upheld_directory *d, const upheld_allocator *a, const upheld_scheme *scheme);
void upheld_directory_free(upheld_directory *d);
/*
** Adds one (all text is copied) or, when the code is there, replaces it. The type's index follows from type_text. Unseals.
** UPHELD_FAULT "too-many-authorities" or "name-too-long" (a name or alias above UPHELD_MAX_NAME bytes).
*/
upheld_status upheld_directory_put(upheld_directory *d, const upheld_authority *authority, upheld_error *err);
/* Sorts by code and builds the name tables; needed before find. Indexes stay valid until the next put. */
upheld_status upheld_directory_seal(upheld_directory *d, upheld_error *err);

/* Index by exact code, or -1. */
int upheld_directory_by_code(const upheld_directory *d, upheld_text code);
/*
** Finds by name or alias or stripped form; also accepts a code in `name`. out: index for UPHELD_MATCH_ONE, and a first
** candidate for AMBIGUOUS.
*/
upheld_match upheld_directory_find(const upheld_directory *d, upheld_text name, int *out);
/* Both columns of a file: either may be empty. MISMATCH when a known name does not mean the code's authority. */
upheld_match upheld_directory_match(const upheld_directory *d, upheld_text code, upheld_text name, int *out);
/*
** Both append to out: "Dorset Council (E06000059), Dorset County Council (E10000009)" for an ambiguous name; at most three nearest
** names for an unknown one (nothing if none is near).
*/
void upheld_directory_candidates(const upheld_directory *d, upheld_text name, upheld_buffer *out);
void upheld_directory_nearest(const upheld_directory *d, upheld_text name, upheld_buffer *out);
/* The stripped form (lower case, "&" as "and", "St." as "St", affixes dropped) appended to out. */
void upheld_strip_name(upheld_buffer *out, upheld_text name);

/* Whether the authority existed on some day of the reporting year. */
bool upheld_authority_in_year(const upheld_scheme *s, const upheld_authority *a, int year);

UPHELD_END

#endif
