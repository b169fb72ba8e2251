--- A register, or a book read straight from files: what gives years.
-- Owns: option tables of import and open, and when evidence is loaded anew. All reading, writing and computing is the core's.

local core = require "upheld.core"
local fault = require "upheld.fault"
local histories = require "upheld.history"
local peers = require "upheld.peers"
local report = require "upheld.report"
local schemes = require "upheld.schemes"
local tallies = require "upheld.tallies"
local trends = require "upheld.trend"
local years = require "upheld.year"

local register = {}

local KINDS = { "authorities", "population", "recipients", "decisions", "compliance", "published" }
local DATES = { iso = false, uk = true }
local ENCODINGS = { ["utf-8"] = false, ["windows-1252"] = true }
local AVERAGES = { pooled = "pooled", mean = "mean", median = "median" }
local METHODS = { exact = "exact", score = "score" }
local OVERDISPERSION = { none = "none", additive = "additive", multiplicative = "multiplicative" }

--------------------------------------------------------------------------------
-- Options

-- Checks one of a few words; nil means the first.
local function word(what, value, words)
  if value == nil then return false end
  if words[value] == nil then
    local names = {}
    for name in pairs(words) do names[#names + 1] = name end
    table.sort(names)
    error(("%s: there is no %s; %s"):format(what, tostring(value), fault.suggestion(value, names)), 4)
  end
  return words[value]
end

local function each_path(kind, value)
  if type(value) == "string" then return { value } end
  if type(value) ~= "table" then error(kind .. ": a path or a list of paths is expected, not " .. type(value), 4) end
  for _, path in ipairs(value) do
    if type(path) ~= "string" then error(kind .. ": a path is a string, not a " .. type(path), 4) end
  end
  return value
end

local IMPORT_KEYS = { "columns", "dates", "encoding", "sample", "strict", "dry_run", "rejects", "reason", "progress", "time",
  "authorities", "population", "recipients", "decisions", "compliance", "published" }
local READ_KEYS = { "columns", "dates", "encoding", "strict", "rejects", "progress", "scheme", "threads",
  "authorities", "population", "decisions", "compliance", "published" }

-- The core's form of an import's options.
local function core_options(what, options, keys)
  fault.check_keys(what, options, keys, 3)
  local out = { files = {}, columns = {} }
  for _, kind in ipairs(KINDS) do
    if options[kind] ~= nil then
      for _, path in ipairs(each_path(kind, options[kind])) do out.files[#out.files + 1] = { path = path, kind = kind } end
    end
  end
  if #out.files == 0 then error(what .. ": no file is given", 3) end
  for column, heading in pairs(options.columns or {}) do
    if type(column) ~= "string" or type(heading) ~= "string" then error(what .. ": columns maps names to headings", 3) end
    out.columns[#out.columns + 1] = { column = column, heading = heading }
  end
  table.sort(out.columns, function(a, b) return a.column < b.column end)
  out.uk_dates = word(what .. ": dates", options.dates, DATES)
  out.windows_1252 = word(what .. ": encoding", options.encoding, ENCODINGS)
  for _, key in ipairs { "sample", "strict", "dry_run" } do out[key] = options[key] and true or false end
  for _, key in ipairs { "rejects", "reason" } do
    if options[key] ~= nil and type(options[key]) ~= "string" then error(what .. ": " .. key .. " is a string", 3) end
    out[key] = options[key]
  end
  if options.progress ~= nil and type(options.progress) ~= "function" then error(what .. ": progress is a function", 3) end
  out.progress = options.progress
  if options.threads ~= nil and not (math.type(options.threads) == "integer" and options.threads >= 1) then
    error(what .. ": threads is a whole number from 1", 3)
  end
  out.threads = options.threads
  -- The register keeps when a version was replaced; the core reads no clock, so the time is given.
  out.now = options.time or os.date "!%Y-%m-%dT%H:%M:%SZ"
  return out
end

-- A report, or nil and the fault that stopped everything (with the report).
local function judged(raw, strict)
  local made = report.new(raw)
  local first = made:faults { severity = "fatal" }()
  if not first and strict and made.errors > 0 then
    first = core.error { code = "strict", message = ("nothing is written: %d faults of rows, and strict is asked for"):format(
      made.errors), hint = "mend the rows, or import without strict" }
  end
  if not first then return made end
  first.report = made
  return nil, first
end

--------------------------------------------------------------------------------
-- Book: what register and one-off share

---@class upheld.Book
---@field scheme upheld.CompiledScheme
local Book = { __name = "upheld.book" }
Book.__index = Book

local TWO_VIEWS = "small counts are hidden in the year as it was only: two views of one year could be subtracted"

-- The checked option disclosure; nil when it hides nothing.
local function disclosure_of(what, given)
  if given == nil then return nil end
  if type(given) ~= "table" then error(what .. ": disclosure is a table { suppress_below = 5 }", 3) end
  fault.check_keys(what .. ": disclosure", given, { "suppress_below", "round_to" }, 3)
  for key, value in pairs(given) do
    if math.type(value) ~= "integer" then error(("%s: %s is a whole number"):format(what, key), 3) end
  end
  local wrong = core.disclosure_fault(given)
  if wrong then error(what .. ": " .. wrong, 3) end
  return (given.suppress_below or 0) > 0 and given or nil
end

-- Evidence is loaded when it is first needed, and anew when the register has changed since.
local function evidence(self)
  if not self.handle then return self.loaded end
  local stamp, err = self.handle:stamp()
  if not stamp then return nil, err end
  if not self.loaded or self.stamp ~= stamp then
    local fresh
    fresh, err = self.handle:evidence(self.scheme.compiled)
    if not fresh then return nil, err end
    self.loaded, self.stamp = fresh, stamp
  end
  return self.loaded
end

local BOUNDARIES = { ["then"] = false, now = true }

-- The evidence as it was, or with today's authorities; made when it is first asked for, and anew with the evidence.
local function seen(self, now)
  local e, err = evidence(self)
  if not e or not now then return e, err end
  if rawget(self, "now_from") ~= e then self.now, self.now_from = e:as_now(), e end
  return self.now
end

--- The years in which anything is recorded or published, ascending.
---@return integer[]? years, upheld.Error? err
function Book:years()
  local e, err = evidence(self)
  if not e then return nil, err end
  return e:years()
end

--- One reporting year.
---@param year integer   2020 is 1 April 2019 to 31 March 2020 in the scheme lgsco
---@param options { disclosure: { suppress_below: integer, round_to: integer? }?, boundaries: ("then"|"now")? }?
---   boundaries: "now" counts authorities that have ended with their one successor, in every year; "then" (as it was) when it is absent;
---   disclosure: hide counts from 1 to below suppress_below, and what would give them back, in everything that is made of this year; then
---   round the rest to multiples of round_to. None when it is absent
---@return upheld.Year? year, upheld.Error? err  nil, err when nothing is known of it
function Book:year(year, options)
  if math.type(year) ~= "integer" then error("year: a whole number is expected", 2) end
  options = options or {}
  fault.check_keys("year", options, { "disclosure", "boundaries" })
  local disclosure = disclosure_of("year", options.disclosure)
  local now = word("year: boundaries", options.boundaries, BOUNDARIES)
  if now and disclosure then error("year: " .. TWO_VIEWS, 2) end
  local e, err = seen(self, now)
  if not e then return nil, err end
  return years.new(self, e, year, disclosure, now)
end

--- The scheme's label of a type, by any of its spellings.
---@param text string
---@return string? label, upheld.Error? err
function Book:type_named(text)
  local known = {}
  for i, entry in ipairs(self.scheme.source.types or {}) do
    known[i] = entry[1]
    for _, spelling in ipairs(entry) do
      if type(spelling) == "string" and spelling:lower() == tostring(text):lower() then return entry[1] end
    end
  end
  return nil, core.error { code = "unknown-type", value = tostring(text),
    message = ('there is no type "%s" with peers'):format(tostring(text)), hint = fault.suggestion(text, known) }
end

local FIGURE_KEYS = { "year", "authority", "type", "average", "exclude_self", "minimum", "group", "method", "overdispersion",
  "disclosure", "boundaries" }

local function output(self, method, options)
  options = options or {}
  fault.check_keys("figures", options, FIGURE_KEYS, 3)
  local now = word("figures: boundaries", options.boundaries, BOUNDARIES)
  local e, err = seen(self, now)
  if not e then return nil, err end
  local out = { year = options.year, average = word("figures: average", options.average, AVERAGES) or nil,
    method = word("figures: method", options.method, METHODS) or nil,
    overdispersion = word("figures: overdispersion", options.overdispersion, OVERDISPERSION) or nil,
    exclude_self = options.exclude_self and true or false, minimum = options.minimum,
    disclosure = disclosure_of("figures", options.disclosure) }
  if now and out.disclosure then error("figures: " .. TWO_VIEWS, 3) end
  if options.minimum ~= nil and (math.type(options.minimum) ~= "integer" or options.minimum < 0 or options.minimum > 65535) then
    error("figures: minimum is a number of authorities", 3)
  end
  if options.group ~= nil then
    local rule, wrong
    if type(options.group) == "table" then rule, wrong = peers.set_rule(e, options.group)
    else rule, wrong = peers.group_rule(e, self.scheme, options.group) end
    if not rule then error("figures: " .. tostring(wrong), 3) end
    for key, value in pairs(rule) do out[key] = value end
  end
  if options.authority ~= nil then
    out.authority, err = e:find(options.authority)
    if not out.authority then return nil, err end
  end
  if options.type ~= nil then
    out.type, err = self:type_named(options.type)
    if not out.type then return nil, err end
  end
  if options.year ~= nil and math.type(options.year) ~= "integer" then error("figures: year is a whole number", 3) end
  return e[method](e, out)
end

--- The figures as the JSON of `upheld figures --json`.
---@class upheld.FiguresOptions
---@field year integer?           all years when absent
---@field authority string?       name, alias or code
---@field type string?
---@field average "pooled"|"mean"|"median"|nil
---@field exclude_self boolean?
---@field minimum integer?
---@field group string|upheld.PeerSet|nil
---@field method "exact"|"score"|nil
---@field overdispersion "none"|"additive"|"multiplicative"|nil
---@field disclosure { suppress_below: integer, round_to: integer? }?
---@field boundaries "then"|"now"|nil

---@param options upheld.FiguresOptions?
---   disclosure, boundaries as year's; average, exclude_self, minimum, group as upheld.Figure:peers; method, overdispersion as upheld.Figure:class
---@return string? json, upheld.Error? err
function Book:json(options) return output(self, "json", options) end

--- The figures as CSV, one row a figure.
---@param options table?  as json's
---@return string? csv, upheld.Error? err
function Book:csv(options) return output(self, "csv", options) end

--- One figure over years, side by side: gaps with their reasons, breaks of definition marked, each change tested.
---@param options { figure: string, authority: string?, from: integer?, to: integer?, boundaries: ("then"|"now")? }   without authority
---   all together; without from and to all years; boundaries as year's
---@return upheld.Trend? trend, upheld.Error? err
function Book:trend(options)
  local e, err = seen(self, word("trend: boundaries", type(options) == "table" and options.boundaries or nil, BOUNDARIES))
  if not e then return nil, err end
  return trends.new(self, e, options)
end

--- One figure over several years pooled: the sum of the numerators over the sum of the denominators.
---@param options { figure: string, authority: string?, years: integer[]?, from: integer?, to: integer?, include_self: boolean?, boundaries: ("then"|"now")? }
---   years, or from and to, or all; peers with the authority itself (the default) or without
---@return upheld.Pooled? pooled, upheld.Error? err
function Book:pooled(options)
  local e, err = seen(self, word("pooled: boundaries", type(options) == "table" and options.boundaries or nil, BOUNDARIES))
  if not e then return nil, err end
  return trends.pooled(self, e, options)
end

local ALL_KEYS = { "by", "clock", "where", "boundaries" }

--- Decisions of all years counted by one to four keys.
---@param options { by: string[]|string, clock: ("decided"|"received"|"compliance")?, where: upheld.Where?, boundaries: ("then"|"now")? }
---   by: those of upheld.Year:tally, and year; without from and to those without a day on the clock are counted as well, as year = false
---@return userdata? tally, upheld.Error? err
function Book:tally(options)
  fault.check_keys("tally", options, ALL_KEYS)
  local e, err = seen(self, word("tally: boundaries", options.boundaries, BOUNDARIES))
  if not e then return nil, err end
  return tallies.count(self, e, nil, nil, options)
end

--- Walks through the decisions of all years, open ones among them; as upheld.Year:decisions.
---@param options { clock: ("decided"|"received"|"compliance")?, where: upheld.Where?, fields: string[]? }?
---@return (fun(): table?)? step, upheld.Error? err, nil, userdata? cursor
function Book:decisions(options)
  local e, err = evidence(self)
  if not e then return nil, err end
  return tallies.walk("decisions", self, e, nil, options)
end

--- Walks through the decisions of all years by columns; as upheld.Year:columns.
---@param options { clock: ("decided"|"received"|"compliance")?, where: upheld.Where?, fields: string[] }
---@return (fun(): integer?, table?)? step, upheld.Error? err, nil, userdata? cursor
function Book:columns(options)
  local e, err = evidence(self)
  if not e then return nil, err end
  return tallies.walk("columns", self, e, nil, options)
end

function Book:__tostring()
  return "book read from files"
end

--- Every published value against what the records or counts give.
---@return { verdict: string, code: string, name: string, year: integer, item: string, rate: boolean, published: string, computed: string?, reason: string? }[]? findings, upheld.Error? err
function Book:findings()
  local e, err = evidence(self)
  if not e then return nil, err end
  return e:check()
end

--------------------------------------------------------------------------------
-- Register

---@class upheld.Register: upheld.Book
---@field path string
local Register = setmetatable({ __name = "upheld.register" }, { __index = Book })
Register.__index = Register

function Register:__tostring()
  return ("register %s (%s)"):format(self.path, self.handle:is_open() and self.scheme.name or "closed")
end

--- Closes the register; closing twice is harmless. Years that were taken from it keep their figures.
function Register:close()
  self.handle:close()
end

Register.__close = Register.close

--- Imports files in one transaction. Good rows go in, bad rows are rejected and reported; with strict, one bad row keeps all out.
---@param options table  authorities, population, recipients, decisions, compliance, published (a path or a list of paths each), columns =
---   { column = "heading" }, dates = "uk", encoding = "windows-1252", sample, strict, dry_run, rejects = path, reason, progress = function(bytes, total)
---@return upheld.Report? report
---@return upheld.Error? err   when nothing was written; err.report has every fault
function Register:import(options)
  local given = core_options("import", options, IMPORT_KEYS)
  local ok, raw, err = pcall(self.handle.import, self.handle, given)
  if not ok then error(raw, 2) end -- the caller's line, not this one's
  if not raw then return nil, err end
  return judged(raw, options.strict)
end

--- Withdraws a decision: it stays in the register, with the reason, and counts no more.
---@param options { reference: string, authority: string, reason: string, time: string? }
---@return true? done, upheld.Error? err
function Register:withdraw(options)
  fault.check_keys("withdraw", options, { "reference", "authority", "reason", "time" })
  for _, key in ipairs { "reference", "authority", "reason" } do
    if type(options[key]) ~= "string" or options[key] == "" then error("withdraw: " .. key .. " is needed", 2) end
  end
  local e, err = evidence(self)
  if not e then return nil, err end
  local index
  index, err = e:find(options.authority)
  if not index then return nil, err end
  return self.handle:withdraw(self.scheme.compiled, options.reference, e:authority(index).id, options.reason,
    options.time or os.date "!%Y-%m-%dT%H:%M:%SZ")
end

--- One decision's history: what stands and where it came from, and its earlier versions in order of time.
---@param options { reference: string, authority: string }
---@return upheld.History? history, upheld.Error? err   nil, err when neither the decision nor its compliance outcome is stored
function Register:history(options)
  fault.check_keys("history", options, { "reference", "authority" })
  for _, key in ipairs { "reference", "authority" } do
    if type(options[key]) ~= "string" or options[key] == "" then error("history: " .. key .. " is needed", 2) end
  end
  local e, err = evidence(self)
  if not e then return nil, err end
  local index, raw
  index, err = e:find(options.authority)
  if not index then return nil, err end
  raw, err = self.handle:history(e, options.reference, index)
  return raw and histories.new(raw), err
end

--- What the register holds.
---@return table<string, integer>? counts, upheld.Error? err
function Register:counts()
  return self.handle:counts()
end

--- Integrity of the file (SQLite's own checks), and the records counted a second time by SQLite's GROUP BY: one text for each
--- thing that is found.
---@return string[]? problems, upheld.Error? err
function Register:verify()
  local list = {}
  local e, err = evidence(self)
  if not e then return nil, err end
  for _, counted in ipairs { false, e } do
    local text
    text, err = self.handle:verify(counted or nil)
    if not text then return nil, err end
    for line in text:gmatch "[^\n]+" do list[#list + 1] = line end
  end
  return list
end

--------------------------------------------------------------------------------

---@param path string
---@param options table   scheme, busy
---@return upheld.Register? register, upheld.Error? err
function register.open(path, options)
  local remembered, err = core.scheme_name(path)
  if not remembered then return nil, err end
  local wanted = options.scheme or (remembered ~= "" and remembered) or "lgsco"
  local scheme
  scheme, err = schemes.compile(wanted)
  if not scheme then return nil, err end
  local handle
  handle, err = core.open(scheme.compiled, path, options.busy)
  if not handle then return nil, err end
  return setmetatable({ handle = handle, path = path, scheme = scheme }, Register)
end

---@param options table   files and options, see upheld.read
---@return upheld.Book? book, upheld.Report|upheld.Error report
function register.read(options)
  local given = core_options("read", options, READ_KEYS)
  local scheme, err = schemes.compile(options.scheme or "lgsco")
  if not scheme then return nil, err end
  local loaded, raw = core.read(scheme.compiled, given)
  if not loaded then return nil, raw end
  local made, stopped = judged(raw, options.strict)
  if not made then return nil, stopped end
  return setmetatable({ loaded = loaded, scheme = scheme }, Book), made
end

require("upheld.approvals").methods(Register, evidence)

return register
