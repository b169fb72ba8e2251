--- Questions to all decisions of a register: counted by keys, and walked through, of one year or of all.
-- Owns: the options of such questions, and what they are called in the core. It counts nothing.

local core = require "upheld.core"
local fault = require "upheld.fault"

local tallies = {}

local CLOCKS = { decided = true, received = true, compliance = true }
local KEYS = { "authority", "type", "region", "service_area", "outcome", "remedied_before", "compliance_outcome", "year",
  "month" }
local WHERE = { "outcome", "service_area", "remedied_before", "compliance_outcome", "authority", "type", "region", "from", "to" }
local FIELDS = { "reference", "authority", "authority_code", "received_date", "decided_date", "outcome", "service_area",
  "remedied_before", "compliance_outcome", "compliance_due_date", "compliance_date", "sample" }
local CODES = { "outcome", "service_area", "remedied_before", "compliance_outcome" }

---@class upheld.Where
---@field outcome string|false|(string|false)[]|nil             any spelling of the scheme; false: not recorded
---@field service_area string|false|(string|false)[]|nil
---@field remedied_before "yes"|"no"|false|("yes"|"no"|false)[]|nil
---@field compliance_outcome string|false|(string|false)[]|nil
---@field authority string|string[]|nil   name, alias or code
---@field type string|string[]|nil        as the scheme or the authorities file spells it
---@field region string|string[]|nil
---@field from string?   first day on the clock, "2019-04-01"
---@field to string?     last day on the clock

local function list_of(value)
  return type(value) == "table" and value or { value }
end

local function check_list(what, key, value)
  if type(value) == "table" and #value == 0 then error(("%s: where: %s is an empty list"):format(what, key), 5) end
  for _, each in ipairs(list_of(value)) do
    if key == "remedied_before" and each ~= "yes" and each ~= "no" and each ~= false then
      error(('%s: where: remedied_before is "yes", "no" or false (not recorded), not %s'):format(what, tostring(each)), 5)
    end
    local known = type(each) == "string"
    for _, code in ipairs(CODES) do known = known or (key == code and each == false) end
    if not known then error(("%s: where: %s is a text or a list of texts, not %s"):format(what, key, tostring(each)), 5) end
  end
end

-- Texts of a kind that the authorities have, in order.
local function texts_of(evidence, field)
  local list, seen = {}, {}
  for index = 0, evidence:count() - 1 do
    local a = evidence:authority(index)
    for _, text in ipairs(field == "type" and { a.type or false, a.peer_type or false } or { a.region or false }) do
      if text and not seen[text] then list[#list + 1] = text end
      if text then seen[text] = true end
    end
  end
  table.sort(list)
  return list, seen
end

-- Marks the indexes of authorities of a type or region; nil, err for one that none has.
local function mark(book, evidence, key, value, wanted)
  local list, seen = texts_of(evidence, key)
  local asked = {}
  for _, text in ipairs(list_of(value)) do
    local label = not seen[text] and key == "type" and book:type_named(text) or text
    if not seen[label] then
      return nil, core.error { code = "unknown-" .. key, value = text,
        message = ('no authority has the %s "%s"'):format(key, text),
        hint = #list > 0 and fault.suggestion(text, list) or nil }
    end
    asked[label] = true
  end
  for index = 0, evidence:count() - 1 do
    local a = evidence:authority(index)
    local has = key == "type" and (asked[a.type or false] or asked[a.peer_type or false])
    if not (has or key == "region" and asked[a.region or false]) then wanted[index] = false end
  end
  return true
end

-- The authorities that all of authority, type and region leave, as a list of indexes; false: all; nil, err for unknown ones.
local function authorities_of(book, evidence, where)
  if not (where.authority or where.type or where.region) then return false end
  local wanted, list = {}, {}
  if where.authority then
    local named = {}
    for _, name in ipairs(list_of(where.authority)) do
      local index, err = evidence:find(name)
      if not index then return nil, err end
      named[index] = true
    end
    for index = 0, evidence:count() - 1 do wanted[index] = named[index] or false end
  end
  for _, key in ipairs { "type", "region" } do
    if where[key] then
      local ok, err = mark(book, evidence, key, where[key], wanted)
      if not ok then return nil, err end
    end
  end
  for index = 0, evidence:count() - 1 do
    if wanted[index] ~= false then list[#list + 1] = index end
  end
  return list
end

-- The core's form of a question; nil, err for what there is not.
local function question(what, book, evidence, year, options)
  if options.clock ~= nil and not CLOCKS[options.clock] then
    error(what .. ": there is no such clock; " .. fault.suggestion(options.clock, { "decided", "received", "compliance" }), 4)
  end
  local where = options.where or {}
  if type(where) ~= "table" then error(what .. ": where is a table such as { outcome = \"Upheld\" }", 4) end
  fault.check_keys(what .. ": where", where, WHERE, 4)
  for key, value in pairs(where) do
    if (key == "from" or key == "to") and type(value) ~= "string" then
      error(("%s: where: %s is a date such as 2019-04-01"):format(what, key), 4)
    end
    check_list(what, key, value)
  end
  local out = { clock = options.clock or "decided", year = year, from = where.from, to = where.to }
  for _, key in ipairs(CODES) do
    if where[key] ~= nil then out[key] = list_of(where[key]) end
  end
  local list, err = authorities_of(book, evidence, where)
  if list == nil then return nil, err end
  out.authorities = list or nil
  return out
end

local function no_register(what)
  return core.error { code = "no-register", message = "figures read straight from files keep no decisions",
    hint = "import the files into a register to " .. what .. " them" }
end

local function keys_of(by)
  if type(by) == "string" then by = { by } end
  if type(by) ~= "table" or #by == 0 then error("tally: by is a list of keys; " .. fault.suggestion(nil, KEYS), 4) end
  for _, key in ipairs(by) do
    local known = false
    for _, each in ipairs(KEYS) do known = known or each == key end
    if not known then error(('tally: there is no key "%s"; %s'):format(tostring(key), fault.suggestion(key, KEYS)), 4) end
  end
  if #by > 4 then error("tally: up to four keys, not " .. #by, 4) end
  return by
end

--- Decisions counted by keys.
---@package
---@param book upheld.Book
---@param evidence userdata
---@param year integer?        all when absent
---@param authority integer?   index: only this one
---@param options table
function tallies.count(book, evidence, year, authority, options)
  local by = keys_of(options.by)
  if not book.handle then return nil, no_register "tally" end
  local asked, err = question("tally", book, evidence, year, options)
  if not asked then return nil, err end
  asked.authority = authority
  return book.handle:tally(evidence, asked, by)
end

local function fields_of(what, fields, columns)
  if fields == nil then
    if columns then error(what .. ": fields are needed; " .. fault.suggestion(nil, FIELDS), 4) end
    return FIELDS
  end
  if type(fields) == "string" then fields = { fields } end
  if type(fields) ~= "table" or #fields == 0 then
    error(what .. ": fields is a list of names; " .. fault.suggestion(nil, FIELDS), 4)
  end
  local seen = {}
  for _, name in ipairs(fields) do
    local known = name == "reference_key"
    for _, each in ipairs(FIELDS) do known = known or each == name end
    if not known then
      error(('%s: there is no field "%s"; %s'):format(what, tostring(name), fault.suggestion(name, FIELDS)), 4)
    end
    if seen[name] then error(('%s: the field "%s" stands twice'):format(what, name), 4) end
    seen[name] = true
  end
  return fields
end

--- A walk through decisions: what a loop needs.
---@package
---@param what "decisions"|"columns"
function tallies.walk(what, book, evidence, year, options)
  options = options or {}
  fault.check_keys(what, options, { "clock", "where", "fields" }, 3)
  local fields = fields_of(what, options.fields, what == "columns")
  if not book.handle then return nil, no_register "walk through" end
  local asked, err = question(what, book, evidence, year, options)
  if not asked then return nil, err end
  local step, cursor = book.handle:walk(evidence, asked, fields, what == "columns")
  if not step then return nil, cursor end
  return step, nil, nil, cursor
end

return tallies
