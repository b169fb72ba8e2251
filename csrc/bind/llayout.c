/*
** llayout.c: plain text set in lines, for the writer of letters (lua/upheld/markup/text.lua).
** Owns: nothing. Where lines end is the core's (layout.c).
*/
#include "lupheld.h"

#include "../core/layout.h"

enum { MOST_COLUMNS = 10000 };

typedef struct filling {
  upheld_text words, first, rest;
  size_t width, widest;
} filling;

static upheld_status write_filled(void *ud, upheld_buffer *out, upheld_error *err) {
  filling *f = ud;
  (void)err;
  f->widest = upheld_fill(out, f->words, f->width, f->first, f->rest);
  return UPHELD_OK;
}

static size_t check_width(lua_State *L, int arg) {
  lua_Integer width = luaL_checkinteger(L, arg);
  luaL_argcheck(L, width >= 1 && width <= MOST_COLUMNS, arg, "1 to 10000 columns expected");
  return (size_t)width;
}

/* core.fill(words, width, first, rest) -> lines with a line feed between them, columns of the longest; nil where there are no words */
static int fill(lua_State *L) {
  filling f;
  f.words.at = luaL_checklstring(L, 1, &f.words.size);
  f.width = check_width(L, 2);
  f.first.at = luaL_optlstring(L, 3, "", &f.first.size);
  f.rest.at = luaL_optlstring(L, 4, "", &f.rest.size);
  l_upheld_push_written(L, write_filled, &f);
  if (f.widest == 0) return 0;
  lua_pushinteger(L, (lua_Integer)f.widest);
  return 2;
}

typedef struct tabling {
  const upheld_text *cells;
  const upheld_align *align;
  size_t columns, rows, width;
} tabling;

static upheld_status write_table(void *ud, upheld_buffer *out, upheld_error *err) {
  const tabling *t = ud;
  return upheld_table(out, t->cells, t->columns, t->rows, t->align, t->width, err);
}

static upheld_align check_align(lua_State *L, int index) {
  static const char *const names[] = {"left", "right", "centre", NULL};
  return (upheld_align)luaL_checkoption(L, index, NULL, names);
}

/* core.text_table(cells, align, width) -> a table as text. cells: row after row, as many in each as align has names ("left", ...) */
static int text_table(lua_State *L) {
  tabling t;
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TTABLE);
  size_t count = (size_t)lua_rawlen(L, 1);
  t.columns = (size_t)lua_rawlen(L, 2);
  t.width = check_width(L, 3);
  luaL_argcheck(L, t.columns >= 1 && t.columns <= MOST_COLUMNS, 2, "a column expected");
  luaL_argcheck(L, count >= t.columns && count % t.columns == 0 && count <= INT32_MAX, 1, "whole rows expected");
  t.rows = count / t.columns;
  upheld_align *align = lua_newuserdatauv(L, t.columns * sizeof *align, 0);
  upheld_text *cells = lua_newuserdatauv(L, count * sizeof *cells, 0);
  for (size_t k = 0; k < t.columns; k++) {
    lua_rawgeti(L, 2, (lua_Integer)k + 1);
    align[k] = check_align(L, -1);
    lua_pop(L, 1);
  }
  for (size_t i = 0; i < count; i++) {
    if (lua_rawgeti(L, 1, (lua_Integer)i + 1) != LUA_TSTRING) return luaL_argerror(L, 1, "cells are texts");
    cells[i].at = lua_tolstring(L, -1, &cells[i].size); /* the table keeps it */
    lua_pop(L, 1);
  }
  t.align = align;
  t.cells = cells;
  return l_upheld_push_written(L, write_table, &t);
}

void l_upheld_open_layout(lua_State *L) {
  static const luaL_Reg functions[] = {{"fill", fill}, {"text_table", text_table}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
