-- stats.lua: exact rates, averages, intervals, tails, limits, classes, differences and change tests as functions on plain
-- numbers; no register is needed.
-- Owns: the option tables, their defaults and the refusal of unknown keys.
-- Must not: compute anything. Formulas, sources, worked numbers and accuracy stand in csrc/core/METHODS.md.
--
-- x and n are whole numbers: integers, or floats with an integral value. A wrong argument raises; n = 0 gives nil and an
-- error with code "no-cases".

local core = require "upheld.core".stats
local fault = require "upheld.fault"

local stats = {}

local METHODS = { "exact", "score" }
local ADJUSTMENTS = { "additive", "multiplicative" }
local LEVELS = { 0.95, 0.998 }
local NONE = {}

-- The options, checked: keys among `known`, values of the type that `known` gives them.
local function checked(what, options, known)
  if options == nil then return NONE end
  if type(options) ~= "table" then
    error(("%s: options must be a table, not %s"):format(what, type(options)), 3)
  end
  local names = {}
  for name in pairs(known) do names[#names + 1] = name end
  table.sort(names)
  fault.check_keys(what, options, names, 3)
  for _, name in ipairs(names) do
    local value = options[name]
    if value ~= nil and type(value) ~= known[name] then
      error(("%s: option \"%s\" must be a %s, not %s"):format(what, name, known[name], type(value)), 3)
    end
  end
  return options
end

-- The option, or what stands for it when it is absent; false is a value.
local function option(options, name, otherwise)
  local value = options[name]
  if value == nil then return otherwise end
  return value
end

-- The option's value if it is among `known`, the first of them when it is absent.
local function one_of(what, options, name, known)
  local value = option(options, name, known[1])
  for _, each in ipairs(known) do
    if value == each then return value end
  end
  return error(('%s: unknown %s "%s"; %s'):format(what, name, value, fault.suggestion(value, known)), 3)
end

-- All results of a call of the core. The call is made here as an argument, not in tail position, so that this file's function
-- still stands on the stack: the core reports a wrong argument one level above it.
local function results(...)
  return ...
end

---@class upheld.DecimalOptions
---@field per integer?       100 for per cent (default), 100000 for a rate per 100,000 residents
---@field decimals integer?  0 to 9, default 1
---@field trim boolean?      drop trailing zeros: "4", not "4.0"

---@class upheld.MeanOptions
---@field per integer?       as above, up to 10^9
---@field decimals integer?  0 to 9, default 1

---@class upheld.LevelOptions
---@field level number?      0 < level < 1, default 0.95

---@class upheld.WilsonOptions: upheld.LevelOptions
---@field continuity boolean?  Newcombe's method 4, with continuity correction

---@class upheld.Overdispersion  what stats.overdispersion found
---@field phi number            mean of the squared z after winsorising; 1 for chance alone
---@field tau2 number           variance between authorities on the arcsine scale; 0 for chance alone
---@field target number
---@field authorities integer   those with cases
---@field winsorised integer    z values moved to the 10th or 90th percentile
---@field without_rate integer  pairs with n = 0

---@class upheld.AdjustedOptions
---@field method "exact"|"score"|nil  binomial tails (default) or the normal formula of the public-health tools
---@field overdispersion upheld.Overdispersion?  allow for variation beyond chance
---@field adjustment "additive"|"multiplicative"|nil  how: tau2 (default) or phi

---@class upheld.LimitsOptions: upheld.AdjustedOptions
---@field level number?  0 < level < 1, default 0.95

---@class upheld.SignificanceOptions: upheld.AdjustedOptions

---@alias upheld.Class "low 99.8"|"low 95"|"similar"|"high 95"|"high 99.8"

--- 100 * x / n, half up to a whole number, from the integers. x may exceed n.
---@param x integer
---@param n integer
---@return integer|nil percent
---@return table? err  code "no-cases", or "number-too-large"
function stats.percent(x, n)
  return results(core.percent(x, n))
end

--- per * x / n as text, half up to a number of decimals, from the integers.
---@param x integer
---@param n integer
---@param options upheld.DecimalOptions?
---@return string|nil text
---@return table? err  code "no-cases", or "number-too-large"
function stats.decimal(x, n, options)
  local o = checked("decimal", options, { per = "number", decimals = "number", trim = "boolean" })
  return results(core.decimal(x, n, option(o, "per", 100), option(o, "decimals", 1), option(o, "trim", false)))
end

--- The mean of rates x/n, as text in per cent, half up from their exact sum. Pairs with n = 0 have no rate and are left out.
---@param rates integer[][]  pairs {x, n}
---@param options upheld.MeanOptions?
---@return string|nil text
---@return integer|table count  rates in the mean; the error when there is none
---@return integer? without_rate  pairs with n = 0
function stats.mean_of_rates(rates, options)
  local o = checked("mean_of_rates", options, { per = "number", decimals = "number" })
  return results(core.mean_of_rates(rates, option(o, "per", 100), option(o, "decimals", 1)))
end

--- Lower quartile, median and upper quartile of rates x/n (Hyndman and Fan 1996, type 7), as texts in per cent, half up
--- from the exact values. Pairs with n = 0 have no rate and are left out.
---@param rates integer[][]  pairs {x, n}, in any order
---@param options upheld.MeanOptions?
---@return string|nil lower
---@return string|table median  the error when there is no rate
---@return string? upper
---@return integer? count        rates among them
---@return integer? without_rate  pairs with n = 0
function stats.quartiles(rates, options)
  local o = checked("quartiles", options, { per = "number", decimals = "number" })
  return results(core.quartiles(rates, option(o, "per", 100), option(o, "decimals", 1)))
end

--- Wilson score interval of the share x/n.
---@param x integer
---@param n integer
---@param options upheld.WilsonOptions?
---@return number|nil low
---@return number|table high
function stats.wilson(x, n, options)
  local o = checked("wilson", options, { level = "number", continuity = "boolean" })
  return results(core.wilson(x, n, option(o, "level", 0.95), option(o, "continuity", false)))
end

--- Exact interval of the share x/n (Clopper and Pearson).
---@param x integer
---@param n integer
---@param options upheld.LevelOptions?
---@return number|nil low
---@return number|table high
function stats.exact(x, n, options)
  local o = checked("exact", options, { level = "number" })
  return results(core.exact(x, n, option(o, "level", 0.95)))
end

--- Byar's interval of the expected count behind x events.
---@param x integer
---@param options upheld.LevelOptions?
---@return number low
---@return number high
function stats.byar(x, options)
  local o = checked("byar", options, { level = "number" })
  return results(core.byar(x, option(o, "level", 0.95)))
end

--- Exact Poisson interval of the expected count behind x events.
---@param x integer
---@param options upheld.LevelOptions?
---@return number low
---@return number high
function stats.poisson(x, options)
  local o = checked("poisson", options, { level = "number" })
  return results(core.poisson(x, option(o, "level", 0.95)))
end

---@class upheld.IntervalsOptions
---@field method "wilson"|"wilson continuity"|"exact"|"byar"|"poisson"|nil  default wilson; of a count, byar
---@field levels number[]?  default {0.95, 0.998}

-- Names of the methods, the default first, for shares and for counts.
local OF_SHARES, OF_COUNTS = { "wilson", "wilson continuity", "exact" }, { "byar", "poisson" }

--- Intervals at several levels side by side: of the share x/n, or of the count x when n is nil.
---@param x integer
---@param n integer?
---@param options upheld.IntervalsOptions?
---@return {level: number, low: number, high: number}[]|nil rows  in the order of the levels
---@return table? err  code "no-cases"
function stats.intervals(x, n, options)
  local o = checked("intervals", options, { method = "string", levels = "table" })
  local method = one_of("intervals", o, "method", n == nil and OF_COUNTS or OF_SHARES)
  local continuity = method == "wilson continuity"
  local interval = core[continuity and "wilson" or method]
  local rows = {}
  for i, level in ipairs(option(o, "levels", LEVELS)) do
    local low, high
    if n == nil then
      low, high = interval(x, level)
    else
      low, high = interval(x, n, level, continuity)
    end
    if low == nil then return nil, high end
    rows[i] = { level = level, low = low, high = high }
  end
  return rows
end

--- P(X <= x) and P(X >= x) for x of n at probability p.
---@param x integer
---@param n integer
---@param p number
---@return number at_most
---@return number at_least
function stats.tail(x, n, p)
  return results(core.tail(x, n, p))
end

--- P(X <= x) and P(X >= x) for a count with an expectation.
---@param x integer
---@param expected number
---@return number at_most
---@return number at_least
function stats.poisson_tail(x, expected)
  return results(core.poisson_tail(x, expected))
end

--- Shares of n outside which one is low or high against the target. By the method "exact" these are the binomial
--- quantiles; the class adds the rule that one case alone is neither low nor high. An overdispersion widens them.
---@param target number
---@param n integer
---@param options upheld.LimitsOptions?
---@return number|nil low
---@return number|table high
function stats.limits(target, n, options)
  local o = checked("limits", options,
    { level = "number", method = "string", overdispersion = "table", adjustment = "string" })
  return results(core.limits(target, n, option(o, "level", 0.95), one_of("limits", o, "method", METHODS), o.overdispersion,
    one_of("limits", o, "adjustment", ADJUSTMENTS)))
end

--- The class of x of n against a target share. By the method "exact" one case alone is "similar".
---@param x integer
---@param n integer
---@param target number
---@param options upheld.SignificanceOptions?
---@return upheld.Class|nil class
---@return table? err
function stats.significance(x, n, target, options)
  local o = checked("significance", options, { method = "string", overdispersion = "table", adjustment = "string" })
  return results(core.significance(x, n, target, one_of("significance", o, "method", METHODS), o.overdispersion,
    one_of("significance", o, "adjustment", ADJUSTMENTS)))
end

--- The class of a count against its expectation. One event alone is never "high".
---@param x integer
---@param expected number
---@return upheld.Class
function stats.poisson_significance(x, expected)
  return results(core.poisson_significance(x, expected))
end

--- Counts outside which one is low or high against its expectation: the Poisson quantiles.
---@param expected number
---@param options upheld.LevelOptions?
---@return integer low
---@return integer high
function stats.poisson_limits(expected, options)
  local o = checked("poisson_limits", options, { level = "number" })
  return results(core.poisson_limits(expected, option(o, "level", 0.95)))
end

---@class upheld.OverdispersionOptions
---@field target number?  default: the pooled share of the rates

--- How much shares differ among themselves beyond chance, around a target. Pairs with n = 0 are left out.
---@param rates integer[][]  pairs {x, n}
---@param options upheld.OverdispersionOptions?
---@return upheld.Overdispersion|nil
---@return table? err  code "too-few-authorities" or "no-cases"
function stats.overdispersion(rates, options)
  local o = checked("overdispersion", options, { target = "number" })
  return results(core.overdispersion(rates, o.target))
end

---@class upheld.FunnelOptions: upheld.AdjustedOptions
---@field target number     0 to 1
---@field sizes integer[]?  cases of each authority; the axis then follows the rule of the public-health tools
---@field from integer?     else the axis itself
---@field to integer?
---@field points integer?   at most so many, default 100
---@field levels number[]?  two, default {0.95, 0.998}

---@class upheld.FunnelRow
---@field n integer
---@field low number[]   limits as shares, by level
---@field high number[]

--- Control limits over the number of cases, for a chart: exact steps or, by the method "score", curves.
---@param options upheld.FunnelOptions
---@return upheld.FunnelRow[]|nil rows
---@return table? err  code "no-cases": no authority has any
function stats.funnel(options)
  local o = checked("funnel", options, { target = "number", sizes = "table", from = "number", to = "number", points = "number",
    levels = "table", method = "string", overdispersion = "table", adjustment = "string" })
  local from, to = o.from, o.to
  if o.target == nil then error('funnel: option "target" is needed', 2) end
  if o.sizes and (from or to) then error('funnel: either "sizes" or "from" and "to", not both', 2) end
  if o.sizes then
    from, to = core.axis(o.sizes)
    if from == nil then return nil, to end
  end
  if from == nil or to == nil then error('funnel: option "sizes", or "from" and "to", are needed', 2) end
  local levels = option(o, "levels", LEVELS)
  if #levels ~= 2 then error(("funnel: option \"levels\" must have two levels, not %d"):format(#levels), 2) end
  return results(core.funnel(o.target, from, to, option(o, "points", 100), levels[1], levels[2],
    one_of("funnel", o, "method", METHODS), o.overdispersion, one_of("funnel", o, "adjustment", ADJUSTMENTS)))
end

---@class upheld.DifferenceOptions: upheld.LevelOptions
---@field per integer?       100 for percentage points (default)
---@field decimals integer?  0 to 9, default 1

--- x1/n1 - x2/n2: as text in percentage points, half away from zero from the exact fraction, never from two rounded
--- rates; and its interval as proportions in -1..1 (Newcombe 1998, method 10).
---@param x1 integer
---@param n1 integer
---@param x2 integer
---@param n2 integer
---@param options upheld.DifferenceOptions?
---@return string|nil text
---@return number|table low
---@return number? high
function stats.difference(x1, n1, x2, n2, options)
  local o = checked("difference", options, { level = "number", per = "number", decimals = "number" })
  return results(core.difference(x1, n1, x2, n2, option(o, "level", 0.95), option(o, "per", 100), option(o, "decimals", 1)))
end

---@alias upheld.Change "fall 99.8"|"fall 95"|"no clear change"|"rise 95"|"rise 99.8"

--- Whether the share changed from x1 of n1 to x2 of n2: Fisher's exact test, with both of its tails.
---@param x1 integer
---@param n1 integer
---@param x2 integer
---@param n2 integer
---@return upheld.Change|nil change
---@return number|table fall  P(X2 <= x2) if nothing changed; the error when there are no cases
---@return number? rise       P(X2 >= x2)
function stats.change(x1, n1, x2, n2)
  return results(core.change(x1, n1, x2, n2))
end

---@class upheld.CountChangeOptions
---@field exposure integer[]?  what each count comes from, such as residents of either year; default {1, 1}

--- Whether a count changed from x1 to x2, by the exact conditional test of two Poisson counts.
---@param x1 integer
---@param x2 integer
---@param options upheld.CountChangeOptions?
---@return upheld.Change|nil change
---@return number|table fall  P(X2 <= x2) if nothing changed; the error when an exposure is 0
---@return number? rise       P(X2 >= x2)
function stats.change_of_counts(x1, x2, options)
  local o = checked("change_of_counts", options, { exposure = "table" })
  local exposure = option(o, "exposure", { 1, 1 })
  return results(core.change_of_counts(x1, x2, exposure[1], exposure[2]))
end

---@class upheld.ClassOptions
---@field method "exact"|"score"|nil  default exact

--- The class of x of n beside peers with peers_x of peers_n, without x and n in them: as upheld.Figure:class gives it. By the method
--- "exact" the milder one of the binomial tail at the peers' share and of Fisher's test of two shares, since the peers' share is an
--- estimate too; by "score" the limits around the peers' share as if it were known, as the public-health tools have it.
---@param x integer
---@param n integer
---@param peers_x integer
---@param peers_n integer
---@param options upheld.ClassOptions?
---@return upheld.Class|nil class
---@return table? err  code "no-cases": there are none, or the peers have none
function stats.class(x, n, peers_x, peers_n, options)
  local o = checked("class", options, { method = "string" })
  return results(core.class(x, n, peers_x, peers_n, one_of("class", o, "method", METHODS)))
end

--- The class of x events over an exposure, such as residents, beside peers: the milder one of the Poisson tail at the number that the
--- peers' rate lets expect and of the conditional test of two counts.
---@param x integer
---@param exposure integer
---@param peers_x integer
---@param peers_exposure integer
---@return upheld.Class|nil class
---@return table? err  code "no-exposure"
function stats.class_of_counts(x, exposure, peers_x, peers_exposure)
  return results(core.class_of_counts(x, exposure, peers_x, peers_exposure))
end

return stats
