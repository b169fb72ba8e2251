-- language/cy/numbers.lua: Welsh for numbers, mutations, counted nouns, lists and dates.
-- Owns: the decimal system ("un deg dau" and not "deuddeg"): the one of schools and of official figures; ordinals in words are
-- the traditional ones, which alone there are. A noun stays singular after a number.
-- Must not: make, compare or round a rate; follow a locale; mutate a name (what begins with a capital or a digit).
--
-- A noun is { one = "cwyn", many = "cwynion", gender = "f" } ("m" for the others); where they are not what the rules make of
-- it, its soft, aspirate and nasal forms as well; after = its form after numbers above one ("blynedd"); time = true where it
-- is nasal after some numbers, as blynedd is; mutates = false where it never changes.

local arguments = require "upheld.language.arguments"
local words = require "upheld.words"

local numbers = {}

local whole, text = arguments.whole, arguments.text
local MILLION = 1000000

local UNITS = { "un", "dau", "tri", "pedwar", "pump", "chwech", "saith", "wyth", "naw", "deg" }
local FEMININE = { [2] = "dwy", [3] = "tair", [4] = "pedair" }
local TENS = { "deg", "dau ddeg", "tri deg", "pedwar deg", "pum deg", "chwe deg", "saith deg", "wyth deg", "naw deg" }
local HUNDREDS = { "cant", "dau gant", "tri chant", "pedwar cant", "pum cant", "chwe chant", "saith cant", "wyth cant",
  "naw cant" }

local MONTHS = { "Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin", "Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd",
  "Rhagfyr" }

--------------------------------------------------------------------------------
-- Mutations

-- By the first letter; two letters that are one come first, also where they do not change.
local MUTATIONS = {
  soft = { { "ch" }, { "dd" }, { "ff" }, { "ph" }, { "th" }, { "ng" }, { "ll", "l" }, { "rh", "r" }, { "p", "b" }, { "t", "d" },
    { "c", "g" }, { "b", "f" }, { "d", "dd" }, { "g", "" }, { "m", "f" } },
  aspirate = { { "ch" }, { "ph" }, { "th" }, { "p", "ph" }, { "t", "th" }, { "c", "ch" } },
  nasal = { { "ch" }, { "dd" }, { "ph" }, { "th" }, { "p", "mh" }, { "t", "nh" }, { "c", "ngh" }, { "b", "m" }, { "d", "n" },
    { "g", "ng" } },
}

-- The rules do not give the accent.
local IRREGULAR = { cwyn = { soft = "gŵyn", aspirate = "chŵyn", nasal = "nghŵyn" } }

local CAPITALS = { ["â"] = "Â", ["ê"] = "Ê", ["î"] = "Î", ["ô"] = "Ô", ["û"] = "Û", ["ŵ"] = "Ŵ", ["ŷ"] = "Ŷ", ["ë"] = "Ë",
  ["ï"] = "Ï", ["ö"] = "Ö", ["á"] = "Á", ["é"] = "É", ["à"] = "À", ["è"] = "È" }

--- With its first letter as a capital, also where it has an accent.
---@param s string
---@return string
function numbers.capital(s)
  text("capital", s)
  local first = s:match "^[\195-\197][\128-\191]"
  if first then return (CAPITALS[first] or first) .. s:sub(3) end
  return words.capital(s)
end

--- A word with its first letter mutated; a word of one letter stays.
---@param s string
---@param kind "soft"|"aspirate"|"nasal"
---@return string
function numbers.mutated(s, kind)
  text("mutated", s)
  local rules = MUTATIONS[kind]
  if not rules then error(('mutated: "soft", "aspirate" or "nasal" is expected, not %s'):format(tostring(kind)), 2) end
  if not s:find "^%a[%a\128-\255]" then return s end
  local first = s:sub(1, 1)
  local lower = words.capital(first) == first and first:find "[A-Z]" and string.char(first:byte() + 32) .. s:sub(2) or s
  local word, rest = lower:match "^([%a\128-\255]+)(.*)$"
  local irregular = IRREGULAR[word] and IRREGULAR[word][kind]
  if irregular then return (lower ~= s and numbers.capital(irregular) or irregular) .. rest end
  for _, rule in ipairs(rules) do
    local from, to = rule[1], rule[2]
    if lower:sub(1, #from) == from then
      local made = to and to .. lower:sub(#from + 1) or lower
      return lower ~= s and numbers.capital(made) or made
    end
  end
  return s
end

local mutated = numbers.mutated

-- Small letters are words of the language; capitals and digits are names and figures, and stay as they are.
local function aspirated(s)
  return s:find "^[a-z]" and mutated(s, "aspirate") or s
end

--------------------------------------------------------------------------------
-- And

-- Whether a number in digits is said with a vowel first: un, wyth, un deg dau, wyth deg, wyth cant; in groups of three.
local function digits_open(digits)
  local lead, more = digits:match "^(%d+)(,?)"
  if more == "" and #lead > 3 then lead = lead:sub(1, (#lead - 1) % 3 + 1) .. "," end
  local thousands = more == "," or lead:sub(-1) == ","
  local n = math.tointeger(tonumber((lead:gsub(",", ""))))
  if n == 1 then return not thousands end -- un, but mil
  return n == 8 or (n >= 11 and n <= 19) or (n >= 80 and n <= 89) or (n >= 800 and n <= 899)
end

--- Whether "ac" stands before a phrase, by its first letter, or its first number as it is said.
---@param phrase string
---@return boolean
function numbers.opens_with_vowel(phrase)
  local digits = phrase:match "^%d[%d,]*"
  if digits then return digits_open((digits:gsub(",$", ""))) end
  return phrase:find "^[aeiouwyAEIOUWY]" ~= nil
    or phrase:find "^\195[\128-\133\136-\143\146-\150\153-\157\160-\165\168-\175\178-\182\185-\189]" ~= nil
    or phrase:find "^\197[\180-\183]" ~= nil
end

--- The phrase with "and" before it: "a chyngor", "ac awdurdod", "ac 8 cwyn", "a Caerffili" (a name stays as it is).
---@param phrase string
---@return string
function numbers.ac(phrase)
  text("ac", phrase)
  return numbers.opens_with_vowel(phrase) and "ac " .. phrase or "a " .. aspirated(phrase)
end

--- "cyngor", "cyngor ac awdurdod", "cwyn, cyngor a phenderfyniad".
---@param items string[]       at least one
---@param conjunction string?  instead of "a" and "ac", such as "neu"; the last item then stays as it is
---@return string
function numbers.list(items, conjunction)
  arguments.items(items)
  if #items == 1 then return items[1] end
  local last = items[#items]
  return table.concat(items, ", ", 1, #items - 1) .. " " .. (conjunction and conjunction .. " " .. last or numbers.ac(last))
end

--------------------------------------------------------------------------------
-- Number words

local function unit(n, gender) return gender == "f" and FEMININE[n] or UNITS[n] end

-- 1 to 999.
local function below_thousand(n, gender)
  local hundreds, rest = n // 100, n % 100
  local said
  if rest == 0 then said = nil
  elseif rest <= 10 then said = unit(rest, gender)
  elseif rest < 20 then said = "un deg " .. unit(rest - 10, gender)
  else said = TENS[rest // 10] .. (rest % 10 > 0 and " " .. unit(rest % 10, gender) or "") end
  if hundreds == 0 then return said end
  if not said then return HUNDREDS[hundreds] end
  return HUNDREDS[hundreds] .. " " .. (rest <= 10 and numbers.ac(said) or said)
end

-- As it stands before a noun: pum, chwe, can.
local function before_noun(n, gender)
  local said = below_thousand(n, gender)
  return (said:gsub("pump$", "pum"):gsub("chwech$", "chwe"):gsub("ant$", "an"))
end

-- Thousands are feminine: dwy fil, tair mil.
local function thousands_in_words(n)
  if n == 1 then return "mil" end
  local last = n % 10
  return before_noun(n, "f") .. ((last == 1 or last == 2) and " fil" or " mil")
end

-- "m" or "f" from what was given: nothing, the gender, or a noun.
local function gender_of(name, given)
  if type(given) == "table" then given = given.gender end
  if given == nil or given == "m" or given == "f" then return given or "m" end
  error(('%s: a gender is "m" or "f", not %s'):format(name, tostring(given)), 3)
end

--- A number in words, in the decimal system: "un deg dau", "dau ddeg dwy", "cant ac un", "dwy fil pedwar cant".
---@param n integer  0 to 1,000,000
---@param gender ("m"|"f"|table)?  of what is counted, or the noun itself; "m" when absent
---@return string
function numbers.number(n, gender)
  whole("number words", n)
  gender = gender_of("number words", gender)
  if n < 0 or n > MILLION then error(("number words: %d is not between 0 and 1,000,000"):format(n), 2) end
  if n == 0 then return "dim" end
  if n == MILLION then return "miliwn" end
  local thousands, rest = n // 1000, n % 1000
  if thousands == 0 then return below_thousand(rest, gender) end
  local said = thousands_in_words(thousands)
  if rest == 0 then return said end
  local tail = below_thousand(rest, gender)
  return said .. " " .. (rest < 100 and numbers.ac(tail) or tail)
end

--- Every form in which a number may stand in a text: of both genders, before a noun, and mutated.
---@param n integer
---@return string[]
function numbers.said(n)
  if n == 0 then return { "dim" } end
  local list, seen = {}, {}
  local function add(form)
    for _, one in ipairs { form, mutated(form, "soft"), mutated(form, "aspirate") } do
      if not seen[one] then
        seen[one] = true
        list[#list + 1] = one
      end
    end
  end
  for _, gender in ipairs { "m", "f" } do
    add(numbers.number(n, gender))
    if n < 1000 then add(before_noun(n, gender)) end
  end
  return list
end

--------------------------------------------------------------------------------
-- Ordinals

local ENDINGS = { "af", "il", "ydd", "ydd", "ed", "ed", "fed", "fed", "fed", "fed", "eg", "fed", "eg", "eg", "fed", "eg", "eg",
  "fed", "eg", "fed" }
local FED = { [0] = true, [40] = true, [50] = true, [60] = true, [80] = true }

local ORDINALS = { "cyntaf", "ail", "trydydd", "pedwerydd", "pumed", "chweched", "seithfed", "wythfed", "nawfed", "degfed",
  "unfed ar ddeg", "deuddegfed", "trydydd ar ddeg", "pedwerydd ar ddeg", "pymthegfed", "unfed ar bymtheg", "ail ar bymtheg",
  "deunawfed", "pedwerydd ar bymtheg", "ugeinfed" }

local function feminine_ordinal(said, gender)
  return gender == "f" and (said:gsub("^trydydd", "trydedd"):gsub("^pedwerydd", "pedwaredd")) or said
end

--- "1af", "2il", "3ydd" ("3edd" of a feminine noun), "11eg", "21ain".
---@param n integer  0 or more
---@param gender ("m"|"f"|table)?
---@return string
function numbers.ordinal(n, gender)
  whole("ordinal", n)
  gender = gender_of("ordinal", gender)
  if n < 0 then error(("ordinal: %d is below zero"):format(n), 2) end
  local rest = n % 100
  local ending
  if n > 100 and rest == 1 then ending = "fed" -- cant ac unfed
  elseif ENDINGS[rest] then ending = ENDINGS[rest]
  else ending = FED[rest] and "fed" or "ain" end
  if gender == "f" and ending == "ydd" then ending = "edd" end
  return words.group(n) .. ending
end

--- "cyntaf", "trydydd" ("trydedd" of a feminine noun), "unfed ar hugain".
---@param n integer  1 to 31: beyond these the language has no common ones, and they are written in digits
---@param gender ("m"|"f"|table)?
---@return string
function numbers.ordinal_words(n, gender)
  whole("ordinal words", n)
  gender = gender_of("ordinal words", gender)
  if n < 1 or n > 31 then
    error(("ordinal words: %d is not between 1 and 31; in Welsh others are written in digits: ordinal(%d)"):format(n, n), 2)
  end
  if n <= 20 then return feminine_ordinal(ORDINALS[n], gender) end
  local first = n == 21 and "unfed" or n == 31 and "unfed ar ddeg" or ORDINALS[n - 20]
  return feminine_ordinal(first, gender) .. " ar hugain"
end

--------------------------------------------------------------------------------
-- Nouns

-- A noun as it is to be given, or the caller's mistake.
local function checked_noun(name, noun)
  if type(noun) == "table" and (noun.gender == "m" or noun.gender == "f") and type(noun.one) == "string"
    and type(noun.many) == "string" then
    return noun
  end
  error(('%s: in Welsh a noun is given as { one = "cwyn", many = "cwynion", gender = "f" }, not %s'):format(name,
    type(noun) == "table" and "without one of these" or ('"%s"'):format(tostring(noun))), 3)
end

-- After these (pum, saith, wyth, naw, deng, deuddeng, pymtheng, deunaw, ugain, can) and the other tens a noun of time is nasal.
local NASAL = { [5] = true, [7] = true, [8] = true, [9] = true, [12] = true, [15] = true, [18] = true, [100] = true }

-- The kind of mutation that a number asks of a noun; nil for none.
local function mutation_after(n, noun)
  if n == 1 then return noun.gender == "f" and "soft" or nil end
  if n == 2 then return "soft" end
  if n == 3 then return noun.gender == "m" and "aspirate" or nil end
  if n == 6 then return "aspirate" end
  if noun.time and (NASAL[n] or (n > 0 and n < 100 and n % 10 == 0)) then return "nasal" end
  return nil
end

-- The noun as it stands after a number.
local function after_number(n, noun)
  local kind, form = mutation_after(n, noun), noun.one
  if n ~= 1 and noun.after then form = noun.after end
  if not kind or noun.mutates == false then return form end
  -- Feminine nouns in ll and rh stay after un.
  if n == 1 and form:find "^[lLrR][lh]" then return form end
  return noun[kind] or mutated(form, kind)
end

--- The form of a noun that stands without its number: one "cwyn", more or none "cwynion".
---@param n integer
---@param noun table|string  a noun, or its form for one
---@param many string?       with a text: its form for more
---@return string
function numbers.plural(n, noun, many)
  whole("plural", n)
  if type(noun) == "string" and type(many) == "string" then return n == 1 and text("plural", noun) or text("plural", many) end
  noun = checked_noun("plural", noun)
  return n == 1 and noun.one or noun.many
end

--- Number and noun: "1 gŵyn", "5 cwyn", "3 chyngor", "1,400 cwyn".
---@param n integer
---@param noun table
---@return string
function numbers.counted(n, noun)
  whole("counted", n)
  return words.group(n) .. " " .. after_number(n, checked_noun("counted", noun))
end

--- Number and noun as official texts have it of many: "5 o gwynion", "1,400 o bobl"; "1 gŵyn".
---@param n integer
---@param noun table
---@return string
function numbers.counted_of(n, noun)
  whole("counted of", n)
  noun = checked_noun("counted of", noun)
  if n == 1 then return numbers.counted(n, noun) end
  return words.group(n) .. " o " .. (noun.mutates == false and noun.many or mutated(noun.many, "soft"))
end

--- Small numbers in words: "dim cwynion", "un gŵyn", "dwy gŵyn", "tri chyngor", "chwe chwyn", "10 cwyn".
---@param n integer  0 or more
---@param noun table
---@return string
function numbers.counted_words(n, noun)
  whole("counted words", n)
  if n < 0 then error(("counted words: %d is below zero"):format(n), 2) end
  noun = checked_noun("counted words", noun)
  if n == 0 then return "dim " .. noun.many end
  return (n < 10 and before_noun(n, noun.gender) or words.group(n)) .. " " .. after_number(n, noun)
end

local DAY = { one = "diwrnod", many = "diwrnodau", gender = "m" }
local POINT = { one = "pwynt canran", many = "pwyntiau canran", gender = "m" }

-- A printed number, with a fraction or not, and a noun.
local function printed(name, value, noun)
  local n = math.tointeger(tonumber((text(name, value):gsub("^%-", ""))))
  return value .. " " .. (n and value:find "^%-?%d+$" and after_number(n, noun) or noun.one)
end

--- A printed number of days: "87 diwrnod", "2 ddiwrnod", "12.5 diwrnod".
---@param value string   as the core printed it
---@return string
function numbers.days(value) return printed("days", value, DAY) end

--- A printed difference in percentage points: "2 bwynt canran", "-9 pwynt canran".
---@param value string   as the core printed it
---@return string
function numbers.points(value) return printed("points", value, POINT) end

--- "22 Gorffennaf 2020" from "2020-07-22".
---@param iso string
---@return string
function numbers.date(iso)
  local y, m, d = words.parse_date(iso)
  if not y then error(("date: %s is not a date such as 2020-07-22"):format(tostring(iso)), 2) end
  return ("%d %s %d"):format(d, MONTHS[m], y)
end

return numbers
