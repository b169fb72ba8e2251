-- template/globals.lua: what of Lua's own libraries templates and wordings see.
-- Owns: that nothing among it tells two runs apart (no clock, no chance, no order of hashes, no addresses), and that no library can be changed.
-- Must not: know templates.

local globals = {}

-- In order of key: numbers first, then texts. Hash order would make letters differ between runs.
function globals.sorted_pairs(t)
  if type(t) ~= "table" then error(("pairs: a table is expected, not %s"):format(type(t)), 2) end
  local keys = {}
  for key in pairs(t) do
    if type(key) ~= "number" and type(key) ~= "string" then
      error(("pairs: keys are to be numbers or texts, not a %s"):format(type(key)), 2)
    end
    keys[#keys + 1] = key
  end
  table.sort(keys, function(a, b)
    if type(a) == type(b) then return a < b end
    return type(a) == "number"
  end)
  local i = 0
  return function()
    i = i + 1
    if keys[i] ~= nil then return keys[i], t[keys[i]] end
  end
end

-- Without a __tostring the text would be an address, another one in every run.
local function strict_tostring(value)
  local kind = type(value)
  local text = tostring(value)
  if kind == "string" or math.type(value) == "integer" then return text end
  if (kind ~= "table" and kind ~= "userdata") or text:find(": %(?[%xx]+%)?$") then
    error(("tostring: a %s has no text of its own"):format(kind), 2)
  end
  return text
end

local function copy(t, without)
  local made = {}
  for key, value in pairs(t) do made[key] = value end
  for _, key in ipairs(without) do made[key] = nil end
  return made
end

-- A library that wording reads and cannot change: what one letter puts there another one would read.
local function read_only(library, without)
  return setmetatable({}, { __index = copy(library, without), __metatable = false, __newindex = function(_, name)
    error(("%s: a library is not to be changed"):format(tostring(name)), 2)
  end })
end

--- The names, anew for each environment.
---@return table<string, any>
function globals.safe()
  return {
    assert = assert, error = error, ipairs = ipairs, pairs = globals.sorted_pairs, select = select, tonumber = tonumber,
    tostring = strict_tostring, type = type,
    string = read_only(string, { "dump" }), table = read_only(table, {}), utf8 = read_only(utf8, {}),
    math = read_only(math, { "random", "randomseed" }),
  }
end

return globals
