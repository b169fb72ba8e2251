/*
** lhistory.c: one decision's earlier versions, and the rows behind residents and published values, as plain tables.
** Owns: those tables' fields. It computes nothing.
*/
#include "../core/register_history.h"
#include "../core/text.h"
#include "levidence.h"
#include "lregister.h"

#define HISTORY_NAME "upheld.history"
#define SOURCE_ARENA_NAME "upheld.source_arena"

/* {====== history ====== */

typedef struct l_history {
  upheld_history history;
  bool open;
} l_history;

static int history_gc(lua_State *L) {
  l_history *box = luaL_checkudata(L, 1, HISTORY_NAME);
  if (box->open) upheld_history_free(&box->history);
  box->open = false;
  return 0;
}

static void set_boolean(lua_State *L, const char *key, bool value) {
  lua_pushboolean(L, value);
  lua_setfield(L, -2, key);
}

/* Sets file and line of the table on top; false with *err filled. */
static bool set_source(lua_State *L, upheld_register *reg, const char *file, const char *line, int64_t import,
                       int64_t at, upheld_error *err) {
  char path[4096];
  if (import == 0) return true;
  if (upheld_register_import_path(reg, import, path, sizeof path, err) != UPHELD_OK) return false;
  l_upheld_set_string(L, file, path);
  l_upheld_set_integer(L, line, at);
  return true;
}

static bool push_version(lua_State *L, upheld_register *reg, const upheld_version *v, upheld_error *err) {
  lua_createtable(L, 0, 9);
  l_upheld_set_string(L, "what", v->what);
  l_upheld_set_string(L, "of", v->compliance ? "compliance" : "decision");
  l_upheld_set_string(L, "at", v->at);
  l_upheld_set_string(L, "reason", v->reason);
  if (!set_source(L, reg, "file", "line", v->by_import, v->by_line, err)) return false;
  if (!set_source(L, reg, "old_file", "old_line", v->import, v->line, err)) return false;
  lua_createtable(L, (int)v->change_count, 0);
  for (size_t i = 0; i < v->change_count; i++) {
    lua_createtable(L, 0, 3);
    l_upheld_set_string(L, "field", v->changes[i].column);
    l_upheld_set_string(L, "old", v->changes[i].old);
    l_upheld_set_string(L, "new", v->changes[i].now);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "changes");
  return true;
}

static bool push_history(lua_State *L, upheld_register *reg, const upheld_history *h, upheld_error *err) {
  lua_createtable(L, 0, 12);
  set_boolean(L, "known", h->known);
  set_boolean(L, "withdrawn", h->withdrawn);
  lua_createtable(L, (int)h->standing_count, 0);
  for (size_t i = 0; i < h->standing_count; i++) {
    lua_createtable(L, 0, 2);
    l_upheld_set_string(L, "field", h->standing[i].column);
    l_upheld_set_string(L, "value", h->standing[i].now);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "standing");
  if (!set_source(L, reg, "file", "line", h->decision.import, h->decision.line, err)) return false;
  if (!set_source(L, reg, "compliance_file", "compliance_line", h->compliance.import, h->compliance.line, err)) {
    return false;
  }
  lua_createtable(L, (int)h->count, 0);
  for (size_t i = 0; i < h->count; i++) {
    if (!push_version(L, reg, &h->versions[i], err)) return false;
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "versions");
  return true;
}

/*
** register:history(evidence, reference, authority index) -> {reference, authority, authority_code, known, withdrawn,
** standing = {{field, value}}, file, line, compliance_file, compliance_line, versions = {{what, of, at, reason, file,
** line, old_file, old_line, changes = {{field, old, new}}}}}; or nil, error
*/
int l_upheld_register_history(lua_State *L) {
  upheld_register *reg = l_upheld_check_register(L, 1);
  const upheld_evidence *e = l_upheld_check_evidence(L, 2);
  upheld_text reference;
  uint64_t key;
  char spelt[64];
  upheld_error err;
  reference.at = luaL_checklstring(L, 3, &reference.size);
  lua_Integer authority = luaL_checkinteger(L, 4);
  luaL_argcheck(L, authority >= 0 && (uint64_t)authority < e->directory.count, 4, "no such authority");
  upheld_clear(&err);
  if (!upheld_reference_parse(e->scheme, reference, &key)) {
    upheld_fail(&err, UPHELD_FAULT, "bad-reference", "\"%s\" is no reference of the form %s", reference.at,
                e->scheme->reference_form);
    upheld_copy(err.value, sizeof err.value, reference);
    return l_upheld_fail(L, &err);
  }
  upheld_allocator a = l_upheld_allocator(L);
  l_history *box = lua_newuserdatauv(L, sizeof *box, 0);
  box->open = false;
  luaL_setmetatable(L, HISTORY_NAME);
  upheld_history_init(&box->history, &a);
  box->open = true;
  upheld_reference_format(e->scheme, key, spelt);
  upheld_status st = upheld_register_versions(reg, &e->directory, key, (uint32_t)authority, &box->history, &err);
  if (st == UPHELD_ABSENT) upheld_copy(err.value, sizeof err.value, upheld_text_of(spelt));
  if (st != UPHELD_OK || !push_history(L, reg, &box->history, &err)) return l_upheld_fail(L, &err);
  l_upheld_set_string(L, "reference", spelt);
  l_upheld_set_string(L, "authority", e->directory.items[authority].name);
  l_upheld_set_string(L, "authority_code", e->directory.items[authority].code);
  upheld_history_free(&box->history); /* all is pushed: a figure asks for many, and need not wait for the collector */
  box->open = false;
  return 1;
}

/* }====== */

/* {====== sources ====== */

/* register:sources("population" or "published", authority id, year) -> {{file, line}, ...}; or nil, error */
int l_upheld_register_sources(lua_State *L) {
  static const char *const names[] = {"population", "published", NULL};
  upheld_register *reg = l_upheld_check_register(L, 1);
  upheld_source_of what = (upheld_source_of)luaL_checkoption(L, 2, NULL, names);
  lua_Integer id = luaL_checkinteger(L, 3), year = luaL_checkinteger(L, 4);
  upheld_source rows[64]; /* the values of one authority and year: at most one row each */
  size_t count = 0, room = sizeof rows / sizeof rows[0];
  upheld_error err;
  upheld_clear(&err);
  luaL_argcheck(L, year >= UPHELD_FIRST_YEAR && year <= UPHELD_LAST_YEAR, 4, "no such year");
  upheld_status st = upheld_register_sources(reg, what, id, (int)year, rows, room, &count, &err);
  if (st != UPHELD_OK) return l_upheld_fail(L, &err);
  lua_newtable(L);
  for (size_t i = 0; i < count && i < room; i++) {
    lua_createtable(L, 0, 2);
    if (!set_source(L, reg, "file", "line", rows[i].import, rows[i].line, &err)) return l_upheld_fail(L, &err);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

static int arena_gc(lua_State *L) {
  upheld_arena *arena = luaL_checkudata(L, 1, SOURCE_ARENA_NAME);
  upheld_arena_free(arena);
  return 0;
}

/* register:published_source(authority id, year) -> text, nil when there is none; or nil, error */
int l_upheld_register_published_source(lua_State *L) {
  upheld_register *reg = l_upheld_check_register(L, 1);
  lua_Integer id = luaL_checkinteger(L, 2), year = luaL_checkinteger(L, 3);
  const char *source = "";
  upheld_error err;
  upheld_allocator a = l_upheld_allocator(L);
  luaL_argcheck(L, year >= UPHELD_FIRST_YEAR && year <= UPHELD_LAST_YEAR, 3, "no such year");
  upheld_arena *arena = lua_newuserdatauv(L, sizeof *arena, 0);
  upheld_arena_init(arena, &a);
  luaL_setmetatable(L, SOURCE_ARENA_NAME);
  upheld_clear(&err);
  upheld_status st = upheld_register_published_source(reg, id, (int)year, arena, &source, &err);
  if (st != UPHELD_OK) return l_upheld_fail(L, &err);
  if (source[0] != '\0') lua_pushstring(L, source);
  else luaL_pushfail(L);
  return 1;
}

/* }====== */

static upheld_status write_imports(void *ud, upheld_buffer *out, upheld_error *err) {
  return upheld_register_imports(ud, out, err);
}

/* register:imports() -> the files it has read, as JSON; or nil, error */
int l_upheld_register_imports(lua_State *L) {
  return l_upheld_push_written(L, write_imports, l_upheld_check_register(L, 1));
}

int l_upheld_open_history(lua_State *L) {
  static const luaL_Reg history_meta[] = {{"__gc", history_gc}, {NULL, NULL}};
  static const luaL_Reg arena_meta[] = {{"__gc", arena_gc}, {NULL, NULL}};
  l_upheld_metatable(L, HISTORY_NAME, NULL, history_meta);
  l_upheld_metatable(L, SOURCE_ARENA_NAME, NULL, arena_meta);
  return 0;
}
