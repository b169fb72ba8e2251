-- helper_json.lua: reads JSON for specs that must run with the core's packages only. Strict enough for what the core writes; null is
-- helper_json.null, so that keys with nothing are seen.
local json = { null = setmetatable({}, { __tostring = function() return "null" end }) }

local ESCAPES = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ['"'] = '"', ["\\"] = "\\", ["/"] = "/" }

function json.decode(text)
  local at = 1
  local function blanks() at = text:find("%S", at) or #text + 1 end
  local function fail(what) error(("JSON, byte %d: %s"):format(at, what), 0) end
  local value

  local function string_at()
    local out, start = {}, at + 1
    at = start
    while true do
      local stop = text:find('["\\]', at) or fail "no end of a string"
      out[#out + 1] = text:sub(at, stop - 1)
      at = stop + 1
      if text:sub(stop, stop) == '"' then return table.concat(out) end
      local letter = text:sub(at, at)
      if letter == "u" then
        out[#out + 1] = utf8.char(tonumber(text:sub(at + 1, at + 4), 16))
        at = at + 5
      else
        out[#out + 1] = ESCAPES[letter] or fail "an unknown escape"
        at = at + 1
      end
    end
  end

  local function list(close, each)
    at = at + 1
    blanks()
    if text:sub(at, at) == close then at = at + 1 return end
    while true do
      each()
      blanks()
      local c = text:sub(at, at)
      at = at + 1
      if c == close then return end
      if c ~= "," then fail "a comma is missing" end
      blanks()
    end
  end

  function value()
    blanks()
    local c = text:sub(at, at)
    if c == "{" then
      local out = {}
      list("}", function()
        local key = string_at()
        blanks()
        if text:sub(at, at) ~= ":" then fail "a colon is missing" end
        at = at + 1
        if out[key] ~= nil then fail("the key " .. key .. " stands twice") end
        out[key] = value()
      end)
      return out
    elseif c == "[" then
      local out = {}
      list("]", function() out[#out + 1] = value() end)
      return out
    elseif c == '"' then
      return string_at()
    end
    for word, meaning in pairs { ["true"] = true, ["false"] = false, null = json.null } do
      if text:sub(at, at + #word - 1) == word then at = at + #word return meaning end
    end
    local number = text:match("^%-?%d+%.?%d*[eE]?[%+%-]?%d*", at) or fail "no value"
    at = at + #number
    return math.tointeger(tonumber(number)) or tonumber(number)
  end

  local out = value()
  blanks()
  if at <= #text then fail "something after the end" end
  return out
end

return json
