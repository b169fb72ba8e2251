-- language/en/numerals.lua: numbers in English words, where a text says some: "two", "twenty-one", "one hundred and five", "a
-- dozen",
-- "two thirds", "twice", "hundreds".
-- Owns: which English words are numbers. "one" is none by itself, and an ordinal ("second", "the third of May") is none.
-- Must not: know where a number comes from (marks.lua).

local numerals = require "upheld.language.numerals"

local function set(list)
  local made = {}
  for _, word in ipairs(list) do made[word] = true end
  return made
end

local VALUES = { zero = 0, one = 1, two = 2, three = 3, four = 4, five = 5, six = 6, seven = 7, eight = 8, nine = 9, ten = 10,
  eleven = 11,
  twelve = 12, thirteen = 13, fourteen = 14, fifteen = 15, sixteen = 16, seventeen = 17, eighteen = 18, nineteen = 19,
    twenty = 20,
  thirty = 30, forty = 40, fifty = 50, sixty = 60, seventy = 70, eighty = 80, ninety = 90 }
local POWERS = { dozen = 12, hundred = 100, thousand = 1000, million = 1000000, billion = 1000000000 }
local FRACTIONS = set { "half", "quarter" } -- after "and a"
-- Numbers, and no whole ones.
local OTHERS = set { "twice", "thrice", "twofold", "threefold", "tenfold", "dozens", "hundreds", "thousands", "millions",
  "billions" }
local PARTS = set { "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "twelfth", "twentieth",
  "hundredth" }
local SEVERAL_PARTS = {}
for part in pairs(PARTS) do SEVERAL_PARTS[part .. "s"] = true end
local ORDINALS = set { "first", "second", "fourth", "eleventh", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
  "seventeenth",
  "eighteenth", "nineteenth", "thirtieth", "fortieth", "fiftieth", "sixtieth", "seventieth", "eightieth", "ninetieth",
    "thousandth",
  "millionth" }
for part in pairs(PARTS) do ORDINALS[part] = true end
local LARGE = set { "hundredth", "thousandth", "millionth" } -- ordinals after any number: two hundredth
-- What is counted: "no" before one of these is a number of them.
local COUNTED = set { "complaints", "cases", "decisions", "investigations", "remedies", "recommendations", "courses", "seminars",
  "findings", "outcomes" }

-- Whether a number may go on with a value: "twenty" with "one", "hundred" with "five"; "two" with nothing.
local function goes_on(last, value)
  if not last then return true end
  if POWERS[last] then return value > 0 and value < POWERS[last] end
  return VALUES[last] >= 20 and value > 0 and value < 10
end

-- The number whose first word is the i-th: the last word's place, and what it is; "and" stands only after a hundred or more.
local function number_at(words, i)
  local total, part, last, k = 0, 0, nil, i
  while words[k] and (k == i or words[k].joined) do
    local word = words[k].word
    local value, power = VALUES[word], POWERS[word]
    if value and goes_on(last, value) then
      part = part + value
    elseif power and not (last and POWERS[last] and POWERS[last] >= power) then
      part = math.max(part, 1) * power
      if power >= 1000 then total, part = total + part, 0 end
    else
      local after = words[k + 1]
      local follows = word == "and" and last and POWERS[last] and after and after.joined
      if not follows or not (VALUES[after.word] or ORDINALS[after.word]) then break end
      word = last
    end
    last, k = word, k + 1
  end
  if words[k - 1] and words[k - 1].word == "and" then k = k - 1 end
  return k - 1, total + part, last
end

-- Whether the word after a number makes an ordinal of it: "twenty-first", "one hundred and third".
local function is_ordinal(words, to, last)
  local after = words[to + 1]
  if after and after.joined and after.word == "and" and POWERS[last] then after = words[to + 2] end
  if not after or not after.joined or not ORDINALS[after.word] then return false end
  if LARGE[after.word] then return true end
  return POWERS[last] ~= nil or (VALUES[last] >= 20 and after.joined == "-")
end

-- A part of something whose first word is the i-th: "two thirds", "one third of", "a quarter of"; the last word's place.
local function part_at(words, i, to)
  local after = words[to + 1]
  if not after or not after.joined then return nil end
  if to >= i and SEVERAL_PARTS[after.word] then return to + 1 end
  local following = words[to + 2]
  local one = words[to].word == "one" or words[to].word == "a"
  return one and PARTS[after.word] and following and following.joined and following.word == "of" and to + 1 or nil
end

-- What is no number by the rules of number_at, at the i-th word: the last word's place, and what it is.
local function other_at(words, i)
  local word, after = words[i].word, words[i + 1]
  if OTHERS[word] then return i, nil end
  if word == "a" then
    local part = part_at(words, i, i)
    if part then return part, nil end
  end
  if word == "couple" and after and after.word == "of" then return i, 2 end
  local before = words[i - 1] -- of a text, before its first word there may be a number in digits
  if word == "and" and after and after.word == "a" and words[i + 2] and FRACTIONS[words[i + 2].word]
    and (not before or VALUES[before.word] or POWERS[before.word]) then
    return i + 2, nil
  end
  if word ~= "no" or not after or not after.joined then return nil end
  if COUNTED[after.word] then return i, 0 end
  local noun = words[i + 2]
  return noun and noun.joined and COUNTED[noun.word] and after.word ~= "of" and i or nil, 0
end

-- The number, or the part of something, whose first word is the i-th: the last word's place, and the number; false for what is
-- none.
local function named_at(words, i)
  local to, n, last = number_at(words, i)
  local part = part_at(words, i, to)
  if part then return part, nil end
  if is_ordinal(words, to, last) then return to + 1, false end
  return to, n ~= 1 and n
end

--- The numbers that a text says in words, in order; n is nil where it is no whole number.
---@param folded string   in small letters a to z
---@return { from: integer, to: integer, n: integer?, none: boolean }[]
return function(folded)
  local list, words, i = {}, numerals.words(folded), 1
  while i <= #words do
    local word = words[i].word
    local to, n
    if VALUES[word] or POWERS[word] then to, n = named_at(words, i) else to, n = other_at(words, i) end
    if to and n ~= false then
      local counted = POWERS[word] or OTHERS[word] or word == "couple"
      local first = counted and words[i].joined and words[i - 1].word == "a" and i - 1 or i
      list[#list + 1] = { from = words[first].from, to = words[to].to, n = n, none = word == "no" }
    end
    i = (to or i) + 1
  end
  return list
end
