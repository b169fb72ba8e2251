-- language/cy/numerals.lua: numbers in Welsh words, where a text says some: "dau", "dwy gŵyn", "un deg dau", "cant ac un",
-- "dwy fil", the traditional "pump ar hugain", "dau draean", "dwywaith", "cannoedd"; each in every mutation.
-- Owns: which Welsh words are numbers. "un" is none by itself, nor "y cant" (per cent), an ordinal ("ail ar bymtheg"), or
-- "gan", "chan" and "can" (by, song) where no number stands before them.
-- Must not: know where a number comes from (marks.lua).

local numbers = require "upheld.language.cy.numbers"
local numerals = require "upheld.language.numerals"

local function set(list)
  local made = {}
  for _, word in ipairs(list) do made[word] = true end
  return made
end

-- Values by word, in every mutation.
local function with_mutations(given)
  local made = {}
  for word, value in pairs(given) do
    made[word] = value
    for _, kind in ipairs { "soft", "aspirate", "nasal" } do made[numbers.mutated(word, kind)] = value end
  end
  return made
end

local VALUES = with_mutations { un = 1, dau = 2, dwy = 2, tri = 3, tair = 3, pedwar = 4, pedair = 4, pump = 5, pum = 5,
  chwech = 6,
  chwe = 6, saith = 7, wyth = 8, naw = 9 }
local TENS = with_mutations { deg = 10, deng = 10 }
local POWERS = with_mutations { cant = 100, can = 100, mil = 1000, miliwn = 1000000 }
local TRADITIONAL = with_mutations { deuddeg = 12, deuddeng = 12, pymtheg = 15, pymtheng = 15, deunaw = 18 }
TRADITIONAL.ugain, TRADITIONAL.hugain = 20, 20
-- After "ar": "un ar ddeg", "pump ar hugain".
local UPON = { ddeg = 10, bymtheg = 15, hugain = 20 }
-- Numbers, and no whole ones.
local OTHERS = with_mutations { dwywaith = true, teirgwaith = true, traean = true, cannoedd = true, miloedd = true, degau = true,
  dwsin = true, dwsinau = true }
local ONLY_AFTER_NUMBER = set { "can", "gan", "chan", "nghan" }
local COUNTED = set { "cwynion", "achosion", "penderfyniadau", "ymchwiliadau", "argymhellion", "cyrsiau", "seminarau",
  "canfyddiadau",
  "canlyniadau" }
local ARTICLES = set { "y", "yr", "r", "ill" }

-- "dim" before what is counted is a number of it.
local function none_at(words, i)
  local after = words[i + 1]
  return words[i].word == "dim" and after and after.joined and COUNTED[after.word] and i or nil
end

-- What a word adds to a number that has a part already and its last word: the new total, part; nil where it does not go on.
local function taken(word, first, total, part, last)
  local value = VALUES[word]
  if value and (first or last == "ten" or last == "power") then return total, part + value, "unit" end
  if TENS[word] and (first or last ~= "ten") then return total, part - part % 10 + math.max(part % 10, 1) * 10, "ten" end
  local power = POWERS[word]
  if power and not (first and ONLY_AFTER_NUMBER[word]) and (part < power and (first or part + total > 0)) then
    if power == 100 then return total, part - part % 10 + math.max(part, 1) % 100 * 100, "power" end
    return total + math.max(part, 1) * power, 0, "power"
  end
  if TRADITIONAL[word] and (first or last == "power") then return total, part + TRADITIONAL[word], "unit" end
  return nil
end

-- The number whose first word is the i-th: the last word's place, and what it is.
local function number_at(words, i)
  local total, part, last, k = 0, 0, nil, i
  while words[k] and (k == i or words[k].joined) do
    local word, after = words[k].word, words[k + 1]
    local new_total, new_part, kind = taken(word, k == i, total, part, last)
    if new_total then
      total, part, last, k = new_total, new_part, kind, k + 1
    elseif word == "ar" and after and after.joined and UPON[after.word] and part < 10 then
      return k + 1, total + part + UPON[after.word]
    elseif (word == "a" or word == "ac") and last == "power" and after and after.joined
      and (VALUES[after.word] or TENS[after.word] or TRADITIONAL[after.word]) then
      k = k + 1
    else
      break
    end
  end
  return k - 1, total + part
end

-- "ddeg" of "unfed ar ddeg", and "hugain" of "unfed ar ddeg ar hugain".
local function is_of_ordinal(words, i)
  local before = words[i - 2]
  if not UPON[words[i].word] or not before or words[i - 1].word ~= "ar" then return false end
  return before.word:find "[fey]d$" ~= nil or before.word:find "dd$" ~= nil or before.word == "ail" or is_of_ordinal(words, i - 2)
end

local function is_per_cent(words, i)
  return (words[i].word == "cant" or words[i].word == "gant") and words[i].joined and words[i - 1].word == "y"
end

--- The numbers that a text says in words, in order; n is nil where it is no whole number.
---@param folded string   in small letters a to z
---@return { from: integer, to: integer, n: integer?, none: boolean }[]
local function read(folded)
  local list, words, i = {}, numerals.words(folded), 1
  while i <= #words do
    local word = words[i].word
    local to, n
    if taken(word, true, 0, 0) and not is_of_ordinal(words, i) and not is_per_cent(words, i) then
      to, n = number_at(words, i)
      if words[to + 1] and words[to + 1].joined and OTHERS[words[to + 1].word] then to, n = to + 1, nil -- dau draean, tri dwsin
      elseif n == 1 then n = false
      elseif n == 2 and to == i and i > 1 and ARTICLES[words[i - 1].word] then n = false end -- y ddau: both
    elseif OTHERS[word] then
      to = i
    else
      to = none_at(words, i)
      n = to and 0
    end
    if to and n ~= false then list[#list + 1] = { from = words[i].from, to = words[to].to, n = n, none = n == 0 } end
    i = (to or i) + 1
  end
  return list
end

return read
