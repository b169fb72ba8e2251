--- JSON put together in Lua, where the core writes none: why() and history.
-- Owns: the order of keys (as given) and what is null. Strings and numbers with decimals are spelt by the core.

local core = require "upheld.core"

local json = {}

--- One value: nil is null; text, whole numbers and booleans. Anything else is made by the functions below.
---@param value nil|boolean|integer|string
---@return string
function json.value(value)
  if value == nil then return "null" end
  if type(value) == "boolean" then return value and "true" or "false" end
  if math.type(value) == "integer" then return ("%d"):format(value) end
  if not value:find("[^ !#-.0-;=?-%[%]-~]") then return '"' .. value .. '"' end -- nothing in it is escaped
  return core.json_string(value)
end

--- A number with at most six decimals, as in `upheld figures --json`; nil is null.
---@param value number?
---@return string
function json.real(value)
  return value and core.number(value, 6) or "null"
end

--- An array of texts that are JSON already, one a line when there are several.
---@param list string[]
---@return string
function json.array(list)
  return "[" .. table.concat(list, #list > 1 and ",\n" or ",") .. "]"
end

--- An array of plain values.
---@param list (boolean|integer|string)[]
---@return string
function json.values(list)
  local out = {}
  for i, value in ipairs(list) do out[i] = json.value(value) end
  return "[" .. table.concat(out, ",") .. "]"
end

--- An object from { key, text } pairs, in their order; a text is JSON already.
---@param pairs_of { [1]: string, [2]: string }[]
---@param between string?   "\n": one member a line
---@return string
function json.object(pairs_of, between)
  local out = {}
  for i, pair in ipairs(pairs_of) do out[i] = json.value(pair[1]) .. ":" .. pair[2] end
  return "{" .. table.concat(out, "," .. (between or "")) .. "}"
end

--- An object of plain values taken from a table: absent ones are null, so that the keys never change.
---@param source table
---@param keys string[]
---@return string
function json.fields(source, keys)
  return core.json_fields(source, keys)
end

return json
