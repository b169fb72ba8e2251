-- proof.lua: the finished letter read once more: what no reader would forgive, whichever way text and values came together.
-- Owns: the order of the checks and the codes of those of every language: doubled-word, punctuation, unclosed-sentence,
-- stray-brace. A language has checks of its own: plural and article, or plural and conjunction.
-- Must not: change a text; judge names and addresses, which are as they are.

local fault = require "upheld.fault"
local language = require "upheld.language"

local proof = {}

local NAME = "\1" -- stands for a value that is no number and has no words of this letter's own

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

local function doubled_word(folded, text, spoken)
  local last
  local may_double = spoken.proof and spoken.proof.may_double or {}
  for from, word, after, gap in folded:gmatch("()(%a+)()([^%a]*)") do
    if last == word and not may_double[word] and #word > 1 then
      local shown = text:sub(from, after - 1)
      return shown .. " " .. shown
    end
    last = gap:find("^ *$") and word or nil
  end
  return nil
end

local function punctuation(_, text)
  return text:match("%S* [,;.!?]%f[^,;.!?]") or text:match("%S*,[,.;]") or text:match("%S*[^.]%.%.%f[^.]")
    or text:match("%S*;[.;]")
end

local function unclosed(_, text)
  local _, count = text:gsub("%S+", "")
  return count >= LONG and not text:find("[.!?:]['\")”’]*$") and text:match("%S+ %S+$") or nil
end

local CHECKS = { -- code, check(text in small letters a to z, text, language), what is wrong, of sentences only
  { "doubled-word", doubled_word, 'a word stands twice: "%s"' },
  { "punctuation", punctuation, 'marks that do not go together: "%s"' },
  { "unclosed-sentence", unclosed, 'a sentence has no end: "... %s"', true },
}

local function check_run(children, sentence, spoken, add)
  local text = table.concat(flatten(children, {})):gsub("^ +", ""):gsub(" +$", "")
  local folded = language.folded(text)
  for _, checks in ipairs { spoken.proof and spoken.proof.checks or {}, CHECKS } do
    for _, check in ipairs(checks) do
      if sentence or not check[4] then
        local found = not (check[4] and text:find("\n", 1, true)) and check[2](folded, text, spoken)
        if found then add(check[1], check[3]:format((found:gsub(NAME, "...")))) end
      end
    end
  end
  local typed = table.concat(flatten(children, {}, true))
  local brace = typed:match("[{}]")
  if brace then add("stray-brace", ('a "%s" stands in the text'):format(brace)) end
end

-- Calls with each run of text of a block.
local function runs(block, each)
  if block.kind == "paragraph" then return each(block.children, true) end
  if block.kind == "heading" then return each(block.children, false) end
  if block.kind == "list" then
    for _, item in ipairs(block.items) do each(item, false) end
    return
  end
  if block.kind == "chart" then return end -- of figures only, in words of its own
  each(block.caption, false)
  for _, cell in ipairs(block.header) do each(cell, false) end
  for _, row in ipairs(block.rows) do
    for _, cell in ipairs(row) do each(cell, false) end
  end
end

--- Reads a document of a letter; adds what is wrong to faults.
---@param document upheld.Document
---@param place fun(line: integer): string?, integer?   file and line of the wording
---@param faults upheld.Fault[]
---@param spoken upheld.Language
function proof.read(document, place, faults, spoken)
  for _, block in ipairs(document.blocks) do
    runs(block, function(children, sentence)
      check_run(children, sentence, spoken, function(code, message)
        local file, line = place(block.line)
        faults[#faults + 1] = fault.new { code = code, message = message, file = file, line = line }
      end)
    end)
  end
end

return proof
