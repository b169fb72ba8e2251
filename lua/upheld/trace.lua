-- trace.lua: where each number of a letter comes from, as JSON; and one number of a written letter found again.
-- Owns: the keys of CODE.trace.json and their order; one number a line, so that it is read back without a JSON library.
-- Must not: make a number; look at the text of a letter.

local fault = require "upheld.fault"
local json = require "upheld.json_text"
local kept = require "upheld.kept"

local trace = {}

local PARTS = { "letterhead", "body", "footer", "title" }
local FIGURE_KEYS = { "numerator", "denominator", "late", "percent", "value", "lower_quartile", "upper_quartile", "reason",
  "caution", "basis", "rounded_to_bound", "rounded_to" }
local PEERS_KEYS = { "average", "include_self", "group", "group_name", "group_version", "numerator", "denominator", "percent",
  "value", "reason", "rounded_to_bound", "authorities", "without_rate", "unknown", "suppressed", "of" }

--- Numbers the marks of a letter's texts in the order of reading, those in the sentences of drawings last: they are those of the
--- table under the drawing again. Gives the list.
---@param rendered table<string, upheld.Rendered>
---@return table[] numbers   { mark, text, part, from = where the wording prints it }
function trace.number(rendered)
  local numbers, described = {}, {}
  local function add(part, text, list, from, inside)
    for _, mark in ipairs(list) do
      numbers[#numbers + 1] = { mark = mark, text = text:sub(mark.from, mark.to), part = part, from = from, inside = inside }
      mark.number = #numbers
    end
  end
  for _, part in ipairs(PARTS) do
    for _, value in ipairs(rendered[part] and rendered[part].values or {}) do
      if value.chart then
        local marks = value.chart.marks or {}
        add(part, value.chart.table.caption, marks.caption or {}, value.from)
        for i, row in ipairs(marks) do
          for k, list in ipairs(row) do add(part, value.chart.table.rows[i][k], list, value.from) end
        end
        described[#described + 1] = { part, value.chart.description, marks.description or {}, value.from, "description" }
      elseif value.lines then
        for i, list in ipairs(value.marks_of or {}) do add(part, value.lines[i], list, value.from) end
      else
        add(part, value.text, value.marks or {}, value.from)
      end
    end
  end
  for _, one in ipairs(described) do add(table.unpack(one)) end
  return numbers
end

-- The figure that a number is of, or is compared with.
local function figure_of(source)
  while source and source.kind == "peers" and source.parent do source = source.parent end
  return source and source.kind == "figure" and source.real or nil
end

trace.figure_of = figure_of

local function is_figure(real)
  local mt = getmetatable(real)
  return type(mt) == "table" and rawget(mt, "__name") == "upheld.figure"
end

local function base_name(path) return path:match("[^/\\]+$") or path end

-- The same names, paths and numbers come in every letter.
local text_json = kept.table_of(json.value)

-- Where the wording prints a number: the same in every letter.
local function place_json(from)
  if not from.json then
    from.json = ',"expression":' .. json.value(from.source) .. ',"wording":' .. json.value(base_name(from.file))
      .. ',"line":' .. json.value(from.line)
  end
  return from.json
end

-- What a number was read from. Its keys: kind, figure, field, read.
local function read_json(source, field)
  local figure = figure_of(source)
  local name = figure and figure.name or source.kind == "series" and source.name
  return '"kind":"' .. source.kind .. '","figure":' .. (name and text_json[name] or "null") .. ',"field":' .. text_json[field]
    .. ',"read":' .. text_json[source.path], figure
end

-- All references behind an indicator in a year, or behind a count of an outcome or a service area, a JSON array by authority: looked up
-- once a batch, not once a letter.
local function looked_up(year, key, selection, part, cache)
  if not cache[key] then
    selection.year = year.year
    local numerators, denominators = year.book.handle:references(year.evidence, selection)
    if not numerators then error(denominators, 0) end
    cache[key] = { numerator = numerators, denominator = denominators }
  end
  return cache[key][part]
end

-- Whether single decisions are kept, and may be told of.
local function has_references(year) return year and year.book ~= nil and year.book.handle ~= nil and not year.disclosure end

--- The decisions behind one of an authority's counts, as a JSON array; "null" where single decisions are not kept or would tell of hidden
--- counts.
---@param kind "outcomes"|"received"
---@param label string    an outcome or a service area
---@param council upheld.Authority?
---@param cache table     kept from letter to letter of one year
---@return string
function trace.count_references(kind, label, council, cache)
  if not council or not has_references(council.year) then return "null" end
  local key, what = kind .. " " .. label, kind == "outcomes" and "of_outcome" or "of_area"
  local list = looked_up(council.year, key, { [what] = label }, "denominator", cache)[council.index]
    or looked_up(council.year, key .. " samples", { [what] = label, samples = true }, "denominator", cache)[council.index]
  return list or "[]"
end

-- What follows of a source behind its place: the year of an entry, the rule of peers, the decisions of a count, the parts of a sum.
local function behind(source, field, letter, add_figure_of)
  local kind = source.kind
  if kind == "series" then return ',"year":' .. json.value(source.real.year) end
  if kind == "peers" then
    local p = source.real
    return ',"peers":' .. json.fields(p, PEERS_KEYS) .. ',"rule":' .. json.value(p.rule and p:rule())
  end
  if kind == "outcomes" or kind == "received" then
    return ',"references":' .. trace.count_references(kind, field, letter.council, letter.references)
  end
  if not source.operands then return "" end
  local parts = {}
  for i, one in ipairs(source.operands) do
    local text, figure = read_json(one.source, one.field)
    if figure then add_figure_of(figure) end
    parts[i] = ('{"sign":"%s","value":"%d",'):format(one.sign < 0 and "-" or "+", one.value) .. text
      .. behind(one.source, one.field, letter, add_figure_of) .. "}"
  end
  return ',"made_of":[' .. table.concat(parts, ",") .. "]"
end

-- What follows the number in a line, and the figure that it is of. Its keys: text, value, part, kind, figure, field, read, expression,
-- wording, line; language of a letter in two; and what stands behind it.
local function made_of(n, letter, add_figure_of)
  local mark, source = n.mark, n.mark.source
  local read, figure = read_json(source, mark.field)
  local text = ',"text":' .. text_json[n.text] .. ',"value":' .. text_json[mark.value] .. ',"part":"' .. n.part .. '",' .. read
    .. place_json(n.from)
  if n.language then text = text .. ',"language":' .. json.value(n.language) end
  return text .. behind(source, mark.field, letter, add_figure_of), figure
end

-- One line, and the figure that it is of. A number said again in the sentences of a drawing is what it is in the table under it.
local function entry(n, letter, add_figure_of)
  local mark = n.mark
  local text, figure = mark.as and mark.as.line, nil
  if not text then text, figure = made_of(n, letter, add_figure_of) end
  if mark.told_again then mark.line = text end
  return '{"number":' .. mark.number .. text .. (n.inside and ',"in":"' .. n.inside .. '"}' or "}"), figure
end

-- References behind a part of a figure; nil where single decisions are not kept or would tell of hidden counts. A sample's where the
-- figure was published, as figure:decisions() has it.
local function references(figure, part, cache)
  local year, name, index = figure.year, figure.name, figure.authority.index
  if not has_references(year) then return nil end
  local list = looked_up(year, name, { indicator = name }, part, cache)[index]
  if not list and figure.basis ~= "records" then
    list = looked_up(year, name .. " samples", { indicator = name, samples = true }, part, cache)[index]
  end
  return list or "[]"
end

-- Appends the JSON of a figure in pieces: references may be long, and are not to be copied again and again.
local function add_figure(out, figure, cache)
  local text = json.fields(figure, FIGURE_KEYS)
  if not is_figure(figure) then
    out[#out + 1] = text
    return
  end
  local days = figure.unit == "days"
  local low, high = figure:interval()
  local class, why_not = figure:class()
  local n = #out
  out[n + 1], out[n + 2] = text:sub(1, -2), ',"definition":' .. json.value(figure.definition)
  out[n + 3] = low and (',"interval":[%s,%s]'):format(json.real(low), json.real(high)) or ',"interval":null'
  out[n + 4] = (',"class":%s,"class_reason":%s'):format(json.value(class), json.value(not class and why_not or nil))
  out[n + 5], out[n + 6] = ',"numerator_references":', not days and references(figure, "numerator", cache) or "null"
  out[n + 7], out[n + 8] = ',"denominator_references":', references(figure, "denominator", cache) or "null"
  out[n + 9] = "}"
end

--- A figure with its counts, interval, class and the references behind it, as it stands at the end of a trace.
---@param figure upheld.Figure
---@param cache table   kept from figure to figure of one year
---@return string
function trace.figure(figure, cache)
  local out = {}
  add_figure(out, figure, cache)
  return table.concat(out)
end

local HEAD_KEYS = { "code", "name", "year", "date", "title", "wording" }

--- The trace of a letter.
---@param letter { code: string, name: string, title: string, date: string, year: integer, wording: string, numbers: table[], references: table, council: upheld.Authority? }
---   references: a table of the batch, in which the references behind figures are kept; languages: of a letter in two, whose
---   numbers each have a language; council: whose letter it is
---@return string
function trace.json(letter)
  local out, figures, seen = { "" }, {}, {}
  local function add_figure_of(figure)
    if seen[figure.name] then return end
    seen[figure.name] = true
    figures[#figures + 1] = figure
  end
  for i, n in ipairs(letter.numbers) do
    if i > 1 then out[#out + 1] = ",\n" end
    local line, figure = entry(n, letter, add_figure_of)
    out[#out + 1] = line
    if figure then add_figure_of(figure) end
  end
  local value, head = json.value, {}
  for i, key in ipairs(HEAD_KEYS) do head[i] = value(key) .. ":" .. value(letter[key]) end
  if letter.languages then head[#head + 1] = '"languages":' .. json.values(letter.languages) end
  out[1] = "{" .. table.concat(head, ",\n") .. ',\n"numbers":[\n'
  out[#out + 1] = '\n],\n"figures":{'
  for i, figure in ipairs(figures) do
    out[#out + 1] = (i > 1 and ",\n" or "") .. value(figure.name) .. ":"
    add_figure(out, figure, letter.references)
  end
  out[#out + 1] = "}}\n"
  return table.concat(out)
end

--- The trace of a letter of letters.lua.
---@param letter upheld.Letter
---@return string
function trace.of_letter(letter)
  local origin = letter.origin
  return trace.json { code = letter.code, name = letter.name, title = letter.title, date = origin.date, year = origin.year,
    wording = origin.wording, numbers = origin.numbers, references = origin.references, council = origin.council,
    languages = origin.languages }
end

--------------------------------------------------------------------------------
-- Reading back

local function read_file(path)
  local file, why = io.open(path, "rb")
  if not file then
    local message = tostring(why):gsub("^" .. path:gsub("%p", "%%%0") .. ": ", "", 1)
    return nil, fault.new { code = "no-such-file", message = message, file = path }
  end
  local content = file:read("a")
  file:close()
  return content
end

--- The value of a key in one of this file's own lines: a text, a whole number, or nil.
---@param line string
---@param key string
---@return string|integer|nil
function trace.value(line, key)
  local text = line:match('"' .. key .. '":"(.-[^\\])"') or line:match('"' .. key .. '":""') and ""
  if text then return (text:gsub('\\(["\\/])', "%1")) end
  return math.tointeger(tonumber(line:match('"' .. key .. '":(%-?%d+)')))
end

--- A number of a written letter.
---@param path string     CODE.trace.json, or the letter beside it (CODE.html, CODE.txt)
---@param number integer
---@return { code: string, year: integer, written: integer, text: string, figure: string?, field: string, kind: string, expression: string, wording: string, line: integer?, entry: string }? found   entry: its line of the trace; written: the letter's year
---@return upheld.Fault? err
function trace.find(path, number)
  local own = path:find("%.trace%.json$") and path or path:gsub("%.%w+$", "") .. ".trace.json"
  local content, err = read_file(own)
  if not content then
    if own ~= path then err.hint = "the trace is written beside a letter by --format trace" end
    return nil, err
  end
  local head = content:match('^(.-)"numbers":')
  if not head or not content:find('\n"figures":{.*}}\n$') then
    return nil, fault.new { code = "bad-trace", file = own, message = "this is no trace of a letter, or not a whole one",
      hint = "write the letter again with --format trace" }
  end
  local out = { code = trace.value(head, "code"), written = trace.value(head, "year") }
  local last = 0
  for line in content:gmatch('\n({"number":[^\n]*)') do
    last = trace.value(line, "number")
    if last == number then
      for _, key in ipairs { "text", "figure", "field", "kind", "expression", "wording", "line", "read", "language" } do
        out[key] = trace.value(line, key)
      end
      out.year, out.entry = trace.value(line, "year") or out.written, line:gsub(",$", "") -- of a series: the entry's
      return out
    end
  end
  return nil, fault.new { code = "no-such-number", file = own, value = tostring(number),
    message = ("the letter has no number %d"):format(number),
    hint = last > 0 and ("it has 1 to %d"):format(last) or "it has none" }
end

return trace
