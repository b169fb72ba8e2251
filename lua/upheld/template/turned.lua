-- template/turned.lua: claims that the words before them turn round: "not", "far from", "failed to be", anywhere in their clause.
-- Owns: where a clause begins, and that what a figure says is not denied there, by hand or by the value itself.
-- Must not: know what a claim asks of a figure (claims.lua); know a language's words.

local claims = require "upheld.claims"
local fault = require "upheld.fault"
local language = require "upheld.language"

local turned = {}

local LONGEST = 200 -- bytes of a clause that are looked at

local function words_of(text)
  local list = {}
  for word in text:gmatch("[%a']+") do list[#list + 1] = word end
  return list
end

-- A clause may go on before a comma, where what follows this is a part of it: "It was not, in our view, ...".
local function goes_on_before(part, said)
  local first = part:match("[%a']+")
  return first == nil or (said.within ~= nil and said.within[first] == true)
end

local function is_in(list, text)
  for _, each in ipairs(list or {}) do
    if each == text then return true end
  end
  return false
end

-- The words from the last that begins a clause: "but", or "and" before who does it, or before the claim itself.
local function last_clause(words, said)
  local from = 1
  for i, word in ipairs(words) do
    local with_last = i > 1 and words[i - 1] .. " " .. word -- "anything but"
    if said.clauses and said.clauses[word] and not is_in(said.turning, with_last) then from = i end
    if word == said.conjunction and (not words[i + 1] or said.subjects and said.subjects[words[i + 1]]) then from = i end
  end
  return table.concat(words, " ", from)
end

-- The words of the clause before a place, in small letters; its commas are gone.
local function clause_before(text, at, said)
  local before = language.folded(text:sub(math.max(1, at - LONGEST), at - 1)):gsub("\u{2019}", "'"):gsub("[*\\]", "")
  before = before:gsub("\n *\n", "."):gsub("\n[-|]", "."):match("[^.;:!?()|]*$")
  local parts = {}
  for part in (before .. ","):gmatch("([^,]*),") do parts[#parts + 1] = part end
  local first = #parts
  while first > 1 and goes_on_before(parts[first], said) do first = first - 1 end
  return last_clause(words_of(table.concat(parts, " ", first)), said)
end

-- The words that turn a claim behind this clause round, or nil.
local function turning(clause, said)
  clause = " " .. clause .. " "
  for _, phrase in ipairs(said.not_turning or {}) do clause = clause:gsub(" " .. phrase .. " ", " ") end
  for _, phrase in ipairs(said.turning or {}) do
    if clause:find(" " .. phrase .. " ", 1, true) then return phrase end
  end
  local found
  for word in clause:gmatch("[%a']+") do
    if said.negations and said.negations[word] then found = word end
  end
  return found
end

--- Adds a fault for each value with a claim that its clause denies.
---@param list upheld.Fault[]
---@param text string       as it will be read
---@param values table[]    { value, from, to, index } in it
---@param rendered upheld.Rendered
---@param spoken upheld.Language
function turned.faults(list, text, values, rendered, spoken)
  local said = spoken.claims
  if not said.negations and not said.turning then return end
  for _, here in ipairs(values) do
    local own = here.value.text
    local claim = own and claims.of(own, false, spoken)[1]
    local word = claim and turning(clause_before(text, here.from + claim.from - 1, said), said)
    if word then
      local from = rendered.origins[here.index]
      list[#list + 1] = fault.new { code = "negated-claim", file = from.file, line = from.line, value = from.source,
        message = ('"%s" before the claim "%s" turns it round'):format(word, claim.word),
        hint = "put the sentence in an {% if %} on the figure, or declare it: literal" }
    end
  end
end

return turned
