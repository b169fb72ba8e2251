-- language/arguments.lua: what the functions of a language ask of their arguments.
-- Owns: the messages of a wrong argument, the same in every language.
-- Must not: know a language.

local arguments = {}

--- A whole number as an integer; anything else is the mistake of the caller's caller.
---@param name string   the function's, in words
---@param n any
---@param level integer?
---@return integer
function arguments.whole(name, n, level)
  if math.type(n) == "integer" then return n end
  local shown = type(n) == "number" and ("%.14g"):format(n) or type(n)
  error(("%s: a whole number is expected, not %s"):format(name, shown), (level or 1) + 2)
end

--- A text that is not empty.
---@param name string
---@param s any
---@param level integer?
---@return string
function arguments.text(name, s, level)
  if type(s) == "string" and s ~= "" then return s end
  error(("%s: a word is expected, not %s"):format(name, s == "" and "an empty one" or type(s)), (level or 1) + 2)
end

--- A list of texts, at least one.
---@param items any
---@return string[]
function arguments.items(items)
  if type(items) ~= "table" or #items == 0 then error("list: at least one item is expected", 3) end
  for i = 1, #items do arguments.text("list", items[i], 2) end
  return items
end

return arguments
