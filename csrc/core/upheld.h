/*
** upheld.h: what every file of the core shares: status codes, the error
** struct, the allocator, slices of text, named limits.
** Owns: the meaning of a status and of each limit. No file of the core includes
** lua.h, prints, exits, reads the clock or the locale, or keeps file-level
** mutable state.
**
** Shape of a core call: const input, an output that the caller owns, a status
** back, and an upheld_error filled when that status is not UPHELD_OK. An output
** is safe to free after a failure.
*/
#ifndef UPHELD_H
#define UPHELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UPHELD_VERSION "0.1.0"

/*
** LuaRocks compiles with default visibility, where a host's symbol of the same
** name would silently replace ours; so declarations stand between these two.
*/
#if defined(__GNUC__)
#define UPHELD_BEGIN _Pragma("GCC visibility push(hidden)")
#define UPHELD_END _Pragma("GCC visibility pop")
#else
#define UPHELD_BEGIN
#define UPHELD_END
#endif

#if defined(__GNUC__)
#define UPHELD_PRINTF(string_at, first) __attribute__((format(printf, string_at, first)))
#else
#define UPHELD_PRINTF(string_at, first)
#endif

/* Limits. Each has a reason, and a message that names it where it is met. */
enum {
  UPHELD_MAX_FIELD = 1 << 20,      /* bytes of one CSV field: a megabyte is no reference, name or address */
  UPHELD_MAX_COLUMNS = 1024,       /* columns of one file: a row's fields are kept in one array */
  UPHELD_MAX_FAULTS = 100000,      /* faults kept with their text for one import; later ones are counted only */
  UPHELD_MAX_OUTCOMES = 16,        /* counters 0..15 of a tally cell (scheme.h) */
  UPHELD_MAX_COMPLIANCE = 8,       /* counters 24..31 */
  UPHELD_MAX_AREAS = 31,           /* counters 32..62; 63 is "not recorded" */
  UPHELD_MAX_INDICATORS = 64,
  UPHELD_MAX_AUTHORITIES = 65535,  /* an authority's index fits 16 bits wherever keys are packed */
  UPHELD_MESSAGE = 1024,           /* bytes of an error's message: reporting must not need memory */
  UPHELD_FIRST_YEAR = 1900,        /* dates outside 1900-01-01 .. 2199-12-31 are typing errors */
  UPHELD_LAST_YEAR = 2200,         /* (a reporting year may be one more than its last calendar year) */
  UPHELD_FIRST_DAY = -25567,       /* the same as days from 1970-01-01 */
  UPHELD_LAST_DAY = 84005
};

typedef enum upheld_status {
  UPHELD_OK = 0,
  UPHELD_NOMEM,       /* an allocation failed */
  UPHELD_MISUSE,      /* the caller broke a rule of the call: the binding raises */
  UPHELD_FAULT,       /* the input cannot be used (fatal fault of a file) */
  UPHELD_IO,          /* a file could not be read or written */
  UPHELD_DATABASE,    /* the register failed: message from SQLite */
  UPHELD_BUSY,        /* another program holds the register */
  UPHELD_ABSENT,      /* what was asked for is not there */
  UPHELD_INTERRUPTED  /* the caller's progress function asked to stop */
} upheld_status;

/* Why a call failed, in fixed-size text so that reporting an error cannot fail. Empty text and 0 mean absent. */
typedef struct upheld_error {
  upheld_status status;
  char code[48];      /* stable short name, such as "bad-date" */
  char message[UPHELD_MESSAGE]; /* a sentence without the place */
  char file[1024];    /* path as given by the caller */
  int64_t line;       /* line in the file where the row begins, header = 1; 0 absent */
  char column[128];   /* heading */
  char value[256];    /* what was found, cut with "..." */
  char hint[512];     /* the remedy */
} upheld_error;

/*
** The allocator is passed in so that a test can make the n-th call fail.
** Same contract as lua_Alloc: size 0 frees and gives NULL; shrinking may not fail.
*/
typedef void *(*upheld_alloc_fn)(void *ud, void *block, size_t old_size, size_t new_size);
typedef struct upheld_allocator {
  upheld_alloc_fn call;
  void *ud;
} upheld_allocator;

/* A slice of bytes that somebody else owns; not terminated by NUL. {NULL, 0} is the empty slice. */
typedef struct upheld_text {
  const char *at;
  size_t size;
} upheld_text;

/* A date: days since 1970-01-01, proleptic Gregorian. UPHELD_NO_DATE means none. */
typedef int32_t upheld_date;
#define UPHELD_NO_DATE INT32_MIN

UPHELD_BEGIN

/* Forgets an earlier error. */
void upheld_clear(upheld_error *err);

/*
** Forgets an earlier error, fills *err (status, code, message by printf rules) and returns the status, so that a
** function can end with "return upheld_fail(...)". File, line and the rest are set after it; arguments may be parts of
** *err itself. A NULL err is allowed. Only %s %d %zu %c and <inttypes.h> forms: %f would follow the host's locale.
*/
upheld_status upheld_fail(upheld_error *err, upheld_status status, const char *code,
                          const char *format, ...) UPHELD_PRINTF(4, 5);

/* The same status as UPHELD_NOMEM with its standard message. */
upheld_status upheld_nomem(upheld_error *err);

/* Copies at most size-1 bytes of text into buffer, ends it with NUL, marks a cut with "..." (never inside a UTF-8
** sequence). A NUL byte within the text becomes "?". */
void upheld_copy(char *buffer, size_t size, upheld_text text);

UPHELD_END

#endif
