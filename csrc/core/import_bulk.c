/*
** import_bulk.c: decisions on their way into a register in bulk (register_bulk.h): which files go that way, and what to do when a reference
** comes again.
** Owns: the set of references met (keys.h), with those that the register has when the import begins. A reference that is not in it needs no
** lookup. One that comes again goes the way of rows put one by one, which alone merges, corrects and finds repeats: what this file said under
** it before is kept from then on, as that way keeps it for every row; what other files and imports said stands in the tables.
** Must not: write a row.
*/
#include "import_rows.h"

enum { FEW = 16 }; /* a file of less than one in so many of the stored rows is small */

static upheld_status meet_stored(void *ud, uint64_t reference, upheld_error *err) {
  bool before;
  return upheld_keys_meet(ud, reference, &before, err);
}

/* In a small file looking through all references that are there would take longer than it saves. */
upheld_status upheld_choose_reading(upheld_importer *im) {
  int64_t taken = 0;
  if (im->bulk != NULL || im->options->row_by_row) return UPHELD_OK;
  upheld_status st = upheld_bulk_taken(im->target, &taken, im->err);
  if (st != UPHELD_OK || taken / FEW > (im->total < 0 ? 0 : im->total / UPHELD_ROW_BYTES)) return st;
  st = upheld_bulk_new(&im->bulk, im->target, im->directory, upheld_import_goes_on, im, im->err);
  if (st == UPHELD_OK) im->reading = UPHELD_READING_BULK;
  return st == UPHELD_OK ? upheld_bulk_stored(im->target, meet_stored, &im->met, im->err) : st;
}

uint64_t upheld_row_hash(const upheld_record *r) {
  uint64_t content[2];
  upheld_seen_pack(r, content);
  return upheld_seen_hash((upheld_text){(const char *)content, sizeof content}, 0);
}

static upheld_status keep(void *ud, const upheld_record *r, upheld_error *err) {
  upheld_importer *im = ud;
  upheld_seen_entry entry = {r->reference, {0, 0}, upheld_row_hash(r), upheld_seen_line(r->line), (uint16_t)r->authority, im->file};
  if (upheld_seen_find(&im->decisions, r->reference, r->authority) != NULL) return UPHELD_OK;
  upheld_seen_pack(r, entry.content);
  return upheld_seen_add(&im->decisions, &entry, err);
}

upheld_status upheld_recall(upheld_importer *im, uint64_t reference) {
  return upheld_bulk_find(im->bulk, reference, im->import, keep, im, im->err);
}
