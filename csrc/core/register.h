/*
** register.h: the SQLite file that holds everything. register.c (opening, transactions) and its parts
** register_schema.c, register_write.c, register_read.c, register_load.c and those of what is derived (register_derived.h), over register_sql.h's small statement interface, are where
** all SQL stands; register_sql.c is the only file that includes sqlite3.h. Owns: the schema (STRICT tables,
** application_id, user_version, numbered migrations), one transaction an import, the bounded busy wait, and the rule
** that nothing is ever silently removed: a changed row's old version is kept.
*/
#ifndef UPHELD_REGISTER_H
#define UPHELD_REGISTER_H

#include "evidence.h"
#include "faults.h"
#include "filter.h"

#define UPHELD_APPLICATION_ID 0x7570686c /* "uphl" */
#define UPHELD_SCHEMA_VERSION 3

typedef struct upheld_register upheld_register;

/* What applying one row did. */
typedef enum upheld_applied {
  UPHELD_APPLIED_ADDED,
  UPHELD_APPLIED_UNCHANGED,
  UPHELD_APPLIED_COMPLETED, /* an open case arrived decided, or gaps were filled */
  UPHELD_APPLIED_CORRECTED, /* the old version was kept */
  UPHELD_APPLIED_REFUSED    /* a sample row that differs from a complete one: the register's row stays */
} upheld_applied;

/* Which decisions; a mask of 0 means all. Withdrawn ones are selected only by themselves, and count nowhere. */
typedef struct upheld_selection {
  int64_t authority;        /* index in the directory given, or -1 for all */
  upheld_clock clock;
  upheld_date first, last;  /* on that clock, both days in; UPHELD_NO_DATE: open. Both open: undated ones too */
  uint64_t counters;        /* only records that move one of these counters (on that clock) */
  bool samples;             /* take sample records (drill-down) instead of complete ones; both when all is set */
  bool all;
  bool bare;                /* references, authorities and codes alone, in no order: of all authorities, and faster */
  bool rows;                /* read the rows themselves, whatever is kept beside them: for proving that */
  bool withdrawn;           /* those that would be selected, had they not been withdrawn, and no others */
  const upheld_filter *where; /* only those that it takes; NULL: all */
  const uint32_t *now_of;   /* of a view (evidence.h): records come as those of the authority they are counted with; NULL: as they are */
} upheld_selection;

UPHELD_BEGIN

/*
** Opens or makes the register at path (":memory:" too). A file that is there must be a register of this program
** (UPHELD_DATABASE "not-a-register"), not newer than UPHELD_SCHEMA_VERSION ("newer-register"); an empty or absent file
** becomes a register for scheme s only at the first upheld_register_begin (so opening writes nothing, and a first
** import that is rolled back leaves no file). Until then reading gives an empty register. A file that may not be
** written opens for reading. UPHELD_IO: "is-a-directory", "not-readable". s must be the scheme the register remembers
** when it has one ("scheme-mismatch": another name, another reference form, or labels that are not the remembered ones
** in their order; further labels at the end are learnt); the register keeps the pointer. busy_ms: how long to wait for
** another program (default 5000 when < 0).
*/
upheld_status upheld_register_open(upheld_register **out, const upheld_allocator *a, const upheld_scheme *s,
                                   const char *path, int busy_ms, upheld_error *err);
void upheld_register_close(upheld_register *r); /* rolls back an open transaction; NULL is allowed */
/* The path that it was opened with. */
const char *upheld_register_path(const upheld_register *r);
/* The scheme that it was opened with. */
const upheld_scheme *upheld_register_scheme(const upheld_register *r);
/*
** Name of the scheme that the file at path remembers, into name (""  for an absent or empty file). For choosing the
** scheme before open.
*/
upheld_status upheld_register_scheme_name(const upheld_allocator *a, const char *path, char name[64], upheld_error *err);
/* Whether there is a register on disk (or in memory) yet: false before the first import. */
upheld_status upheld_register_stored(upheld_register *r, bool *stored, upheld_error *err);
/* Changes whenever anything was written by this or another connection; for caches of evidence. */
upheld_status upheld_register_stamp(upheld_register *r, int64_t *stamp, upheld_error *err);

/*
** One import = one transaction (BEGIN IMMEDIATE; UPHELD_BUSY after the wait). now: "2026-05-01T12:00:00Z" from the
** caller (else UPHELD_MISUSE "bad-time"); reason may be "". Makes the file where there is none: UPHELD_IO
** "no-such-directory", "not-writable"; UPHELD_DATABASE "read-only", "disk-full", "register-moved". A commit that fails
** is rolled back. Not to be called, nor close, from within a function that select calls.
*/
upheld_status upheld_register_begin(upheld_register *r, const char *now, const char *reason, upheld_error *err);
upheld_status upheld_register_commit(upheld_register *r, upheld_error *err);
void upheld_register_rollback(upheld_register *r);
/* Starts a file of the import: its log row; *import is its id. */
upheld_status upheld_register_file_begin(upheld_register *r, const char *path, const char *kind, bool sample,
                                         int64_t *import, upheld_error *err);
/*
** Completes the log row (SHA-256, rows) from the report's counts; compliance files also give the span of their clock's
** days.
*/
upheld_status upheld_register_file_end(upheld_register *r, int64_t import, const upheld_report_file *counts,
                                       upheld_date first, upheld_date last, upheld_error *err);

/* The directory as stored (sealed; items carry their row id). out must be init'ed with the same scheme. */
upheld_status upheld_register_directory(upheld_register *r, upheld_directory *out, upheld_error *err);

/*
** Within a transaction. Each says what it did: the same again is UNCHANGED and leaves the stored row as it is;
** otherwise the old version is kept, and the row is COMPLETED when it only fills what was not recorded, else
** CORRECTED. Rows come whole: a blank replaces ("" and NULL text are the same), so a caller whose file lacks a column
** fills it in from the directory. d is the directory in which record->authority is an index (its items have ids).
*/
upheld_status upheld_register_put_authority(upheld_register *r, const upheld_authority *a, int64_t import, int64_t line,
                                            int64_t *id, upheld_applied *did, upheld_error *err);
upheld_status upheld_register_put_population(upheld_register *r, int64_t authority_id, int year, int64_t residents,
                                             int64_t import, int64_t line, upheld_applied *did, upheld_error *err);
upheld_status upheld_register_put_recipient(upheld_register *r, int64_t authority_id, upheld_text name,
                                            upheld_text role, upheld_text salutation, upheld_text email,
                                            int64_t import, int64_t line, upheld_applied *did, upheld_error *err);
/*
** A decision with, where it has one, its compliance outcome; *did is the stronger of what both did, where an outcome
** added to a stored decision completes it. present: which optional columns the file had (UPHELD_HAS_*): an absent
** column never blanks a stored value, nor does a blank url, kind or compliance cell.
** - An open case that arrives decided is COMPLETED, whatever else changed.
** - A sample row never changes a complete one: REFUSED when a value it records differs (blanks, url and kind do not),
**   else UNCHANGED. A complete row makes a stored sample complete (UNCHANGED when the values are the same: only the
**   mark goes, and a version is kept).
** - A withdrawn decision stays withdrawn; other content makes it CORRECTED.
*/
enum {
  UPHELD_HAS_AREA = 1,
  UPHELD_HAS_RECEIVED = 2,
  UPHELD_HAS_REMEDIED = 4,
  UPHELD_HAS_COMPLIANCE = 8,
  UPHELD_HAS_URL = 16,
  UPHELD_HAS_KIND = 32
};
upheld_status upheld_register_put_decision(upheld_register *r, const upheld_directory *d, const upheld_record *record,
                                           unsigned present, upheld_applied *did, upheld_error *err);
/*
** What the last put of a decision or a compliance outcome did that its giver may not have meant: the stored case was
** decided, and is open now; the decision is withdrawn (and stays so, whatever the row says); its outcome was one with
** which a compliance outcome stands, and is none now, so that one that is stored counts no more.
*/
enum { UPHELD_NOTE_REOPENED = 1, UPHELD_NOTE_WITHDRAWN = 2, UPHELD_NOTE_NOT_REMEDYING = 4 };
unsigned upheld_register_notes(const upheld_register *r);
/* A row of compliance.csv, by the same rules; *known says whether the register has its decision (withdrawn or not). */
upheld_status upheld_register_put_compliance(upheld_register *r, const upheld_directory *d, const upheld_record *record,
                                             bool *known, upheld_applied *did, upheld_error *err);
/* One published value (value times 10^decimals). */
upheld_status upheld_register_put_published(upheld_register *r, int64_t authority_id, int year, const char *item,
                                            int64_t value, int decimals,
                                            int64_t import, int64_t line, upheld_applied *did, upheld_error *err);
/* The source text of a published row ("" none: a stored one stays). */
upheld_status upheld_register_put_published_source(upheld_register *r, int64_t authority_id, int year,
                                                   upheld_text source, int64_t import, int64_t line, upheld_error *err);
/*
** Stored decision of that key, not withdrawn: authorities having reference, as row ids, at most capacity; *count of
** all. For compliance.csv without an authority.
*/
upheld_status upheld_register_authorities_of(upheld_register *r, uint64_t reference, int64_t *ids, size_t capacity,
                                             size_t *count, upheld_error *err);
/*
** The stored decision (without text) with its compliance outcome, for cross-checks; *found false when there is none,
** or it is withdrawn.
*/
upheld_status upheld_register_get_decision(upheld_register *r, const upheld_directory *d, uint64_t reference,
                                           uint32_t authority, upheld_record *out, bool *found, upheld_error *err);

/*
** Withdraws a decision with a reason, in a transaction of its own; UPHELD_ABSENT "no-such-decision" or
** "already-withdrawn".
*/
upheld_status upheld_register_withdraw(upheld_register *r, uint64_t reference, int64_t authority_id, const char *reason,
                                       const char *now, upheld_error *err);

/*
** Directory, tally of complete records, populations, published values: sealed, ready for figures. *out is init'ed by
** the caller.
*/
upheld_status upheld_register_load(upheld_register *r, upheld_evidence *out, upheld_error *err);
/*
** Calls fn with batches of the selected decisions in order of (clock's day, reference, authority's code); compliance
** is filled where recorded. On the compliance clock these are compliance outcomes: one whose decision is not stored,
** or only as a sample, has UPHELD_RECORD_COMPLIANCE_ONLY. Each record moves, on that clock, the counters that
** upheld_register_load counted. UPHELD_DATABASE "stale-directory" when an authority is not in d.
*/
upheld_status upheld_register_select(upheld_register *r, const upheld_directory *d, const upheld_selection *what,
                                     upheld_records_fn fn, void *ud, upheld_error *err);
/* Path of the file an import id read, for why(); "" when unknown. Copied into buffer. */
upheld_status upheld_register_import_path(upheld_register *r, int64_t import, char *buffer, size_t size,
                                          upheld_error *err);

/* Where a published row came from, copied into arena; "" when unknown. */
upheld_status upheld_register_published_source(upheld_register *r, int64_t authority_id, int year, upheld_arena *arena,
                                               const char **source, upheld_error *err);

/* Recipient of letters; *found false: none. Text is copied into arena. */
typedef struct upheld_recipient { const char *name, *role, *salutation, *email; } upheld_recipient;
upheld_status upheld_register_recipient(upheld_register *r, int64_t authority_id, upheld_arena *arena,
                                        upheld_recipient *out, bool *found, upheld_error *err);
/* Integrity of the file itself: SQLite's integrity_check and foreign_key_check; each finding is passed to fn. */
upheld_status upheld_register_verify(upheld_register *r, void (*fn)(void *ud, const char *finding), void *ud,
                                     upheld_error *err);
/*
** Counts the records a second time, by SQLite's GROUP BY, against the evidence loaded from this register; each difference
** is passed to fn.
*/
upheld_status upheld_register_recount(upheld_register *r, const upheld_evidence *e,
                                      void (*fn)(void *ud, const char *finding), void *ud, upheld_error *err);
/*
** What the register holds, for messages. decisions: complete ones, open cases among them; samples and withdrawn ones
** are not in it.
*/
typedef struct upheld_register_counts {
  int64_t authorities, decisions, open_cases, samples, withdrawn, corrections, compliance, published, imports;
} upheld_register_counts;
upheld_status upheld_register_count(upheld_register *r, upheld_register_counts *out, upheld_error *err);

UPHELD_END

#endif
