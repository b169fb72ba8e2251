/*
** layout.h: plain text set in lines of so many columns: filled paragraphs and aligned tables.
** Owns: where a line ends, and how the columns of a table give way to one another. A character is one column, whatever its bytes, but
** controls of the direction of text, which take none; text that is not UTF-8 is measured in bytes. No line ends in a blank. An
** isolate (UAX 9) that goes over a line's end is closed in it and opened in the next, so that a cell turns none beside it.
** Must not: know letters or figures, ask a terminal or a locale.
*/
#ifndef UPHELD_LAYOUT_H
#define UPHELD_LAYOUT_H

#include "alloc.h"

UPHELD_BEGIN

typedef enum upheld_align { UPHELD_LEFT, UPHELD_RIGHT, UPHELD_CENTRE } upheld_align;

/*
** Appends the words filled to a width, `first` before the first line and `rest` before the others, a line feed between lines and none
** at the end. Runs of blanks are one; a line feed in the words stays one; a word longer than a line has one of its own.
** Gives the columns of the longest line, with what stands before it: 0 where there are no words, and nothing is appended.
*/
size_t upheld_fill(upheld_buffer *out, upheld_text words, size_t width, upheld_text first, upheld_text rest);

/*
** Appends a table: the first row, a rule, the other rows; two blanks between columns, a line feed between lines and none at the end.
** Where a line has no room for it, the widest column gives way first, and none below its longest word.
** cells: row by row, count = rows * columns, both at least 1. UPHELD_NOMEM alone can happen; *out may then be longer.
*/
upheld_status upheld_table(upheld_buffer *out, const upheld_text *cells, size_t columns, size_t rows, const upheld_align *align,
                           size_t width, upheld_error *err);

UPHELD_END

#endif
