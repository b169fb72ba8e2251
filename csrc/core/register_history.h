/*
** register_history.h: what the register kept of one decision: its earlier versions, and the file and line behind each
** value that stands.
** Owns: the words in which a change is told: the columns' names of the files, the scheme's labels, "yes" and "no".
** Must not: write, or judge a change.
*/
#ifndef UPHELD_REGISTER_HISTORY_H
#define UPHELD_REGISTER_HISTORY_H

#include "register.h"

/* One value that changed. NULL: not recorded. */
typedef struct upheld_value_change {
  const char *column;    /* as in decisions.csv: "outcome"; further "sample", "withdrawn", "compliance_stated" */
  const char *old, *now; /* in the scheme's words, dates as YYYY-MM-DD, flags as yes and no */
} upheld_value_change;

/* A row that was replaced, by what, and which of its values changed. */
typedef struct upheld_version {
  bool compliance;          /* the row of the compliance outcome; else of the decision */
  const char *what;         /* "completed", "corrected", "withdrawn" */
  const char *at, *reason;  /* when, as the import gave it; the reason may be "" */
  int64_t by_import, by_line; /* the row that replaced it; 0: no file, a person withdrew it */
  int64_t import, line;     /* where the replaced row came from */
  upheld_value_change *changes;   /* never empty, unless another tool wrote into the file */
  size_t change_count, change_capacity;
} upheld_version;

/* Where a row came from. */
typedef struct upheld_source {
  int64_t import, line; /* import 0: not recorded */
} upheld_source;

enum { UPHELD_HISTORY_COLUMNS = 13 };

typedef struct upheld_history {
  upheld_allocator allocator;
  upheld_arena arena;        /* all text */
  bool known, withdrawn;     /* the decision is stored; it is withdrawn */
  bool has_compliance;       /* a compliance outcome is stored */
  upheld_value_change standing[UPHELD_HISTORY_COLUMNS]; /* what stands: the columns that are recorded, .old is NULL */
  size_t standing_count;
  upheld_source decision, compliance;
  upheld_version *versions;  /* in order of time; at one time the decision's before the compliance outcome's */
  size_t count, capacity;
} upheld_history;

/* Tables of which the source rows can be asked for. */
typedef enum upheld_source_of { UPHELD_SOURCE_POPULATION, UPHELD_SOURCE_PUBLISHED } upheld_source_of;

UPHELD_BEGIN

void upheld_history_init(upheld_history *h, const upheld_allocator *a);
void upheld_history_free(upheld_history *h);
/*
** The history of the decision with that reference key and authority (index in d), withdrawn or not, into *out (init'ed,
** and used once). A compliance outcome without its decision has one too. UPHELD_ABSENT "no-such-decision";
** UPHELD_DATABASE "damaged-register" for a version of which the row is gone.
*/
upheld_status upheld_register_versions(upheld_register *r, const upheld_directory *d, uint64_t reference,
                                       uint32_t authority, upheld_history *out, upheld_error *err);
/*
** The decisions of what->authority that an earlier version of theirs, or of their compliance outcome, would have counted in the
** selection (days, clock, counters); whether what stands counts as well is for the caller to see. fn gets each reference once, ascending.
*/
upheld_status upheld_register_formerly(upheld_register *r, const upheld_directory *d, const upheld_selection *what,
                                       upheld_status (*fn)(void *ud, uint64_t reference, upheld_error *err), void *ud,
                                       upheld_error *err);
/*
** The files that the register has read, in the order of reading, as a JSON array with one file a line: {"file", "kind", "sha256", "read",
** "accepted"}; a file's name without its folder.
*/
upheld_status upheld_register_imports(upheld_register *r, upheld_buffer *out, upheld_error *err);
/*
** The file rows behind an authority's residents or published values of a year, each once, in the order of import and
** line: at most capacity of them into out, *count of all.
*/
upheld_status upheld_register_sources(upheld_register *r, upheld_source_of what, int64_t authority_id, int year,
                                      upheld_source *out, size_t capacity, size_t *count, upheld_error *err);

UPHELD_END

#endif
