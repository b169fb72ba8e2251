--- Finding and compiling schemes.
-- Owns: how a scheme is named. It holds no words of any ombudsman (upheld.scheme.* do).

local core = require "upheld.core"

local schemes = {}

---@class upheld.CompiledScheme
---@field name string
---@field title string
---@field source upheld.Scheme     the table it was made from
---@field compiled userdata
---@field indicators table<string, table>  by name; [i] by place
local Scheme = { __name = "upheld.scheme" }
Scheme.__index = Scheme

function Scheme:__tostring()
  return "scheme " .. self.name
end

local function failure(fields)
  return nil, core.error(fields)
end

-- A scheme file is data: it sees no global at all.
local function from_file(path)
  local chunk, message = loadfile(path, "t", {})
  if not chunk then
    return failure { code = "bad-scheme", file = path, message = message, hint = "a scheme file returns a table" }
  end
  local ok, result = pcall(chunk)
  if not ok or type(result) ~= "table" then
    return failure { code = "bad-scheme", file = path, message = ok and "the file returns no table" or tostring(result) }
  end
  return result
end

local function find(scheme)
  if type(scheme) == "table" then return scheme end
  if scheme:find "%.lua$" then return from_file(scheme) end
  if scheme:find "^[%w_]+$" then
    local ok, result = pcall(require, "upheld.scheme." .. scheme)
    if ok then return result end
  end
  return failure { code = "unknown-scheme", value = scheme, message = ('there is no scheme "%s"'):format(scheme),
    hint = 'known: lgsco; or give the path of a Lua file that ends in ".lua"' }
end

--- Compiles a scheme.
---@param scheme string|table|upheld.CompiledScheme
---@return upheld.CompiledScheme? scheme, table? err
function schemes.compile(scheme)
  if getmetatable(scheme) == Scheme then return scheme end
  if type(scheme) ~= "string" and type(scheme) ~= "table" then
    error("a scheme is a name, a path or a table, not " .. type(scheme), 3)
  end
  local source, err = find(scheme)
  if not source then return nil, err end
  local ok, compiled = pcall(core.scheme, source)
  if not ok then
    return failure { code = "bad-scheme", file = type(scheme) == "string" and scheme or nil, message = tostring(compiled) }
  end
  local indicators = {}
  for i, each in ipairs(source.indicators or {}) do
    indicators[i] = each
    indicators[each.name] = each
  end
  return setmetatable({ name = source.name, title = source.title or source.name, source = source, compiled = compiled,
    indicators = indicators }, Scheme)
end

return schemes
