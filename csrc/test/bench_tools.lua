-- bench_tools.lua: what the benches share: running commands, their time, and the middle of several times.
-- Must not: know what is measured, or which are the peers.

local tools = {}

--- The output of a command, which must succeed.
---@param command string
---@return string
function tools.capture(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read "a"
  assert(pipe:close(), command)
  return text
end

--- Whether a command succeeds; what it says is left out.
---@param command string
---@return boolean
function tools.installed(command) return os.execute(command .. " >/dev/null 2>&1") == true end

--- Runs a command.
---@param command string
---@param peak_file string?   where /usr/bin/time may write, to know the peak of memory too
---@return { cpu: number, wall: number, peak: number? } used   seconds of CPU (user and system) and of the clock, MB
---@return string out
function tools.timed(command, peak_file)
  if peak_file then command = ("/usr/bin/time -o %s -f %%M bash -c %q"):format(peak_file, command) end
  local text = tools.capture(("bash -c %q 2>&1"):format("TIMEFORMAT='%U %S %R'; time { " .. command .. "; }"))
  local out, user, system, wall = text:match "^(.-)([%d.]+) ([%d.]+) ([%d.]+)\n$"
  local used = { cpu = tonumber(user) + tonumber(system), wall = tonumber(wall) }
  if peak_file then
    local f = assert(io.open(peak_file))
    used.peak = f:read "n" / 1000
    f:close()
  end
  return used, out
end

--- The median of a list, which stays as it is, its least and its greatest. Of an even number, the greater of the two in the middle.
---@param list number[]
---@return number median, number least, number most
function tools.spread(list)
  local sorted = table.move(list, 1, #list, 1, {})
  table.sort(sorted)
  return sorted[#sorted // 2 + 1], sorted[1], sorted[#sorted]
end

---@param path string
---@param text string
function tools.write(path, text)
  local f = assert(io.open(path, "wb"))
  f:write(text)
  f:close()
end

return tools
