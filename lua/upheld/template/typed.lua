-- template/typed.lua: numbers and claims that stand in the plain text of a template.
-- Owns: the rule that a figure's number and what is claimed of it are never typed by hand, and what is no number of a letter: a
-- list's marks and the digits of addresses.
-- Must not: look at expressions (marks.lua watches what they print), run anything.

local claims = require "upheld.claims"
local fault = require "upheld.fault"
local numerals = require "upheld.language.numerals"

local typed = {}

local function count_lines(s)
  local _, n = s:gsub("\n", "")
  return n
end

-- Whether a number with a stop at the beginning of a line is an item's: 1 begins a list, others go on with one. The line before
-- is not
-- seen where a tag that left no line stands between.
local function is_item(before, digits)
  if digits == "1" then return true end
  local line = before:match("([^\n]*)\n$")
  return line == nil or line:find("^%d+%. ") ~= nil or line:find("^ +%S") ~= nil
end

-- The text without what has digits and is no number, of the same length, one line feed before it.
local function bare_text(from)
  local text = from.text
  local bare = text:gsub("()(%d+)(%. )", function(at, digits, after)
    local begins = at == 1 and from.begins_line or text:sub(at - 1, at - 1) == "\n"
    if begins and is_item(text:sub(1, at - 1), digits) then return (" "):rep(#digits) .. after end
  end)
  return (("\n" .. bare):gsub("([^\\]%])(%([^%s()]*%))", function(before, address) return before .. address:gsub("%d", "x") end))
end

-- Digits of other scripts, and signs that are a number: superscripts, fractions, Roman and circled numbers. Each digit of a
-- script
-- stands in a row of ten.
local DIGITS = { 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040,
  0x17e0,
  0x1810, 0xff10 }
local SIGNS = { { 0xb2, 0xb3 }, { 0xb9, 0xb9 }, { 0xbc, 0xbe }, { 0x2070, 0x2089 }, { 0x2150, 0x2188 }, { 0x2460, 0x249b },
  { 0x1d7ce, 0x1d7ff } }

local function is_other_digit(code)
  for _, first in ipairs(DIGITS) do
    if code >= first and code <= first + 9 then return true end
  end
  for _, range in ipairs(SIGNS) do
    if code >= range[1] and code <= range[2] then return true end
  end
  return false
end

-- Runs of such digits: where each begins, and the run.
local function other_digits(text, each)
  if not text:find "[\194-\240]" then return end
  local begin
  for at, code in utf8.codes(text) do
    local is_one = code >= 0xb2 and is_other_digit(code)
    if is_one then begin = begin or at end
    if begin and not is_one then
      each(begin, text:sub(begin, at - 1))
      begin = nil
    end
  end
  if begin then each(begin, text:sub(begin)) end
end

local function number_fault(from, add, at, number, lines)
  add(at, fault.new {
    code = "typed-number", file = from.file, line = from.line + lines, value = number,
    message = ("the number %s is typed by hand"):format(number),
    hint = ('print a figure or a fact, or declare it: {{ literal "%s" }}'):format(number),
  })
end

local function numbers(from, add)
  local function found(at, number, lines) number_fault(from, add, at, number, lines) end
  other_digits(from.text, function(at, digits) found(at + 1, digits, count_lines(from.text:sub(1, at))) end)
  if not from.text:find "%d" then return end
  local bare = bare_text(from)
  for at, number in bare:gmatch "()(%d[%d.,]*%%?)" do found(at, (number:gsub("[.,]$", "")), count_lines(bare:sub(2, at))) end
end

-- The text as it is read: marks of emphasis within a word are not seen, nor is an address, which is no prose.
local function read_text(from)
  local text = (" " .. from.text):gsub("([^\\]%])(%([^%s()]*%))", function(before, address)
    return before .. address:gsub("%w", "/")
  end)
  return (text:sub(2):gsub("[*\\]", ""))
end

local function in_words(from, read, add, spoken)
  for _, number in ipairs(numerals.of(read, spoken)) do
    if not number.none then -- "no complaints" is a claim
      number_fault(from, add, number.from + 1, read:sub(number.from, number.to):gsub("%s+", " "), count_lines(read:sub(1,
        number.from)))
    end
  end
end

local function claimed(from, read, add, spoken)
  for _, claim in ipairs(claims.of(read, true, spoken)) do
    add(claim.from + 1, fault.new {
      code = "typed-claim", file = from.file, line = from.line + count_lines(read:sub(1, claim.from)),
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
      local read = read_text(from)
      numbers(from, add)
      in_words(from, read, add, spoken)
      claimed(from, read, add, spoken)
      table.sort(here, function(a, b) return a.at < b.at end)
      for _, one in ipairs(here) do list[#list + 1] = one.fault end
    end
  end
  return list
end

return typed
