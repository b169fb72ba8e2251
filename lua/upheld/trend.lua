--- Years side by side, and years pooled.
-- Owns: how a series looks to a script: names, text, what may be said of a change. It computes nothing: the core makes every
-- number, tests every change and marks every break of definition. A text here never claims a trend across a break.

local core = require "upheld.core"
local fault = require "upheld.fault"
local figures = require "upheld.figure"
local years = require "upheld.year"

local trend = {}

-- Metatable of objects whose unknown fields raise and suggest; fields are listed, since nil is a value of theirs.
local function strict(name, what, fields, methods)
  local known, meta = {}, { __name = name }
  for _, key in ipairs(fields) do known[key] = true end
  function meta.__index(_, key)
    local method = methods and methods[key]
    if method ~= nil then return method end
    if known[key] then return nil end -- known, and absent
    error(('%s has no "%s"; %s'):format(what, tostring(key), fault.suggestion(key, fields)), 2)
  end
  return meta
end

-- Reasons of a gap as people say them; the codes are for scripts. Those of a scheme ("none-investigated") are words already.
local REASONS = {
  ["no-such-year"] = "nothing is recorded or published of this year",
  ["not-in-year"] = "the authority did not exist in this year",
  ["counts-disagree"] = "the published counts disagree",
  ["not-defined"] = "the indicator is not defined in this year",
  ["too-few"] = "too few cases for a rate",
  ["no-known-year"] = "no year of these is known",
  ["not-counts"] = "made of no counts",
  ["no-earlier-rate"] = "no earlier rate to compare with",
  ["not-testable"] = "no test fits this rate",
}

local function reason_text(code) return REASONS[code] or (code:gsub("-", " ")) end

--------------------------------------------------------------------------------
-- Parts of a series

---@class upheld.Break
---@field year integer   the break stands before this year
---@field name string
---@field text string    what changed
local Break = strict("upheld.break", "a break", { "year", "name", "text" })
function Break:__tostring() return ("%s, before %d"):format(self.name, self.year) end

local function make_breaks(list)
  for _, each in ipairs(list) do setmetatable(each, Break) end
  return list
end

local function break_names(list)
  local names = {}
  for i, each in ipairs(list) do names[i] = each.name end
  return table.concat(names, ", ")
end

---@class upheld.Place
---@field code string
---@field name string
---@field type string
local Place = strict("upheld.place", "an authority of a series", { "code", "name", "type" })
function Place:__tostring() return ("%s (%s)"):format(self.name, self.code) end

---@class upheld.YearChange
---@field since integer?      the earlier year; nil when there is none to compare with
---@field upto integer?       the later year
---@field change ("fall 99.8"|"fall 95"|"no clear change"|"rise 95"|"rise 99.8")?   what a test of both counts says
---@field fall number?        its tails, whatever lies between
---@field rise number?
---@field difference string?  later minus earlier, in the rate's own unit, from the exact fractions: "-9"
---@field low number?         95% interval of the difference of two shares, as proportions
---@field high number?
---@field reason string?      why there is no change: "not-comparable" where a break of definition lies between
---@field comparable boolean  false where there is none, or a break lies between
---@field breaks upheld.Break[]   those that lie between
---@field unit string         "percentage points", "per 100,000"
local Change = strict("upheld.change", "a change", { "since", "upto", "change", "fall", "rise", "difference", "low", "high",
  "reason", "comparable", "breaks", "unit" })

-- "-9 percentage points"
local function difference_text(self)
  local signed = self.difference:find "^[-0.]*$" and self.difference or self.difference:find "^%-" and self.difference
    or "+" .. self.difference
  local unit = self.unit
  if (signed == "+1" or signed == "-1") and not unit:find "^per " then unit = unit:gsub("s$", "") end
  return signed .. " " .. unit
end

-- "no clear change"
local function change_text(self)
  if self.reason == "not-comparable" then return ("not comparable (%s)"):format(break_names(self.breaks)) end
  return self.change or reason_text(self.reason)
end

--- "-9 percentage points since 2023: no clear change", or across a break "...: not comparable (assessment)".
function Change:__tostring()
  if not self.since then return reason_text(self.reason) end
  local difference = self.difference and difference_text(self) .. " " or ""
  return ("%ssince %d: %s"):format(difference, self.since, change_text(self))
end

local function make_change(raw, indicator)
  make_breaks(raw.breaks)
  local per = indicator.per or 100
  raw.unit = indicator.median_days and "days" or per == 100 and "percentage points" or figures.per_text(per)
  return setmetatable(raw, Change)
end

---@class upheld.Entry
---@field year integer
---@field numerator integer?
---@field denominator integer?
---@field late integer?
---@field percent integer?     nil with reason when there is no rate, or for rates that are no whole per cents
---@field value string?        printed rate of the others
---@field lower_quartile string?   of an indicator of days
---@field upper_quartile string?
---@field caution string?      "few-cases"
---@field basis string?
---@field plotted number?      the rate as a number for charts, as the figure's, never for printing
---@field interval_low number?   its 95% interval, as figure:interval() has it; nil for days (ask the figure)
---@field interval_high number?
---@field rounded_to_bound boolean
---@field reason string?       why there is no rate: "no-such-year", "not-in-year", or the figure's own
---@field breaks upheld.Break[]   those between the entry before and this one
---@field step upheld.YearChange   from the last entry before that has a rate; its fields change, difference, low, high, since and
---   comparable are here too
---@field change string?
---@field difference string?
---@field low number?
---@field high number?
---@field since integer?
---@field comparable boolean
---@field figure upheld.Figure?   the figure itself, for why() and decisions(); nil when the year or the authority is not there
local ENTRY_FIELDS = { "year", "numerator", "denominator", "late", "percent", "value", "lower_quartile", "upper_quartile",
  "caution", "basis", "plotted", "interval_low", "interval_high", "rounded_to_bound",
  "reason", "breaks", "step", "change", "difference", "low", "high", "since",
  "comparable", "figure" }
local Entry = strict("upheld.entry", "an entry of a series", ENTRY_FIELDS)
local entry_field = Entry.__index
local OF_STEP = { change = true, difference = true, low = true, high = true, since = true, comparable = true }

-- The figure behind an entry, from the evidence that the series was made of.
local function figure_of(entry)
  local from = rawget(entry, "from")
  if not rawget(entry, "there") then return nil end
  local year = assert(years.new(from.book, from.evidence, entry.year, nil, from.now))
  local code = from.authority and from.authority.code
  if not code then return year:total(from.name) end
  return assert(year:authority(code)):figure(from.name)
end

function Entry.__index(self, key)
  if OF_STEP[key] then return rawget(self, "step")[key] end
  if key == "figure" then
    local figure = figure_of(self)
    if figure then rawset(self, "figure", figure) end
    return figure
  end
  return entry_field(self, key)
end

local function counts_text(self)
  local x, n = self.numerator, self.denominator
  if not x and n and self.value then return (" (of %d)"):format(n) end -- days
  return x and n and (" (%d of %d)"):format(x, n) or x and (" (%d)"):format(x) or ""
end

-- "86% (19 of 22)", or the gap with its reason.
local function rate_text(self, indicator)
  if self.reason then return ("gap: %s%s"):format(reason_text(self.reason), counts_text(self)) end
  return figures.printed(indicator, self.percent, self.value) .. counts_text(self)
end

--- "2024  78% (7 of 9)  -9 percentage points since 2023: no clear change"
function Entry:__tostring()
  local rate = rate_text(self, rawget(self, "from").indicator)
  if self.reason or not self.step.since then return ("%d  %s"):format(self.year, rate) end
  return ("%d  %s  %s"):format(self.year, rate, tostring(self.step))
end

--------------------------------------------------------------------------------
-- Series

---@class upheld.Trend
---@field name string              indicator
---@field label string
---@field authority upheld.Place?  nil for all authorities together
---@field boundaries "as it was"|"as it is now"   as it is now: ended authorities are counted with their successors, in every year
---@field from integer
---@field to integer
---@field entries upheld.Entry[]   every year of the span, gaps too
---@field overall upheld.YearChange    first year with a rate to the last
---@field breaks upheld.Break[]    between the first and the last year
local Methods = {}
local Trend = strict("upheld.trend", "a trend", {
  "name", "label", "authority", "boundaries", "from", "to", "entries", "overall", "breaks" }, Methods)

-- "Complaints upheld, City of York Council (E06000014)"
local function title(self)
  return ("%s, %s%s"):format(self.label, self.authority and tostring(self.authority) or "all authorities",
    self.boundaries == "as it is now" and ", " .. self.boundaries or "")
end

--- A line a year, with a line for each break where it stands.
function Trend:__tostring()
  local lines = { ("%s, %d to %d"):format(title(self), self.from, self.to) }
  for _, entry in ipairs(self.entries) do
    for _, each in ipairs(entry.breaks) do
      lines[#lines + 1] = ("  -- break before %d (%s): %s"):format(each.year, each.name, each.text)
    end
    lines[#lines + 1] = tostring(entry)
  end
  if self.overall.since then
    lines[#lines + 1] = ("first to last, %d to %d: %s%s"):format(self.overall.since, self.overall.upto,
      self.overall.difference and difference_text(self.overall) .. ": " or "", change_text(self.overall))
  end
  return table.concat(lines, "\n")
end

--- The series as JSON (keys in csrc/core/trend_out.h).
---@return string
function Methods:json() return assert(rawget(self, "series"):json()) end

--- The series as CSV, a row a year.
---@return string
function Methods:csv() return assert(rawget(self, "series"):csv()) end

--- The entry of a year.
---@param year integer
---@return upheld.Entry?
function Methods:entry(year)
  for _, each in ipairs(self.entries) do
    if each.year == year then return each end
  end
end

--------------------------------------------------------------------------------
-- Pooled years

---@class upheld.PooledPeers
local Peers = strict("upheld.pooled-peers", "an average of pooled years", { "average", "group", "include_self", "numerator",
  "denominator", "percent", "value", "rounded_to_bound", "authorities", "without_rate", "unknown", "of" })

--- "45% (474 of 543 authority-years)"
function Peers:__tostring()
  return ("%s (%d of %d authority-years)"):format(self.percent and self.percent .. "%" or self.value, self.authorities, self.of)
end

---@class upheld.Pooled
---@field name string
---@field label string
---@field authority upheld.Place?
---@field numerator integer?      summed over the years that are in it
---@field denominator integer?    likewise; residents add up to person-years
---@field late integer?
---@field percent integer?
---@field value string?
---@field reason string?          why there is no rate
---@field caution string?         "few-cases"
---@field basis string?           the weakest of the years'
---@field rounded_to_bound boolean
---@field years integer[]         in it
---@field missing { year: integer, reason: string }[]   asked for and not in it
---@field breaks upheld.Break[]   between the first and the last year in it: the sum then mixes two definitions
---@field peers upheld.PooledPeers?   over the same years
---@field peers_reason string?    why there are none: "no-peers", "peers-without-rate", "peers-differ"
local Pool = {}
local Pooled = strict("upheld.pooled", "a pool of years", { "name", "label", "authority", "boundaries", "numerator",
  "denominator", "late",
  "percent", "value", "reason", "caution", "basis", "rounded_to_bound", "years", "missing", "breaks", "peers",
  "peers_reason" }, Pool)

--- The 95% interval, as figure:interval.
---@param options { level: number?, method: ("wilson"|"exact"|"byar")? }?
---@return number? low, number|upheld.Error high   nil, err when there is no rate
function Pool:interval(options)
  options = options or {}
  fault.check_keys("interval", options, { "level", "method" })
  local ok, low, high = pcall(rawget(self, "series").pooled_interval, rawget(self, "series"),
    options.level or 0.95, options.method or "default")
  if not ok then error(low, 2) end
  return low, high
end

--- As JSON (keys in csrc/core/trend_out.h).
---@return string
function Pool:json() return assert(rawget(self, "series"):pooled_json()) end

--- As CSV: a header and one row.
---@return string
function Pool:csv() return assert(rawget(self, "series"):pooled_csv()) end

--- "Complaints upheld, City of York Council (E06000014), 2023, 2024 and 2025 pooled: 82% (37 of 45)", then what is to be said of it.
function Pooled:__tostring()
  local words = require "upheld.words"
  local list, indicator = {}, rawget(self, "indicator")
  for i, year in ipairs(self.years) do list[i] = ("%d"):format(year) end
  local rate = self.reason and ("no rate: %s%s"):format(reason_text(self.reason), counts_text(self)) or rate_text(self, indicator)
  local lines = { ("%s, %s: %s"):format(title(self), #list > 0 and words.list(list) .. " pooled" or "no year", rate) }
  for _, each in ipairs(self.missing) do
    lines[#lines + 1] = ("  %d is missing: %s"):format(each.year, reason_text(each.reason))
  end
  for _, each in ipairs(self.breaks) do
    lines[#lines + 1] = ("  pooled over a break before %d (%s): %s"):format(each.year, each.name, each.text)
  end
  if self.peers then lines[#lines + 1] = "  similar authorities in the same years: " .. tostring(self.peers) end
  return table.concat(lines, "\n")
end

--------------------------------------------------------------------------------
-- Making them

local function names_of(scheme)
  local names = {}
  for i, each in ipairs(scheme.indicators) do names[i] = each.name end
  return names
end

local function check_year(what, value)
  if value ~= nil and math.type(value) ~= "integer" then error(what .. " is a whole number", 4) end
end

-- The core's series, and what the objects share. Raises at the line that called register:trend or register:pooled: they, and
-- council:trend, end in tail calls, which leave no level of their own.
local function series(what, book, evidence, options, keys)
  fault.check_keys(what, options, keys, 3)
  local name = options.figure
  if type(name) ~= "string" or not book.scheme.indicators[name] then
    error(('%s: there is no indicator "%s"; %s'):format(what, tostring(name), fault.suggestion(name, names_of(book.scheme))), 3)
  end
  check_year(what .. ": from", options.from)
  check_year(what .. ": to", options.to)
  local request = { indicator = name, from = options.from, to = options.to, exclude_self = options.include_self == false }
  if options.years ~= nil then
    if type(options.years) ~= "table" then error(what .. ": years is a list of whole numbers", 3) end
    if options.from ~= nil or options.to ~= nil then error(what .. ": years, or from and to, not both", 3) end
    for i = 1, #options.years do
      if math.type(options.years[i]) ~= "integer" then error(what .. ": years is a list of whole numbers", 3) end
    end
    request.years = options.years
  end
  local shared = { name = name, indicator = book.scheme.indicators[name], book = book, evidence = evidence,
    now = options.boundaries == "now" }
  shared.boundaries = shared.now and "as it is now" or "as it was"
  shared.label = shared.indicator.label or name
  if options.authority ~= nil then
    if type(options.authority) ~= "string" then
      error(("%s: authority is a name or code, not a %s"):format(what, type(options.authority)), 3)
    end
    local index, err = evidence:find(options.authority)
    if not index then return nil, err end
    local a = evidence:authority(index)
    request.authority = index
    shared.authority = setmetatable({ code = a.code, name = a.name, type = a.type }, Place)
  end
  local ok, made, err = pcall(core.trend, evidence, request)
  if not ok then error(("%s: %s"):format(what, made), 3) end
  if not made then return nil, err end
  shared.series = made
  return shared
end

---@param book upheld.Book
---@param evidence userdata
---@param options table   authority, figure, from, to, boundaries (as the evidence is)
---@return upheld.Trend? trend, upheld.Error? err
function trend.new(book, evidence, options)
  local shared, err = series("trend", book, evidence, options, { "authority", "figure", "from", "to", "boundaries" })
  if not shared then return nil, err end
  local entries = shared.series:entries()
  for i, entry in ipairs(entries) do
    entry.from = shared
    make_breaks(entry.breaks)
    make_change(entry.step, shared.indicator)
    entries[i] = setmetatable(entry, Entry)
  end
  return setmetatable({ name = shared.name, label = shared.label, authority = shared.authority, series = shared.series,
    boundaries = shared.boundaries, from = entries[1].year, to = entries[#entries].year, entries = entries,
    overall = make_change(shared.series:overall(), shared.indicator), breaks = make_breaks(shared.series:breaks()) }, Trend)
end

---@param book upheld.Book
---@param evidence userdata
---@param options table   authority, figure, years or from and to, include_self, boundaries (as the evidence is)
---@return upheld.Pooled? pooled, upheld.Error? err
function trend.pooled(book, evidence, options)
  local shared, err = series("pooled", book, evidence, options,
    { "authority", "figure", "years", "from", "to", "include_self", "boundaries" })
  if not shared then return nil, err end
  local raw
  raw, err = shared.series:pooled()
  if not raw then return nil, err end
  for _, key in ipairs { "name", "label", "authority", "boundaries", "series", "indicator" } do raw[key] = shared[key] end
  make_breaks(raw.breaks)
  if raw.peers then setmetatable(raw.peers, Peers) end
  return setmetatable(raw, Pooled)
end

return trend
