--- A reporting year, its authorities and their figures.
-- Owns: how figures look to a script: names, tostring, why. It computes nothing; the core's numbers are passed on.

local core = require "upheld.core"
local fault = require "upheld.fault"
local words = require "upheld.words"

local year = {}

---@class upheld.Year
---@field year integer     2020
---@field starts string    "2019-04-01"
---@field ends string      "2020-03-31"
---@field boundaries "as it was"|"as it is now"   as it is now: ended authorities are counted with their successors
---@field disclosure { suppress_below: integer, round_to: integer? }?   small counts are hidden
---@field scheme upheld.CompiledScheme
local Year = { __name = "upheld.year" }

local YEAR_FIELDS = { "year", "starts", "ends", "scheme", "disclosure", "boundaries" }

function Year.__index(_, key)
  local method = Year[key]
  if method ~= nil then return method end
  if key == "disclosure" then return nil end
  error(('a year has no "%s"; %s'):format(tostring(key), fault.suggestion(key, YEAR_FIELDS)), 2)
end

---@class upheld.Authority
---@field code string
---@field name string
---@field type string
---@field region string?
---@field peer_type string?    the type's label when it has peers
---@field valid_from string?
---@field valid_to string?
---@field year upheld.Year
---@field predecessors upheld.Authority[]   ended authorities that are counted with it, in a year with boundaries as they are now; else none
---@field outcomes table<string, integer>?   decided in the year, by outcome; nil when not known
---@field received table<string, integer>?   received in the year, by service area; nil when not known
---@field recipient { name: string?, role: string?, salutation: string?, email: string? }?
local Authority = { __name = "upheld.authority" }

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

--------------------------------------------------------------------------------
-- Peers

---@class upheld.Peers
---@field average "pooled"|"mean"|"median"
---@field include_self boolean
---@field group "type"|"region"|"type in region"|"set"
---@field group_name string       "District", "South East", the name of the set
---@field group_version string?   of a set
---@field minimum integer?        as asked for
---@field numerator integer?      pooled sums, whatever the average; absent for days
---@field denominator integer?
---@field percent integer?
---@field value string?           printed average of rates that are no whole per cents
---@field unit "days"?            as the figure's
---@field lower_quartile string?  of the authorities' rates, printed as the rate is
---@field upper_quartile string?
---@field plotted number?         the average as a number for charts, never for printing
---@field reason string?          where there is no average: "peers-without-rate", "too-few-peers", "suppressed", "rounded"
---@field rounded_to_bound boolean
---@field authorities integer     in the average
---@field without_rate integer    with nothing in the denominator
---@field unknown integer         with nothing known
---@field suppressed integer?     not printed, since they are small; in the pooled sums of a type, and in nothing else
---@field of integer              all of the group
---@field as_published number?    the printed average of the type
local Peers = { __name = "upheld.peers" }

local PEERS_FIELDS = { "average", "include_self", "group", "group_name", "group_version", "minimum", "numerator", "denominator",
  "percent", "value", "unit", "lower_quartile", "upper_quartile", "plotted", "reason", "rounded_to_bound", "authorities",
  "without_rate", "unknown", "suppressed", "of", "as_published" }
local PEERS_FIELD = {}
for _, key in ipairs(PEERS_FIELDS) do PEERS_FIELD[key] = true end

function Peers.__index(_, key)
  if PEERS_FIELD[key] then return nil end -- known, and absent
  local method = Peers[key]
  if method ~= nil then return method end
  error(('peers have no "%s"; %s'):format(tostring(key), fault.suggestion(key, PEERS_FIELDS)), 2)
end

--- "45% (158 of 181 authorities)"; with small counts hidden "45% (150 of 181 authorities, 8 not shown)"
function Peers:__tostring()
  local rate = self.percent and self.percent .. "%" or self.value or "no rate"
  if self.unit and self.value then rate = words.days(self.value) end
  local hidden = self.suppressed and (", %d not shown"):format(self.suppressed) or ""
  return ("%s (%d of %d authorities%s)"):format(rate, self.authorities, self.of, hidden)
end

--- The rule of the average in words: "pooled average of the type District, the authority in it".
---@return string
function Peers:rule()
  local days = self.unit == "days"
  local average = self.average .. (days and " of the medians" or " of the rates")
  if self.average == "pooled" then average = days and "median of all cases" or "pooled average" end
  local group = self.group == "set" and ("the set %s%s"):format(self.group_name,
    self.group_version and " (version " .. self.group_version .. ")" or "") or ("the %s %s"):format(self.group, self.group_name)
  local hidden = ""
  if self.suppressed then
    local summed = self.average == "pooled" and self.group == "type" and not days
    hidden = summed and ", those not shown in it" or ", those not shown not in it"
  end
  return ("%s of %s, the authority %s it%s"):format(average, group, self.include_self and "in" or "not in", hidden)
end

--- The authorities of the group by what they are in the average: in it, with nothing in the denominator, not known.
---@return { ["in"]: upheld.Authority[], without_rate: upheld.Authority[], unknown: upheld.Authority[], suppressed: upheld.Authority[] }
function Peers:members()
  local f = rawget(self, "figure")
  local lists = table.pack(rawget(self, "grouping"):members(f.authority.index, f.name))
  local out = {}
  for i, key in ipairs { "in", "without_rate", "unknown", "suppressed" } do
    out[key] = {}
    for k, index in ipairs(lists[i]) do out[key][k] = f.year:authority_at(index) end
  end
  return out
end

--- A set of authorities to compare with, by name and version.
---@class upheld.PeerSet
---@field name string
---@field version string?
---@field codes string[]   in code order
local PeerSet = { __name = "upheld.peer_set" }

local SET_FIELDS = { "name", "version", "codes" }

function PeerSet.__index(_, key)
  if key == "version" then return nil end
  error(('a peer set has no "%s"; %s'):format(tostring(key), fault.suggestion(key, SET_FIELDS)), 2)
end

--- "kent-districts (version 2020): 12 authorities"
function PeerSet:__tostring()
  return ("%s%s: %d authorities"):format(self.name, self.version and " (version " .. self.version .. ")" or "", #self.codes)
end

local GROUPS = { "type", "region", "type in region" }

-- Indexes of a set's codes.
function year.set_rule(evidence, set)
  local members = {}
  for i, code in ipairs(set.codes) do
    local index, err = evidence:find(code)
    if not index then return nil, ("the set %s: %s"):format(set.name, tostring(err)) end
    members[i] = index
  end
  return { group = "set", set = set.name, version = rawget(set, "version"), members = members }
end

-- A set of the scheme: { name, version, authorities = codes or names } or { name, version, where = function(authority) }.
local function scheme_set(evidence, entry)
  local codes = {}
  for i, name in ipairs(entry.authorities or {}) do
    local index, err = evidence:find(name)
    if not index then return nil, ("the set %s: %s"):format(entry.name, tostring(err)) end
    codes[i] = evidence:authority(index).code
  end
  if entry.where then
    for index = 0, evidence:count() - 1 do
      local a = evidence:authority(index)
      if evidence:parts(index) == index and entry.where(a) then codes[#codes + 1] = a.code end
    end
  end
  if #codes == 0 then return nil, ('the set "%s" has no authority'):format(entry.name) end
  table.sort(codes)
  return year.set_rule(evidence, { name = entry.name, version = entry.version, codes = codes })
end

--- The core's form of a group by name: one of the groups, or a set of the scheme.
---@package
function year.group_rule(evidence, scheme, name)
  local names = table.move(GROUPS, 1, #GROUPS, 1, {})
  for _, each in ipairs(GROUPS) do
    if each == name then return { group = name } end
  end
  for _, entry in ipairs(scheme.source.peer_sets or {}) do
    if entry.name == name then return scheme_set(evidence, entry) end
    names[#names + 1] = entry.name
  end
  return nil, ("there is no group %s; %s"):format(tostring(name), fault.suggestion(type(name) == "string" and name or nil, names))
end

--------------------------------------------------------------------------------
-- Figures

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
function year.per_text(per)
  return "per " .. (tostring(per):reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", ""))
end

-- "67%", "5.5 per 100,000", "87 days", or nil.
local function printed(indicator, percent, value)
  if percent then return percent .. "%" end
  if not value then return nil end
  if indicator.median_days then return words.days(value) end
  local per = indicator.per or 100
  return per == 100 and value .. "%" or ("%s %s"):format(value, year.per_text(per))
end

year.printed = printed

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
  return setmetatable(raw, Peers)
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
---   group and minimum as peers; exact: upheld.stats.class; score: the limits of the public-health convention; overdispersion: allow for the spread among the peers beyond chance
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
local function hidden(the_year, what)
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
  local refused = hidden(self.year, "decisions")
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

local function new_figure(raw, the_year, authority)
  local indicator = the_year.scheme.indicators[raw.name]
  raw.label, raw.definition, raw.case_noun = indicator.label or raw.name, indicator.definition, indicator.case_noun or "case"
  raw.good = indicator.good
  raw.unit = indicator.median_days and "days" or nil
  raw.year, raw.authority = the_year, authority
  return setmetatable(raw, Figure)
end

--------------------------------------------------------------------------------
-- Authorities

local AUTHORITY_FIELDS = { "code", "name", "type", "region", "aliases", "successors", "valid_from", "valid_to", "peer_type",
  "recipient", "outcomes", "received", "predecessors", "year", "index", "id" }
local AUTHORITY_FIELD = {}
for _, key in ipairs(AUTHORITY_FIELDS) do AUTHORITY_FIELD[key] = true end

--- What scripts and templates read of an authority: no indicator may have one of these names, for it could not be read.
---@package
---@return string[]
function year.taken_names()
  local names = table.move(AUTHORITY_FIELDS, 1, #AUTHORITY_FIELDS, 1, { "made" })
  for key in pairs(Authority) do names[#names + 1] = key end
  return names
end

local function indicator_names(scheme)
  local names = {}
  for i, each in ipairs(scheme.indicators) do names[i] = each.name end
  return names
end

--- A figure by its indicator's name.
---@param name string   such as "upheld"; an unknown name raises
---@return upheld.Figure
function Authority:figure(name)
  local y = rawget(self, "year")
  if type(name) ~= "string" or not y.scheme.indicators[name] then
    error(('there is no indicator "%s"; %s'):format(tostring(name), fault.suggestion(name, indicator_names(y.scheme))), 2)
  end
  local made = rawget(self, "made")
  if not made[name] and not y.figures:has(rawget(self, "index")) then -- one of another's predecessors
    local _, err = y:authority(rawget(self, "code"))
    error(("%s: %s"):format(name, tostring(err)), 2)
  end
  if not made[name] then made[name] = new_figure(y.figures:figure(rawget(self, "index"), name), y, self) end
  return made[name]
end

--- The figure over years: the authority's own row of register:trend, from what the register holds now.
---@param name string   indicator
---@param options { from: integer?, to: integer? }?
---@return upheld.Trend? trend, upheld.Error? err
function Authority:trend(name, options)
  options = options or {}
  fault.check_keys("trend", options, { "from", "to" })
  local y = rawget(self, "year")
  local refused = hidden(y, "trend")
  if refused then return nil, refused end
  return y.book:trend { authority = rawget(self, "code"), figure = name, from = options.from, to = options.to,
    boundaries = y.boundaries == "as it is now" and "now" or nil }
end

function Authority.__index(self, key)
  local method = Authority[key]
  if method ~= nil then return method end
  local y = rawget(self, "year")
  if key == "recipient" then
    if not y.book.handle then return nil end
    local recipient, err = y.book.handle:recipient(rawget(self, "id"))
    if err then error(err, 2) end
    if recipient then rawset(self, "recipient", recipient) end
    return recipient
  end
  if key == "predecessors" then
    local list = select(2, y.evidence:parts(rawget(self, "index")))
    for i, index in ipairs(list) do list[i] = y:authority_at(index) end
    return list
  end
  if key == "outcomes" or key == "received" then return y.figures[key](y.figures, rawget(self, "index")) end
  if AUTHORITY_FIELD[key] then return nil end
  if y.scheme.indicators[key] then return self:figure(key) end
  local names = indicator_names(y.scheme)
  table.move(AUTHORITY_FIELDS, 1, #AUTHORITY_FIELDS, #names + 1, names)
  error(('an authority has no "%s"; %s'):format(tostring(key), fault.suggestion(key, names)), 2)
end

function Authority:__tostring()
  return ("%s (%s)"):format(self.name, self.code)
end

function Authority.__eq(a, b)
  return rawequal(a, b) or (a.code == b.code and a.year.year == b.year.year)
end

local function new_authority(self, index)
  local made = self.made[index]
  if not made then
    made = self.evidence:authority(index)
    made.year, made.made = self, {}
    self.made[index] = setmetatable(made, Authority)
  end
  return made
end

--------------------------------------------------------------------------------
-- Years

--- An authority of the year.
---@param name string   name, alias or code
---@return upheld.Authority? authority, upheld.Error? err
function Year:authority(name)
  if type(name) ~= "string" then error("authority: a name or code is expected, not " .. type(name), 2) end
  local index, err = self.evidence:find(name)
  if not index then return nil, err end
  if not self.figures:has(index) then
    local a = self.evidence:authority(index)
    return nil, core.error { code = "not-in-year", value = name,
      message = ("%s (%s) did not exist in the year ending %s, and nothing is recorded of it"):format(a.name, a.code, self.ends) }
  end
  return new_authority(self, index)
end

--- An authority by its index, for tables that the core fills.
---@package
function Year:authority_at(index)
  return new_authority(self, index)
end

--- The grouping for an option `group`; made once.
---@package
function Year:grouping(group, what)
  group = group or "type"
  local made = rawget(self, "groupings")
  if made[group] then return made[group] end
  local rule, err
  if getmetatable(group) == PeerSet then rule, err = year.set_rule(self.evidence, group)
  else rule, err = year.group_rule(self.evidence, self.scheme, group) end
  if not rule then error(("%s: %s"):format(what, tostring(err)), 3) end
  made[group] = self.figures:grouping(rule.group, rule.set, rule.version, rule.members)
  return made[group]
end

---@class upheld.Funnel
---@field name string                indicator
---@field group string               "District"
---@field target number              pooled share of the group, a proportion
---@field numerator integer          the pooled counts behind it
---@field denominator integer
---@field method "exact"|"score"
---@field overdispersion upheld.Overdispersion?
---@field points upheld.Figure[]     the group's figures with a rate, in code order; plotted against their denominators
---@field lines upheld.FunnelRow[]   limits by number of cases

--- What a funnel chart of a group shows: each authority's share over its cases, and the limits around the pooled share.
---@param name string   an indicator that is a share
---@param options { of: string, group: string|upheld.PeerSet|nil, method: ("exact"|"score")?, overdispersion: ("none"|"additive"|"multiplicative")?, points: integer? }
---   of: which group, such as "District"; group as upheld.Figure:peers
---@return upheld.Funnel? funnel, upheld.Error? err
function Year:funnel(name, options)
  options = options or {}
  fault.check_keys("funnel", options, { "of", "group", "method", "overdispersion", "points" })
  local indicator = self.scheme.indicators[name]
  if not indicator then
    error(('there is no indicator "%s"; %s'):format(tostring(name), fault.suggestion(name, indicator_names(self.scheme))), 2)
  end
  if indicator.median_days or indicator.denominator.residents then error("funnel: the limits are those of a share", 2) end
  local over = options.overdispersion or "none"
  if not OVERDISPERSION[over] then
    error("funnel: overdispersion is " .. fault.suggestion(over, { "none", "additive", "multiplicative" }), 2)
  end
  local grouping = self:grouping(options.group, "funnel")
  local labels = grouping:labels()
  local of, known = options.of or (#labels == 1 and labels[1]) or nil, false
  for _, label in ipairs(labels) do known = known or label == of end
  if not known then error("funnel: of is " .. fault.suggestion(of, labels), 2) end
  local numerator, denominator, target, members = grouping:pool(of, name)
  if not numerator then
    local kept_back = denominator
    return nil, core.error { code = kept_back and "suppressed" or "peers-without-rate",
      message = kept_back and ("the sums of %s are not shown, for small counts of the year are hidden"):format(of)
        or ("no authority of %s has a rate"):format(of) }
  end
  if self.disclosure and (self.disclosure.round_to or 0) > 1 then
    return nil, core.error { code = "rounded", message = "the lines and points of a funnel need counts that are not rounded" }
  end
  local points, sizes, rates = {}, {}, {}
  for i, index in ipairs(members) do
    points[i] = new_authority(self, index):figure(name)
    sizes[i] = points[i].denominator
    rates[i] = { points[i].numerator, points[i].denominator }
  end
  local stats, spread = require "upheld.stats", nil
  if over ~= "none" then
    local found, wrong = stats.overdispersion(rates, { target = target })
    if not found then return nil, wrong end
    spread = found
  end
  local lines, err = stats.funnel { target = target, sizes = sizes, points = options.points, method = options.method,
    overdispersion = spread, adjustment = spread and over or nil }
  if not lines then return nil, err end
  return { name = name, group = of, target = target, numerator = numerator, denominator = denominator,
    method = options.method or "exact", overdispersion = spread, points = points, lines = lines }
end

--- A set of authorities to compare with.
---@param name string                    such as "kent-districts"
---@param who string[]|fun(a: upheld.Authority): boolean   codes or names, or a test of each authority of the year
---@param options { version: string? }?  printed with every average, since sets change
---@return upheld.PeerSet? set, upheld.Error? err
function Year:peer_set(name, who, options)
  options = options or {}
  fault.check_keys("peer_set", options, { "version" })
  if type(name) ~= "string" or name == "" then error("peer_set: a name is needed", 2) end
  if options.version ~= nil and type(options.version) ~= "string" then error("peer_set: version is a string", 2) end
  local codes, seen = {}, {}
  local function add(code)
    if not seen[code] then codes[#codes + 1] = code end
    seen[code] = true
  end
  if type(who) == "function" then
    for a in self:authorities() do
      if who(a) then add(a.code) end
    end
  elseif type(who) == "table" then
    for _, each in ipairs(who) do
      local index, err = self.evidence:find(each)
      if not index then return nil, err end
      add(self.evidence:authority(index).code)
    end
  else
    error("peer_set: a list of codes or a function is expected, not " .. type(who), 2)
  end
  if #codes == 0 then
    return nil, core.error { code = "empty-set", value = name, message = ('the set "%s" has no authority'):format(name) }
  end
  table.sort(codes)
  return setmetatable({ name = name, version = options.version, codes = codes }, PeerSet)
end

--- Iterates over the authorities that were valid in the year or have a record in it, in code order.
---@param options { type: string?, region: string? }?   a type as the scheme or the authorities file spells it; an unknown one raises
---@return fun(): upheld.Authority?
function Year:authorities(options)
  options = options or {}
  fault.check_keys("authorities", options, { "type", "region" })
  local wanted
  if options.type ~= nil then
    local err
    wanted, err = self.book:type_named(options.type)
    if not wanted then -- a type without peers is known by its own text
      for _, index in ipairs(self.figures:authorities()) do
        if self.evidence:authority(index).type == options.type then wanted = options.type end
      end
    end
    if not wanted then error(tostring(err), 2) end
  end
  local list, i = self.figures:authorities(), 0
  return function()
    while true do
      i = i + 1
      if not list[i] then return nil end
      local a = new_authority(self, list[i])
      if (wanted == nil or (a.peer_type or a.type) == wanted) and (options.region == nil or a.region == options.region) then
        return a
      end
    end
  end
end

--- A figure over all authorities of the year.
---@param name string   indicator
---@return upheld.Figure
function Year:total(name)
  if not self.scheme.indicators[name] then
    error(('there is no indicator "%s"; %s'):format(tostring(name), fault.suggestion(name, indicator_names(self.scheme))), 2)
  end
  return new_figure(self.figures:total(name), self, nil)
end

local CLOCKS = { decided = true, received = true, compliance = true }
local KEYS = { "authority", "type", "region", "service_area", "outcome", "remedied_before", "compliance_outcome" }

--- Decisions of the year counted by one to four keys.
---@param options { by: string[]|string, clock: ("decided"|"received"|"compliance")?, authority: string? }
---   by: authority, type, region, service_area, outcome, remedied_before, compliance_outcome
---@return userdata? tally   t:rows() gives { { service_area = "Housing", outcome = "Upheld", count = 3 }, ... }; what is not recorded is
---   false; t + t adds
---@return upheld.Error? err
function Year:tally(options)
  fault.check_keys("tally", options, { "by", "clock", "authority" })
  local by = options.by
  if type(by) == "string" then by = { by } end
  if type(by) ~= "table" or #by == 0 then error("tally: by is a list of keys; " .. fault.suggestion(nil, KEYS), 2) end
  for _, key in ipairs(by) do
    local known = false
    for _, each in ipairs(KEYS) do known = known or each == key end
    if not known then error(('tally: there is no key "%s"; %s'):format(tostring(key), fault.suggestion(key, KEYS)), 2) end
  end
  if not self.book.handle then
    return nil, core.error { code = "no-register", message = "figures read straight from files keep no decisions",
      hint = "import the files into a register to tally them" }
  end
  if options.clock ~= nil and not CLOCKS[options.clock] then
    error("tally: there is no such clock; " .. fault.suggestion(options.clock, { "decided", "received", "compliance" }), 2)
  end
  if #by > 4 then error("tally: up to four keys, not " .. #by, 2) end
  local refused = hidden(self, "tally")
  if refused then return nil, refused end
  local selection = { year = self.year, clock = options.clock or "decided" }
  if options.authority ~= nil then
    local a, err = self:authority(options.authority)
    if not a then return nil, err end
    selection.authority = a.index
  end
  return self.book.handle:tally(self.evidence, selection, by)
end

---@class upheld.Balance
---@field open_before integer  open at the end of the year before, as far as the records know
---@field received integer
---@field decided integer      undated ones among them
---@field undated integer      decided, with no received date
---@field open_after integer

---@class upheld.Reconciliation
---@field year integer
---@field ok boolean
---@field problems string[]    a sentence for each identity that does not hold
---@field total upheld.Balance
---@field authorities table<string, upheld.Balance>   by code
local Reconciliation = { __name = "upheld.reconciliation" }

local RECONCILED = { "year", "ok", "problems", "total", "authorities" }

function Reconciliation.__index(_, key)
  error(('a reconciliation has no "%s"; %s'):format(tostring(key), fault.suggestion(key, RECONCILED)), 2)
end

--- "2020: 3 open, 1970 received, 1985 decided (12 of them without a received date), 0 open at the end; all of it adds up"
function Reconciliation:__tostring()
  local t = self.total
  local lines = { ("%d: %d open before, %d received, %d decided%s, %d open at the end; %s"):format(self.year, t.open_before,
    t.received, t.decided, t.undated > 0 and (" (%d of them without a received date)"):format(t.undated) or "", t.open_after,
    self.ok and "all of it adds up" or "not all of it adds up") }
  table.move(self.problems, 1, #self.problems, 2, lines)
  return table.concat(lines, "\n")
end

--- Whether the year adds up: outcomes to decided, service areas to received, authorities to totals, received less decided to open.
---@return upheld.Reconciliation? result, upheld.Error? err
function Year:reconcile()
  local refused = hidden(self, "reconcile")
  if refused then return nil, refused end
  local text, err = self.figures:reconcile()
  if not text then return nil, err end
  local problems, authorities = {}, {}
  for line in text:gmatch "[^\n]+" do problems[#problems + 1] = line end
  for _, index in ipairs(self.figures:authorities()) do
    authorities[self.evidence:authority(index).code] = self.figures:balance(index)
  end
  return setmetatable({ year = self.year, ok = #problems == 0, problems = problems, total = self.figures:balance(nil),
    authorities = authorities }, Reconciliation)
end

--- The year's letters, all rendered.
---@param options table  wording, facts, date, authority, where, notice
---@return upheld.Letters? letters, table? err
function Year:letters(options)
  return require("upheld.letters").build(self, options)
end

function Year:__tostring()
  return ("year ending %s%s"):format(self.ends, self.boundaries == "as it is now" and ", " .. self.boundaries or "")
end

---@param book upheld.Book
---@param evidence userdata
---@param number integer
---@param disclosure { suppress_below: integer, round_to: integer? }?
---@param now boolean?
---@return upheld.Year? year, table? err
function year.new(book, evidence, number, disclosure, now)
  local figures, err = evidence:figures(number, disclosure)
  if not figures then return nil, err end
  local starts, ends = core.year_span(book.scheme.compiled, number)
  return setmetatable({ book = book, evidence = evidence, figures = figures, year = number, scheme = book.scheme,
    starts = starts, ends = ends, made = {}, groupings = {}, disclosure = disclosure,
    boundaries = now and "as it is now" or "as it was" }, Year)
end

return year
