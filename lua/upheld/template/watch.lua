-- template/watch.lua: wording that does not end is stopped at the line where it is then.
-- Owns: the bound on steps, and where they are counted. A hook costs each step of the virtual machine something, so that it is set only
-- where Lua of the wording's own may go round: in its functions, in its files, in a template with a loop, a goto or a function within
-- one tag. A template's loops and partials are counted as they come round.
-- Must not: touch a hook of the host's: hooks belong to coroutines, and wording runs in one of its own.

local fault = require "upheld.fault"

local watch = {}

local SLICE, MOST = 100000, 20000000 -- steps of the virtual machine; a letter takes some ten thousand
local ROUND = 100                    -- of a template's loop; many take more

local KEYWORDS = { "while", "for", "repeat", "goto", "function" }

--- Whether the Lua of a tag may go round without a tag of its own being met again. A word in a text of it counts as well: no harm.
---@param content string      of a value or statement
---@param branch string?      what begins after it: "for" and "while" are met each time round
---@return boolean
function watch.can_loop(content, branch)
  if branch == "for" or branch == "while" then content = content:gsub("^%s*%a+", "", 1) end
  for _, word in ipairs(KEYWORDS) do
    if content:find("%f[%w_]" .. word .. "%f[^%w_]") then return true end
  end
  return false
end

---@class upheld.Watch
---@field stopped boolean   told, and everything around it is to end as well
local Watch = {}
Watch.__index = Watch

local function count(self, steps)
  self.steps = self.steps + steps
  if self.steps < MOST then return end
  self.stopped = true
  error(fault.new { code = "endless-loop", message = ("the wording has not come to an end after %d million steps"):format(
    MOST // 1000000), hint = "a loop does not end" }, 0)
end

--- A watch that is not on.
---@return upheld.Watch
function watch.new()
  local self = setmetatable({ steps = 0, on = false, whole = false, stopped = false }, Watch)
  self.hook = function() count(self, SLICE) end
  return self
end

--- Runs f in a coroutine of its own; steps begin anew. What f raises is raised.
---@param f function
---@param ... any
---@return any ...
function Watch:guard(f, ...)
  local co = coroutine.create(f)
  self.steps, self.on, self.whole, self.stopped = 0, false, false, false
  local results = table.pack(coroutine.resume(co, ...))
  if not results[1] then error(results[2], 0) end
  return table.unpack(results, 2, results.n)
end

--- A loop or a partial has come round.
function Watch:round() count(self, ROUND) end

local function off(self, ...)
  self.on = false
  debug.sethook()
  return ...
end

--- Something was given up by an error: a watch within it ends.
function Watch:given_up()
  if self.on and not self.whole then off(self) end
end

local function whole_off(self, ...)
  self.whole = false
  return off(self, ...)
end

--- Calls f under the watch.
---@param f function
---@param ... any
---@return any ...
function Watch:whole_of(f, ...)
  if self.on then return f(...) end
  self.on, self.whole = true, true
  debug.sethook(self.hook, "", SLICE)
  return whole_off(self, f(...))
end

--- The same functions, each under the watch as long as it runs.
---@param functions table<string, function>
---@return table<string, function>
function Watch:functions(functions)
  local made = {}
  for name, f in pairs(functions) do
    made[name] = function(...)
      if self.on then return f(...) end
      self.on = true
      debug.sethook(self.hook, "", SLICE)
      return off(self, f(...))
    end
  end
  return made
end

return watch
