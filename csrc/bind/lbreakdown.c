/*
** lbreakdown.c: what a question to all decisions is about, and breakdowns as userdata.
** Owns: the names of a question's fields, and the errors that tell of labels that there are not. It computes nothing.
*/
#include <stdio.h>
#include <string.h>

#include "../core/breakdown.h"
#include "../core/register_scan.h"
#include "../core/text.h"
#include "levidence.h"
#include "lregister.h"

#define BREAKDOWN_NAME "upheld.breakdown"

/* {====== questions ====== */

/* A filter with its authorities behind it: userdata, so that nothing is lost when something raises. */
typedef struct l_filter {
  upheld_filter filter;
  bool authorities[];
} l_filter;

static void unknown_label(upheld_error *err, const char *what, upheld_text label, const char *near) {
  char hint[sizeof err->hint];
  upheld_fail(err, UPHELD_ABSENT, "unknown-label", "there is no %s \"%s\"", what, label.at);
  upheld_copy(err->value, sizeof err->value, label);
  if (near == NULL) return;
  snprintf(hint, sizeof hint, "did you mean \"%s\"?", near);
  upheld_copy(err->hint, sizeof err->hint, upheld_text_of(hint));
}

/* Bits of the list of labels in a field of the table at index; false there is not recorded. Of no words: yes and no. */
static bool read_codes(lua_State *L, int index, const char *field, const char *what, const upheld_vocabulary *words, uint64_t *bits,
                       upheld_error *err) {
  *bits = 0;
  lua_getfield(L, index, field);
  lua_Integer count = lua_isnil(L, -1) ? 0 : (luaL_checktype(L, -1, LUA_TTABLE), (lua_Integer)lua_rawlen(L, -1));
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, i);
    if (lua_isboolean(L, -1) && !lua_toboolean(L, -1)) {
      *bits |= UPHELD_BIT(UPHELD_FILTER_NONE);
    } else {
      upheld_text label;
      label.at = luaL_checklstring(L, -1, &label.size);
      int code = words != NULL ? upheld_vocabulary_find(words, label, NULL) : upheld_text_is(label, "yes") ? 1
        : upheld_text_is(label, "no") ? 0 : -1;
      if (code < 0) {
        unknown_label(err, what, label, words == NULL ? NULL : upheld_vocabulary_nearest(words, label));
        lua_pop(L, 2);
        return false;
      }
      *bits |= UPHELD_BIT(code);
    }
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return true;
}

/* Narrows the days by a field's date. */
static bool read_day(lua_State *L, int index, const char *field, bool from, upheld_selection *w, upheld_error *err) {
  upheld_date day;
  upheld_text text;
  lua_getfield(L, index, field);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    return true;
  }
  text.at = luaL_checklstring(L, -1, &text.size);
  bool good = upheld_parse_date(text, false, &day);
  if (!good) {
    upheld_fail(err, UPHELD_ABSENT, "bad-date", "%s: \"%s\" is not a date", field, text.at);
    upheld_copy(err->value, sizeof err->value, text);
    upheld_copy(err->hint, sizeof err->hint, upheld_text_of("write it as 2019-04-01"));
  } else if (from && (w->first == UPHELD_NO_DATE || day > w->first)) {
    w->first = day;
  } else if (!from && (w->last == UPHELD_NO_DATE || day < w->last)) {
    w->last = day;
  }
  lua_pop(L, 1);
  return good;
}

bool l_upheld_read_question(lua_State *L, int index, const upheld_evidence *e, upheld_selection *w, upheld_error *err) {
  const upheld_scheme *s = e->scheme;
  l_upheld_read_selection(L, index, e, w);
  w->now_of = e->now_of;
  if (!read_day(L, index, "from", true, w, err) || !read_day(L, index, "to", false, w, err)) return false;
  l_filter *box = lua_newuserdatauv(L, sizeof *box + (e->directory.count + 1) * sizeof box->authorities[0], 0);
  memset(box, 0, sizeof *box + (e->directory.count + 1) * sizeof box->authorities[0]);
  if (!read_codes(L, index, "outcome", "outcome", &s->outcomes, &box->filter.outcomes, err) ||
      !read_codes(L, index, "service_area", "service area", &s->areas, &box->filter.areas, err) ||
      !read_codes(L, index, "compliance_outcome", "compliance outcome", &s->compliance, &box->filter.compliance, err) ||
      !read_codes(L, index, "remedied_before", "remedied-before", NULL, &box->filter.remedied, err)) {
    return false;
  }
  lua_getfield(L, index, "authorities");
  if (!lua_isnil(L, -1)) {
    luaL_checktype(L, -1, LUA_TTABLE);
    box->filter.authorities = box->authorities;
    for (lua_Integer i = 1, count = (lua_Integer)lua_rawlen(L, -1); i <= count; i++) {
      lua_rawgeti(L, -1, i);
      lua_Integer authority = luaL_checkinteger(L, -1);
      if (authority < 0 || (uint64_t)authority >= e->directory.count) luaL_error(L, "no such authority");
      box->authorities[authority] = true;
      lua_pop(L, 1);
    }
  }
  lua_pop(L, 1);
  w->where = &box->filter;
  return true;
}

/* }====== */

/* {====== breakdowns ====== */

typedef struct l_breakdown {
  upheld_breakdown b;
  bool open;
} l_breakdown;

static l_breakdown *check_breakdown(lua_State *L, int index) {
  l_breakdown *box = luaL_checkudata(L, index, BREAKDOWN_NAME);
  if (!box->open) luaL_error(L, "attempt to use a closed tally");
  lua_getiuservalue(L, index, 1);
  l_upheld_check_evidence(L, -1); /* its labels are the directory's */
  lua_pop(L, 1);
  return box;
}

static int breakdown_gc(lua_State *L) {
  l_breakdown *box = luaL_checkudata(L, 1, BREAKDOWN_NAME);
  if (box->open) upheld_breakdown_free(&box->b);
  box->open = false;
  return 0;
}

/* Pushes a breakdown that is to be made over the evidence at an index. */
static l_breakdown *new_breakdown(lua_State *L, int evidence_index) {
  evidence_index = lua_absindex(L, evidence_index);
  l_breakdown *box = lua_newuserdatauv(L, sizeof *box, 1);
  box->open = false;
  luaL_setmetatable(L, BREAKDOWN_NAME);
  lua_pushvalue(L, evidence_index);
  lua_setiuservalue(L, -2, 1);
  return box;
}

/* register:tally(evidence, selection, {key names}) -> tally; or nil, error */
int l_upheld_register_tally(lua_State *L) {
  upheld_register *reg = l_upheld_check_register(L, 1);
  const upheld_evidence *e = l_upheld_check_evidence(L, 2);
  upheld_selection what;
  upheld_key keys[UPHELD_MAX_KEYS];
  upheld_error err;
  upheld_clear(&err);
  lua_settop(L, 4);
  if (!l_upheld_read_question(L, 3, e, &what, &err)) return l_upheld_fail(L, &err);
  luaL_checktype(L, 4, LUA_TTABLE);
  lua_Integer count = (lua_Integer)lua_rawlen(L, 4);
  luaL_argcheck(L, count >= 1 && count <= UPHELD_MAX_KEYS, 4, "a tally takes 1 to 4 keys");
  for (lua_Integer i = 1; i <= count; i++) {
    upheld_text name;
    lua_rawgeti(L, 4, i);
    name.at = luaL_checklstring(L, -1, &name.size);
    keys[i - 1] = upheld_key_named(name);
    if (keys[i - 1] == UPHELD_KEYS) luaL_error(L, "there is no key \"%s\"", name.at);
    lua_pop(L, 1);
  }
  l_breakdown *box = new_breakdown(L, 2);
  upheld_status st = upheld_register_tally(reg, &e->directory, &what, keys, (int)count, &box->b, &err);
  if (st == UPHELD_FAULT) luaL_error(L, "%s", err.message);
  if (st != UPHELD_OK) return l_upheld_fail(L, &err);
  box->open = true;
  return 1;
}

/* tally:rows() -> array of {key = label ..., count = n}; "not recorded" is false, so that rows keep their shape */
static int breakdown_rows(lua_State *L) {
  const upheld_breakdown *b = &check_breakdown(L, 1)->b;
  lua_Integer row = 0;
  lua_newtable(L);
  for (size_t cell = 0; upheld_breakdown_next(b, &cell); cell++) {
    lua_createtable(L, 0, b->keys + 1);
    for (int k = 0; k < b->keys; k++) {
      char made[UPHELD_LABEL];
      const char *label = upheld_breakdown_label(b, cell, k, made);
      if (label == NULL) lua_pushboolean(L, 0);
      else if (b->key[k] == UPHELD_KEY_YEAR) lua_pushinteger(L, upheld_breakdown_year(b, cell, k));
      else lua_pushstring(L, label);
      lua_setfield(L, -2, upheld_key_name(b->key[k]));
    }
    l_upheld_set_integer(L, "count", b->counts[cell]);
    lua_rawseti(L, -2, ++row);
  }
  return 1;
}

static int breakdown_keys(lua_State *L) {
  const upheld_breakdown *b = &check_breakdown(L, 1)->b;
  lua_createtable(L, b->keys, 0);
  for (int k = 0; k < b->keys; k++) {
    lua_pushstring(L, upheld_key_name(b->key[k]));
    lua_rawseti(L, -2, k + 1);
  }
  return 1;
}

static int breakdown_total(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)check_breakdown(L, 1)->b.total);
  return 1;
}

/* tally + tally -> a new tally */
static int breakdown_add(lua_State *L) {
  l_breakdown *one = check_breakdown(L, 1), *two = check_breakdown(L, 2);
  upheld_error err;
  lua_getiuservalue(L, 1, 1);
  l_breakdown *sum = new_breakdown(L, -1);
  upheld_clear(&err);
  upheld_status st = upheld_breakdown_sum(&sum->b, &one->b, &two->b, &err);
  if (st == UPHELD_FAULT) luaL_error(L, "%s", err.message);
  if (st != UPHELD_OK) return l_upheld_fail(L, &err);
  sum->open = true;
  return 1;
}

int l_upheld_open_breakdown(lua_State *L) {
  static const luaL_Reg methods[] = {
    {"rows", breakdown_rows}, {"keys", breakdown_keys}, {"total", breakdown_total}, {"close", breakdown_gc}, {NULL, NULL}};
  static const luaL_Reg meta[] = {
    {"__gc", breakdown_gc}, {"__close", breakdown_gc}, {"__add", breakdown_add}, {NULL, NULL}};
  l_upheld_metatable(L, BREAKDOWN_NAME, methods, meta);
  return 0;
}

/* }====== */
