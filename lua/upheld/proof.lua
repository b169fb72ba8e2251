-- proof.lua: the finished letter read once more: what no reader would forgive, whichever way text and values came together.
-- Owns: these checks and their codes: plural, article, doubled-word, punctuation, unclosed-sentence, stray-brace.
-- Must not: change a text; judge names and addresses, which are as they are.

local fault = require "upheld.fault"
local words = require "upheld.words"

local proof = {}

local NAME = "\1" -- stands for a value that is no number and has no words of this letter's own

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
local NUMBERS = {} -- in words, from two on
for n = 2, 100 do NUMBERS[words.number(n)] = true end
local TENS = {}
for n = 20, 90, 10 do TENS[words.number(n)] = true end
local MAY_DOUBLE = set { "had", "that" }
local LONG = 8 -- words from which a paragraph is a sentence

-- The text of inline nodes; names of things stand as one sign. literal: only what the wording typed.
local function flatten(children, out, literal)
  for _, node in ipairs(children) do
    if node.kind == "text" then
      local is_name = node.value and (#(node.marks or {}) == 0) and not node.value.said
      if not node.value then out[#out + 1] = node.text
      elseif literal then out[#out + 1] = " "
      else out[#out + 1] = is_name and NAME or node.text end
    elseif node.kind == "break" then
      out[#out + 1] = "\n"
    else
      flatten(node.children, out, literal)
    end
  end
  return out
end

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
    if number ~= "1" and NOUNS[noun] and AFTER_NOUN[after] then
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
  for word, gap, after in text:gmatch("(%a+)([^%a]*)()") do
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
    if word == "a" or word == "an" then
      local following = text:match("^ ([%w,%%]+)", after - #gap)
      if following and words.a(following) ~= word .. " " .. following then add("article", word .. " " .. following) end
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

local function punctuation(text)
  if not text:find("[ ,;.][,;.!?]") then return nil end
  return text:match("%S* [,;.!?]%f[^,;.!?]") or text:match("%S*,[,.;]") or text:match("%S*[^.]%.%.%f[^.]")
    or text:match("%S*;[.;]")
end

local ENDED = "[.!?:]['\")”’]*$"

-- A paragraph of some length is a sentence. An item of a list may have no end; one that has a sentence in it has a last one too.
local function unclosed(text, kind)
  if text:find(ENDED) or text:find("\n", 1, true) then return nil end
  local sentence
  if kind == "paragraph" then sentence = select(2, text:gsub("%S+", "")) >= LONG
  elseif kind == "item" then sentence = text:find("%l[.!?] +%u") end
  return sentence and text:match("%S+ %S+$") or nil
end

local MESSAGES = {
  ["plural"] = 'number and noun do not agree: "%s"', ["article"] = 'the article does not fit: "%s"',
  ["doubled-word"] = 'a word stands twice: "%s"', ["punctuation"] = 'marks that do not go together: "%s"',
  ["unclosed-sentence"] = 'a sentence has no end: "... %s"', ["stray-brace"] = 'a "%s" stands in the text',
}

local function check_run(children, kind, tell)
  local text = table.concat(flatten(children, {})):gsub("^ +", ""):gsub(" +$", "")
  local function add(code, found)
    if found then tell(code, MESSAGES[code]:format((found:gsub(NAME, "...")))) end
  end
  if text:find("%d") then add("plural", digits_fault(text)) end
  if text:find("ses", 1, true) then add("plural", plural_of_plural(text)) end
  walk(text, add)
  add("punctuation", punctuation(text))
  add("unclosed-sentence", unclosed(text, kind))
  if text:find("[{}]") then add("stray-brace", table.concat(flatten(children, {}, true)):match("[{}]")) end
end

-- Calls with each run of text of a block.
local function runs(block, each)
  if block.kind == "paragraph" then return each(block.children, "paragraph") end
  if block.kind == "heading" then return each(block.children, "heading") end
  if block.kind == "list" then
    for _, item in ipairs(block.items) do each(item, "item") end
    return
  end
  if block.kind == "chart" then return end -- of figures only, in words of its own
  each(block.caption, "cell")
  for _, cell in ipairs(block.header) do each(cell, "cell") end
  for _, row in ipairs(block.rows) do
    for _, cell in ipairs(row) do each(cell, "cell") end
  end
end

--- Reads a document of a letter; adds what is wrong to faults.
---@param document upheld.Document
---@param place fun(line: integer): string?, integer?   file and line of the wording
---@param faults upheld.Fault[]
function proof.read(document, place, faults)
  for _, block in ipairs(document.blocks) do
    local static, before = block.static, #faults -- a block that is the same in every letter is read once
    if not (static and static.proofed) then
      runs(block, function(children, kind)
        check_run(children, kind, function(code, message)
          local file, line = place(block.line)
          faults[#faults + 1] = fault.new { code = code, message = message, file = file, line = line }
        end)
      end)
      if static then static.proofed = #faults == before end
    end
  end
end

return proof
