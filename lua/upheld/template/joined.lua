-- template/joined.lua: values that touch letters, and words that are put together where a value begins or ends.
-- Owns: that a value stands apart from the words beside it; that no claim and no number in words is made of pieces ("high{{
-- 'er' }}"), of
-- which none is one by itself; and the article that stands before a name.
-- Must not: look at what stands within one value or one typed text (marks.lua, template/typed.lua).

local claims = require "upheld.claims"
local fault = require "upheld.fault"
local kept = require "upheld.kept"
local numerals = require "upheld.language.numerals"

local joined = {}

local AROUND = 24       -- bytes beside a boundary in which a claim of several words has room
local LONGEST_ENDING = 3 -- letters of a value that may be a word's beginning or ending: complaint{{ maybe(several and "s") }}

local LETTER_BEFORE, LETTER_AFTER = "%a$", "^%a"

local function is_letter_before(text) return text:find(LETTER_BEFORE) ~= nil or text:find("[\195-\197][\128-\191]$") ~= nil end

local function is_letter_after(text) return text:find(LETTER_AFTER) ~= nil or text:find("^[\195-\197][\128-\191]") ~= nil end

-- Before and after a place, without marks of emphasis and backslashes, which nobody reads.
local function around(text, at)
  return (text:sub(math.max(1, at - AROUND), at - 1):gsub("[*\\]", "")), (text:sub(at, at + AROUND - 1):gsub("[*\\]", ""))
end

-- What a claim or a number in words across a boundary is, by language, before and after; false for none.
local known = setmetatable({}, { __mode = "k" })

local function across(before, after, spoken)
  local own = known[spoken]
  if not own then
    own = kept.table_of(function(both)
      local first, second = both:match("^(.-)\0(.*)$")
      local text = first .. second
      for _, list in ipairs { claims.of(text, false, spoken), claims.of(text, true, spoken), numerals.of(text, spoken) } do
        for _, one in ipairs(list) do
          if one.from <= #first and one.to > #first and not one.whole then return text:sub(one.from, one.to) end
        end
      end
      return false
    end)
    known[spoken] = own
  end
  return own[before .. "\0" .. after]
end

local function tell(list, here, rendered, fields)
  local from = rendered.origins[here.index]
  fields.file, fields.line, fields.value = from.file, from.line, from.source
  list[#list + 1] = fault.new(fields)
end

-- Whether a value may be a part of a word beside it.
local function is_ending(value)
  return value.said == true and #(value.marks or {}) == 0 and #value.text <= LONGEST_ENDING
end

-- Whether a byte is, or may hide, a letter: of a mark of emphasis, a backslash, a letter beyond z.
local function may_touch(byte)
  return byte ~= nil and (byte >= 65 and byte <= 90 or byte >= 97 and byte <= 122 or byte >= 128 or byte == 42 or byte == 92)
end

-- outside: the byte beyond the boundary. Of names nothing is read; between two words only where both are the letter's own.
local function check_boundary(list, text, at, outside, here, rendered, spoken)
  local value = here.value
  local own = value.said and #(value.marks or {}) == 0
  if not may_touch(outside) and not own then return end
  local before, after = around(text, at)
  local touch = is_letter_before(before) and is_letter_after(after)
  if touch and not is_ending(value) then
    return tell(list, here, rendered, { code = "glued-word", hint = "let a blank stand between them",
      message = ('the value "%s" touches a word: "%s"'):format(value.text, (before:match("%S*$") .. after:match("^%S*"))) })
  end
  if not own or not touch and not (before:find("%a%s*$") and after:find("^%s*%a")) then return end
  if not touch and #claims.of(value.text, false, spoken) > 0 then return end -- looked at already
  local made = across(before:gsub("%d", "0"), after:gsub("%d", "0"), spoken)
  if made then
    tell(list, here, rendered, { code = "claim-in-pieces", message = ('"%s" is put together of pieces'):format(made),
      hint = ('let a function of the figure say it, or declare it: literal "%s"'):format(made) })
  end
end

-- An article typed before a name or another text that was read.
local function check_article(list, text, here, rendered, article)
  local value = here.value
  if value.said or #(value.marks or {}) > 0 or text:byte(here.from - 1) ~= 32 then return end
  local typed = text:sub(math.max(1, here.from - 4), here.from - 2):match("%f[%a][Aa]n?$")
  local found = typed and article(typed, value.text)
  if found then
    tell(list, here, rendered, { code = "article", message = ('the article does not fit: "%s"'):format(found),
      hint = "a(...) finds it" })
  end
end

--- Adds a fault for each value that touches a word, makes a claim of pieces, or has the wrong article before it.
---@param list upheld.Fault[]
---@param text string       as it will be read
---@param values table[]    { value, from, to, index } in it
---@param rendered upheld.Rendered
---@param spoken upheld.Language
function joined.faults(list, text, values, rendered, spoken)
  local article = spoken.proof and spoken.proof.article
  for _, here in ipairs(values) do
    local own = here.value.text
    if own and not here.value.gap then
      if is_letter_after(own) then
        check_boundary(list, text, here.from, text:byte(here.from - 1), here, rendered, spoken)
      end
      if is_letter_before(own) then
        check_boundary(list, text, here.to + 1, text:byte(here.to + 1), here, rendered, spoken)
      end
      if article then check_article(list, text, here, rendered, article) end
    end
  end
end

return joined
