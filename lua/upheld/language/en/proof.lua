-- language/en/proof.lua: what a finished letter in English is read for: number and noun, articles, words that stand twice.
-- Owns: articles and words that stand twice; numbers, nouns and verbs are agreement.lua's.
-- Must not: change a text; judge names, which stand as one sign.

local agreement = require "upheld.language.en.agreement"
local words = require "upheld.words"

local function set(list)
  local made = {}
  for _, word in ipairs(list) do made[word] = true end
  return made
end

local TENS = {}
for n = 20, 90, 10 do TENS[words.number(n)] = true end
local MAY_DOUBLE = set { "had", "that" }

local proof = {}

--- An article that does not fit what follows it, with its first word; nil where it does, or where nobody can tell: a word in capitals is
--- spelt or spoken, as people like.
---@param article string     "a" or "an", perhaps with a capital
---@param following string
---@return string?
function proof.article(article, following)
  local first = following:match "^[%w,%%%-]+"
  if not first or first:find "^%u%u%u%u+$" and not words.is_said_as_word(first) then return nil end
  local right = words.a(first):match "^%a+"
  return right ~= article:lower() and article .. " " .. first or nil
end

-- Number words, articles and words that stand twice, in one walk: it is made for every sentence of every letter.
local function walk(text, add)
  local last, compound
  for at, word, gap, after in text:gmatch("()(%a+)([^%a]*)()") do
    local lower = word:lower()
    if last == lower and #lower > 1 and not MAY_DOUBLE[lower] then add("doubled-word", word .. " " .. word) end
    last = gap:find("^ *$") and lower or nil
    local number = compound and compound .. "-" .. lower or lower
    if gap == "-" then
      compound = TENS[lower] and lower or nil
    else
      if gap == " " and (agreement.numbers[number] or number == "one") then
        local found = agreement.in_words(text, compound and number or word, after)
        if found then add("plural", found) end
      end
      compound = nil
    end
    -- a capital A within a sentence is a name
    if word == "a" or word == "an" or (lower == "a" or lower == "an") and (at == 1 or text:find("^[.!?] ", at - 2)) then
      local following = text:match("^ ([%w,%%%-]+)", after - #gap)
      if following then add("article", proof.article(word, following)) end
    end
  end
end

-- The plural of a plural: "courseses".
local function plural_of_plural(text)
  for noun in text:gmatch("%f[%a](%a+[^s]ses)%f[%A]") do
    if agreement.is_plural((noun:gsub("es$", ""))) then return noun end
  end
  return nil
end

-- One and other numbers differ, and articles before numbers: "an 8".
local function kind_of_number(digits) return digits == "1" and "1" or "0" end

--- A text that is right or wrong as this one is: texts of a batch differ most in their numbers.
---@param text string
---@return string
function proof.shape(text)
  if not text:find("%d") or text:find("an? %d") and text:find("%f[%a]an? %d") then return text end
  return (text:gsub("%d+", kind_of_number))
end

--- Tells what is wrong with a run of text.
---@param text string
---@param add fun(code: string, found: string?)   nil for nothing
function proof.read(text, add)
  text = text:gsub("\194\160", " "):gsub("\n", " ") -- a reader sees no difference
  if text:find("%d") then add("plural", agreement.in_digits(text)) end
  if text:find("ses", 1, true) then add("plural", plural_of_plural(text)) end
  walk(text, add)
  agreement.read(text, add)
end

return proof
