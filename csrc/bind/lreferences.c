/*
** lreferences.c: the references behind an indicator's figures of a year, as one table of lists.
** Owns: nothing but that table. It computes nothing.
*/
#include "../core/references.h"
#include "../core/scheme.h"
#include "levidence.h"
#include "lregister.h"

#define REFERENCES_NAME "upheld.references"

typedef struct l_references {
  upheld_references list;
  bool open;
} l_references;

static int references_gc(lua_State *L) {
  l_references *box = luaL_checkudata(L, 1, REFERENCES_NAME);
  if (box->open) upheld_references_free(&box->list);
  box->open = false;
  return 0;
}

/* register:references(evidence, selection) -> index of an authority -> its references, in their order; or nil, error */
int l_upheld_register_references(lua_State *L) {
  upheld_register *reg = l_upheld_check_register(L, 1);
  const upheld_evidence *e = l_upheld_check_evidence(L, 2);
  upheld_selection what;
  upheld_error err;
  char text[64];
  upheld_allocator a = l_upheld_allocator(L);
  l_upheld_read_selection(L, 3, e, &what);
  what.now_of = e->now_of;
  l_references *box = lua_newuserdatauv(L, sizeof *box, 0);
  box->open = false;
  luaL_setmetatable(L, REFERENCES_NAME);
  upheld_references_init(&box->list, &a);
  box->open = true;
  upheld_clear(&err);
  if (upheld_references_of(reg, &e->directory, &what, &box->list, &err) != UPHELD_OK) return l_upheld_fail(L, &err);
  lua_newtable(L);
  lua_Integer place = 0;
  for (size_t i = 0; i < box->list.count; i++) {
    const upheld_reference *r = &box->list.items[i];
    if (i == 0 || r->authority != box->list.items[i - 1].authority) {
      if (i > 0) lua_rawseti(L, -2, (lua_Integer)box->list.items[i - 1].authority);
      lua_newtable(L);
      place = 0;
    }
    lua_pushlstring(L, text, upheld_reference_format(e->scheme, r->reference, text));
    lua_rawseti(L, -2, ++place);
  }
  if (box->list.count > 0) lua_rawseti(L, -2, (lua_Integer)box->list.items[box->list.count - 1].authority);
  return 1;
}

void l_upheld_open_references(lua_State *L) {
  static const luaL_Reg meta[] = {{"__gc", references_gc}, {NULL, NULL}};
  l_upheld_metatable(L, REFERENCES_NAME, NULL, meta);
}
