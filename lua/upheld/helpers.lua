-- helpers.lua: the functions that every wording can call by name, besides plain
-- Lua and its own.
-- Owns: how a figure is said: no rate is ever made, compared as a fraction or
-- rounded here; a figure without a rate cannot be printed as one.
-- Must not: know a particular letter, or print what the figure does not say.

local english = require "upheld.language.en"
local fault = require "upheld.fault"
local words = require "upheld.words"

local helpers = { number = words.group } -- digits are grouped alike in every language
for name, helper in pairs(english.helpers) do helpers[name] = helper end

local function refuse(code, message, hint)
  error(fault.new { code = code, message = message, hint = hint }, 0)
end

local function named(f)
  return f.name and ('the figure "%s"'):format(f.name) or "the figure"
end

-- Whole per cent, or the words for a rate that rounding alone brought to a bound.
local function per_cent(spoken, percent, at_bound)
  if at_bound then return percent == 0 and spoken.phrases.under or spoken.phrases.over end
  return ("%d%%"):format(percent)
end

local function rate(spoken, f)
  if f.percent ~= nil then return per_cent(spoken, f.percent, f.rounded_to_bound) end
  if f.value ~= nil then return f.unit == "days" and spoken.days(f.value) or f.value end
  refuse("no-rate", ("%s has no rate (%s)"):format(named(f), f.reason or "no reason given"),
    "test its percent or its reason before printing it")
end

local function peer_rate(spoken, p)
  if p.percent == nil then
    if p.value ~= nil then return p.unit == "days" and spoken.days(p.value) or p.value end
    refuse("no-rate", "the average of the peers has no rate", "test its percent before printing it")
  end
  local at_bound = p.rounded_to_bound
  if at_bound == nil and p.numerator and p.denominator then
    at_bound = (p.percent == 100 and p.numerator < p.denominator) or (p.percent == 0 and p.numerator > 0)
  end
  return per_cent(spoken, p.percent, at_bound)
end

local COMPARED = {
  ["similar"] = "similar",
  ["low 95"] = "lower", ["low 99.8"] = "lower",
  ["high 95"] = "higher", ["high 99.8"] = "higher",
}

local function compared(spoken, f, other)
  local class, reason = f:class()
  if class == nil then
    refuse("no-class", ("%s has no class (%s)"):format(named(f), reason or "no reason given"),
      "test class() before printing it")
  end
  local said = spoken.phrases[COMPARED[class]]
  if other == nil then return said end
  if type(other) ~= "string" or other == "" then error("compared: what follows is to be a text", 3) end
  return spoken.followed and spoken.followed(said, other) or said .. " " .. other
end

--- A figure's rate in words: "67%", "more than 99%", "87 days", "5.5" for one that is no percentage.
---@param f table  a figure
---@return string
function helpers.rate(f) return rate(english, f) end

--- An average's rate in words; the average must have one.
---@param p table  what figure:peers() gives
---@return string
function helpers.peer_rate(p) return peer_rate(english, p) end

--- A number as it was published, with at most one decimal: "45", "99.4". Nothing is rounded.
---@param x number
---@return string
function helpers.printed(x)
  local whole = math.tointeger(x)
  if whole then return ("%d"):format(whole) end
  local tenths = math.type(x) == "float" and math.tointeger(math.floor(x * 10 + 0.5))
  if not tenths or x < 0 or math.abs(tenths / 10 - x) > 1e-9 then
    refuse("fraction", ("printed: %s is no number of at most one decimal"):format(tostring(x)))
  end
  -- By integers: "%.1f" would follow the host's locale.
  return ("%d.%d"):format(tenths // 10, tenths % 10)
end

--- Whether a rate is below 100%, on the counts: 249 of 250 is.
---@return boolean
function helpers.below_full(f)
  if f.numerator == nil or f.denominator == nil then
    refuse("no-counts", ("%s has no counts (%s)"):format(named(f), f.reason or "no reason given"))
  end
  return f.numerator < f.denominator
end

--- How many cases of the denominator are not in the numerator.
---@return integer
function helpers.remainder(f)
  helpers.below_full(f)
  return f.denominator - f.numerator
end

--- Whether the average leaves out authorities whose figures are not known.
---@return boolean
function helpers.part_known(p)
  return p.unknown > 0
end

--- One whole number less another, such as two facts.
---@param more integer
---@param less integer
---@return integer
function helpers.difference(more, less)
  if math.type(more) ~= "integer" or math.type(less) ~= "integer" then
    error("difference: two whole numbers are expected", 2)
  end
  return more - less
end

--- Whole numbers added up, such as the decisions of several outcomes.
---@param ... integer
---@return integer
function helpers.sum(...)
  local total = 0
  for i = 1, select("#", ...) do
    local n = select(i, ...)
    if math.type(n) ~= "integer" then error(("sum: a whole number is expected, not %s"):format(tostring(n)), 2) end
    total = total + n
  end
  return total
end

--- The words for a figure beside its peers, by its class: "similar to", "lower than", "higher than".
---@param f table
---@param other string?   what it is compared with: in Welsh the word before it follows from it, and its first letter from that word
---@return string
function helpers.compared(f, other) return compared(english, f, other) end

--- The functions that a wording in this language can call: those of figures in its words, and its own.
---@param spoken upheld.Language
---@return table<string, function>
local function of(spoken)
  local made = {}
  for name, helper in pairs(helpers) do
    if not english.helpers[name] then made[name] = helper end
  end
  for name, helper in pairs(spoken.helpers) do made[name] = helper end
  function made.rate(f) return rate(spoken, f) end
  function made.peer_rate(p) return peer_rate(spoken, p) end
  function made.compared(f, other) return compared(spoken, f, other) end
  return made
end

-- Beside the table and not in it: every entry of it is a name of the wording's.
return setmetatable(helpers, { __index = { of = of } })
