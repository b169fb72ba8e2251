-- kept.lua: what a function of one text or number gave is kept: the letters of a batch say the same words again and again.
-- Owns: the bound on how much is kept. Must not: keep what depends on more than its argument.

local kept = {}

local MOST = 5000

--- What a function gives, as a table: made[argument] is called for once, as long as it is kept. No call is cheaper than a look.
---@generic T
---@param f fun(argument: string|number): T   gives one value that is not nil, and nobody changes it; the argument is not NaN
---@return table<string|number, T>
function kept.table_of(f)
  local count = 0
  return setmetatable({}, { __index = function(made, argument)
    if count >= MOST then
      for key in next, made do made[key] = nil end
      count = 0
    end
    local value = f(argument)
    made[argument], count = value, count + 1
    return value
  end })
end

--- The same function, which is called once for equal texts or numbers as long as these are kept.
---@generic T
---@param f fun(argument: string|number): T   as of table_of
---@return fun(argument: string|number): T
function kept.function_of(f)
  local made = kept.table_of(f)
  return function(argument) return made[argument] end
end

return kept
