-- language/en/proof.lua: what a finished letter in English is read for: number and noun, articles, words that stand twice.
-- Owns: the nouns that figures count, and where a noun is but the first part of a longer one.
-- Must not: change a text; judge names, which stand as one sign.

local words = require "upheld.words"

local function set(list)
  local made = {}
  for _, word in ipairs(list) do made[word] = true end
  return made
end

-- Words that end in s and are no plurals.
local NO_PLURALS = set { "is", "was", "has", "this", "its", "as", "us", "less", "across", "always", "perhaps", "process",
  "address", "plus", "basis", "progress", "does" }
-- What figures count. Before one of these words a number other than one asks for more of them.
local NOUNS = set { "complaint", "case", "decision", "investigation", "remedy", "council", "course", "authority", "seminar",
  "delegate", "recommendation", "outcome", "finding", "resident", "day" }
-- After them a noun is not the first part of a longer one ("2 case studies").
local AFTER_NOUN = set { "", "about", "were", "was", "in", "of", "from", "that", "which", "and", "or", "to", "for", "with", "by",
  "on", "between", "we", "at", "it", "they", "you", "this", "is", "are", "had", "have", "has", "would", "will", "your", "our",
  "the", "a", "then", "so", "where", "when", "while", "who", "not", "as", "than" }
-- Between a number and a noun they begin something new: "in 2020 the case".
local DETERMINERS = set { "the", "a", "an", "this", "that", "each", "every", "any", "no", "your", "our", "their", "its",
  "his", "her", "my" }
local NUMBERS = {} -- in words, from two on
for n = 2, 100 do NUMBERS[words.number(n)] = true end
local TENS = {}
for n = 20, 90, 10 do TENS[words.number(n)] = true end
local MAY_DOUBLE = set { "had", "that" }

local function singular_of(noun)
  return (noun:gsub("ies$", "y"):gsub("s$", ""))
end

-- Number and noun where the number is in digits.
local function digits_fault(text)
  text = " " .. text
  for number, noun in text:gmatch("[^%w.,](%d[%d,]*) (%a+)%f[%A]") do
    if number == "1" and noun:find("[^s]s$") and not NO_PLURALS[noun] then return ("1 %s"):format(noun) end
  end
  for between, noun in text:gmatch("[^%w.,]1 (%a+) (%a+)%f[%A]") do
    if NOUNS[singular_of(noun)] and noun ~= singular_of(noun) then return ("1 %s %s"):format(between, noun) end
  end
  for number, between, noun, after in text:gmatch("[^%w.,](%d[%d,]*) (%a*) ?%f[%a](%a+)%f[%A] ?(%a*)") do
    if number ~= "1" and NOUNS[noun] and AFTER_NOUN[after] and not DETERMINERS[between] then
      return (("%s %s %s"):format(number, between, noun):gsub("  +", " "))
    end
    if number ~= "1" and NOUNS[between] and AFTER_NOUN[noun] then return ("%s %s"):format(number, between) end
  end
  return nil
end

-- Number in words and noun; the noun begins at `at`.
local function words_fault(text, number, at)
  local noun, after = text:match("^(%a+)%f[%A] ?(%a*)", at)
  if not noun then return nil end
  local singular = singular_of(noun)
  local wrong
  if number:lower() == "one" then wrong = noun ~= singular and NOUNS[singular]
  else wrong = NOUNS[noun] and AFTER_NOUN[after] end
  return wrong and number .. " " .. noun or nil
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
      if gap == " " and (NUMBERS[number] or number == "one") then
        local found = words_fault(text, compound and number or word, after)
        if found then add("plural", found) end
      end
      compound = nil
    end
    -- a capital A within a sentence is a name; a word in capitals is spelt or spoken, as people like
    if word == "a" or word == "an" or (lower == "a" or lower == "an") and (at == 1 or text:find("^[.!?] ", at - 2)) then
      local following = text:match("^ ([%w,%%]+)", after - #gap)
      local right = following and words.a(following):match "^%a+"
      if following and right ~= lower and not following:find "^%u%u%u%u+$" then add("article", word .. " " .. following) end
    end
  end
end

-- The plural of a plural: "courseses".
local function plural_of_plural(text)
  for noun in text:gmatch("%f[%a](%a+[^s]ses)%f[%A]") do
    local plural = noun:gsub("es$", "")
    if NOUNS[singular_of(plural)] and plural ~= singular_of(plural) then return noun end
  end
  return nil
end

local proof = {}

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
  if text:find("%d") then add("plural", digits_fault(text)) end
  if text:find("ses", 1, true) then add("plural", plural_of_plural(text)) end
  walk(text, add)
end

return proof
