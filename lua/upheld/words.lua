-- words.lua: English for numbers, dates, plurals and lists; digit grouping and ISO dates are the same in every language.
-- Owns: number words, ordinals, plurals, "a" and "an", digit grouping, dates in
-- words. Follows no locale: the same arguments always give the same text.
-- Must not: make, compare or round a rate; read a clock; touch markup.

local kept = require "upheld.kept"
local arguments = require "upheld.language.arguments"

local words = {}

local whole, text = arguments.whole, arguments.text

local UNITS = {
  [0] = "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
  "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
}
local TENS = { "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety" }
local MILLION = 1000000

local ORDINAL_OF = {
  one = "first", two = "second", three = "third", five = "fifth", eight = "eighth", nine = "ninth", twelve = "twelfth",
}

local MONTHS = {
  "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
  "December",
}

-- 1..999 in words, British: "one hundred and five".
local function below_thousand(n)
  local hundreds, rest = n // 100, n % 100
  local parts = {}
  if hundreds > 0 then parts[1] = UNITS[hundreds] .. " hundred" end
  if rest > 0 then
    if hundreds > 0 then parts[2] = "and" end
    if rest < 20 then
      parts[#parts + 1] = UNITS[rest]
    else
      parts[#parts + 1] = TENS[rest // 10] .. (rest % 10 > 0 and "-" .. UNITS[rest % 10] or "")
    end
  end
  return table.concat(parts, " ")
end

--- A number in words: "one thousand four hundred", "one hundred and eighteen".
---@param n integer  0 to 1,000,000
---@return string
function words.number(n)
  whole("number words", n)
  if n < 0 or n > MILLION then error(("number words: %d is not between 0 and 1,000,000"):format(n), 2) end
  if n == 0 then return UNITS[0] end
  if n == MILLION then return "one million" end
  local thousands, rest = n // 1000, n % 1000
  if thousands == 0 then return below_thousand(rest) end
  if rest == 0 then return below_thousand(thousands) .. " thousand" end
  return below_thousand(thousands) .. " thousand " .. (rest < 100 and "and " or "") .. below_thousand(rest)
end

--- "1st", "22nd", "113th".
---@param n integer  0 or more
---@return string
function words.ordinal(n)
  whole("ordinal", n)
  if n < 0 then error(("ordinal: %d is below zero"):format(n), 2) end
  local teen = n % 100
  local suffix = (teen >= 11 and teen <= 13) and "th" or ({ "st", "nd", "rd" })[n % 10] or "th"
  return words.group(n) .. suffix
end

--- "first", "twenty-second", "one hundred and third".
---@param n integer  0 to 1,000,000
---@return string
function words.ordinal_words(n)
  whole("ordinal words", n)
  if n < 0 or n > MILLION then error(("ordinal words: %d is not between 0 and 1,000,000"):format(n), 2) end
  local before, last = words.number(n):match("^(.-)([a-z]+)$")
  if ORDINAL_OF[last] then return before .. ORDINAL_OF[last] end
  if last:sub(-1) == "y" then return before .. last:sub(1, -2) .. "ieth" end
  return before .. last .. "th"
end

--- Digits in groups of three: 1400 gives "1,400".
---@param n integer
---@return string
function words.group(n)
  whole("grouped number", n)
  if n >= 0 and n < 1000 then return ("%d"):format(n) end
  -- By text, not by arithmetic: the least integer has no positive of its own.
  local sign, digits = ("%d"):format(n):match("^(%-?)(%d+)$")
  local head = #digits % 3
  local grouped = digits:sub(1, head) .. digits:sub(head + 1):gsub("(%d%d%d)", ",%1")
  return sign .. grouped:gsub("^,", "", 1)
end

-- Nouns whose plurals the rules do not give, by themselves or as the last word of a phrase ("looked-after child").
local IRREGULAR = { child = "children", person = "people", man = "men", woman = "women", chairman = "chairmen",
  chairwoman = "chairwomen", tradesman = "tradesmen", half = "halves", criterion = "criteria" }

-- The regular plural of a noun or of a noun phrase's last word, or an irregular one that is known.
local function regular(singular)
  local before, last = singular:match("^(.-)(%a+)$")
  if last and IRREGULAR[last] then return before .. IRREGULAR[last] end
  if singular:find("[sxz]$") or singular:find("[cs]h$") then return singular .. "es" end
  if singular:find("[^aeiou]y$") then return singular:sub(1, -2) .. "ies" end
  return singular .. "s"
end

--- The form of a noun for a number: one "complaint", two or no "complaints".
---@param n integer
---@param singular string
---@param plural string?  an irregular plural in full, such as "people"
---@return string
function words.plural(n, singular, plural)
  whole("plural", n)
  text("plural", singular)
  if plural ~= nil then text("plural", plural) end
  if n == 1 then return singular end
  return plural or regular(singular)
end

--- Number and noun: "1 complaint", "0 complaints", "1,400 people".
---@param n integer
---@param singular string
---@param plural string?
---@return string
function words.counted(n, singular, plural)
  whole("counted", n)
  text("counted", singular)
  if plural ~= nil then text("counted", plural) end
  return words.group(n) .. " " .. words.plural(n, singular, plural)
end

--- The same with small numbers in words: "no complaints", "one complaint", "nine complaints", "10 complaints".
---@param n integer  0 or more
---@param singular string
---@param plural string?
---@return string
function words.counted_words(n, singular, plural)
  whole("counted words", n)
  if n < 0 then error(("counted words: %d is below zero"):format(n), 2) end
  text("counted words", singular)
  if plural ~= nil then text("counted words", plural) end
  local number = n == 0 and "no" or n < 10 and words.number(n) or words.group(n)
  return number .. " " .. words.plural(n, singular, plural)
end

-- Spelling and sound of the first letters disagree for these.
local AN_BEFORE = { "^hour", "^honest", "^honour", "^heir" }
local A_BEFORE = { "^unani", "^uni[^dnm]", "^use", "^usu", "^uti", "^eu", "^ewe", "^one$", "^once$", "^ubi" }
-- Letters whose own names begin with a vowel sound: an MP, an NHS trust, an x-ray.
local LETTER_SOUNDS_AN = "^[AEFHILMNORSXaefhilmnorsx]"
-- Abbreviations that are said as words and not letter by letter: a NATO base.
local SAID_AS_WORDS = { NATO = true, NASA = true, NICE = true, FIFA = true, RADAR = true, LASER = true, SEND = true, SENCO = true,
  MARAC = true, MAPPA = true, LADO = true, RIDDOR = true, SIM = true }

--- Whether an abbreviation is known to be said as a word: NATO.
---@param abbreviation string
---@return boolean
function words.is_said_as_word(abbreviation) return SAID_AS_WORDS[abbreviation] == true end

-- Whether a number in digits is said with a vowel first: 8, 11, 18, 80, 800, 8,000, 11,000.
local function number_takes_an(digits)
  local plain = digits:gsub(",", "")
  if plain:sub(1, 1) == "8" then return true end
  local first = plain:sub(1, 2)
  return (first == "11" or first == "18") and #plain % 3 == 2
end

local function takes_an(phrase)
  local digits = phrase:match("^%d[%d,]*")
  if digits then return number_takes_an(digits) end
  local first = phrase:match("^[A-Za-z]+") or ""
  local spelt = #first > 1 and not first:find("[a-z]") and not SAID_AS_WORDS[first]
  if spelt or #first == 1 then return first:find(LETTER_SOUNDS_AN) ~= nil end
  local lower = first:lower()
  for _, pattern in ipairs(AN_BEFORE) do
    if lower:find(pattern) then return true end
  end
  for _, pattern in ipairs(A_BEFORE) do
    if lower:find(pattern) then return false end
  end
  return lower:find("^[aeiou]") ~= nil
end

--- The phrase with its indefinite article: "a council", "an authority", "a unitary council", "an 8% rate".
---@param phrase string
---@return string
function words.a(phrase)
  text("a", phrase)
  return (takes_an(phrase) and "an " or "a ") .. phrase
end

--- "a", "a and b", "a, b and c".
---@param items string[]       at least one
---@param conjunction string?  "and" when absent
---@return string
function words.list(items, conjunction)
  arguments.items(items)
  if #items == 1 then return items[1] end
  return table.concat(items, ", ", 1, #items - 1) .. " " .. (conjunction or "and") .. " " .. items[#items]
end

local function days_in(year, month)
  if month == 2 then
    local leap = year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
    return leap and 29 or 28
  end
  return (month == 4 or month == 6 or month == 9 or month == 11) and 30 or 31
end

--- Year, month and day of an ISO date, or nil where it is none (2020-02-30).
---@param iso any
---@return integer? year, integer? month, integer? day
function words.parse_date(iso)
  if type(iso) ~= "string" then return nil end
  local y, m, d = iso:match("^(%d%d%d%d)%-(%d%d)%-(%d%d)$")
  if not y then return nil end
  y, m, d = math.tointeger(tonumber(y)), math.tointeger(tonumber(m)), math.tointeger(tonumber(d))
  if m < 1 or m > 12 or d < 1 or d > days_in(y, m) then return nil end
  return y, m, d
end

local date_words = kept.function_of(function(iso)
  local y, m, d = words.parse_date(iso)
  return y and ("%d %s %d"):format(d, MONTHS[m], y) or false
end)

--- "22 July 2020" from "2020-07-22".
---@param iso string
---@return string
function words.date(iso)
  local said = type(iso) == "string" and date_words(iso)
  if not said then error(("date: %s is not a date such as 2020-07-22"):format(tostring(iso)), 2) end
  return said
end

--- With its first letter as a capital; other than a to z it stays as it is.
---@param s string
---@return string
function words.capital(s)
  text("capital", s)
  -- Not by string.upper: it would follow the host's locale.
  return (s:gsub("^[a-z]", function(letter) return string.char(letter:byte() - 32) end))
end

--- A printed number of days with its noun: "87 days", "1 day", "12.5 days".
---@param value string   as the core printed it
---@return string
function words.days(value)
  return value == "1" and "1 day" or text("days", value) .. " days"
end

--- A printed difference in percentage points: "1 percentage point", "-9 percentage points".
---@param value string   as the core printed it
---@return string
function words.points(value)
  local one = text("points", value) == "1" or value == "-1"
  return value .. (one and " percentage point" or " percentage points")
end

return words
