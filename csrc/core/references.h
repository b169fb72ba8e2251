/*
** references.h: which decisions stand behind the figures of a year, as references alone, of all authorities at once.
** Owns: their order, by authority and then as they are printed; each decision once.
** Must not: count; the figures do.
*/
#ifndef UPHELD_REFERENCES_H
#define UPHELD_REFERENCES_H

#include "register.h"

UPHELD_BEGIN

enum { UPHELD_OF_NUMERATOR = 1, UPHELD_OF_DENOMINATOR = 2 };

typedef struct upheld_reference {
  uint64_t reference; /* key, upheld_reference_format prints it */
  uint32_t authority; /* index in the directory; of a view the one that it is counted with */
  uint32_t parts;     /* UPHELD_OF_*, added up */
} upheld_reference;

typedef struct upheld_references {
  upheld_allocator allocator;
  upheld_reference *items;
  size_t count, capacity;
} upheld_references;

void upheld_references_init(upheld_references *list, const upheld_allocator *a);
void upheld_references_free(upheld_references *list);
/*
** The references of the decisions behind the numerators and denominators, counters as in the scheme, of the year, clock and samples that
** the selection names, into *out (init'ed, and used once): the register is read once for both. Errors of upheld_register_select.
*/
upheld_status upheld_references_of(upheld_register *r, const upheld_directory *d, const upheld_selection *what, uint64_t numerator,
                                   uint64_t denominator, upheld_references *out, upheld_error *err);
/*
** Appends the references of one part (UPHELD_OF_*) of one authority, from item `from` on, as a JSON array; gives the item after the
** authority's last. *any tells whether there was one.
*/
size_t upheld_references_json(const upheld_references *list, size_t from, uint32_t part, const upheld_scheme *scheme, upheld_buffer *out,
                              bool *any);

UPHELD_END

#endif
