--- Finding and compiling schemes.
-- Owns: how a scheme is named. It holds no words of any ombudsman (upheld.scheme.* do).

local core = require "upheld.core"
local fault = require "upheld.fault"
local years = require "upheld.year"

local schemes = {}

---@class upheld.CompiledScheme
---@field name string
---@field title string
---@field source upheld.Scheme     the table it was made from
---@field compiled userdata
---@field indicators table<string, table>  by name; [i] by place
local Scheme = { __name = "upheld.scheme" }
Scheme.__index = Scheme

function Scheme:__tostring()
  return "scheme " .. self.name
end

local function failure(fields)
  return nil, core.error(fields)
end

-- What a scheme and an indicator may hold; a misspelt key would otherwise be an indicator that quietly counts something else.
local SCHEME_KEYS = { "name", "title", "extends", "year_start", "reference", "findings", "outcomes", "investigated", "remedying",
  "service_areas", "compliance_outcomes", "types", "indicators", "published", "breaks", "peer_sets" }
local INDICATOR_KEYS = { "name", "label", "clock", "numerator", "denominator", "median_days", "late", "none", "case_noun",
  "definition", "good", "per", "decimals", "since", "until", "caution_below", "withhold_below", "withhold_of" }
local COUNT_KEYS = { "outcomes", "compliance", "service_areas", "decided", "received", "cases", "remedied_before", "residents" }
local PUBLISHED_KEYS = { "name", "counts", "rate", "peer" }
local BREAK_KEYS = { "year", "name", "text", "indicators" }
local SET_KEYS = { "name", "version", "authorities", "where" }

local function check_entry(what, entry, keys)
  if type(entry) ~= "table" then error(what .. " is a table", 0) end
  local sorted = {}
  for key in pairs(entry) do sorted[#sorted + 1] = tostring(key) end
  table.sort(sorted)
  for _, key in ipairs(sorted) do
    local known = false
    for _, each in ipairs(keys) do known = known or each == key end
    if not known then error(('%s has no "%s"; %s'):format(what, key, fault.suggestion(key, keys)), 0) end
  end
end

-- An indicator is read as a field of an authority, printed as a column and given on the command line.
local function check_name(name)
  if type(name) ~= "string" then error("an indicator has no name", 0) end
  if not name:find "^[a-z][a-z0-9_]*$" then
    error(('"%s" is no name of an indicator: it has small letters, digits and _, and begins with a letter'):format(name), 0)
  end
  for _, taken in ipairs(years.taken_names()) do
    if name == taken then error(('an indicator cannot be named "%s": an authority has that already'):format(name), 0) end
  end
end

local function check_counts(of, entry, key)
  local counts = entry[key]
  if counts == nil then return end
  local what = ('"%s" of %s'):format(key, of)
  check_entry(what, counts, COUNT_KEYS)
  if counts.residents and (key ~= "denominator" or next(counts, next(counts))) then
    error(what .. ": residents are a denominator, and nothing is counted with them", 0)
  end
end

local function each_of(source, key)
  local list = source[key]
  if list ~= nil and type(list) ~= "table" then error(('"%s" of a scheme is a list'):format(key), 0) end
  return ipairs(list or {})
end

-- Raises, without a place, for the first key that means nothing.
local function check_shape(source)
  check_entry("a scheme", source, SCHEME_KEYS)
  for _, each in each_of(source, "indicators") do
    check_entry("an indicator", each, INDICATOR_KEYS)
    check_name(each.name)
    for _, key in ipairs { "numerator", "denominator", "median_days", "late", "withhold_of" } do
      check_counts(('the indicator "%s"'):format(each.name), each, key)
    end
  end
  for _, each in each_of(source, "published") do
    check_entry("a published item", each, PUBLISHED_KEYS)
    check_counts(('the published item "%s"'):format(tostring(each.name)), each, "counts")
  end
  for _, each in each_of(source, "breaks") do
    if type(each) == "table" then check_entry("a break", each, BREAK_KEYS) end -- the core names what else is wrong with one
  end
  for _, each in each_of(source, "peer_sets") do check_entry("a peer set", each, SET_KEYS) end
end

local function sound(source, path)
  local ok, message = pcall(check_shape, source)
  if ok then return source end
  return failure { code = "bad-scheme", file = path, message = message }
end

-- A list of named tables with changes: an entry of a known name changes the fields that it has, another is added at the end.
local function merged(list, changes)
  local out, at = {}, {}
  for i, each in ipairs(list or {}) do
    out[i] = each
    if each.name then at[each.name] = i end
  end
  for _, change in ipairs(changes) do
    local i = type(change) == "table" and at[change.name]
    if i then
      local fresh = {}
      for key, value in pairs(out[i]) do fresh[key] = value end
      for key, value in pairs(change) do fresh[key] = value end
      out[i] = fresh
    else
      out[#out + 1] = change
    end
  end
  return out
end

-- A scheme with changes: lists of named tables are merged by name, everything else is replaced. Its name stays unless it is given
-- another, so that it opens the same registers.
local function extended(base, changes)
  local out = {}
  for key, value in pairs(base) do out[key] = value end
  for key, value in pairs(changes) do
    if key == "indicators" or key == "peer_sets" or key == "published" or key == "breaks" then out[key] = merged(base[key], value)
    elseif key ~= "extends" then out[key] = value end
  end
  return out
end

-- A scheme file is data: it sees no global at all. Paths are those of the running program.
local function from_file(path)
  local chunk, message = loadfile(path, "t", {})
  if not chunk then
    return failure { code = "bad-scheme", file = path, message = message, hint = "a scheme file returns a table" }
  end
  local ok, result = pcall(chunk)
  if not ok or type(result) ~= "table" then
    return failure { code = "bad-scheme", file = path, message = ok and "the file returns no table" or tostring(result) }
  end
  return result
end

local function find(scheme)
  if type(scheme) == "table" then return scheme end
  if scheme:find "%.lua$" then return from_file(scheme) end
  if scheme:find "^[%w_]+$" then
    local ok, result = pcall(require, "upheld.scheme." .. scheme)
    if ok then return result end
  end
  return failure { code = "unknown-scheme", value = scheme, message = ('there is no scheme "%s"'):format(scheme),
    hint = 'known: housing, lgsco, spso; or give the path of a Lua file that ends in ".lua"' }
end

-- The whole table of a scheme that extends another, which may extend a further one.
local function whole(source, depth)
  if source.extends == nil then return source end
  if type(source.extends) ~= "string" or depth > 8 then
    return failure { code = "bad-scheme", message = "extends is the name or path of another scheme, and not in a circle" }
  end
  local ok, err = sound(source)
  if not ok then return nil, err end
  local base
  base, err = find(source.extends)
  if base then base, err = whole(base, depth + 1) end
  if not base then return nil, err end
  return extended(base, source)
end

--- The scheme with changes: { indicators = { { name = ... } }, peer_sets = ..., breaks = ... }. An indicator of a known name
--- changes the fields that it gives; another is added. The scheme keeps its name and opens the same registers.
---@param changes table
---@return upheld.CompiledScheme? scheme, table? err
function Scheme:with(changes)
  if type(changes) ~= "table" then error("with: a table of changes is expected, not " .. type(changes), 2) end
  local ok, err = sound(changes)
  if not ok then return nil, err end
  return schemes.compile(extended(self.source, changes))
end

--- Compiles a scheme.
---@param scheme string|table|upheld.CompiledScheme
---@return upheld.CompiledScheme? scheme, table? err
function schemes.compile(scheme)
  if getmetatable(scheme) == Scheme then return scheme end
  if type(scheme) ~= "string" and type(scheme) ~= "table" then
    error("a scheme is a name, a path or a table, not " .. type(scheme), 3)
  end
  local source, err = find(scheme)
  if source then source, err = whole(source, 1) end
  if not source then return nil, err end
  local ok, compiled = pcall(check_shape, source)
  if ok then ok, compiled = pcall(core.scheme, source) end
  if not ok then
    return failure { code = "bad-scheme", file = type(scheme) == "string" and scheme or nil, message = tostring(compiled) }
  end
  local indicators = {}
  for i, each in ipairs(source.indicators or {}) do
    indicators[i] = each
    indicators[each.name] = each
  end
  return setmetatable({ name = source.name, title = source.title or source.name, source = source, compiled = compiled,
    indicators = indicators }, Scheme)
end

return schemes
