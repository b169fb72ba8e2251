/*
** levidence.c: evidence as userdata; its outputs and findings. The figures of a year are lfigures.c's.
** Owns: those tables' fields. It computes nothing: every number comes from the core.
*/
#include "levidence.h"

#include <stdio.h>
#include <string.h>

#include "../core/boundaries.h"
#include "../core/check.h"
#include "../core/figures.h"
#include "../core/figures_out.h"
#include "../core/json.h"
#include "../core/text.h"
#include "lscheme.h"

#define EVIDENCE_NAME "upheld.evidence"

/* {====== userdata ====== */

l_evidence *l_upheld_new_evidence(lua_State *L, int scheme_index) {
  const upheld_scheme *s = l_upheld_check_scheme(L, scheme_index);
  scheme_index = lua_absindex(L, scheme_index);
  l_evidence *box = lua_newuserdatauv(L, sizeof *box, 1);
  box->open = false;
  luaL_setmetatable(L, EVIDENCE_NAME);
  lua_pushvalue(L, scheme_index);
  lua_setiuservalue(L, -2, 1);
  upheld_allocator a = l_upheld_allocator(L);
  upheld_evidence_init(&box->evidence, &a, s);
  upheld_trend_years_init(&box->years, &a);
  box->open = true;
  return box;
}

const upheld_evidence *l_upheld_check_evidence(lua_State *L, int index) {
  l_evidence *box = luaL_checkudata(L, index, EVIDENCE_NAME);
  if (!box->open) luaL_error(L, "attempt to use a closed evidence");
  return &box->evidence;
}

static int evidence_gc(lua_State *L) {
  l_evidence *box = luaL_checkudata(L, 1, EVIDENCE_NAME);
  if (box->open) {
    upheld_trend_years_free(&box->years);
    upheld_evidence_free(&box->evidence);
  }
  box->open = false;
  return 0;
}

/* }====== */

/* {====== pushing ====== */

static void set_boolean(lua_State *L, const char *key, bool value) {
  lua_pushboolean(L, value);
  lua_setfield(L, -2, key);
}

static void set_date(lua_State *L, const char *key, upheld_date date) {
  char text[11];
  upheld_format_date(date, text);
  l_upheld_set_string(L, key, text);
}

static void push_authority(lua_State *L, const upheld_directory *d, size_t i) {
  const upheld_authority *a = &d->items[i];
  lua_createtable(L, 0, 11);
  l_upheld_set_integer(L, "index", (int64_t)i);
  l_upheld_set_integer(L, "id", a->id);
  l_upheld_set_string(L, "code", a->code);
  l_upheld_set_string(L, "name", a->name);
  l_upheld_set_string(L, "type", a->type_text);
  l_upheld_set_string(L, "region", a->region);
  l_upheld_set_string(L, "aliases", a->aliases);
  l_upheld_set_string(L, "successors", a->successors);
  set_date(L, "valid_from", a->valid_from);
  set_date(L, "valid_to", a->valid_to);
  if (a->type >= 0) l_upheld_set_string(L, "peer_type", d->scheme->type_of[a->type].label);
}

/* }====== */

/* {====== evidence ====== */

static int evidence_years(lua_State *L) {
  int years[UPHELD_LAST_YEAR - UPHELD_FIRST_YEAR + 2];
  size_t count = upheld_evidence_years(l_upheld_check_evidence(L, 1), years, sizeof years / sizeof years[0]);
  lua_createtable(L, (int)count, 0);
  for (size_t i = 0; i < count; i++) {
    lua_pushinteger(L, years[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

static int evidence_count(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)l_upheld_check_evidence(L, 1)->directory.count);
  return 1;
}

static int evidence_authority(lua_State *L) {
  const upheld_evidence *e = l_upheld_check_evidence(L, 1);
  lua_Integer i = luaL_checkinteger(L, 2);
  luaL_argcheck(L, i >= 0 && (size_t)i < e->directory.count, 2, "no such authority");
  push_authority(L, &e->directory, (size_t)i);
  return 1;
}

/* evidence:as_now() -> evidence with ended authorities counted with their successors */
static int evidence_as_now(lua_State *L) {
  const upheld_evidence *e = l_upheld_check_evidence(L, 1);
  upheld_error err;
  lua_getiuservalue(L, 1, 1); /* the scheme */
  l_evidence *box = l_upheld_new_evidence(L, lua_gettop(L));
  upheld_clear(&err);
  if (upheld_evidence_as_now(e, &box->evidence, &err) != UPHELD_OK) return l_upheld_fail(L, &err);
  return 1;
}

/* evidence:parts(index) -> index of the authority that it is counted with, array of the indexes that are counted with it, without itself */
static int evidence_parts(lua_State *L) {
  const upheld_evidence *e = l_upheld_check_evidence(L, 1);
  lua_Integer i = luaL_checkinteger(L, 2), next = 0;
  luaL_argcheck(L, i >= 0 && (size_t)i < e->directory.count, 2, "no such authority");
  lua_pushinteger(L, e->now_of == NULL ? i : (lua_Integer)e->now_of[i]);
  lua_newtable(L);
  for (size_t part = 0; e->now_of != NULL && part < e->directory.count; part++) {
    if (e->now_of[part] != (uint32_t)i || part == (size_t)i) continue;
    lua_pushinteger(L, (lua_Integer)part);
    lua_rawseti(L, -2, ++next);
  }
  return 2;
}

/* evidence:left_as_it_was() -> indexes of ended authorities that cannot be counted with one successor */
static int evidence_left(lua_State *L) {
  const upheld_evidence *e = l_upheld_check_evidence(L, 1);
  lua_Integer next = 0;
  lua_newtable(L);
  for (size_t i = 0; i < e->directory.count; i++) {
    if (!upheld_left_as_it_was(&e->directory, (uint32_t)i)) continue;
    lua_pushinteger(L, (lua_Integer)i);
    lua_rawseti(L, -2, ++next);
  }
  return 1;
}

/* Text of candidates or near names as the error's hint. */
static void hint_from(upheld_error *err, const upheld_evidence *e, upheld_text name, const char *before,
                      void (*list)(const upheld_directory *, upheld_text, upheld_buffer *)) {
  upheld_buffer b;
  upheld_buffer_init(&b, &e->allocator);
  upheld_buffer_text(&b, before);
  size_t before_size = b.size;
  list(&e->directory, name, &b);
  upheld_text t = {b.data, b.size};
  if (!b.failed && b.size > before_size) upheld_copy(err->hint, sizeof err->hint, t);
  upheld_buffer_free(&b);
}

/* The error for one that a view counts with another. */
static int counted_with_another(lua_State *L, const upheld_evidence *e, int index, upheld_text name) {
  const upheld_authority *a = &e->directory.items[index], *with = &e->directory.items[e->now_of[index]];
  upheld_error err;
  char hint[sizeof err.hint];
  upheld_clear(&err);
  upheld_fail(&err, UPHELD_ABSENT, "not-in-year", "%s (%s) has ended and is counted with its successor", a->name, a->code);
  snprintf(hint, sizeof hint, "ask for %s (%s), or take the year as it was", with->name, with->code);
  upheld_copy(err.hint, sizeof err.hint, upheld_text_of(hint));
  upheld_copy(err.value, sizeof err.value, name);
  return l_upheld_fail(L, &err);
}

/* evidence:find(name or code) -> index, or nil and an error with the candidates, or in a view with whom it is counted. */
static int evidence_find(lua_State *L) {
  const upheld_evidence *e = l_upheld_check_evidence(L, 1);
  upheld_text name;
  upheld_error err;
  int index;
  name.at = luaL_checklstring(L, 2, &name.size);
  upheld_match m = upheld_directory_find(&e->directory, name, &index);
  if (m == UPHELD_MATCH_ONE && e->now_of != NULL && e->now_of[index] != (uint32_t)index) {
    return counted_with_another(L, e, index, name);
  }
  if (m == UPHELD_MATCH_ONE) {
    lua_pushinteger(L, index);
    return 1;
  }
  upheld_clear(&err);
  if (m == UPHELD_MATCH_AMBIGUOUS) {
    upheld_fail(&err, UPHELD_ABSENT, "ambiguous-authority", "\"%s\" fits several authorities", name.at);
    hint_from(&err, e, name, "use the code: ", upheld_directory_candidates);
  } else {
    upheld_fail(&err, UPHELD_ABSENT, "unknown-authority", "there is no authority \"%s\"", name.at);
    hint_from(&err, e, name, "near: ", upheld_directory_nearest);
  }
  upheld_copy(err.value, sizeof err.value, name);
  return l_upheld_fail(L, &err);
}

typedef upheld_status (*output_fn)(const upheld_evidence *, const upheld_figures_options *, upheld_buffer *, upheld_error *);

typedef struct output {
  const upheld_evidence *e;
  upheld_figures_options o;
  output_fn make;
} output;

static upheld_status write_output(void *ud, upheld_buffer *out, upheld_error *err) {
  const output *w = ud;
  return w->make(w->e, &w->o, out, err);
}

static int evidence_output(lua_State *L, output_fn make) {
  output w = {.e = l_upheld_check_evidence(L, 1), .make = make};
  l_upheld_read_figures_options(L, 2, w.e, &w.o); /* leaves what the options point to on the stack */
  return l_upheld_push_written(L, write_output, &w);
}

/* evidence:json{year, authority, type, average, exclude_self, minimum, group ...} -> text */
static int evidence_json(lua_State *L) { return evidence_output(L, upheld_figures_json); }
/* evidence:csv{...} -> text */
static int evidence_csv(lua_State *L) { return evidence_output(L, upheld_figures_csv); }

/* Findings are kept in C first: the check's callback runs inside the core and must not raise. */
typedef struct finding_list {
  upheld_allocator allocator;
  struct kept_finding {
    upheld_verdict verdict;
    uint32_t authority;
    int year, item;
    char printed[48], computed[48];
    const char *reason;
  } *items;
  size_t count, capacity;
  bool failed;
} finding_list;

static void keep_finding(void *ud, const upheld_finding *f) {
  finding_list *list = ud;
  if (list->failed || upheld_grow(&list->allocator, (void **)&list->items, &list->capacity, list->count + 1,
                                  sizeof *list->items, NULL) != UPHELD_OK) {
    list->failed = true;
    return;
  }
  struct kept_finding *k = &list->items[list->count++];
  k->verdict = f->verdict;
  k->authority = f->authority;
  k->year = f->year;
  k->item = f->item;
  upheld_copy(k->printed, sizeof k->printed, upheld_text_of(f->printed));
  upheld_copy(k->computed, sizeof k->computed, upheld_text_of(f->computed));
  k->reason = f->reason; /* static, or the scheme's */
}

static int push_findings(lua_State *L) {
  static const char *const verdicts[] = {"agrees", "disagrees", "not checkable"};
  const finding_list *list = lua_touserdata(L, 1);
  const upheld_evidence *e = lua_touserdata(L, 2);
  lua_createtable(L, (int)list->count, 0);
  for (size_t i = 0; i < list->count; i++) {
    const struct kept_finding *k = &list->items[i];
    lua_createtable(L, 0, 8);
    l_upheld_set_string(L, "verdict", verdicts[k->verdict]);
    l_upheld_set_string(L, "code", e->directory.items[k->authority].code);
    l_upheld_set_string(L, "name", e->directory.items[k->authority].name);
    l_upheld_set_integer(L, "year", k->year);
    l_upheld_set_string(L, "item", e->scheme->published[k->item].name);
    set_boolean(L, "rate", e->scheme->published[k->item].mask == 0);
    l_upheld_set_string(L, "published", k->printed);
    l_upheld_set_string(L, "computed", k->computed);
    l_upheld_set_string(L, "reason", k->reason);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* evidence:check() -> array of findings */
static int evidence_check(lua_State *L) {
  const upheld_evidence *e = l_upheld_check_evidence(L, 1);
  finding_list list = {e->allocator, NULL, 0, 0, false};
  upheld_error err;
  upheld_clear(&err);
  lua_pushcfunction(L, push_findings);
  upheld_status st = upheld_check(e, keep_finding, &list, &err);
  if (st == UPHELD_OK && list.failed) st = upheld_nomem(&err);
  int status = LUA_OK;
  if (st == UPHELD_OK) {
    lua_pushlightuserdata(L, &list);
    lua_pushlightuserdata(L, (void *)(uintptr_t)e);
    status = lua_pcall(L, 2, 1, 0);
  }
  upheld_release(&e->allocator, list.items, list.capacity * sizeof *list.items);
  if (st != UPHELD_OK) return l_upheld_fail(L, &err);
  return status == LUA_OK ? 1 : lua_error(L);
}

/* core.read(scheme, options) -> evidence, report; or nil, error, report */
static int read_files(lua_State *L) {
  const upheld_scheme *s = l_upheld_check_scheme(L, 1);
  upheld_error err;
  l_import im;
  lua_settop(L, 2);
  l_upheld_read_import(L, 2, &im);
  l_evidence *box = l_upheld_new_evidence(L, 1);
  int evidence = lua_gettop(L);
  upheld_report *report = l_upheld_new_report(L);
  upheld_clear(&err);
  upheld_status st = upheld_import_evidence(s, &im.options, &box->evidence, report, &err);
  if (im.raised) return lua_error(L);
  if (st != UPHELD_OK) return l_upheld_fail(L, &err);
  lua_pushvalue(L, evidence);
  l_upheld_push_report(L, report);
  return 2;
}

/* core.processors() -> how many processors the machine has */
static int processors(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)upheld_processors());
  return 1;
}

/* }====== */

/* core.number(value, decimals) -> text with a point whatever the locale, half away from zero; for texts such as why() */
static int number(lua_State *L) {
  double value = luaL_checknumber(L, 1);
  lua_Integer decimals = luaL_checkinteger(L, 2);
  upheld_allocator a = l_upheld_allocator(L);
  upheld_buffer b;
  upheld_json j;
  char text[400];
  luaL_argcheck(L, decimals >= 0 && decimals <= 9, 2, "0 to 9 decimals");
  upheld_buffer_init(&b, &a);
  upheld_json_init(&j, &b);
  upheld_json_real(&j, value, (int)decimals);
  upheld_text t = {b.data, b.size};
  bool failed = b.failed;
  upheld_copy(text, sizeof text, t);
  upheld_buffer_free(&b);
  if (failed) return luaL_error(L, "not enough memory");
  lua_pushstring(L, text);
  return 1;
}

int l_upheld_open_evidence(lua_State *L) {
  static const luaL_Reg evidence_methods[] = {
    {"years", evidence_years}, {"count", evidence_count}, {"authority", evidence_authority}, {"find", evidence_find},
    {"figures", l_upheld_evidence_figures}, {"json", evidence_json}, {"csv", evidence_csv}, {"check", evidence_check},
    {"as_now", evidence_as_now}, {"parts", evidence_parts}, {"left_as_it_was", evidence_left},
    {"close", evidence_gc}, {NULL, NULL}};
  static const luaL_Reg evidence_meta[] = {{"__gc", evidence_gc}, {"__close", evidence_gc}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"read", read_files}, {"processors", processors}, {"number", number}, {NULL, NULL}};
  l_upheld_metatable(L, EVIDENCE_NAME, evidence_methods, evidence_meta);
  luaL_setfuncs(L, functions, 0);
  return 0;
}
