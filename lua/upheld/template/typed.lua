-- template/typed.lua: numbers and claims that stand in the plain text of a template.
-- Owns: the rule that a figure's number and what is claimed of it are never typed by hand, and what is no number of a letter: a
-- list's marks and the digits of addresses.
-- Must not: look at expressions (marks.lua watches what they print), run anything.

local claims = require "upheld.claims"
local fault = require "upheld.fault"

local typed = {}

local function count_lines(s)
  local _, n = s:gsub("\n", "")
  return n
end

-- The text without what has digits and is no number, of the same length, one line feed before it.
local function bare_text(text)
  return (("\n" .. text)
    :gsub("(\n *)(%d+)(%. )", function(before, digits, after) return before .. (" "):rep(#digits) .. after end)
    :gsub("%]%([^%s()]*%)", function(address) return (address:gsub("%d", "x")) end))
end

local function numbers(from, add)
  if not from.text:find "%d" then return end
  local bare = bare_text(from.text)
  for at, number in bare:gmatch "()(%d[%d.,]*%%?)" do
    number = number:gsub("[.,]$", "")
    add(at, fault.new {
      code = "typed-number", file = from.file, line = from.line + count_lines(bare:sub(2, at)), value = number,
      message = ("the number %s is typed by hand"):format(number),
      hint = ('print a figure or a fact, or declare it: {{ literal "%s" }}'):format(number),
    })
  end
end

local function claimed(from, add, spoken)
  for _, claim in ipairs(claims.of(from.text, true, spoken)) do
    add(claim.from + 1, fault.new {
      code = "typed-claim", file = from.file, line = from.line + count_lines(from.text:sub(1, claim.from)),
      value = claim.word, message = ('the claim "%s" is typed by hand'):format(claim.word),
      hint = ('let a function of the figure say it, as {{ compared(f) }}, or declare it: {{ literal "%s" }}')
        :format(claim.word),
    })
  end
end

--- All that is typed by hand in the texts of a template, in the order of reading.
---@param origins table[]   { file, line, text? } of template/code.lua
---@param first integer     the first one of this template
---@param spoken upheld.Language
---@return upheld.Fault[]
function typed.faults(origins, first, spoken)
  local list = {}
  for i = first, #origins do
    local from = origins[i]
    if from.text then
      local here = {}
      local function add(at, one) here[#here + 1] = { at = at, fault = one } end
      numbers(from, add)
      claimed(from, add, spoken)
      table.sort(here, function(a, b) return a.at < b.at end)
      for _, one in ipairs(here) do list[#list + 1] = one.fault end
    end
  end
  return list
end

return typed
