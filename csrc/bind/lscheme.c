/*
** lscheme.c: a scheme table of Lua -> an upheld_scheme of the core.
** Owns: the shape of that table; each fault names the path in it. It holds no words of its own.
*/
#include "lscheme.h"

#include <string.h>

#include "../core/text.h"

#define SCHEME_NAME "upheld.scheme"

typedef struct l_scheme {
  upheld_scheme *scheme; /* NULL: closed */
} l_scheme;

const upheld_scheme *l_upheld_check_scheme(lua_State *L, int index) {
  l_scheme *box = luaL_checkudata(L, index, SCHEME_NAME);
  if (box->scheme == NULL) luaL_argerror(L, index, "attempt to use a closed scheme");
  return box->scheme;
}

static int scheme_gc(lua_State *L) {
  l_scheme *box = luaL_checkudata(L, 1, SCHEME_NAME);
  upheld_scheme_free(box->scheme);
  box->scheme = NULL;
  return 0;
}

static int scheme_tostring(lua_State *L) {
  lua_pushfstring(L, "scheme %s", l_upheld_check_scheme(L, 1)->name);
  return 1;
}

/* {====== fields of tables ====== */

static upheld_text text_at(lua_State *L, int index) {
  upheld_text t = {NULL, 0};
  if (lua_type(L, index) == LUA_TSTRING) t.at = lua_tolstring(L, index, &t.size);
  return t;
}

static void must(lua_State *L, upheld_status st, const upheld_error *err) {
  if (st != UPHELD_OK) l_upheld_fail(L, err); /* raises: both statuses of building are misuse or memory */
}

/* A copy of string field `key` of the table on top, or `otherwise`; NULL otherwise makes it required. */
static const char *string_field(lua_State *L, upheld_scheme *s, const char *key, const char *otherwise) {
  upheld_error err;
  const char *out = otherwise;
  lua_getfield(L, -1, key);
  upheld_text t = text_at(L, -1);
  if (t.at != NULL) {
    out = upheld_arena_copy(&s->arena, t);
    if (out == NULL) must(L, upheld_nomem(&err), &err);
  } else if (otherwise == NULL || !lua_isnil(L, -1)) {
    luaL_error(L, "scheme: \"%s\" must be a string", key);
  }
  lua_pop(L, 1);
  return out;
}

static lua_Integer integer_field(lua_State *L, const char *key, lua_Integer otherwise) {
  lua_Integer out = otherwise;
  lua_getfield(L, -1, key);
  if (lua_isinteger(L, -1)) {
    out = lua_tointeger(L, -1);
  } else if (!lua_isnil(L, -1)) {
    luaL_error(L, "scheme: \"%s\" must be a whole number", key);
  }
  lua_pop(L, 1);
  return out;
}

/* A small number: what no int holds is -1, which the seal refuses. */
static int small_field(lua_State *L, const char *key, int otherwise) {
  lua_Integer n = integer_field(L, key, otherwise);
  return n < 0 || n > 1000000 ? -1 : (int)n;
}

static bool boolean_field(lua_State *L, const char *key) {
  lua_getfield(L, -1, key);
  bool out = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return out;
}

/* Pushes the table field and gives its length; an absent one pushes nil and gives 0. */
static lua_Integer table_field(lua_State *L, const char *key) {
  lua_getfield(L, -1, key);
  if (lua_isnil(L, -1)) return 0;
  if (!lua_istable(L, -1)) luaL_error(L, "scheme: \"%s\" must be a table", key);
  return (lua_Integer)lua_rawlen(L, -1);
}

/* }====== */

/* Takes one entry {label, spelling...} from the top of the stack. */
static void read_entry(lua_State *L, upheld_scheme *s, upheld_vocabulary *v, int limit, const char *key) {
  upheld_error err;
  if (!lua_istable(L, -1)) luaL_error(L, "scheme: each of \"%s\" is a table { label, other spellings }", key);
  lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, i);
    if (lua_istable(L, -1)) { /* { spelling = ..., remedied_before = true } */
      int effect = boolean_field(L, "remedied_before") ? UPHELD_EFFECT_REMEDIED : 0;
      lua_getfield(L, -1, "spelling");
      upheld_text t = text_at(L, -1);
      if (t.at == NULL || i == 1) luaL_error(L, "scheme: a spelling of \"%s\" is no string", key);
      must(L, upheld_scheme_spelling(s, v, t, v->count - 1, effect, &err), &err);
      lua_pop(L, 1);
    } else {
      upheld_text t = text_at(L, -1);
      if (t.at == NULL) luaL_error(L, "scheme: a spelling of \"%s\" is no string", key);
      upheld_status st = i == 1 ? upheld_scheme_label(s, v, limit, t, &err)
                                : upheld_scheme_spelling(s, v, t, v->count - 1, 0, &err);
      must(L, st, &err);
    }
    lua_pop(L, 1);
  }
}

static void read_vocabulary(lua_State *L, upheld_scheme *s, upheld_vocabulary *v, int limit, const char *key) {
  lua_Integer count = table_field(L, key);
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, i);
    read_entry(L, s, v, limit, key);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

/* Mask of the labels listed in field key, shifted to the vocabulary's counters; 0 when the field is absent. */
static uint64_t label_mask(lua_State *L, const upheld_vocabulary *v, const char *key, int shift) {
  uint64_t mask = 0;
  lua_Integer count = table_field(L, key);
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, i);
    upheld_text t = text_at(L, -1);
    int code = upheld_vocabulary_find(v, t, NULL);
    if (code < 0) luaL_error(L, "scheme: \"%s\" of \"%s\" is no label", t.at == NULL ? "?" : t.at, key);
    mask |= UPHELD_BIT(code + shift);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return mask;
}

/*
** {outcomes = {...}, compliance = {...}, service_areas = {...}, decided = true, received = true, remedied_before = true, cases = true}
** at the top.
*/
static uint64_t counter_mask(lua_State *L, const upheld_scheme *s) {
  uint64_t mask = label_mask(L, &s->outcomes, "outcomes", 0);
  mask |= label_mask(L, &s->compliance, "compliance", UPHELD_COUNTER_COMPLIANCE);
  mask |= label_mask(L, &s->areas, "service_areas", UPHELD_COUNTER_AREA);
  if (boolean_field(L, "decided")) {
    for (int i = 0; i < s->outcomes.count; i++) mask |= UPHELD_BIT(i);
  }
  if (boolean_field(L, "cases")) mask |= UPHELD_MASK_CASES;
  if (boolean_field(L, "remedied_before")) mask |= UPHELD_MASK_REMEDIED;
  if (boolean_field(L, "received")) {
    for (int i = 0; i < s->areas.count; i++) mask |= UPHELD_BIT(UPHELD_COUNTER_AREA + i);
    mask |= UPHELD_BIT(UPHELD_COUNTER_NO_AREA);
  }
  return mask;
}

static void read_types(lua_State *L, upheld_scheme *s) {
  read_vocabulary(L, s, &s->types, 32, "types");
  lua_Integer count = table_field(L, "types");
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, i);
    upheld_type *t = &s->type_of[i - 1];
    t->label = s->types.labels[i - 1];
    t->plural = string_field(L, s, "plural", t->label);
    t->within = -1;
    const char *within = string_field(L, s, "within", "");
    if (within[0] != '\0') {
      t->within = upheld_vocabulary_find(&s->types, upheld_text_of(within), NULL);
      if (t->within < 0) luaL_error(L, "scheme: type \"%s\" lies within \"%s\", which is no type", t->label, within);
    }
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

/* Mask of the table field key; 0 when it is absent. */
static uint64_t mask_field(lua_State *L, const upheld_scheme *s, const char *key) {
  table_field(L, key);
  uint64_t mask = lua_istable(L, -1) ? counter_mask(L, s) : 0;
  lua_pop(L, 1);
  return mask;
}

/* A field that is one of a few words (NULL ends them); the first when it is absent. */
static int word_field(lua_State *L, upheld_scheme *s, const char *key, const char *const *words, const char *indicator) {
  const char *word = string_field(L, s, key, words[0]);
  int w = 0;
  while (words[w] != NULL && strcmp(words[w], word) != 0) w++;
  if (words[w] == NULL) luaL_error(L, "scheme: indicator \"%s\": there is no %s \"%s\"", indicator, key, word);
  return w;
}

/* What the indicator at the top counts: median_days, or numerator over denominator or residents. */
static void read_kind(lua_State *L, upheld_scheme *s, upheld_indicator *ind) {
  ind->numerator = mask_field(L, s, "numerator");
  ind->denominator = mask_field(L, s, "median_days");
  table_field(L, "denominator");
  if (ind->denominator != 0) {
    if (!lua_isnil(L, -1)) luaL_error(L, "scheme: indicator \"%s\" has both median_days and a denominator", ind->name);
    ind->measure = UPHELD_MEASURE_DAYS;
    ind->per = 1;
    lua_pop(L, 1);
    return;
  }
  if (!lua_istable(L, -1)) luaL_error(L, "scheme: indicator \"%s\" has no denominator", ind->name);
  bool residents = boolean_field(L, "residents");
  ind->measure = residents ? UPHELD_MEASURE_RESIDENTS : UPHELD_MEASURE_SHARE;
  ind->denominator = residents ? 0 : counter_mask(L, s);
  if (ind->denominator == 0 && !residents) luaL_error(L, "scheme: indicator \"%s\" has an empty denominator", ind->name);
  lua_pop(L, 1);
}

/* The indicator at the top of the stack. */
static void read_indicator(lua_State *L, upheld_scheme *s, upheld_indicator *ind) {
  static const char *const clocks[] = {"decided", "received", "compliance", NULL};
  static const upheld_clock clock_of[] = {UPHELD_CLOCK_DECIDED, UPHELD_CLOCK_RECEIVED, UPHELD_CLOCK_COMPLIANCE};
  static const char *const directions[] = {"neither", "high", "low", NULL};
  ind->name = string_field(L, s, "name", NULL);
  ind->label = string_field(L, s, "label", ind->name);
  ind->none = string_field(L, s, "none", "no-cases");
  ind->case_noun = string_field(L, s, "case_noun", "case");
  ind->definition = string_field(L, s, "definition", "");
  ind->per = integer_field(L, "per", 100);
  ind->decimals = small_field(L, "decimals", 0);
  ind->since = small_field(L, "since", 0);
  ind->until = small_field(L, "until", 0);
  ind->caution_below = integer_field(L, "caution_below", 0);
  ind->withhold_below = integer_field(L, "withhold_below", 0);
  ind->clock = clock_of[word_field(L, s, "clock", clocks, ind->name)];
  ind->good = (upheld_direction)word_field(L, s, "good", directions, ind->name);
  read_kind(L, s, ind);
  ind->withhold_of = mask_field(L, s, "withhold_of");
  if (ind->withhold_of == 0) ind->withhold_of = ind->denominator != 0 ? ind->denominator : ind->numerator;
  ind->late = mask_field(L, s, "late");
  if ((ind->late & ~ind->numerator) != 0) luaL_error(L, "scheme: indicator \"%s\": late is no part of it", ind->name);
}

static void read_indicators(lua_State *L, upheld_scheme *s) {
  lua_Integer count = table_field(L, "indicators");
  if (count > UPHELD_MAX_INDICATORS) luaL_error(L, "scheme: more than %d indicators", UPHELD_MAX_INDICATORS);
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, i);
    if (!lua_istable(L, -1)) luaL_error(L, "scheme: each indicator is a table");
    read_indicator(L, s, &s->indicators[s->indicator_count]);
    lua_pop(L, 1);
    s->indicator_count++;
  }
  lua_pop(L, 1);
}

static void read_published(lua_State *L, upheld_scheme *s) {
  lua_Integer count = table_field(L, "published");
  if (count > 64) luaL_error(L, "scheme: more than 64 published items");
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, i);
    if (!lua_istable(L, -1)) luaL_error(L, "scheme: each published item is a table");
    upheld_published_item *p = &s->published[s->published_count];
    p->name = string_field(L, s, "name", NULL);
    p->peer = boolean_field(L, "peer");
    p->indicator = -1;
    const char *rate = string_field(L, s, "rate", "");
    if (rate[0] != '\0') {
      p->indicator = upheld_scheme_indicator(s, upheld_text_of(rate));
      if (p->indicator < 0) luaL_error(L, "scheme: published item \"%s\": no indicator \"%s\"", p->name, rate);
    }
    table_field(L, "counts");
    p->mask = lua_istable(L, -1) ? counter_mask(L, s) : 0;
    lua_pop(L, 2);
    s->published_count++;
  }
  lua_pop(L, 1);
}

/* Bits of the indicators listed in field "indicators" of the break on top; all of them when the field is absent. */
static uint64_t indicator_bits(lua_State *L, const upheld_scheme *s, const char *name) {
  uint64_t bits = 0;
  lua_Integer count = table_field(L, "indicators");
  if (lua_isnil(L, -1)) {
    for (int k = 0; k < s->indicator_count; k++) bits |= UPHELD_BIT(k);
  }
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, i);
    upheld_text t = text_at(L, -1);
    int k = upheld_scheme_indicator(s, t);
    if (k < 0) luaL_error(L, "scheme: break \"%s\": there is no indicator \"%s\"", name, t.at == NULL ? "?" : t.at);
    bits |= UPHELD_BIT(k);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return bits;
}

static void read_breaks(lua_State *L, upheld_scheme *s) {
  lua_Integer count = table_field(L, "breaks");
  if (count > UPHELD_MAX_BREAKS) luaL_error(L, "scheme: more than %d breaks", UPHELD_MAX_BREAKS);
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, i);
    if (!lua_istable(L, -1)) luaL_error(L, "scheme: each break is a table { year, name, text }");
    upheld_break *b = &s->breaks[s->break_count];
    b->name = string_field(L, s, "name", NULL);
    b->text = string_field(L, s, "text", NULL);
    lua_Integer year = integer_field(L, "year", 0);
    b->year = year < 0 || year > UPHELD_LAST_YEAR ? UPHELD_LAST_YEAR + 1 : (int)year; /* the seal refuses it */
    b->indicators = indicator_bits(L, s, b->name);
    lua_pop(L, 1);
    s->break_count++;
  }
  lua_pop(L, 1);
}

/* core.scheme(table) -> scheme; raises when the table is no sound scheme. */
static int new_scheme(lua_State *L) {
  upheld_error err;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  l_scheme *box = lua_newuserdatauv(L, sizeof *box, 0);
  box->scheme = NULL;
  luaL_setmetatable(L, SCHEME_NAME);
  upheld_allocator a = l_upheld_allocator(L);
  must(L, upheld_scheme_new(&box->scheme, &a, &err), &err);
  upheld_scheme *s = box->scheme;
  lua_pushvalue(L, 1); /* the table on top, as the readers expect */
  s->name = string_field(L, s, "name", NULL);
  s->title = string_field(L, s, "title", s->name);
  const char *form = string_field(L, s, "reference", NULL);
  must(L, upheld_scheme_reference_form(s, upheld_text_of(form), &err), &err);
  table_field(L, "year_start");
  if (lua_istable(L, -1)) {
    s->year_month = small_field(L, "month", 1);
    s->year_day = small_field(L, "day", 1);
  }
  lua_pop(L, 1);
  s->findings = boolean_field(L, "findings");
  read_vocabulary(L, s, &s->outcomes, UPHELD_MAX_OUTCOMES, "outcomes");
  read_vocabulary(L, s, &s->areas, UPHELD_MAX_AREAS, "service_areas");
  read_vocabulary(L, s, &s->compliance, UPHELD_MAX_COMPLIANCE, "compliance_outcomes");
  read_types(L, s);
  s->investigated = label_mask(L, &s->outcomes, "investigated", 0);
  s->remedying = label_mask(L, &s->outcomes, "remedying", 0);
  read_indicators(L, s);
  read_published(L, s);
  read_breaks(L, s);
  must(L, upheld_scheme_seal(s, &err), &err);
  lua_pop(L, 1);
  return 1;
}

/* core.reference(scheme, text) -> stored spelling, or nil when the text has not the scheme's form. */
static int reference(lua_State *L) {
  const upheld_scheme *s = l_upheld_check_scheme(L, 1);
  size_t size;
  const char *at = luaL_checklstring(L, 2, &size);
  uint64_t key;
  char buffer[64];
  upheld_text t = {at, size};
  if (!upheld_reference_parse(s, t, &key)) {
    luaL_pushfail(L);
  } else {
    lua_pushlstring(L, buffer, upheld_reference_format(s, key, buffer));
  }
  return 1;
}

/* core.year_span(scheme, year) -> first day, last day */
static int year_span(lua_State *L) {
  const upheld_scheme *s = l_upheld_check_scheme(L, 1);
  lua_Integer year = luaL_checkinteger(L, 2);
  upheld_date first, last;
  char text[11];
  luaL_argcheck(L, year > UPHELD_FIRST_YEAR && year <= UPHELD_LAST_YEAR, 2, "no such year");
  upheld_scheme_year_span(s, (int)year, &first, &last);
  upheld_format_date(first, text);
  lua_pushstring(L, text);
  upheld_format_date(last, text);
  lua_pushstring(L, text);
  return 2;
}

int l_upheld_open_scheme(lua_State *L) {
  static const luaL_Reg meta[] = {{"__gc", scheme_gc}, {"__close", scheme_gc}, {"__tostring", scheme_tostring}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"scheme", new_scheme}, {"reference", reference},
                                       {"year_span", year_span}, {NULL, NULL}};
  l_upheld_metatable(L, SCHEME_NAME, NULL, meta);
  luaL_setfuncs(L, functions, 0);
  return 0;
}
