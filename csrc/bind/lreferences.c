/*
** lreferences.c: the references behind an indicator's figures of a year, as one table of JSON arrays.
** Owns: nothing but that table. It computes nothing.
*/
#include "../core/references.h"
#include "../core/scheme.h"
#include "levidence.h"
#include "lregister.h"

#define REFERENCES_NAME "upheld.references"

typedef struct l_references {
  upheld_references list;
  upheld_buffer text;
  bool open;
} l_references;

static int references_gc(lua_State *L) {
  l_references *box = luaL_checkudata(L, 1, REFERENCES_NAME);
  if (box->open) {
    upheld_references_free(&box->list);
    upheld_buffer_free(&box->text);
  }
  box->open = false;
  return 0;
}

/* Pushes a table: index of an authority -> its references of one part as a JSON array; no entry where there is none. */
static void push_part(lua_State *L, l_references *box, uint32_t part, const upheld_scheme *scheme) {
  lua_newtable(L);
  for (size_t i = 0; i < box->list.count;) {
    uint32_t authority = box->list.items[i].authority;
    bool any;
    box->text.size = 0;
    i = upheld_references_json(&box->list, i, part, scheme, &box->text, &any);
    if (box->text.failed) luaL_error(L, "not enough memory");
    if (!any) continue;
    lua_pushlstring(L, box->text.data, box->text.size);
    lua_rawseti(L, -2, (lua_Integer)authority);
  }
}

/*
** register:references(evidence, selection) -> of the numerators of its indicator, and of the denominators, each index of an authority ->
** its references as a JSON array; or nil, error. Residents are no decisions, and days have no numerator: both are then the same.
*/
int l_upheld_register_references(lua_State *L) {
  upheld_register *reg = l_upheld_check_register(L, 1);
  const upheld_evidence *e = l_upheld_check_evidence(L, 2);
  upheld_selection what;
  upheld_error err;
  upheld_allocator a = l_upheld_allocator(L);
  lua_settop(L, 3);
  lua_pushboolean(L, 1);
  lua_setfield(L, 3, "numerator");
  l_upheld_read_selection(L, 3, e, &what);
  uint64_t numerator = what.counters;
  lua_pushnil(L);
  lua_setfield(L, 3, "numerator");
  l_upheld_read_selection(L, 3, e, &what);
  what.now_of = e->now_of;
  l_references *box = lua_newuserdatauv(L, sizeof *box, 0);
  box->open = false;
  luaL_setmetatable(L, REFERENCES_NAME);
  upheld_references_init(&box->list, &a);
  upheld_buffer_init(&box->text, &a);
  box->open = true;
  upheld_clear(&err);
  if (upheld_references_of(reg, &e->directory, &what, numerator, what.counters, &box->list, &err) != UPHELD_OK) {
    return l_upheld_fail(L, &err);
  }
  push_part(L, box, UPHELD_OF_NUMERATOR, e->scheme);
  push_part(L, box, UPHELD_OF_DENOMINATOR, e->scheme);
  return 2;
}

void l_upheld_open_references(lua_State *L) {
  static const luaL_Reg meta[] = {{"__gc", references_gc}, {NULL, NULL}};
  l_upheld_metatable(L, REFERENCES_NAME, NULL, meta);
}
