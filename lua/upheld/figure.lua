--- A figure as a script sees it: one indicator of one authority in one year.
-- Owns: its names and words. It computes nothing: rates, intervals, classes are the core's, asked through the year's figures.

local core = require "upheld.core"
local fault = require "upheld.fault"
local kept = require "upheld.kept"
local peers = require "upheld.peers"
local words = require "upheld.words"

local figure = {}

---@class upheld.Figure
---@field name string             indicator
---@field numerator integer?
---@field denominator integer?
---@field late integer?           the part of the numerator shown beside it: remedies completed late
---@field percent integer?        nil when there is no rate, or for rates that are not per cents
---@field value string?           printed rate of the others, "5.5"
---@field unit "days"?            of an indicator of days, whose value is the median; otherwise absent
---@field lower_quartile string?  of an indicator of days
---@field upper_quartile string?
---@field plotted number?         the rate as a number for charts (a proportion, a rate in its unit, days), never for printing
---@field reason string?          why there is no rate
---@field caution string?         "few-cases": the base is below the indicator's threshold
---@field case_noun string?       what the denominator counts, in the singular: "detailed investigation"
---@field good string?            "high" or "low" where one way is good for those who complain
---@field basis string?           "records", "published", "derived"
---@field rounded_to_bound boolean
---@field rounded_to integer?     its counts are printed as multiples of this
---@field authority upheld.Authority?   absent for totals
---@field year upheld.Year
local Figure = { __name = "upheld.figure" }

local FIGURE_FIELDS = { "name", "label", "definition", "case_noun", "good", "numerator", "denominator", "late", "percent",
  "value", "unit", "lower_quartile", "upper_quartile", "plotted", "reason", "caution", "basis", "rounded_to_bound", "rounded_to",
  "authority", "year" }
local FIGURE_FIELD = {}
for _, key in ipairs(FIGURE_FIELDS) do FIGURE_FIELD[key] = true end

function Figure.__index(_, key)
  local method = Figure[key]
  if method ~= nil then return method end
  if FIGURE_FIELD[key] then return nil end -- known, and absent
  error(('a figure has no "%s"; %s'):format(tostring(key), fault.suggestion(key, FIGURE_FIELDS)), 2)
end

local function indicator_of(self)
  return self.year.scheme.indicators[self.name]
end

-- "per 100,000"
figure.per_text = kept.function_of(function(per)
  return "per " .. (tostring(per):reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", ""))
end)

-- "67%", "5.5 per 100,000", "87 days", or nil.
local function printed(indicator, percent, value)
  if percent then return percent .. "%" end
  if not value then return nil end
  if indicator.median_days then return words.days(value) end
  local per = indicator.per or 100
  return per == 100 and value .. "%" or ("%s %s"):format(value, figure.per_text(per))
end

figure.printed = printed

function Figure:__tostring()
  local indicator = indicator_of(self)
  local rate = printed(indicator, rawget(self, "percent"), rawget(self, "value"))
  local n, x = self.denominator, self.numerator
  local counts = x and n and ("%d of %d"):format(x, n) or x and ("%d"):format(x) or n and ("of %d"):format(n)
  if indicator.median_days and rate then
    counts = ("quartiles %s and %s, of %d"):format(self.lower_quartile, self.upper_quartile, n)
  end
  return (rate or "no rate: " .. self.reason) .. (counts and (" (%s)"):format(counts) or "")
end

function Figure.__eq(a, b)
  return rawequal(a, b) or (a.name == b.name and a.numerator == b.numerator and a.denominator == b.denominator
    and a.reason == b.reason and a.basis == b.basis)
end

local function own(self, what)
  if not self.authority then error(what .. ": totals over all authorities have none", 3) end
  return self.authority
end

local INTERVALS = { default = true, wilson = true, ["wilson-continuity"] = true, exact = true, byar = true }

--- The interval: low and high as proportions (Wilson), in the rate's own unit for rates per residents (Byar), in days for a median (order
--- statistics). With levels, both at once: { { level, low, high }, ... }.
---@param options { level: number?, levels: number[]?, method: ("wilson"|"wilson-continuity"|"exact"|"byar")? }?  95% when no level is given
---@return number|{ level: number, low: number, high: number }[]|nil low
---@return number|upheld.Error|nil high   nil, err when there is no rate
function Figure:interval(options)
  options = options or {}
  fault.check_keys("interval", options, { "level", "levels", "method" })
  local method = options.method or "default"
  if not INTERVALS[method] then
    error("interval: method is " .. fault.suggestion(method, { "wilson", "wilson-continuity", "exact", "byar" }), 2)
  end
  local index = self.authority and self.authority.index
  if not options.levels then return self.year.figures:interval(index, self.name, options.level or 0.95, method) end
  if type(options.levels) ~= "table" or #options.levels == 0 then error("interval: levels is a list such as {0.95, 0.998}", 2) end
  local rows = {}
  for i, level in ipairs(options.levels) do
    local low, high = self.year.figures:interval(index, self.name, level, method)
    if not low then return nil, high end
    rows[i] = { level = level, low = low, high = high }
  end
  return rows
end

-- The least number of authorities to be compared with.
local function minimum_of(options, what)
  local minimum = options.minimum or 0
  if math.type(minimum) ~= "integer" or minimum < 0 or minimum > 65535 then
    error(what .. ": minimum is a number of authorities", 3)
  end
  return minimum
end

local AVERAGES = { pooled = true, mean = true, median = true }

--- The average of similar authorities.
---@param options { average: ("pooled"|"mean"|"median")?, include_self: boolean?, group: string|upheld.PeerSet|nil, minimum: integer? }?
---   group: "type", "region", "type in region", the name of a set of the scheme, or a set;
---   pooled, the authority in it, of its type, when absent; fewer authorities than minimum make no average
---@return upheld.Peers? peers
---   authorities are in it, without_rate have denominator 0, unknown have no data; of all of the group. nil when it has no peers
function Figure:peers(options)
  options = options or {}
  fault.check_keys("peers", options, { "average", "include_self", "group", "minimum" })
  local average = options.average or "pooled"
  if not AVERAGES[average] then
    error("peers: average is " .. fault.suggestion(average, { "pooled", "mean", "median" }), 2)
  end
  local minimum = minimum_of(options, "peers")
  local a = own(self, "peers")
  local grouping = self.year:grouping(options.group, "peers")
  local raw = grouping:peers(a.index, self.name, average, options.include_self == false, minimum)
  if not raw then return nil end
  raw.figure, raw.grouping, raw.unit = self, grouping, rawget(self, "unit")
  return peers.new(raw)
end

local METHODS, OVERDISPERSION = { exact = true, score = true }, { none = true, additive = true, multiplicative = true }

local function standing(self, options, what)
  options = options or {}
  fault.check_keys(what, options, { "method", "group", "overdispersion", "minimum" }, 3)
  local method, over = options.method or "exact", options.overdispersion or "none"
  if not METHODS[method] then error(what .. ": method is " .. fault.suggestion(method, { "exact", "score" }), 3) end
  if not OVERDISPERSION[over] then
    error(what .. ": overdispersion is " .. fault.suggestion(over, { "none", "additive", "multiplicative" }), 3)
  end
  local minimum = minimum_of(options, what)
  local a = own(self, what)
  return self.year:grouping(options.group, what):standing(a.index, self.name, method, over, minimum)
end

--- Whether the rate differs from the peers' without the authority itself by more than chance.
---@param options { method: ("exact"|"score")?, group: string|upheld.PeerSet|nil, overdispersion: ("none"|"additive"|"multiplicative")?, minimum: integer? }?
---   group as peers; minimum as there, of the peers without the authority, as the comparison is; exact: upheld.stats.class; score: the limits of the public-health convention; overdispersion: allow for the spread among the peers beyond chance
---@return ("low 99.8"|"low 95"|"similar"|"high 95"|"high 99.8")? class, string? reason
function Figure:class(options)
  local class, reason = standing(self, options, "class")
  if class then return class end
  return nil, reason
end

--- What the class means for those who complain.
---@param options table?   as class
---@return ("better"|"worse"|"similar"|"higher"|"lower")? standing   higher or lower where neither way is good
---@return string? reason
function Figure:standing(options)
  local class, word = standing(self, options, "standing")
  if class then return word end
  return nil, word
end

--- How far the share is from the pooled share of its peers without itself.
---@param options { level: number?, group: ("type"|"region"|"type in region"|upheld.PeerSet)?, minimum: integer? }?
---@return string? points   percentage points to one more decimal than the rate, "-3.1"
---@return number|string low   of Newcombe's interval, as proportions; after nil the reason
---@return number? high
function Figure:difference(options)
  options = options or {}
  fault.check_keys("difference", options, { "level", "group", "minimum" })
  local a, minimum = own(self, "difference"), minimum_of(options, "difference")
  return self.year:grouping(options.group, "difference"):difference(a.index, self.name, options.level or 0.95, minimum)
end

-- Single decisions would give back what a year with disclosure control hides, whatever figure they are asked of.
--- The refusal of what would give back hidden counts, or nil.
---@package
function figure.hidden(the_year, what)
  if not the_year.disclosure then return nil end
  return core.error { code = "not-with-disclosure",
    message = ("%s: small counts of this year are hidden, and single decisions or finer tables would give them back")
      :format(what),
    hint = "take the year without disclosure, for use within the office" }
end

-- The day of a decision on the figure's clock.
local DAYS = {
  received = function(d) return d.received_date end,
  decided = function(d) return d.decided_date end,
  compliance = function(d) return d.compliance_date or d.compliance_due_date end,
}

-- Decisions of the authority, and of those that are counted with it, in the order of day, reference and authority.
local function of_all_parts(self, selection)
  local indexes = select(2, self.year.evidence:parts(self.authority.index))
  table.insert(indexes, 1, self.authority.index)
  local all = {}
  for _, index in ipairs(indexes) do
    selection.authority = index
    local list, err = self.year.book.handle:decisions(self.year.evidence, selection)
    if not list then return nil, err end
    table.move(list, 1, #list, #all + 1, all)
  end
  if #indexes > 1 then
    local day = DAYS[indicator_of(self).clock or "decided"]
    table.sort(all, function(x, y)
      local a, b = day(x) or "", day(y) or ""
      if a ~= b then return a < b end
      if x.reference ~= y.reference then return x.reference < y.reference end
      return x.authority_code < y.authority_code
    end)
  end
  return all
end

-- The decisions behind a figure; a sample's where the figure was published.
local function decisions(self, numerator)
  own(self, "decisions")
  local book = self.year.book
  local refused = figure.hidden(self.year, "decisions")
  if refused then return nil, refused end
  if not book.handle then
    return nil, core.error { code = "no-register", message = "figures read straight from files keep no decisions",
      hint = "import the files into a register to list them" }
  end
  local selection = { year = self.year.year, indicator = self.name, numerator = numerator }
  local list, err = of_all_parts(self, selection)
  if list and #list == 0 and self.basis ~= "records" then
    selection.samples = true
    list, err = of_all_parts(self, selection)
  end
  return list, err
end

--- Iterates over the decisions behind the figure: all of the denominator (for rates per residents, of the numerator). Where the figure was
--- published and only a sample of its decisions is in the register, these, marked d.sample.
---@param options { part: ("denominator"|"numerator")? }?
---@return fun(): table?
function Figure:decisions(options)
  options = options or {}
  fault.check_keys("decisions", options, { "part" })
  if options.part ~= nil and options.part ~= "numerator" and options.part ~= "denominator" then
    error("decisions: part is numerator or denominator", 2)
  end
  local list, err = decisions(self, options.part == "numerator")
  if not list then error(err, 2) end
  local i = 0
  return function()
    i = i + 1
    return list[i]
  end
end

--- Where the figure comes from: definition, clock, counts, rounding, interval, peers and their names, class, the references behind it
--- with file and line, corrections since, what was withdrawn, sources. As text, or as one JSON object whose keys never change.
---@param options { format: ("text"|"json")? }?
---@return string
function Figure:why(options)
  options = options or {}
  fault.check_keys("why", options, { "format" })
  local format = options.format or "text"
  if format ~= "text" and format ~= "json" then error("why: format is " .. fault.suggestion(format, { "text", "json" }), 2) end
  return require("upheld.why")[format](self)
end

--- A figure from what the core gave; without an authority a total.
---@package
function figure.new(raw, the_year, authority)
  local indicator = the_year.scheme.indicators[raw.name]
  raw.label, raw.definition, raw.case_noun = indicator.label or raw.name, indicator.definition, indicator.case_noun or "case"
  raw.good = indicator.good
  raw.unit = indicator.median_days and "days" or nil
  raw.year, raw.authority = the_year, authority
  return setmetatable(raw, Figure)
end

return figure
