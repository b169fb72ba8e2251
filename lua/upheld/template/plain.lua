-- template/plain.lua: the short way through a template that is HTML: one Lua function that joins its texts and escaped values.
-- Owns: that whatever is not of the plain kind is given up, so that the longer way (template.lua) tells of it or makes it: a value that
-- may not be printed, a name that is absent, an assignment, an include.
-- Must not: tell what is wrong, leave a value without escaping.

local core = require "upheld.core"

local plain = {}

local JOINED = 40      -- pieces joined at once: an expression of Lua takes some two hundred
local STEPS = 20000000 -- of the virtual machine, as template.lua has it

local function give_up() error("given up", 0) end

-- Whether code of a tag sets nothing but locals of its own: of one "=" that compares nothing, the local's or the loop's.
local function sets_nothing(item)
  local keyword = item.content:match("^%s*(%a+)%f[%A]")
  local bare = item.content:gsub("[=~<>]=", "")
  local _, count = bare:gsub("=", "")
  local own = item.kind == "statement" and (keyword == "local" or keyword == "for") and 1 or 0
  return count <= own and not bare:find("%f[%w_]include%f[^%w_]") and not bare:find("%f[%w_]function%f[^%w_]")
    and not bare:find("%f[%w_]goto%f[^%w_]") and not bare:find("...", 1, true)
end

local function source_of(items)
  local out, run = { "local _ENV, _u_escaped, _u_concat = ... local _u_out, _u_n = {}, 0" }, {}
  local function finish()
    if #run == 1 then run[2] = '""' end -- so that it is joined
    if #run > 0 then out[#out + 1] = "_u_n = _u_n + 1 _u_out[_u_n] = " .. table.concat(run, " .. ") end
    run = {}
  end
  -- core.html_text gives nil for what may not be printed, and nil cannot be joined: the function fails, and is given up.
  for _, item in ipairs(items) do
    if item.kind == "text" then
      if item.content ~= "" then run[#run + 1] = ("%q"):format(item.content) end
    elseif item.kind ~= "remark" then
      if not sets_nothing(item) then return nil end
      if item.kind == "value" then
        run[#run + 1] = ("_u_escaped((%s))"):format(item.content)
      else
        finish()
        out[#out + 1] = item.content
      end
    end
    if #run >= JOINED then finish() end
  end
  finish()
  out[#out + 1] = "return _u_concat(_u_out)"
  return table.concat(out, "\n")
end

-- What a name means is asked in this order: the letter's values, the wording's functions, the helpers.
local function names_of(functions, base)
  return setmetatable({}, { __index = function(_, name)
    local value = functions[name]
    if value == nil then value = base[name] end
    if value == nil then give_up() end
    return value
  end, __newindex = give_up, __metatable = false })
end

-- Puts a letter's values in the place of another's.
local function set_values(names, values)
  for name in next, names do
    if values[name] == nil then names[name] = nil end
  end
  for name, value in next, values do rawset(names, name, value) end
end

--- Compiles a template's items to a function of values, functions and helpers that gives HTML; or nil where they are not of the
--- plain kind. The function gives nil where it has given up.
---@param items table[]   of template/code.lua
---@return (fun(values: table, functions: table, base: table): string?)?
function plain.compile(items)
  local source = source_of(items)
  local chunk = source and load(source, "=plain", "t", {})
  if not chunk then return nil end
  local names, of_functions, of_base, busy
  return function(values, functions, base)
    -- A hook of the host's stays as it is; without one, ours ends what does not end.
    if busy or debug.gethook() then return nil end
    if functions ~= of_functions or base ~= of_base then
      names, of_functions, of_base = names_of(functions, base), functions, base
    end
    set_values(names, values)
    busy = true
    debug.sethook(give_up, "", STEPS)
    local ok, made = pcall(chunk, names, core.html_text, table.concat)
    debug.sethook()
    busy = false
    return ok and made or nil
  end
end

return plain
