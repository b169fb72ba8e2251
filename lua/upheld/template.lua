-- template.lua: text with {{ expression }} and {% statement %}, compiled once to
-- a Lua function and run once a letter.
-- Owns: the strict environment of wording, the line of every error, and the rule
-- that a value is data: it enters the text as a marker between two control
-- bytes, which no template may hold, so that it can never become markup.
-- Must not: know letters, figures or markup; give wording the host's globals.
--
-- {{ expression }}  prints one value: a text or a whole number. Nothing else can
--                   be printed; an empty text only through maybe(...).
-- {% statement %}   Lua: if, elseif, else, for, while, local, a call, end.
-- {# remark #}      leaves nothing.
-- A line that holds only statements and remarks leaves no line behind.
--
-- An expression, a condition, a loop's list and a local's value are each tried on
-- their own: a failure is recorded as a fault and the letter goes on, so that one
-- run reports every fault. Where any fault stands, nothing is used of the text.

local core = require "upheld.core"
local generator = require "upheld.template.code"
local charts = require "upheld.template.charts"
local globals = require "upheld.template.globals"
local glued = require "upheld.template.glued"
local fault = require "upheld.fault"
local english = require "upheld.language.en"
local marks = require "upheld.marks"
local plain = require "upheld.template.plain"
local typed = require "upheld.template.typed"
local watch = require "upheld.template.watch"
local words = require "upheld.words"

local template = {}

local MARK_OPEN, MARK_CLOSE = "\2", "\3"
local MAX_DEPTH = 20       -- partials in partials; deeper means that they include each other
local FRAMES = 200         -- stack levels searched for the wording's own line

-- What maybe() gives for nothing, what include() gives, and the mark of a failure that is already recorded.
local EMPTY, INCLUDED, RECORDED = {}, {}, {}

local CLOSED = { closed = true } -- for marks.lua

-- Several lines of one value, as lines() makes them.
local Lines = { __name = "lines" }
local Chart = { __name = "chart" }

-- The value of a local whose expression failed: any use of it fails in its turn, silently, so that one mistake
-- gives one fault.
local failed_value = setmetatable({}, (function()
  local events = {}
  local function again() error(RECORDED, 0) end
  local names = "index newindex call add sub mul div mod pow unm idiv band bor bxor shl shr bnot concat len lt le"
  for event in names:gmatch "%a+" do events["__" .. event] = again end
  return events
end)())

local function count_lines(s)
  local _, n = s:gsub("\n", "")
  return n
end

local function syntax_fault(spec, line, message, hint)
  if not spec.line then message = ("%s: %s"):format(spec.name, message) end
  return fault.new {
    code = "bad-template", message = message, file = spec.file, line = generator.place(spec, line), hint = hint,
  }
end

---@class upheld.Environment
local Environment = {}
Environment.__index = Environment

--- Compiles a template.
---@param text string
---@param spec { name: string, file: string, line: integer? }  where the text begins; without a line the lines are
---                                                            counted within the template and messages name it
---@return table? compiled, upheld.Fault? err   err.faults where several numbers and claims are typed by hand
function Environment:compile(text, spec)
  text = text:gsub("\r\n", "\n"):gsub("\n+$", "", 1)
  local first = #self.origins + 1
  local items, problem = generator.items(text)
  if not items then return nil, syntax_fault(spec, problem.line, problem.message, problem.hint) end
  local source, loops = generator.generate(items, spec, self.origins)
  local typed_by_hand = self.sourced and typed.faults(self.origins, first, self.spoken) or {}
  if #typed_by_hand > 0 then
    return nil, fault.all(typed_by_hand, ("%s: %s"):format(spec.file, words.counted(#typed_by_hand, "fault")))
  end
  local chunk, why = load(source, "@" .. spec.file, "t", self.globals)
  if not chunk then
    local line, message = why:match(":(%d+): (.*)$")
    return nil, syntax_fault(spec, math.tointeger(tonumber(line)) - generator.place(spec, 1) + 1, message,
      "every {% if %}, {% for %} and {% while %} has one {% end %}")
  end
  self.sources["@" .. spec.file] = spec.file
  return { chunk = chunk, loops = loops, first = first, last = #self.origins,
    plain = not self.sourced and plain.compile(items) or nil }
end

--- Forgets which branches were reached: a batch of letters begins.
---@param draft boolean?   what is absent leaves a visible gap instead of a fault
function Environment:begin_batch(draft)
  self.reached, self.included, self.called, self.draft = {}, {}, {}, draft or false
end

--- The branches of compiled templates that no letter of the batch has reached, each as a note with file, line and statement.
---@param list table[]   compiled templates
---@return upheld.Fault[]
function Environment:never_reached(list)
  local notes = {}
  for _, compiled in ipairs(list) do
    for i = compiled.first, compiled.last do
      local from = self.origins[i]
      if from.branch and not self.reached[i] then
        notes[#notes + 1] = fault.new { code = "branch-never-reached", file = from.file, line = from.line, value = from.source,
          message = ('no letter came to what follows "%s"'):format(from.source) }
      end
    end
  end
  return notes
end

--------------------------------------------------------------------------------
-- Faults while running

function Environment:record(fields)
  self.faults[#self.faults + 1] = fault.new(fields)
end

-- The innermost two different lines of wording on the stack: where it failed, and from where that was called.
local function wording_lines(self)
  local file, line
  for level = 3, FRAMES do
    local info = debug.getinfo(level, "Sl")
    if not info then break end
    local path = self.sources[info.source]
    if path and info.currentline > 0 then
      if not file then
        file, line = path, info.currentline
      elseif info.currentline ~= line then
        return file, line, info.currentline
      end
    end
  end
  return file, line
end

local function handler_of(self)
  return function(e)
    if e == RECORDED then return end
    local file, line, from = wording_lines(self)
    local called = from and ("called from line %d"):format(from) or nil
    if fault.is(e) then
      local hint = e.hint and called and e.hint .. "; " .. called or e.hint or called
      self:record { code = e.code, message = e.message, file = file, line = line, value = e.value, hint = hint }
    else
      -- a table's text would be its address, another one in every run
      local said = type(e) == "string" and e or type(e) == "table" and "an error that is a table" or tostring(e)
      local message = said:gsub("^[^\n:]+:%d+: ", "", 1)
      self:record { code = "wording-error", message = message, file = file, line = line, hint = called }
    end
  end
end

local function visible_names(self)
  local names = {}
  for _, from in ipairs { self.arguments, self.values, self.functions, self.base } do
    for name in pairs(from) do names[#names + 1] = name end
  end
  table.sort(names)
  return names
end

-- The table that is _ENV of every template and of the wording file itself.
local function strict_globals(self)
  local function index(_, name)
    local value = self.arguments[name]
    if value ~= nil then
      self.wanted[name] = true
    else
      value = self.values[name]
      if value ~= nil and self.recorder then self.recorder:read(name, value) end
    end
    if value == nil then
      value = self.functions[name]
      if value ~= nil then self.called[name] = true end
    end
    if value == nil then value = self.base[name] end
    if value == nil then
      local near = fault.nearest(name, visible_names(self))
      error(fault.new {
        code = "absent-name", message = ('the name "%s" is absent'):format(tostring(name)), value = name,
        hint = near and ('did you mean "%s"?'):format(near) or nil,
      }, 0)
    end
    return value
  end
  local function newindex(_, name)
    error(fault.new {
      code = "global-name", message = ('"%s" would be a global name'):format(tostring(name)), value = name,
      hint = 'write "local" before it',
    }, 0)
  end
  return setmetatable({}, { __index = index, __newindex = newindex, __metatable = false })
end

--------------------------------------------------------------------------------
-- Running

local function mark(self, value, index)
  local values = self.printed
  value.from = self.origins[index]
  values[#values + 1] = value
  local n = #self.pieces + 1
  self.pieces[n] = MARK_OPEN .. ("%d"):format(#values) .. MARK_CLOSE
  self.pieces_from[n] = index
end

local function refuse(self, index, code, message, hint)
  local from = self.origins[index]
  self:record { code = code, message = message, file = from.file, line = from.line, value = from.source, hint = hint }
end

-- A text fit to print, or nil with the fault's code, message and hint.
local function check_text(s, source)
  if not utf8.len(s) then
    return nil, "bad-utf8", ('the value of "%s" is not valid UTF-8'):format(source)
  end
  local control = s:match("[\0-\31\127]")
  if control then
    local hint = control == "\n" and "lines(...) prints several lines" or nil
    return nil, "control-character", ('the value of "%s" holds a %s'):format(
      source, control == "\n" and "line break" or ("control character (byte %d)"):format(control:byte())), hint
  end
  return s
end

-- The numbers in a text, or nil after refusing one that comes from nowhere, or a claim that does not hold.
local function numbers_in(self, index, text, since)
  if not self.recorder then return {} end
  local code, message, hint = self.recorder:claims(text, since)
  if code then
    refuse(self, index, code, message, hint)
    return nil
  end
  local list, number = self.recorder:marks(text, since, self.origins[index].numeral and CLOSED or nil)
  if list then return list end
  refuse(self, index, "number-without-source", ('the number %s in the value of "%s" comes from no figure, fact or date'):format(
    number, self.origins[index].source), ('print a field of a figure, or declare it: literal "%s"'):format(number))
  return nil
end

local function put_lines(self, index, value, since)
  local source = self.origins[index].source
  local lists = {}
  for i, part in ipairs(value) do
    local ok, code, message = check_text(part, source)
    if not ok then return refuse(self, index, code, message) end
    lists[i] = numbers_in(self, index, part, since)
    if not lists[i] then return end
  end
  mark(self, { lines = value, source = source, marks_of = lists }, index)
end

-- In a draft: what is missing, visible, in place of the fault that it is otherwise.
local function put_gap(self, index)
  local phrases, from = self.spoken.phrases, self.origins[index]
  local what = from.source:gsub("%s+", " "):gsub("[%c]", " ")
  local text = (phrases.missing or english.phrases.missing):gsub("{what}", function() return what end)
  mark(self, { text = text, source = from.source, marks = {}, gap = true }, index)
end

local UNPRINTABLE_HINT = {
  table = "print one of its fields; a figure is printed by rate(...)",
  userdata = "print one of its fields; a figure is printed by rate(...)",
  ["function"] = "the call's brackets are missing",
  boolean = "use it in {% if %}",
}

local function put_other(self, index, value, since)
  local from = self.origins[index]
  if value == EMPTY or value == INCLUDED then return end
  if value == nil then
    if self.draft then return put_gap(self, index) end
    return refuse(self, index, "absent-value", ('the value of "%s" is absent (nil)'):format(from.source),
      "print what may be absent by maybe(...)")
  elseif getmetatable(value) == Lines then
    return put_lines(self, index, value, since)
  elseif getmetatable(value) == Chart then
    return mark(self, { chart = value.chart, source = from.source }, index)
  elseif math.type(value) == "float" then
    return refuse(self, index, "fraction", ('the value of "%s" is a number with a fraction, %.14g'):format(
      from.source, value), "figures come rounded from the core; other such numbers are given as text")
  elseif value == failed_value then
    return
  end
  refuse(self, index, "unprintable-value", ('the value of "%s" is a %s'):format(from.source, type(value)),
    UNPRINTABLE_HINT[type(value)])
end

local function put_value(self, index, value, since)
  if type(value) == "string" then
    local source = self.origins[index].source
    if value == "" then
      return refuse(self, index, "empty-value", ('the value of "%s" is an empty text'):format(source),
        "print what may be empty by maybe(...)")
    end
    local ok, code, message, hint = check_text(value, source)
    if not ok then return refuse(self, index, code, message, hint) end
    local list = numbers_in(self, index, value, since)
    if not list then return end
    local said = self.recorder and self.recorder:own_words(value, since)
    mark(self, { text = value, source = source, marks = list, said = said }, index)
  elseif math.type(value) == "integer" then
    local printed = ("%d"):format(value)
    local list = numbers_in(self, index, printed, since)
    if list then mark(self, { text = printed, source = self.origins[index].source, marks = list }, index) end
  else
    put_other(self, index, value, since)
  end
end

-- The functions that a compiled template calls, in the order of its first line.
local function runtime(self)
  local handler = self.handler
  local watched = self.watch
  local function go_on()
    if watched.stopped then error(RECORDED, 0) end -- told already; the loop around is to end as well
  end
  local function text(index)
    go_on()
    local n = #self.pieces + 1
    self.pieces[n] = self.origins[index].text
    self.pieces_from[n] = index
  end
  local function put(index, f)
    go_on()
    local since = self.recorder and self.recorder:here()
    local faults = #self.faults
    local ok, value = xpcall(f, handler)
    if ok then return put_value(self, index, value, since) end
    watched:given_up()
    if not self.draft or watched.stopped then return end
    for i = #self.faults, faults + 1, -1 do self.faults[i] = nil end
    put_gap(self, index)
  end
  local function test(_, f)
    go_on()
    local ok, value = xpcall(f, handler)
    if not ok then watched:given_up() end
    return ok and value
  end
  local function each(_, f)
    go_on()
    local ok, a, b, c, d = xpcall(f, handler)
    if ok then return a, b, c, d end
    watched:given_up()
    return function() end
  end
  local function value_of(_, f)
    local ok, value = xpcall(f, handler)
    if ok then return value end
    watched:given_up()
    return failed_value
  end
  local function newline()
    local last = self.pieces[#self.pieces]
    if last and last:sub(-1) ~= "\n" then
      self.pieces[#self.pieces + 1] = "\n"
      self.pieces_from[#self.pieces] = self.pieces_from[#self.pieces - 1]
    end
  end
  local function at(index)
    watched:round()
    self.reached[index] = true
    if not self.taken[index] then
      self.taken[index] = true
      self.taken_order[#self.taken_order + 1] = self.origins[index]
    end
  end
  return { text, put, test, each, value_of, newline, at }
end

-- Runs a compiled template into the text under way, with arguments as names of its own; wanted gets those that it reads.
local function run(self, compiled, arguments, wanted)
  local outer, outer_wanted, depth = self.arguments, self.wanted, self.depth
  self.arguments, self.wanted, self.depth = arguments, wanted, depth + 1
  local ok
  if compiled.loops then
    ok = self.watch:whole_of(xpcall, compiled.chunk, self.handler, table.unpack(self.runtime))
  else
    ok = xpcall(compiled.chunk, self.handler, table.unpack(self.runtime))
  end
  if not ok then self.watch:given_up() end
  self.arguments, self.wanted, self.depth = outer, outer_wanted, depth
end

-- Notes the arguments that a partial is given; in a letter none may hide what every text sees under that name.
local function check_arguments(self, partial, arguments)
  if type(arguments) ~= "table" then
    error(("include: a table of arguments is expected, not a %s"):format(type(arguments)), 3)
  end
  local wanted = self.included[partial]
  for name in globals.sorted_pairs(arguments) do
    if self.sourced and self.values[name] ~= nil or self.base[name] ~= nil then
      error(fault.new { code = "taken-name", value = tostring(name),
        message = ('include: the argument "%s" has the name of something that every text has'):format(tostring(name)),
        hint = "give it another name" }, 0)
    end
    wanted[name] = wanted[name] or false
  end
end

local function include_of(self)
  return function(name, arguments)
    if self.watch.stopped then error(RECORDED, 0) end
    local partial = self.partials[name]
    if not partial then
      local names = {}
      for each in pairs(self.partials) do names[#names + 1] = each end
      error(fault.new {
        code = "absent-partial", message = ('there is no partial "%s"'):format(tostring(name)), value = name,
        hint = fault.suggestion(name, names),
      }, 0)
    end
    if self.depth >= MAX_DEPTH then
      self.watch.stopped = true -- once is enough: with two of them in each, a million would follow
      error(fault.new {
        code = "partial-depth", message = ('the partial "%s" is included %d deep'):format(name, self.depth), value = name,
        hint = "partials include each other without end",
      }, 0)
    end
    self.included[name] = self.included[name] or {}
    if arguments ~= nil then check_arguments(self, name, arguments) end
    self.watch:round()
    run(self, partial, arguments or {}, self.included[name])
    return INCLUDED
  end
end

--- Prints nothing for nil and for an empty text, instead of a fault.
local function maybe(value)
  if value == nil or value == "" then return EMPTY end
  return value
end

-- Several lines with hard breaks between; nil and empty ones are left out. A text with line breaks gives several.
local function lines(...)
  local list = setmetatable({}, Lines)
  for i = 1, select("#", ...) do
    local part = select(i, ...)
    if part ~= nil and part ~= EMPTY then
      if type(part) ~= "string" then error(("lines: a text is expected, not a %s"):format(type(part)), 2) end
      for line in part:gmatch("[^\r\n]+") do
        local trimmed = line:match("^ *(.-) *$")
        if trimmed ~= "" then list[#list + 1] = trimmed end
      end
    end
  end
  if #list == 0 then error("lines: every line is absent or empty", 2) end
  return list
end

-- Where a line of the rendered text came from: walks the pieces, so it costs only where there is a fault to report.
local function place_of(rendered, line)
  local at = 1
  for i, piece in ipairs(rendered.pieces) do
    local from, inside = rendered.origins[rendered.pieces_from[i]], count_lines(piece)
    -- The line a piece ends on goes on in the next piece, if that has text on it.
    if at + inside > line or i == #rendered.pieces or (at + inside == line and piece:sub(-1) ~= "\n") then
      return from.file, from.line + (from.text and math.min(line - at, inside) or 0)
    end
    at = at + inside
  end
  return nil
end

---@class upheld.Rendered
---@field text string      markup with values as markers
---@field values table[]   { text = }, { lines = } or { chart = } by the number in the marker, with `source`, the expression
---@field place fun(self, line: integer): string?, integer?   file and line that a line of `text` came from
local Rendered = { place = place_of }
Rendered.__index = Rendered

--- Runs a compiled template. Faults are added to `environment.faults`; with any, the text is not to be used.
---@return upheld.Rendered
function Environment:render(compiled)
  self.pieces, self.pieces_from, self.printed = {}, {}, {}
  self.watch:guard(run, self, compiled, {}, {})
  local rendered = setmetatable({
    text = table.concat(self.pieces), values = self.printed, pieces = self.pieces, pieces_from = self.pieces_from,
    origins = self.origins,
  }, Rendered)
  if self.sourced and #self.faults == 0 then
    for _, one in ipairs(glued.faults(rendered, self.spoken)) do self.faults[#self.faults + 1] = one end
  end
  return rendered
end

-- A text with its values in place of their markers, escaped.
local function put_values(rendered)
  return (rendered.text:gsub(MARK_OPEN .. "(%d+)" .. MARK_CLOSE, function(number)
    local value = rendered.values[math.tointeger(tonumber(number))]
    if value.chart then return value.chart.svg end
    local made = {}
    for i, line in ipairs(value.lines or { value.text }) do made[i] = core.html_text(line) end
    return table.concat(made, "<br>\n")
  end))
end

--- Runs a compiled template that is HTML and no markup: its values are put in, escaped. No number in it is looked after, so an
--- environment of letters has no such templates. Faults as of render.
---@return string? html   nil with any fault
function Environment:html(compiled)
  if self.sourced then error("html: the numbers of a letter have sources", 2) end
  local made = compiled.plain and compiled.plain(self.values, self.given_functions, self.base)
  if made then return made end
  -- Something in it fails, or is not of the plain kind: told with its place, or made, by the longer way.
  local rendered = self:render(compiled)
  return #self.faults == 0 and put_values(rendered) or nil
end

--- What the templates see from here on.
---@param values table     names and values of one letter
---@param functions table  functions of the wording in use
---@param partials table   compiled partials of the wording in use, by name
---@param prefix string?   of ids, where another text stands on the same page
function Environment:enter(values, functions, partials, prefix)
  self.values, self.partials, self.prefix = values, partials, prefix
  if functions ~= self.given_functions then
    self.given_functions, self.functions = functions, self.watch:functions(functions)
  end
  if self.sourced then
    self.recorder, self.values = marks.recorder(self.spoken), {}
    for name, value in pairs(values) do self.values[name] = self.recorder:watched(name, value) end
  end
  self.arguments, self.wanted, self.depth, self.faults, self.charts = {}, {}, 0, {}, 0
  self.taken, self.taken_order = {}, {} -- the branches of this letter, in the order in which it came to them
end

--- Runs f as wording is run: gives ok and its value, or false after recording the fault at the wording's own line.
---@return boolean ok, any value
function Environment:try(f, ...)
  return self.watch:guard(self.watch.whole_of, self.watch, xpcall, f, self.handler, ...)
end

--- Lines of this file count as wording when a fault is placed.
function Environment:add_source(file)
  self.sources["@" .. file] = file
end

--------------------------------------------------------------------------------
-- The strict environment

-- Helpers that make a number of others, or words with one ("more than 99%"), and what it is.
local DERIVED = { remainder = "remainder", difference = "difference", sum = "sum", rate = "rate", peer_rate = "rate" }

-- Those that are made of several whole numbers, and with which sign all but the first count.
local COMBINED = { difference = -1, sum = 1 }

-- Helpers that print a number in words, where its digits could not be held against what was read.
local SPOKEN = { "in_words", "counted_words", "ordinal", "ordinal_words" }

local function check_known(self, name, n)
  if self.recorder:knows(n) then return end
  error(fault.new { code = "number-without-source", value = ("%d"):format(n),
    message = ("%s: the number %d comes from no figure, fact or date"):format(name, n),
    hint = ("give it a field of a figure, or declare it: %s(literal(%d), ...)"):format(name, n) }, 0)
end

-- What a number is made of is known in its turn.
local function check_operands(self, name, ...)
  for i = 1, select("#", ...) do
    local operand = select(i, ...)
    if math.type(operand) == "integer" then
      check_known(self, name, operand)
    elseif type(operand) == "table" and not self.recorder:gave(operand) then
      error(fault.new { code = "number-without-source",
        message = ("%s: the table given is no figure of the letter"):format(name), hint = "give it a figure, or its peers" }, 0)
    end
  end
end

local function spoken(self, name, helper)
  return function(n, ...)
    if self.recorder and math.type(n) == "integer" then
      check_known(self, name, n)
      self.recorder:again(n)
    end
    return helper(n, ...)
  end
end

-- A text whose numbers and claims are the analyst's own, and are let through.
local function literal_of(self)
  return function(text)
    if type(text) ~= "string" and math.type(text) ~= "integer" then
      error(("literal: a text is expected, not %s"):format(type(text)), 2)
    end
    if self.recorder then self.recorder:declare(tostring(text)) end
    return text
  end
end

--- An environment for one wording: strict globals, and the given helpers among them.
---@param helpers table<string, function>
---@param sourced boolean?  every number must come from a value (marks.lua), and none may be typed
---@param tongue upheld.Language?   what claims, numbers in words and charts are in; English when absent
---@return upheld.Environment
function template.environment(helpers, sourced, tongue)
  local self = setmetatable({ base = globals.safe(), origins = {}, sources = {}, sourced = sourced,
    spoken = tongue or english, watch = watch.new() }, Environment)
  for name, helper in pairs(helpers) do self.base[name] = helper end
  self.base.include, self.base.maybe, self.base.lines = include_of(self), maybe, lines
  for name, how in pairs(DERIVED) do
    local helper = self.base[name]
    if helper then
      self.base[name] = function(...)
        if self.recorder then check_operands(self, name, ...) end
        local value = helper(...)
        if self.recorder and COMBINED[name] then self.recorder:combined(how, value, COMBINED[name], ...)
        elseif self.recorder then self.recorder:derived(how, value, (...)) end
        return value
      end
    end
  end
  for _, name in ipairs(SPOKEN) do
    if self.base[name] then self.base[name] = spoken(self, name, self.base[name]) end
  end
  self.base.literal = literal_of(self)
  self.base.rates_chart, self.base.years_chart = charts.of(self, "rates", Chart), charts.of(self, "years", Chart)
  self:begin_batch()
  self:enter({}, {}, {})
  self.globals = strict_globals(self)
  self.handler = handler_of(self)
  self.runtime = runtime(self)
  return self
end

return template
