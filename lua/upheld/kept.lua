-- kept.lua: what a function of one text gave is kept: the letters of a batch say the same words again and again.
-- Owns: the bound on how much is kept. Must not: keep what depends on more than the text.

local kept = {}

local MOST = 5000

--- The same function, which is called once for equal texts as long as these are kept.
---@generic T
---@param f fun(text: string): T   gives one value that is not nil, and nobody changes it
---@return fun(text: string): T
function kept.function_of(f)
  local known, count = {}, 0
  return function(text)
    local value = known[text]
    if value ~= nil then return value end
    value = f(text)
    if count >= MOST then known, count = {}, 0 end
    known[text], count = value, count + 1
    return value
  end
end

return kept
