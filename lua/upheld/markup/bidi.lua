-- markup/bidi.lua: values that hold right-to-left letters or bidirectional controls, kept apart from what stands beside them.
-- Owns: that no name turns the figures after it: such a value stands in an isolate (Unicode Standard Annex 9), and what it leaves open
-- is closed in it. An unclosed override before "60%" would show "06%".
-- Must not: take a character from a value, or touch one that is all left to right.

local kept = require "upheld.kept"

local bidi = {}

local ISOLATE, CLOSE = "\u{2068}", "\u{2069}" -- first strong isolate, pop directional isolate

-- Controls: marks, embeddings and overrides, isolates; and the blocks of right-to-left letters, reserved places included.
local function turns(c)
  return (c >= 0x590 and c <= 0x8ff) or c == 0x200e or c == 0x200f or (c >= 0x202a and c <= 0x202e)
    or (c >= 0x2066 and c <= 0x2069) or (c >= 0xfb1d and c <= 0xfdff) or (c >= 0xfe70 and c <= 0xfeff)
    or (c >= 0x10800 and c <= 0x10fff) or (c >= 0x1e800 and c <= 0x1efff)
end

-- The value with its isolates in pairs; nil where nothing in it turns. An end without a beginning would end the isolate around the
-- value, so it gets a beginning before all. Embeddings and overrides end where the isolate does (rule X6a).
local function closed(s)
  if not s:find "[\214-\224\226\239\240]" or not utf8.len(s) then return nil end -- the first bytes that such characters can have
  local found, open, strays = false, 0, 0
  for _, c in utf8.codes(s) do
    found = found or turns(c)
    if c >= 0x2066 and c <= 0x2068 then
      open = open + 1
    elseif c == 0x2069 then
      if open > 0 then open = open - 1 else strays = strays + 1 end
    end
  end
  return found and ISOLATE:rep(strays) .. s .. CLOSE:rep(open) or nil
end

local closed_of = kept.table_of(function(s) return closed(s) or false end)

local isolated_of = kept.table_of(function(s)
  local inner = closed_of[s]
  return inner and ISOLATE .. inner .. CLOSE or s
end)

--- The value as it stands within an element that isolates it (bdi); false where it needs none.
---@param s string
---@return string|false
function bidi.closed(s) return closed_of[s] end

--- The value as it stands in plain text: in an isolate of its own where it needs one.
---@param s string
---@return string
function bidi.isolated(s) return isolated_of[s] end

return bidi
