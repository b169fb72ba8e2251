-- marks.lua: where the numbers of a letter come from: what a template reads is noted, and each number that it prints is held
-- against what was read for it.
-- Owns: the rule that every printed number is one that was read, of a figure, its peers, a fact, a date, or is declared.
-- Must not: make or change a number, know templates or outputs.

local claims = require "upheld.claims"
local fault = require "upheld.fault"
local english = require "upheld.language.en"
local kept = require "upheld.kept"
local language = require "upheld.language"
local numerals = require "upheld.language.numerals"

local marks = {}

---@class upheld.Source   what a number was read from
---@field kind "figure"|"peers"|"series"|"outcomes"|"received"|"fact"|"year"|"council"|"value"|"literal"|"derived"   series: an entry of a
---   figure over years; outcomes, received: the authority's counts by outcome or by service area; derived: made of others
---@field name string        the figure's, of a figure or its peers; else the name that wording reads it by
---@field path string        as wording writes it: council.upheld:peers()
---@field real any           the object itself
---@field parent upheld.Source?
---@field operands upheld.Operand[]?   of a sum or a difference: what it was made of

---@class upheld.Operand     one number of those that another was made of
---@field sign 1|-1
---@field value integer
---@field field string
---@field source upheld.Source

---@class upheld.Mark        one number in a printed text
---@field from integer       first byte
---@field to integer         last byte
---@field value string       the number as digits: "1400" for 1,400 and for one thousand four hundred
---@field field string       what was read: "percent"
---@field source upheld.Source
---@field said boolean?      in words and not in digits
---@field as upheld.Mark?     in the sentences of a drawing: the same number in the table under it

local Recorder = {}
Recorder.__index = Recorder

local metatable_of, read_before

--- A recorder for one letter.
---@param spoken upheld.Language?   English when absent
function marks.recorder(spoken)
  local self = setmetatable({ count = 0, values = {}, fields = {}, read_of = {},
    proxies = {}, reals = {}, sources = {}, spoken = spoken or english }, Recorder)
  self.meta = metatable_of(self)
  return self
end

-- Notes that a value was read: its k-th read has values[k], fields[k] and, as its source, read_of[k].
function Recorder:note(source, field, value)
  local kind = type(value)
  if kind == "number" or kind == "string" then
    local k = self.count + 1
    self.count, self.values[k], self.fields[k], self.read_of[k] = k, value, field, source
  end
end

--------------------------------------------------------------------------------
-- What is read

-- What an authority has counts of, by label.
local COUNTS = { outcomes = true, received = true }

local ROOTS = { facts = "fact", year = "year", letter = "year", council = "council", addressee = "council" }

-- Lists and other tables on the way keep the name of what they are in.
local function child_of(source, key, real, call)
  local mt = getmetatable(real)
  local path = call and source.path .. ":" .. tostring(key) .. "()" or source.path .. "." .. tostring(key)
  local kind, name = type(mt) == "table" and rawget(mt, "__name"), source.name
  if kind == "upheld.figure" or (type(real) == "table" and rawget(real, "name") == key) then
    kind, name = "figure", rawget(real, "name")
  elseif kind == "upheld.peers" or (call and key == "peers") then
    kind = "peers"
  elseif source.kind == "council" and COUNTS[key] then
    kind, name = key, key
  else
    kind = source.kind
  end
  return { kind = kind, name = name, path = path, real = real, parent = source }
end

local wrap

local function real_of(self, value)
  return self.reals[value] or value
end

-- A value that was given out: tables watched in their turn, numbers noted, iterators followed.
local function given(self, source, key, value, call)
  local kind = type(value)
  if kind == "table" or kind == "userdata" then
    return self.proxies[value] or wrap(self, value, child_of(source, key, value, call))
  end
  if kind == "function" and call then
    return function(...)
      local results = table.pack(value(...))
      for i = 1, results.n do results[i] = given(self, source, key, results[i], true) end
      return table.unpack(results, 1, results.n)
    end
  end
  self:note(source, key, value)
  return value
end

-- All results of a call, given out. One is the common case, and makes no table.
local function give(self, source, key, ...)
  local count = select("#", ...)
  if count == 1 then return given(self, source, key, (...), true) end
  local results = { ... }
  for i = 1, count do results[i] = given(self, source, key, results[i], true) end
  return table.unpack(results, 1, count)
end

local function method_of(self, source, key, method)
  return function(...)
    local count = select("#", ...)
    if count == 1 then return give(self, source, key, method(real_of(self, (...)))) end
    local arguments = { ... }
    for i = 1, count do arguments[i] = real_of(self, arguments[i]) end
    return give(self, source, key, method(table.unpack(arguments, 1, count)))
  end
end

-- One metatable for all that a letter reads: which value a proxy stands for is looked up.
function metatable_of(self)
  local reals, sources, methods = self.reals, self.sources, {}
  local meta = { __metatable = false }
  function meta.__index(proxy, key)
    local own = methods[proxy]
    local method = own and own[key]
    if method then return method end
    local source, value = sources[proxy], reals[proxy][key]
    if type(value) ~= "function" then return given(self, source, key, value) end
    if not own then
      own = {}
      methods[proxy] = own
    end
    own[key] = method_of(self, source, key, value)
    return own[key]
  end
  function meta.__newindex(proxy, key)
    error(fault.new { code = "read-only", message = ('%s is read-only ("%s")'):format(sources[proxy].path, tostring(key)) }, 0)
  end
  function meta.__len(proxy) return #reals[proxy] end
  function meta.__eq(a, b) return real_of(self, a) == real_of(self, b) end
  function meta.__lt(a, b) return real_of(self, a) < real_of(self, b) end
  function meta.__le(a, b) return real_of(self, a) <= real_of(self, b) end
  function meta.__tostring(proxy)
    local text = tostring(reals[proxy])
    self:note(sources[proxy], "text", text)
    return text
  end
  function meta.__pairs(proxy)
    local list, source = {}, sources[proxy]
    for key, value in pairs(reals[proxy]) do list[key] = given(self, source, key, value) end
    return next, list
  end
  return meta
end

-- The same object is the same proxy, so that == and keys of tables work.
function wrap(self, real, source)
  local proxy = self.proxies[real]
  if not proxy then
    proxy = setmetatable({}, self.meta)
    self.proxies[real], self.reals[proxy], self.sources[proxy] = proxy, real, source
  end
  return proxy
end

--- What templates are to read instead of a value.
---@param name string   of the value
---@param value any
---@return any
function Recorder:watched(name, value)
  local kind = type(value)
  if kind ~= "table" and kind ~= "userdata" then return value end
  return wrap(self, value, { kind = ROOTS[name] or "value", name = name, path = name, real = value })
end

--- Notes the reading of a value that is no table.
function Recorder:read(name, value)
  self:note({ kind = ROOTS[name] or "value", name = name, path = name }, name, value)
end

--- Declares the numbers of a text that come from nowhere else.
function Recorder:declare(text)
  self:note({ kind = "literal", name = "literal", path = "literal" }, "literal", text)
end

--- Notes a number, or a text with one, that a helper made of what it was given.
---@param field string   what it is
---@param value integer|string
---@param of any         the helper's first argument: what it belongs to
function Recorder:derived(field, value, of)
  self:note(self.sources[of] or { kind = "derived", name = field, path = field }, field, value)
end

-- Appends to operands what a number that was read is: itself, or what it was made of in its turn.
local function add_operand(operands, sign, value, field, source)
  if source.operands then
    for _, one in ipairs(source.operands) do
      operands[#operands + 1] = { sign = sign * one.sign, value = one.value, field = one.field, source = one.source }
    end
  else
    operands[#operands + 1] = { sign = sign, value = value, field = field, source = source }
  end
end

--- Notes a number that a helper made of several whole numbers, and which reads these were. Lua evaluates arguments in their order, so each
--- is looked for before the one behind it, and before all that one was made of.
---@param field string   what it is: "sum", "difference"
---@param value integer
---@param sign 1|-1      with which the numbers behind the first one count
---@param ... integer    the numbers
function Recorder:combined(field, value, sign, ...)
  local numbers, reads, k = { ... }, {}, self.count
  for i = #numbers, 1, -1 do
    local at = k
    while at >= 1 and self.values[at] ~= numbers[i] do at = at - 1 end
    if at >= 1 then
      reads[i], k = at, (self.read_of[at].first or at) - 1
    else -- read as a text, or in a statement before
      reads[i] = read_before(self, numbers[i])
    end
  end
  local operands = {}
  for i, n in ipairs(numbers) do
    local at = reads[i]
    if at then add_operand(operands, i == 1 and 1 or sign, n, self.fields[at], self.read_of[at]) end
  end
  self:note({ kind = "derived", name = field, path = field, operands = operands, first = k + 1 }, field, value)
end

-- A number as bare digits: "1,400" -> "1400", "03" -> "3", "-9" -> "9".
local bare = kept.table_of(function(digits)
  return (digits:gsub(",", ""):gsub("^%-", ""):gsub("^0+(%d)", "%1"))
end)

local MOST_KNOWN = 5000

-- What numbers a text that was read holds: it is one (whole), or has some as bare digits (tokens), of a day perhaps (date).
local held_by = kept.table_of(function(text)
  if text:find("^%-?[%d,]+%.?%d*%%?$") then return { whole = bare[(text:gsub("%%", ""))], negative = text:byte(1) == 45 } end
  local set, some = {}, false
  local date = text:find("^%d%d%d%d%-%d%d%-%d%d$") ~= nil
  for token in text:gmatch(date and "%d+" or "%d[%d,]*%.?%d*") do set[bare[(token:gsub("[.,]$", ""))]], some = true, true end
  return { tokens = some and set or nil, date = date }
end)

-- A number's integer, or false where it is not whole.
local whole_of = kept.table_of(function(number) return math.tointeger(tonumber(number)) or false end)

-- A number that was read as digits. A fraction of the core's has few.
local function digits_of(value)
  local own = math.tointeger(value)
  return own and ("%d"):format(own) or bare[("%.14g"):format(value)]
end

-- Whether a number that was read is this one; what is negative may be printed without its sign, but nothing gets one.
local function is_number_read(value, number, whole, negative)
  if math.type(value) == "integer" then
    if negative then return value == -whole end
    return value == whole or value < 0 and value == -whole
  end
  return (value < 0 or not negative) and digits_of(value) == number
end

local OWN_TEXTS = { figure = true, peers = true, series = true, derived = true, literal = true }

-- Whether the k-th read, a text, is where a number in a printed text comes from. Digits of a name, an address or a day are a number's only
-- where that is what is printed. recent: read for this text
local function is_in_text_read(self, k, number, negative, text, recent)
  local value = self.values[k]
  local held = held_by[value]
  if held.whole then return held.whole == number and (held.negative or not negative) end
  if negative or not held.tokens or not held.tokens[number] then return false end
  if recent and (held.date or OWN_TEXTS[self.read_of[k].kind]) then return true end
  if held.date then
    local ok, said = pcall(self.spoken.helpers.date or tostring, value)
    return ok and text:find(said, 1, true) ~= nil
  end
  return text:find(value, 1, true) ~= nil or text:find("%a") ~= nil and value:find(text, 1, true) ~= nil
end

-- The read that a number of a printed text came from: of those for this text the last, else the last before, where these are asked for.
local function source_of(self, number, negative, text, since, before)
  local values, whole = self.values, whole_of[number]
  for k = self.count, before and 1 or since + 1, -1 do
    local value, found = values[k]
    if type(value) == "number" then found = is_number_read(value, number, whole, negative)
    else found = is_in_text_read(self, k, number, negative, text, k > since) end
    if found then return k end
  end
  return nil
end

function read_before(self, n)
  local digits = ("%d"):format(math.abs(n))
  return source_of(self, digits, false, digits, 0, true)
end

--- Whether a whole number is one that was read, made by a helper, or declared.
---@param n integer
---@return boolean
function Recorder:knows(n) return read_before(self, n) ~= nil end

--- Whether a value is one that was given out: a figure, peers, an entry of a series.
---@param value any
---@return boolean
function Recorder:gave(value) return self.sources[value] ~= nil end

--- A number that was read before is used now, so that it is found in words.
---@param n integer
function Recorder:again(n)
  local k = read_before(self, n)
  if k then self:note(self.read_of[k], self.fields[k], n) end
end

--- Whether a printed text is this wording's own and not one that was read: a name, an address, a fact.
---@param text string
---@param since integer   as for marks
---@return boolean
function Recorder:own_words(text, since)
  for k = self.count, since + 1, -1 do
    local value = self.values[k]
    if type(value) == "string" and value:find("%a") and text:find(value, 1, true) then return false end
  end
  return true
end

--- How much has been read so far.
function Recorder:here() return self.count end

--------------------------------------------------------------------------------
-- What is printed

-- Whether the digits of a fact's sentence are a number of it: not of an address over several lines, a postcode, a telephone number.
local function in_sentence(value, text, from, to)
  return value:find("%a") and not value:find("\n", 1, true)
    and not text:find("^0%d", from) and not text:find("^%a", from - 1) and not text:find("^%a", to + 1)
end

-- Whether a number was read, and not a name or an address that has digits in it.
local function is_number(self, k, text, from, to)
  local value, kind = self.values[k], self.read_of[k].kind
  return type(value) == "number" or kind == "figure" or kind == "peers" or kind == "series" or kind == "derived"
    or kind == "literal"
    or value:find("^%-?[%d,]+%.?%d*%%?$") ~= nil or value:find("^%d%d%d%d%-%d%d%-%d%d$") ~= nil
    or kind == "fact" and in_sentence(value, text, from, to)
end

-- Whether a number in words is a part of a longer one: "dau" of "dau ddeg dau", "two" of "two hundred".
local function within_another(mark, list)
  for _, other in ipairs(list) do
    if other ~= mark and other.from <= mark.from and mark.to <= other.to and other.to - other.from > mark.to - mark.from then
      return true
    end
  end
  return false
end

local patterns_known, count_patterns = {}, 0

-- Patterns of a number in words, in a language.
local function patterns_of(spoken, n)
  local own = patterns_known[spoken]
  if own and own[n] then return own[n] end
  local list = {}
  for i, said in ipairs(spoken.said(n)) do list[i] = "%f[%w]" .. language.folded(said):gsub("%-", "%%-") .. "%f[^%w-]" end
  if count_patterns >= MOST_KNOWN then patterns_known, count_patterns = {}, 0 end
  patterns_known[spoken] = patterns_known[spoken] or {}
  patterns_known[spoken][n], count_patterns = list, count_patterns + 1
  return list
end

-- Numbers in words, of those that were read for this text and do not stand in it as digits.
local function mark_words(self, text, since, list, taken)
  if not text:find("[%a\128-\255]") then return end
  local folded, found = nil, nil
  for k = since + 1, self.count do
    local value = self.values[k]
    local n = math.type(value) == "integer" and math.abs(value)
    if n and n <= 1000000 and not taken[n] then
      folded, found = folded or language.folded(text), found or {}
      for _, pattern in ipairs(patterns_of(self.spoken, n)) do
        local from, to = folded:find(pattern)
        while from do
          taken[n] = true
          found[#found + 1] = { from = from, to = to, value = ("%d"):format(n), field = self.fields[k],
            source = self.read_of[k], said = true }
          from, to = folded:find(pattern, to + 1)
        end
        if taken[n] then break end
      end
    end
  end
  for _, mark in ipairs(found or {}) do
    if not within_another(mark, found) then list[#list + 1] = mark end
  end
end

local function in_order(a, b) return a.from < b.from end

-- Whether a word of a printed text was read as it stands: of a name, an address, a declared text.
local function read_as_text(self, text, word, since)
  for k = self.count, since + 1, -1 do
    local value, kind = self.values[k], self.read_of[k].kind
    if type(value) == "string" and value:find(word, 1, true) and (text:find(value, 1, true) or value:find(text, 1, true))
      and (kind == "literal" or kind == "council" or kind == "fact" or kind == "year" or kind == "value") then
      return true
    end
  end
  return false
end

local function stands_in(list, word)
  for _, mark in ipairs(list) do
    if mark.from <= word.to and word.from <= mark.to then return true end
  end
  return false
end

-- Numbers in words that no value read for this text gave: read before it, part of a name, or the wording's own, which is given.
local function other_words(self, text, since, before, list)
  for _, word in ipairs(numerals.of(text, self.spoken)) do
    local said = text:sub(word.from, word.to)
    if not stands_in(list, word) and not read_as_text(self, text, said, since) then
      local k = source_of(self, ("%d"):format(word.n), false, text, since, before)
      if not k then return said end
      list[#list + 1] = { from = word.from, to = word.to, value = ("%d"):format(word.n), field = self.fields[k],
        source = self.read_of[k], said = true }
    end
  end
  return nil
end

-- The number that begins at i or after it: first and last byte, with its sign and a per cent sign, its bare digits, and whether it has a
-- minus before it. A hyphen after a letter or a digit joins words, and is no sign.
local function next_number(text, i)
  local from, to = text:find("%d[%d,]*%.?%d*", i)
  if not from then return nil end
  local last = text:byte(to)
  while last == 44 or last == 46 do -- a comma, a stop: the sentence's
    to = to - 1
    last = text:byte(to)
  end
  local number, negative = bare[text:sub(from, to)], false
  if text:byte(to + 1) == 37 then to = to + 1 end -- %
  if from > 1 and text:byte(from - 1) == 45 and not text:find("^[%w\128-\255]", from - 2) then from, negative = from - 1, true end
  return from, to, number, negative
end

--- The numbers in a printed text, each with what it was read from.
---@param text string
---@param since integer  what Recorder:here() was before its expression was evaluated
---@param options { digits_only: boolean?, closed: boolean? }?   digits_only: the text says no number in words; closed: the expression has
---   a number of its own, so that what was read before it is no source of what it prints
---@return upheld.Mark[]? marks, string? number   nil and the first number that comes from nothing that was read
function Recorder:marks(text, since, options)
  local list, taken = {}, {}
  local before = not (options and options.closed)
  local from, to, number, negative = next_number(text, 1)
  while from do
    local k = source_of(self, number, negative, text, since, before)
    if not k then return nil, (text:sub(from, to):gsub("%%$", "")) end
    if is_number(self, k, text, from, to) then
      taken[whole_of[number] or number] = true
      list[#list + 1] = { from = from, to = to, value = negative and "-" .. number or number, field = self.fields[k],
        source = self.read_of[k] }
    end
    from, to, number, negative = next_number(text, to + 1)
  end
  if not (options and options.digits_only) then
    mark_words(self, text, since, list, taken)
    local said = other_words(self, text, since, before, list)
    if said then return nil, said end
  end
  if #list > 1 then table.sort(list, in_order) end
  return list
end

-- The figure, or entry of a series, that was read last for a text.
local function figure_read(self, since)
  for k = self.count, since + 1, -1 do
    local source = self.read_of[k]
    while source and source.kind == "peers" do source = source.parent end
    if source and source.kind == "figure" then return source end
  end
  return nil
end

local RATE_FIELDS, COUNT_FIELDS = { "value", "percent" }, { "late", "denominator", "numerator" }
local PEERS_FIELDS = { "as_published", "of", "authorities", "value", "percent" }

local function is_value(value, number, negative)
  if type(value) == "number" then return is_number_read(value, number, whole_of[number], negative) end
  return type(value) == "string" and held_by[value].whole == number
end

-- The numbers of a cell: each is of the last field that holds it, else a part of what the cell says.
local function cell_marks(cell, source, said, fields)
  local list, real = {}, source.real
  local from, to, number, negative = next_number(cell, 1)
  while from do
    local field = said
    for i = fields and #fields or 0, 1, -1 do
      if is_value(real[fields[i]], number, negative) then
        field = fields[i]
        break
      end
    end
    list[#list + 1] = { from = from, to = to, value = negative and "-" .. number or number, field = field, source = source }
    from, to, number, negative = next_number(cell, to + 1)
  end
  return list
end

-- Of two equal counts, as in "6 of 6", the first is the numerator.
local function name_counts(list, real)
  for i, field in ipairs { "numerator", "denominator", "late" } do
    local mark = list[i]
    if mark and math.type(real[field]) == "integer" and ("%d"):format(real[field]) == mark.value then mark.field = field end
  end
end

-- The source of each column of a row of chart.table: { source, what it says, fields }.
local function columns_of(root, of)
  local path = root.path
  if of.entry then
    local entry = { kind = "series", name = root.real.name, real = of.entry, parent = root,
      path = ("%s:entry(%d)"):format(path, of.entry.year) }
    return { { entry, "year" }, { entry, "rate", RATE_FIELDS }, { entry, "counts", COUNT_FIELDS }, { entry, "interval" },
      { entry, "breaks" } }
  end
  local name, peers = of.figure.name, nil
  local figure = { kind = "figure", name = name, path = path .. "." .. name, real = of.figure, parent = root }
  if of.peers then peers = { kind = "peers", name = name, path = figure.path .. ":peers()", real = of.peers, parent = figure } end
  return { false, { figure, "rate", RATE_FIELDS }, { figure, "counts", COUNT_FIELDS }, { figure, "interval" },
    peers and { peers, "rate", PEERS_FIELDS } }
end

-- The marks of a row in order, each with its text as it stands in its cell.
local function marks_of_row(cells, lists)
  local made = {}
  for k, list in ipairs(lists) do
    for _, mark in ipairs(list) do made[#made + 1] = { mark = mark, text = cells[k]:sub(mark.from, mark.to) } end
  end
  return made
end

-- The numbers in the sentences that describe a drawing. A sentence says its row's numbers in the row's order, with others between (the
-- level of an interval, the ends of the scale), which are of the language's own text: so numbers and row are walked from their ends.
local function described(numbers, made)
  local list, offset = {}, 0
  local own = { kind = "literal", name = "chart", path = "chart" }
  for i, sentence in ipairs(numbers.sentences) do
    local k, first = numbers.row_of[i], #list + 1
    local row = k and marks_of_row(numbers.rows[k], made[k]) or {}
    local from, to, number, negative
    if k then from, to, number, negative = next_number(sentence, 1) end -- of the drawing itself: nothing that is printed
    while from do
      list[#list + 1] = { from = offset + from, to = offset + to, value = negative and "-" .. number or number, field = "words",
        source = own, text = sentence:sub(from, to) }
      from, to, number, negative = next_number(sentence, to + 1)
    end
    local next_one, met = #row, false
    for j = #list, first, -1 do
      local mark, at = list[j], next_one
      while not met and at > 1 and row[at].text ~= mark.text do at = at - 1 end -- of a break before this year: in another sentence
      local same = row[at]
      if same and same.text == mark.text then
        next_one, met = at - 1, true
      else
        same = row[1] and row[1].mark.field == "year" and row[1].text == mark.text and row[1] or nil
      end
      if same then
        mark.field, mark.source, mark.as = same.mark.field, same.mark.source, same.mark
        same.mark.told_again = true
      end
    end
    offset = offset + #sentence + 1
  end
  return list
end

--- The numbers in the cells of a chart's table, each with the figure, the peers or the entry of a series that it is of.
---@param object any          the authority or the series, as wording has it
---@param numbers table       chart.table: rows, and `of`, the objects behind each
---@return upheld.Mark[][][]   by row and column; `caption`: of the caption; `description`: of the sentences
function Recorder:chart_marks(object, numbers)
  local root, made = self.sources[object] or { kind = "value", name = "chart", path = "chart", real = object }, {}
  local since, named = self:here(), { kind = "value", name = root.name, path = root.path, real = root.real, parent = root }
  for _, read in ipairs(numbers.caption_of) do self:note(named, read[1], read[2]) end
  made.caption = self:marks(numbers.caption, since, { digits_only = true }) or {}
  for i, row in ipairs(numbers.rows) do
    local columns, lists = columns_of(root, numbers.of[i]), {}
    for k, cell in ipairs(row) do
      local column = columns[k]
      lists[k] = column and cell_marks(cell, column[1], column[2], column[3]) or {}
      if column and column[3] == COUNT_FIELDS then name_counts(lists[k], column[1].real) end
    end
    made[i] = lists
  end
  made.description = described(numbers, made)
  return made
end

--- What is wrong with the claims in a printed text: each is to be borne out by the figure that it was made of.
---@param text string
---@param since integer   as for marks
---@return string? code, string? message, string? hint
function Recorder:claims(text, since)
  for _, claim in ipairs(claims.of(text, false, self.spoken)) do
    if not read_as_text(self, text, claim.word, since) then
      local source = figure_read(self, since)
      if not source then
        return "claim-without-source", ('"%s" is said of no figure'):format(claim.word),
          ('make it of a figure, or declare it: literal "%s"'):format(claim.word)
      end
      local borne_out = claims.holds(claim.kind, source.real)
      if not borne_out then
        return "false-claim", ('"%s" is not what the figure %s says (%s)'):format(claim.word, source.path, tostring(source.real)),
          borne_out == nil and "such a figure can bear no such claim out" or nil
      end
    end
  end
  return nil
end

return marks
