/*
** records.h: decision records in columns: what the reader's rows become once every field has been checked, and what the
** register's rows become when they are read back. One stage for both, so that tallies have one source form.
** Owns: the meaning of each column's "not recorded" value. A record here is valid: codes exist in the scheme, dates are ordered, compliance stands
** only with a remedying outcome.
*/
#ifndef UPHELD_RECORDS_H
#define UPHELD_RECORDS_H

#include "directory.h"

enum {
  UPHELD_RECORD_SAMPLE = 1,             /* from a sample: never in a figure */
  UPHELD_RECORD_COMPLIANCE_STATED = 2,  /* its file had the compliance columns */
  UPHELD_RECORD_COMPLIANCE_ONLY = 4     /* no decision: a row of compliance.csv, or compliance read from the register */
};

/* One record. Text points to memory that outlives the call it is given to. */
typedef struct upheld_record {
  uint64_t reference;   /* key, see upheld_reference_parse */
  uint32_t authority;   /* index in the directory */
  upheld_date received; /* UPHELD_NO_DATE: not recorded */
  upheld_date decided;  /* UPHELD_NO_DATE: an open case */
  uint8_t outcome;      /* code, UPHELD_NO_CODE: an open case */
  uint8_t area;         /* code, UPHELD_NO_CODE: not recorded */
  uint8_t remedied;     /* 1 yes, 0 no, UPHELD_NO_CODE: not recorded */
  uint8_t compliance;   /* code, UPHELD_NO_CODE: none recorded */
  upheld_date due;      /* compliance due date */
  upheld_date recorded; /* date the compliance outcome was recorded */
  uint8_t flags;        /* UPHELD_RECORD_* */
  upheld_text url, kind; /* empty: not recorded */
  int64_t line;         /* line in its file */
  int64_t import;       /* row id of its import in the register; 0 elsewhere */
} upheld_record;

typedef struct upheld_records {
  upheld_allocator allocator;
  upheld_arena arena; /* url and kind */
  size_t count, capacity;
  uint64_t *reference;
  uint32_t *authority;
  upheld_date *received, *decided, *due, *recorded;
  uint8_t *outcome, *area, *remedied, *compliance, *flags;
  upheld_text *url, *kind;
  int64_t *line, *import;
} upheld_records;

/* Receives batches in order; batch is only valid during the call. */
typedef upheld_status (*upheld_records_fn)(void *ud, const upheld_records *batch, upheld_error *err);

UPHELD_BEGIN

void upheld_records_init(upheld_records *r, const upheld_allocator *a);
void upheld_records_free(upheld_records *r);
void upheld_records_clear(upheld_records *r); /* keeps the columns' memory */
upheld_status upheld_records_add(upheld_records *r, const upheld_record *record, upheld_error *err); /* copies url and kind */
void upheld_records_get(const upheld_records *r, size_t i, upheld_record *out);
/* A record with every value not recorded. */
static inline upheld_record upheld_record_none(void) {
  upheld_record r = {0};
  r.received = r.decided = r.due = r.recorded = UPHELD_NO_DATE;
  r.outcome = r.area = r.remedied = r.compliance = UPHELD_NO_CODE;
  return r;
}
/* The day of the compliance clock: recorded, else due, else UPHELD_NO_DATE. */
upheld_date upheld_record_compliance_day(const upheld_record *r);

UPHELD_END

#endif
