--- What the specs share: places of the build, temporary folders, running the command, reading files.
-- Owns: that a spec leaves nothing behind in the checkout and no handle open.
local helper = {}

helper.build = os.getenv "UPHELD_BUILD" or "build"
helper.lua = os.getenv "LUA" or "lua5.4"
helper.command = helper.build .. "/bin/upheld"
helper.generator = helper.build .. "/bin/upheld-generate"

-- A quoted word of the shell.
function helper.quote(text)
  return "'" .. tostring(text):gsub("'", "'\\''") .. "'"
end

--- Runs a shell command: stdout, stderr, exit status.
function helper.run(command, ...)
  local words = { command }
  for i, word in ipairs { ... } do words[i + 1] = helper.quote(word) end
  local out, err = os.tmpname(), os.tmpname()
  local _, _, status = os.execute(("{ %s\n} >%s 2>%s </dev/null"):format(table.concat(words, " "), out, err))
  local stdout, stderr = helper.read(out), helper.read(err)
  os.remove(out)
  os.remove(err)
  return stdout, stderr, status
end

--- Runs the upheld command with arguments.
function helper.upheld(...)
  return helper.run(helper.command, ...)
end

function helper.read(path)
  local f = assert(io.open(path, "rb"))
  local text = f:read "a"
  f:close()
  return text
end

function helper.write(path, text)
  local f = assert(io.open(path, "wb"))
  assert(f:write(text))
  assert(f:close())
  return path
end

function helper.exists(path)
  local f = io.open(path, "rb")
  if f then f:close() end
  return f ~= nil
end

--- A new folder; removed by helper.cleanup (call it in after_each or teardown).
local folders = {}
function helper.folder()
  local pipe = assert(io.popen "mktemp -d")
  local path = pipe:read "l"
  pipe:close()
  folders[#folders + 1] = path
  return path
end

function helper.cleanup()
  for _, path in ipairs(folders) do os.execute("chmod -R u+rwx " .. helper.quote(path) .. "; rm -rf " .. helper.quote(path)) end
  folders = {}
end

--- Lines of a text as an array.
function helper.lines(text)
  local list = {}
  for line in text:gmatch "([^\n]*)\n" do list[#list + 1] = line end
  return list
end

--- File descriptors that this process holds open (Linux), for leak checks.
function helper.open_handles()
  local stat = assert(io.open("/proc/self/stat", "rb"))
  local pid = stat:read "n"
  stat:close()
  collectgarbage() -- what scripts dropped is no leak of ours
  -- the sleep lets this process close its end of the pipe first
  local pipe = assert(io.popen(("sleep 0.1; ls /proc/%d/fd | wc -l"):format(pid)))
  local count = pipe:read "n"
  pipe:close()
  return count
end

--- JSON by dkjson, an outside module; nil when it is not there.
function helper.json()
  local ok, json = pcall(require, "dkjson")
  return ok and json or nil
end

return helper
