-- kept.lua: what a function of one text or number gave is kept: the letters of a batch say the same words again and again.
-- Owns: the bound on how much is kept. Must not: keep what depends on more than its argument.

local kept = {}

local MOST = 5000

--- The same function, which is called once for equal texts or numbers as long as these are kept.
---@generic T
---@param f fun(argument: string|number): T   gives one value that is not nil, and nobody changes it; the argument is not NaN
---@return fun(argument: string|number): T
function kept.function_of(f)
  local known, count = {}, 0
  return function(argument)
    local value = known[argument]
    if value ~= nil then return value end
    value = f(argument)
    if count >= MOST then known, count = {}, 0 end
    known[argument], count = value, count + 1
    return value
  end
end

return kept
