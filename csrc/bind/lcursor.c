/*
** lcursor.c: walks through decisions: as a table each, or as columns into tables that are filled again and again.
** Owns: the names of the fields, which are those of a figure's decisions. All texts that come again and again (labels, names, dates) are
** pushed once and kept in a table, so that a decision makes no garbage but its own table and its reference, and columns make none.
** It computes nothing.
*/
#include <string.h>

#include "../core/register_scan.h"
#include "../core/text.h"
#include "levidence.h"
#include "lregister.h"

#define CURSOR_NAME "upheld.cursor"

typedef enum field {
  REFERENCE, REFERENCE_KEY, AUTHORITY, AUTHORITY_CODE, RECEIVED, DECIDED, OUTCOME, AREA, REMEDIED, COMPLIANCE, DUE, RECORDED, SAMPLE,
  FIELDS
} field;

static const char *const field_names[FIELDS + 1] = {
  "reference", "reference_key", "authority", "authority_code", "received_date", "decided_date", "outcome", "service_area",
  "remedied_before", "compliance_outcome", "compliance_due_date", "compliance_date", "sample", NULL
};

/* Where texts stand in the table of them: labels by code, then two an authority, then dates. */
enum { OUTCOMES = 1, AREAS = OUTCOMES + UPHELD_MAX_OUTCOMES, COMPLIANCES = AREAS + UPHELD_MAX_AREAS,
       NAMES = COMPLIANCES + UPHELD_MAX_COMPLIANCE };

/* What the closure of a walk has as its upvalues; the names of the fields, or the columns' tables, come after these. */
enum { UP_CURSOR = 1, UP_TEXTS, UP_COLUMNS, UP_FIRST };

typedef struct l_cursor {
  upheld_cursor *cursor; /* NULL: closed */
  const upheld_evidence *e;
  const upheld_records *batch;
  size_t next, filled; /* the next record of the batch; entries of the columns that were filled last */
  int count;           /* fields */
  uint8_t fields[FIELDS];
} l_cursor;

static int cursor_close(lua_State *L) {
  l_cursor *box = luaL_checkudata(L, 1, CURSOR_NAME);
  upheld_cursor_close(box->cursor);
  box->cursor = NULL;
  box->batch = NULL;
  return 0;
}

/* Reads the next records: raises what fails, for a loop has nobody to give it to. False at the end. */
static bool read_batch(lua_State *L, l_cursor *box) {
  upheld_error err;
  upheld_clear(&err);
  lua_getiuservalue(L, lua_upvalueindex(UP_CURSOR), 1);
  lua_getfield(L, -1, "register");
  (void)l_upheld_check_register(L, -1); /* not closed, not busy */
  lua_pop(L, 2);
  box->next = 0;
  box->batch = NULL;
  if (upheld_cursor_next(box->cursor, &box->batch, &err) != UPHELD_OK) {
    l_upheld_push_error(L, &err);
    lua_error(L);
  }
  if (box->batch != NULL) return true;
  upheld_cursor_close(box->cursor); /* all is given: what it keeps need not wait for the collector */
  box->cursor = NULL;
  return false;
}

/* Pushes a date's text, made once. */
static void push_date(lua_State *L, const l_cursor *box, upheld_date date) {
  lua_Integer place = (lua_Integer)NAMES + 2 * (lua_Integer)box->e->directory.count + (date - UPHELD_FIRST_DAY);
  if (lua_rawgeti(L, lua_upvalueindex(UP_TEXTS), place) != LUA_TNIL) return;
  char text[11];
  lua_pop(L, 1);
  upheld_format_date(date, text);
  lua_pushstring(L, text);
  lua_pushvalue(L, -1);
  lua_rawseti(L, lua_upvalueindex(UP_TEXTS), place);
}

static bool push_dated(lua_State *L, const l_cursor *box, upheld_date date) {
  if (date == UPHELD_NO_DATE) return false;
  push_date(L, box, date);
  return true;
}

static bool push_text(lua_State *L, lua_Integer first, uint8_t code) {
  if (code == UPHELD_NO_CODE) return false;
  lua_rawgeti(L, lua_upvalueindex(UP_TEXTS), first + code);
  return true;
}

static void push_reference(lua_State *L, const l_cursor *box, uint64_t reference) {
  char text[64];
  lua_pushlstring(L, text, upheld_reference_format(box->e->scheme, reference, text));
}

/* Pushes record i's value of a field; false, and nothing is pushed, where it is not recorded. */
static bool push_value(lua_State *L, const l_cursor *box, size_t i, uint8_t which) {
  const upheld_records *b = box->batch;
  switch (which) {
    case REFERENCE: push_reference(L, box, b->reference[i]); return true;
    case REFERENCE_KEY: lua_pushinteger(L, (lua_Integer)b->reference[i]); return true;
    case AUTHORITY: lua_rawgeti(L, lua_upvalueindex(UP_TEXTS), NAMES + 2 * (lua_Integer)b->authority[i]); return true;
    case AUTHORITY_CODE: lua_rawgeti(L, lua_upvalueindex(UP_TEXTS), NAMES + 2 * (lua_Integer)b->authority[i] + 1); return true;
    case RECEIVED: return push_dated(L, box, b->received[i]);
    case DECIDED: return push_dated(L, box, b->decided[i]);
    case OUTCOME: return push_text(L, OUTCOMES, b->outcome[i]);
    case AREA: return push_text(L, AREAS, b->area[i]);
    case COMPLIANCE: return push_text(L, COMPLIANCES, b->compliance[i]);
    case DUE: return push_dated(L, box, b->due[i]);
    case RECORDED: return push_dated(L, box, b->recorded[i]);
    case REMEDIED:
      if (b->remedied[i] == UPHELD_NO_CODE) return false;
      lua_pushboolean(L, b->remedied[i] == 1);
      return true;
    default:
      if ((b->flags[i] & UPHELD_RECORD_SAMPLE) == 0) return false;
      lua_pushboolean(L, 1);
      return true;
  }
}

/* How many of the fields a record has. */
static int recorded(const l_cursor *box, size_t i) {
  const upheld_records *b = box->batch;
  const bool has[FIELDS] = {
    true, true, true, true, b->received[i] != UPHELD_NO_DATE, b->decided[i] != UPHELD_NO_DATE, b->outcome[i] != UPHELD_NO_CODE,
    b->area[i] != UPHELD_NO_CODE, b->remedied[i] != UPHELD_NO_CODE, b->compliance[i] != UPHELD_NO_CODE, b->due[i] != UPHELD_NO_DATE,
    b->recorded[i] != UPHELD_NO_DATE, (b->flags[i] & UPHELD_RECORD_SAMPLE) != 0
  };
  int count = 0;
  for (int f = 0; f < box->count; f++) count += has[box->fields[f]];
  return count;
}

static l_cursor *cursor_of(lua_State *L) { return lua_touserdata(L, lua_upvalueindex(UP_CURSOR)); }

/* The function of a loop over decisions: one table each. */
static int next_row(lua_State *L) {
  l_cursor *box = cursor_of(L);
  if (box->cursor == NULL || ((box->batch == NULL || box->next >= box->batch->count) && !read_batch(L, box))) return 0;
  size_t i = box->next++;
  lua_createtable(L, 0, recorded(box, i)); /* of just the size that is needed */
  for (int f = 0; f < box->count; f++) {
    lua_pushvalue(L, lua_upvalueindex(UP_FIRST + f));
    if (push_value(L, box, i, box->fields[f])) lua_rawset(L, -3);
    else lua_pop(L, 1);
  }
  return 1;
}

/* Pushes a column's value: what is not recorded is false, so that columns have no holes; yes and no are texts then. */
static void push_column_value(lua_State *L, const l_cursor *box, size_t i, uint8_t which) {
  if (which == REMEDIED && box->batch->remedied[i] != UPHELD_NO_CODE) {
    lua_pushstring(L, box->batch->remedied[i] == 1 ? "yes" : "no");
  } else if (!push_value(L, box, i, which)) {
    lua_pushboolean(L, 0);
  }
}

/* The function of a loop over columns: how many records, and the table of columns. */
static int next_columns(lua_State *L) {
  l_cursor *box = cursor_of(L);
  if (box->cursor == NULL || !read_batch(L, box)) return 0;
  size_t count = box->batch->count;
  for (int f = 0; f < box->count; f++) {
    int column = lua_upvalueindex(UP_FIRST + f);
    for (size_t i = 0; i < count; i++) {
      push_column_value(L, box, i, box->fields[f]);
      lua_rawseti(L, column, (lua_Integer)i + 1);
    }
    for (size_t i = count; i < box->filled; i++) {
      lua_pushnil(L);
      lua_rawseti(L, column, (lua_Integer)i + 1);
    }
  }
  box->filled = count;
  lua_pushinteger(L, (lua_Integer)count);
  lua_pushvalue(L, lua_upvalueindex(UP_COLUMNS));
  return 2;
}

static void push_labels(lua_State *L, const upheld_vocabulary *words, lua_Integer first) {
  for (int code = 0; code < words->count; code++) {
    lua_pushstring(L, words->labels[code]);
    lua_rawseti(L, -2, first + code);
  }
}

static void push_texts(lua_State *L, const upheld_evidence *e) {
  const upheld_directory *d = &e->directory;
  lua_createtable(L, (int)(NAMES + 2 * d->count), 0);
  push_labels(L, &e->scheme->outcomes, OUTCOMES);
  push_labels(L, &e->scheme->areas, AREAS);
  push_labels(L, &e->scheme->compliance, COMPLIANCES);
  for (size_t i = 0; i < d->count; i++) {
    lua_pushstring(L, d->items[i].name);
    lua_rawseti(L, -2, NAMES + 2 * (lua_Integer)i);
    lua_pushstring(L, d->items[i].code);
    lua_rawseti(L, -2, NAMES + 2 * (lua_Integer)i + 1);
  }
}

static void read_fields(lua_State *L, int index, l_cursor *box) {
  luaL_checktype(L, index, LUA_TTABLE);
  lua_Integer count = (lua_Integer)lua_rawlen(L, index);
  luaL_argcheck(L, count >= 1 && count <= FIELDS, index, "a walk takes 1 to 13 fields");
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(L, index, i);
    box->fields[i - 1] = (uint8_t)luaL_checkoption(L, -1, NULL, field_names);
    lua_pop(L, 1);
  }
  box->count = (int)count;
}

/*
** register:walk(evidence, question, {field names}, as columns or not) -> function of a loop, its cursor (to be closed); or nil, error.
** The function gives a table each time, or how many and the table of columns.
*/
int l_upheld_register_walk(lua_State *L) {
  upheld_register *reg = l_upheld_check_register(L, 1);
  const upheld_evidence *e = l_upheld_check_evidence(L, 2);
  upheld_selection what;
  upheld_error err;
  bool columns = lua_toboolean(L, 5);
  upheld_clear(&err);
  lua_settop(L, 4);
  if (!l_upheld_read_question(L, 3, e, &what, &err)) return l_upheld_fail(L, &err);
  l_cursor *box = lua_newuserdatauv(L, sizeof *box, 1); /* index 6, behind the filter at 5 */
  memset(box, 0, sizeof *box);
  luaL_setmetatable(L, CURSOR_NAME);
  box->e = e;
  read_fields(L, 4, box);
  lua_createtable(L, 0, 3); /* what it points to */
  static const char *const held[] = {"register", "evidence", "filter"};
  for (int i = 0; i < 3; i++) {
    lua_pushvalue(L, i == 2 ? 5 : i + 1);
    lua_setfield(L, -2, held[i]);
  }
  lua_setiuservalue(L, 6, 1);
  if (upheld_cursor_open(&box->cursor, reg, &e->directory, &what, &err) != UPHELD_OK) return l_upheld_fail(L, &err);
  lua_pushvalue(L, 6);
  push_texts(L, e);
  lua_newtable(L); /* the columns */
  int table = lua_gettop(L);
  luaL_checkstack(L, FIELDS + 4, NULL);
  for (int f = 0; f < box->count; f++) {
    if (columns) {
      lua_newtable(L);
      lua_pushvalue(L, -1);
      lua_setfield(L, table, field_names[box->fields[f]]);
    } else {
      lua_pushstring(L, field_names[box->fields[f]]);
    }
  }
  lua_pushcclosure(L, columns ? next_columns : next_row, UP_FIRST - 1 + box->count);
  lua_pushvalue(L, 6);
  return 2;
}

int l_upheld_open_cursor(lua_State *L) {
  static const luaL_Reg meta[] = {{"__gc", cursor_close}, {"__close", cursor_close}, {NULL, NULL}};
  l_upheld_metatable(L, CURSOR_NAME, NULL, meta);
  return 0;
}
