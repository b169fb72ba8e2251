-- proof.lua: the finished letter read once more: what no reader would forgive, whichever way text and values came together.
-- Owns: what is read for in every language: doubled-word, punctuation, unclosed-sentence, unclosed-bracket, stray-brace.
-- Number, noun and verb
-- (plural, agreement), and what stands before a vowel (article, conjunction), are the language's.
-- Must not: change a text; judge names and addresses, which are as they are.

local fault = require "upheld.fault"
local language = require "upheld.language"
local shapes = require "upheld.markup.shapes"

local proof = {}

local NAME = "\1" -- stands for a value that is no number and has no words of this letter's own

local LONG = 8 -- words from which a paragraph is a sentence

-- The text of inline nodes; names of things stand as one sign. literal: only what is the wording's own, typed or made by it.
local function flatten(children, out, literal)
  for _, node in ipairs(children) do
    if node.kind == "text" then
      if not node.value then out[#out + 1] = node.text
      elseif literal then out[#out + 1] = node.value.said and node.text or " "
      else out[#out + 1] = #(node.marks or {}) == 0 and not node.value.said and NAME or node.text end
    elseif node.kind == "break" then
      out[#out + 1] = "\n"
    else
      flatten(node.children, out, literal)
    end
  end
  return out
end

-- Words that stand twice, by their letters: "ŵyn ŵyn".
local function doubled_word(text, add, may_double)
  local last, folded = nil, language.folded(text)
  for from, word, after, gap in folded:gmatch("()(%a+)()([^%a]*)") do
    if last == word and #word > 1 and not may_double[word] then
      local shown = text:sub(from, after - 1)
      add("doubled-word", shown .. " " .. shown)
    end
    last = gap:find("^ *$") and word or nil
  end
end

local function punctuation(text)
  if not text:find("[ ,;.:!?][,;.:!?]") then return nil end
  return text:match("%S* [,;.!?]%f[^,;.!?]") or text:match("%S*,[,.;:!?]") or text:match("%S*[^.]%.%.%f[^.]")
    or text:match("%S*;[,.;:!?]") or text:match("%S*:[,.;:!?]") or text:match("%S*[!?][,.;:]")
end

local ENDED = "[.!?:]['\")”’]*$"

-- Marks with no blank after them: "so.Then", "said,it". Addresses are none of them, nor abbreviations ("e.g.", "Ph.D.").
local function no_blank(text)
  if not text:find("[%w\1)%%][.,;!?][%a\1]") then return nil end
  for token in text:gmatch "%S+" do
    if not (token:find("://", 1, true) or token:find("^%p*www%.") or token:find("@", 1, true) or token:find("^%p*%a%.%a")
      or token:find("Ph.D", 1, true)) then
      local found = token:match("[%l%d\1)%%]%.[%u\1].*") or token:match("[%w\1)%%],[%a\1].*")
        or token:match("[%l%d\1);%%];[%a\1].*")
        or token:match("[%l%d\1)%%][!?][%u\1].*")
      if found then return token end
    end
  end
  return nil
end

-- A paragraph of some length is a sentence; a short one may be a greeting or a name. An item of a list may have no end. Where a
-- sentence has ended in a paragraph or an item, what follows is one too.
local function unclosed(text, kind)
  if text:find(ENDED) or text:find("\n", 1, true) then return nil end
  local sentence = (kind == "paragraph" or kind == "item") and text:find("%l%l[.!?] +%u")
  if kind == "paragraph" then sentence = sentence or select(2, text:gsub("%S+", "")) >= LONG end
  return sentence and (text:match("%S+ %S+$") or text) or nil
end

-- A bracket that nothing closes. (One that nothing opens may belong to "a)".)
local function unclosed_bracket(text)
  for _, pair in ipairs { "()", "[]" } do
    local open = pair:sub(1, 1)
    if text:find(open, 1, true) then
      local rest = text:gsub("%b" .. pair, "")
      local found = rest:match("%" .. open .. ".*")
      if found then return found end
    end
  end
  return nil
end

local MESSAGES = {
  ["plural"] = 'number and noun do not agree: "%s"', ["agreement"] = 'subject and verb do not agree: "%s"',
  ["article"] = 'the article does not fit: "%s"',
  ["doubled-space"] = 'two blanks stand together: "%s"', ["doubled-word"] = 'a word stands twice: "%s"',
  ["punctuation"] = 'marks that do not go together: "%s"',
  ["unclosed-sentence"] = 'a sentence has no end: "... %s"', ["unclosed-bracket"] = 'a bracket is never closed: "%s"',
  ["stray-brace"] = 'a "%s" stands in the text',
}

-- nodes: gives the inline nodes of the text, for what only the wording typed.
local function read_run(text, nodes, kind, spoken, tell)
  local messages = spoken.proof and spoken.proof.messages
  local function add(code, found)
    local message = messages and messages[code] or MESSAGES[code]
    if found then tell(code, message:format((found:gsub(NAME, "...")))) end
  end
  local own = spoken.proof
  if own and own.read then own.read(text, add) end
  if not own or own.may_double then doubled_word(text, add, own and own.may_double or {}) end
  add("doubled-space", text:match("%S*[^%s]  +[^%s]%S*"))
  add("punctuation", punctuation(text) or no_blank(text))
  add("unclosed-sentence", unclosed(text, kind))
  if kind ~= "cell" then add("unclosed-bracket", unclosed_bracket(text)) end
  if text:find("[{}]") then add("stray-brace", table.concat(flatten(nodes(), {}, true)):match("[{}]")) end
end

local MOST_KNOWN = 5000
local clean, count_clean = {}, 0 -- shapes of texts in which nothing was wrong, by kind, by language

local function known_clean(spoken, kind)
  if not clean[spoken] then clean[spoken] = {} end
  if not clean[spoken][kind] then clean[spoken][kind] = {} end
  return clean[spoken][kind]
end

local function check_run(text, nodes, kind, spoken, tell)
  if text:byte(1) == 32 or text:byte(-1) == 32 then text = text:gsub("^ +", ""):gsub(" +$", "") end
  local shape = spoken.proof and spoken.proof.shape and spoken.proof.shape(text) or text
  if known_clean(spoken, kind)[shape] then return end
  local told = false
  read_run(text, nodes, kind, spoken, function(code, message)
    told = true
    tell(code, message)
  end)
  if told or text:find("[{}]") then return end -- where a brace comes from is no matter of the text alone
  if count_clean >= MOST_KNOWN then clean, count_clean = {}, 0 end
  known_clean(spoken, kind)[shape], count_clean = true, count_clean + 1
end

local KINDS = { paragraph = "paragraph", heading = "heading", list = "item", table = "cell" }

local function texts_of(block)
  local texts = {}
  for i, children in ipairs(shapes.runs(block)) do texts[i] = table.concat(flatten(children, {})) end
  return texts
end

-- What is read of a value: see flatten.
local function read_of(value)
  return #(value.marks or {}) == 0 and not value.said and NAME or value.text
end

-- The texts of a block that others are alike to but for their values.
local function shaped_texts(block)
  local made, fragments, texts = shapes.made(block, "proof", texts_of), {}, {}
  for k, value in ipairs(block.values) do fragments[k] = read_of(value) end
  for i, pieces in ipairs(made) do texts[i] = shapes.put(pieces, fragments) end
  return texts
end

local function read_block(block, spoken, tell)
  local kind = KINDS[block.kind]
  if not kind then return end -- a chart: of figures only, in words of its own
  for i, text in ipairs(block.shape and shaped_texts(block) or texts_of(block)) do
    check_run(text, function() return shapes.runs(block)[i] end, kind, spoken, tell)
  end
end

--- Reads a document of a letter; adds what is wrong to faults.
---@param document upheld.Document
---@param place fun(line: integer): string?, integer?   file and line of the wording
---@param faults upheld.Fault[]
---@param spoken upheld.Language
function proof.read(document, place, faults, spoken)
  for _, block in ipairs(document.blocks) do
    local known = block.shape and block.shape.made
    if not (known and known.clean) then
      local before = #faults
      read_block(block, spoken, function(code, message)
        local file, line = place(block.line)
        faults[#faults + 1] = fault.new { code = code, message = message, file = file, line = line }
      end)
      -- without a value it says the same in every letter
      if known and #block.values == 0 then known.clean = #faults == before end
    end
  end
end

return proof
