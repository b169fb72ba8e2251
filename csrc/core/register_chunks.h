/*
** register_chunks.h: the chunks (chunks.h) of a register: kept beside its rows, as an index is, and read for what is counted or walked
** through.
**
** Owns: that chunks are read only when they hold exactly what the rows hold. They are written in the transaction that writes the rows:
** rows that are new are gathered by authority and year; of a row that may be there already only the key is noted, and at the end every
** chunk that has it is taken apart and written anew from the rows. Where another program has changed the rows, all chunks are made anew
** when they are next asked for: in the register, or, where it cannot be written now, in a table of this connection alone.
** Must not: change a row of the records, or decide what counts.
*/
#ifndef UPHELD_REGISTER_CHUNKS_H
#define UPHELD_REGISTER_CHUNKS_H

#include "chunks.h"
#include "register_derived.h"
#include "register_sql.h"

/*
** The tables, in the register since its version 3 and of a connection alone; not to be changed but by a further migration. Days and
** references are the first and the last of the chunk's records; traits and bytes are the two texts of chunks.h.
*/
#define UPHELD_CHUNK_TABLE \
  "(id INTEGER PRIMARY KEY, authority INTEGER NOT NULL, year INTEGER NOT NULL, records INTEGER NOT NULL," \
  " first_reference INTEGER NOT NULL, last_reference INTEGER NOT NULL, received_from INTEGER, received_to INTEGER," \
  " decided_from INTEGER, decided_to INTEGER, compliance_from INTEGER, compliance_to INTEGER, traits BLOB NOT NULL) STRICT"
#define UPHELD_CHUNK_COLUMNS_TABLE "(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT"

/* One entry of a chunk's list: the number of its traits among all that occur, and how many records have them. */
typedef struct upheld_trait_number { uint32_t number, count; } upheld_trait_number;

/* The chunks of one moment, without their columns. */
typedef struct upheld_chunk_list {
  upheld_chunk *items;             /* by authority's row id, then by the first day decided, then by the first reference */
  size_t count, capacity;
  upheld_trait_number *counts;     /* of all chunks, one after the other */
  size_t count_count, count_capacity;
  upheld_traits *traits;           /* every combination of traits that occurs, in the order of their finding */
  size_t trait_count, trait_capacity;
  uint32_t *slots;                 /* their number + 1, by hash */
  size_t slot_count;
  bool temporary;                  /* they are in this connection's own tables */
} upheld_chunk_list;

/* The new records of one authority and year, until they are written. */
typedef struct upheld_chunk_bucket {
  int64_t authority;
  int32_t year;
  upheld_chunk_record *items;
  size_t count, capacity;
} upheld_chunk_bucket;

typedef struct upheld_chunk_builder {
  upheld_chunk_bucket *buckets;
  size_t count, capacity;
  uint32_t *slots; /* bucket + 1, by hash of authority and year */
  size_t slot_count;
  size_t records;  /* in all buckets */
} upheld_chunk_builder;

typedef struct upheld_chunk_key {
  int64_t authority;
  uint64_t reference;
} upheld_chunk_key;

/* What a register keeps of its chunks; for register_chunks.c and register_chunks_write.c. */
typedef struct upheld_chunks {
  upheld_chunk_list list;
  int64_t stamp;        /* of the register when the list was read, and whether it was */
  bool loaded;
  int64_t own_stamp;    /* when this connection's own tables were filled, and whether they were */
  bool own_filled, own_made;
  bool reading;         /* between ready and done */
  upheld_bytes *columns;
  char *bytes;          /* room for one chunk's columns */
  size_t bytes_capacity;
  upheld_chunk_builder builder;
  upheld_chunk_key *touched; /* keys whose rows the open transaction changed */
  size_t touched_count, touched_capacity;
} upheld_chunks;

UPHELD_BEGIN

extern const upheld_derived_form upheld_chunks_form; /* keeps them up with the rows */

/*
** Begins reading: *list is the register's chunks, current until upheld_chunks_done, within one transaction. *list NULL: there are none
** to read (the register is empty, or being written): the rows serve.
*/
upheld_status upheld_chunks_ready(upheld_register *r, const upheld_chunk_list **list, upheld_error *err);
void upheld_chunks_done(upheld_register *r);
/* Reads columns of a chunk of the list, as upheld_chunk_read. */
upheld_status upheld_chunks_read(upheld_register *r, const upheld_chunk_list *list, const upheld_chunk *c, unsigned columns,
                                 upheld_chunk_view *view, upheld_error *err);

/* Within a transaction (of this connection's own tables: any): makes all chunks anew from the rows. */
upheld_status upheld_chunks_rebuild(upheld_register *r, bool temporary, upheld_error *err);

/* Each record as chunks keep it, from the rows, in the order of reference and authority's row id. */
typedef upheld_status (*upheld_chunk_fn)(upheld_register *r, void *ud, int64_t authority, const upheld_chunk_record *record,
                                         upheld_error *err);
upheld_status upheld_chunks_each_row(upheld_register *r, upheld_chunk_fn fn, void *ud, upheld_error *err);
/*
** Proves the stored chunks: that each is what its records make, byte by byte, and that the records of each authority are those of the rows.
** What differs is passed to fn by name. Nothing where they are stale.
*/
upheld_status upheld_chunks_prove(upheld_register *r, const upheld_directory *d, void (*fn)(void *ud, const char *finding), void *ud,
                                  upheld_error *err);
/* Makes r->chunks. */
upheld_status upheld_chunks_have(upheld_register *r, upheld_error *err);
/* Drops what was gathered and not written. */
void upheld_chunks_drop(upheld_register *r);
/* Frees what the register keeps of them; before its connection is closed. */
void upheld_chunks_free(upheld_register *r);
/* Forgets what was read and gathered: the connection is another, or the transaction was rolled back. */
void upheld_chunks_forget(upheld_register *r);

UPHELD_END

#endif
