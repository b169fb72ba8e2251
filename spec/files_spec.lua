-- Files are written whole or not at all, and a failure leaves nothing behind.
local core = require "upheld.core"

local function shell(command)
  local pipe = assert(io.popen(command .. " 2>/dev/null", "r"))
  local out = pipe:read "a"
  pipe:close()
  return (out:gsub("\n$", ""))
end

local is_root = shell "id -u" == "0"

local function put(path, content)
  local file = assert(io.open(path, "wb"))
  file:write(content)
  file:close()
end

local function get(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local content = file:read "a"
  file:close()
  return content
end

--- Names in a directory, hidden ones too, as one string.
local function list(path) return (shell("ls -A " .. path):gsub("\n", " ")) end

--- package.cpath as it reads from any directory.
local function absolute_cpath()
  local here, out = shell "pwd", {}
  for path in package.cpath:gmatch "[^;]+" do out[#out + 1] = path:sub(1, 1) == "/" and path or here .. "/" .. path end
  return table.concat(out, ";")
end

--- Runs a Lua program with one argument in a directory of its own.
local function run(dir, argument, program)
  put(dir .. "/run.lua", ("package.cpath = %q\nlocal core = require 'upheld.core'\n%s\n"):format(absolute_cpath(), program))
  return shell(("cd %s && lua5.4 run.lua %s"):format(dir, argument))
end

--- Runs f with a small file system of its own at path; false when none can be mounted.
local function with_tmpfs(path, f)
  if not is_root or shell(("mkdir %s && mount -t tmpfs -o size=64k tmpfs %s && echo yes"):format(path, path)) ~= "yes" then
    return false
  end
  local ok, message = pcall(f)
  shell("umount " .. path)
  if not ok then error(message, 0) end
  return true
end

--- How many files this process has open; what is garbage by now would be closed at any moment, so it is closed first: a handle that only
-- another one's user value holds goes a collection later than that one. Pipes are left out: whether popen has closed its own end by the
-- time that the child looks is chance.
local function open_files()
  for _ = 1, 10 do collectgarbage() end
  return shell "ls -l /proc/$PPID/fd | grep -vc 'pipe:'"
end

describe("files", function()
  local dir

  before_each(function() dir = shell "mktemp -d" end)
  after_each(function() shell("chmod -R u+rwx " .. dir .. "; rm -rf " .. dir) end)

  describe("written one by one", function()
    it("are there, and nothing else is", function()
      for _, content in ipairs {"", "one\n", "\0\xFF", ("long"):rep(200000)} do
        assert.is_true(core.write_file(dir .. "/a.txt", content))
        assert.is_true(get(dir .. "/a.txt") == content)
        assert.equal("a.txt", list(dir))
      end
    end)

    it("take a path without a directory", function()
      -- the working directory is the checkout, so a program of its own does it elsewhere
      run(dir, "b.txt", 'assert(core.write_file(arg[1], "two"))')
      assert.equal("two", get(dir .. "/b.txt"))
      assert.equal("b.txt run.lua", list(dir))
    end)

    it("replace an old file in one step", function()
      put(dir .. "/a.txt", "old")
      local old = assert(io.open(dir .. "/a.txt", "rb"))
      assert.is_true(core.write_file(dir .. "/a.txt", "new"))
      assert.equal("old", old:read "a") -- a reader that has it open still reads all of the old one
      old:close()
      assert.equal("new", get(dir .. "/a.txt"))
    end)

    it("keep the old file's permissions", function()
      put(dir .. "/a.txt", "old")
      shell("chmod 640 " .. dir .. "/a.txt")
      assert.is_true(core.write_file(dir .. "/a.txt", "new"))
      assert.equal("640", shell("stat -c %a " .. dir .. "/a.txt"))
      shell("chmod 444 " .. dir .. "/a.txt")
      assert.is_true(core.write_file(dir .. "/a.txt", "newer"))
      assert.equal("444", shell("stat -c %a " .. dir .. "/a.txt"))
    end)

    it("follow a symbolic link", function()
      shell(("cd %s && mkdir d && ln -s d/real link"):format(dir))
      put(dir .. "/d/real", "old")
      assert.is_true(core.write_file(dir .. "/link", "new"))
      assert.equal("new", get(dir .. "/d/real"))
      assert.equal("symbolic link", shell("stat -c %F " .. dir .. "/link"))
      assert.equal("real", list(dir .. "/d"))
    end)

    it("go straight into a device or a pipe, which stays one", function()
      assert.is_true(core.write_file("/dev/null", "gone"))
      assert.equal("character special file", shell "stat -c %F /dev/null")
      shell(("mkfifo %s/pipe; (cat %s/pipe > %s/out) > /dev/null &"):format(dir, dir, dir))
      assert.is_true(core.write_file(dir .. "/pipe", ("through"):rep(20000)))
      for _ = 1, 50 do
        if #(get(dir .. "/out") or "") == 140000 then break end
        shell "sleep 0.02"
      end
      assert.equal(140000, #get(dir .. "/out"))
      assert.equal("fifo", shell(("stat -c %%F %s/pipe"):format(dir)))
    end)

    it("take over what a killed program left", function()
      put(dir .. "/.a.txt.upheld-tmp", "half")
      put(dir .. "/.upheld-lock", "")
      assert.is_true(core.write_file(dir .. "/a.txt", "new"))
      assert.equal("a.txt", list(dir))
    end)

    it("say why they cannot be written, and leave all as it was", function()
      put(dir .. "/file", "old")
      shell("mkdir " .. dir .. "/sub")
      local rows = { -- path, code, the message without its path
        {"/none/a.txt", "no-such-directory",
          "the directory does not exist (no-such-directory); make it first, or correct the path"},
        {"/file/a.txt", "no-such-directory", "a part of the path is not a directory (no-such-directory); correct the path"},
        {"/sub", "is-a-directory", "this is a directory, not a file (is-a-directory); name a file in it"},
        {"/sub/", "is-a-directory", "this is a directory, not a file (is-a-directory); name a file in it"},
        {"/new/", "no-such-directory",
          "the directory does not exist (no-such-directory); make it first, or correct the path"},
        {"/" .. ("n"):rep(300), "io-error", "the name is too long (io-error); choose a shorter one"},
      }
      for _, row in ipairs(rows) do
        local done, err = core.write_file(dir .. row[1], "new")
        assert.is_nil(done)
        assert.equal(row[2], err.code)
        assert.equal(dir .. row[1], err.file)
        assert.equal(dir .. row[1] .. ": " .. row[3], tostring(err))
        assert.equal("file sub", list(dir))
        assert.equal("old", get(dir .. "/file"))
      end
      assert.equal("no-such-directory", select(2, core.write_file("", "x")).code)
    end)

    it("need permission", function()
      if not is_root then
        shell("chmod 555 " .. dir)
        local done, err = core.write_file(dir .. "/a.txt", "x")
        assert.is_nil(done)
        assert.equal(dir .. "/a.txt: no permission to write here (not-writable); choose another place, or ask for write access",
          tostring(err))
        assert.equal("", list(dir))
      end
    end)

    it("need a file system that is not read-only", function()
      local path = dir .. "/small"
      local mounted = with_tmpfs(path, function()
        shell("mount -o remount,ro " .. path)
        local done, err = core.write_file(path .. "/a.txt", "x")
        assert.is_nil(done)
        assert.equal(path .. "/a.txt: the file system is read-only (not-writable); choose another place", tostring(err))
        assert.equal("not-writable", select(2, core.write_files(path .. "/new", {{"a.txt", "x"}})).code)
      end)
      if not mounted then pending "needs root that may mount a tmpfs" end
    end)

    it("tell a full device", function()
      local done, err = core.write_file("/dev/full", "x")
      assert.is_nil(done)
      assert.equal("/dev/full: the disk is full (disk-full); make room, then run it again: nothing was changed", tostring(err))
    end)

    it("refuse a NUL byte in a path", function()
      assert.error_matches(function() core.write_file(dir .. "/a\0b", "x") end, "must not contain a NUL byte")
      assert.error_matches(function() core.write_file(dir .. "/a") end, "string expected")
      assert.equal("", list(dir))
    end)
  end)

  describe("written as a set", function()
    it("are all there, the directory and its parents made", function()
      assert.is_true(core.write_files(dir .. "/x/y//z/", {{"a.txt", "one"}, {"b.html", ""}, {"c d.txt", "three"}}))
      assert.equal("a.txt b.html c d.txt", list(dir .. "/x/y/z"))
      assert.equal("one", get(dir .. "/x/y/z/a.txt"))
      assert.equal("three", get(dir .. "/x/y/z/c d.txt"))
      assert.is_true(core.write_files(dir .. "/x/y/z", {{"a.txt", "four"}}))
      assert.equal("four", get(dir .. "/x/y/z/a.txt"))
      assert.equal("a.txt b.html c d.txt", list(dir .. "/x/y/z"))
    end)

    it("may be many, or none", function()
      local files = {}
      for i = 1, 1500 do files[i] = {("E%08d.txt"):format(i), "letter " .. i} end
      local before = open_files()
      assert.is_true(core.write_files(dir .. "/letters", files))
      assert.equal(before, open_files())
      assert.equal("1500", shell("ls -A " .. dir .. "/letters | wc -l"))
      assert.equal("letter 777", get(dir .. "/letters/E00000777.txt"))
      assert.is_true(core.write_files(dir .. "/empty", {}))
      assert.equal("", list(dir .. "/empty"))
    end)

    it("refuse names that are none, before anything is made", function()
      for _, name in ipairs {"", ".", "..", "a/b", "/a", "../a", ".upheld-lock", ".a.upheld-tmp"} do
        assert.error_matches(function() core.write_files(dir .. "/out", {{"fine", "1"}, {name, "2"}}) end,
          '"' .. name .. '" is no name for a file to be written', 1, true)
      end
      assert.error_matches(function() core.write_files(dir .. "/out", {{"a\0b", "1"}}) end, "must not contain a NUL byte")
      assert.error_matches(function() core.write_files(dir .. "/out", {"a"}) end, "each file is {name, content}, two strings")
      assert.error_matches(function() core.write_files(dir .. "/out", {{"a"}}) end, "each file is {name, content}, two strings")
      assert.equal("", list(dir))
    end)

    it("refuse two names that some file systems take for one", function()
      for _, names in ipairs {{"a.txt", "a.txt"}, {"a.txt", "A.TXT"}, {"E07000115.html", "e07000115.HTML"}} do
        assert.error_matches(function() core.write_files(dir .. "/out", {{names[1], "1"}, {"b", "2"}, {names[2], "3"}}) end,
          ('two files of one set would be named "%s" and "%s"'):format(names[1], names[2]), 1, true)
      end
      assert.equal("", list(dir))
    end)

    it("are none when one target is a directory", function()
      shell(("mkdir -p %s/out/b.txt"):format(dir))
      put(dir .. "/out/a.txt", "old")
      local done, err = core.write_files(dir .. "/out", {{"a.txt", "new"}, {"b.txt", "new"}, {"c.txt", "new"}})
      assert.is_nil(done)
      assert.equal("is-a-directory", err.code)
      assert.equal(dir .. "/out/b.txt", err.file)
      assert.equal("a.txt b.txt", list(dir .. "/out"))
      assert.equal("old", get(dir .. "/out/a.txt"))
    end)

    it("take the directories they made away again", function()
      put(dir .. "/file", "old")
      shell("mkdir " .. dir .. "/kept")
      local long = ("n"):rep(300)
      local rows = { -- directory, code
        {"/a/b/c", "io-error"},
        {"/kept", "io-error"},
        {"/kept/../a/../kept", "io-error"},
        {"/a/../kept", "io-error"},
        {"/file", "no-such-directory"},
        {"/file/a", "no-such-directory"},
        {"/" .. long, "io-error"},
        {"/a/" .. long .. "/b", "io-error"},
      }
      for _, row in ipairs(rows) do
        local done, err = core.write_files(dir .. row[1], {{"first", "x"}, {long, "y"}})
        assert.is_nil(done, row[1])
        assert.equal(row[2], err.code, row[1])
        assert.equal("file kept", list(dir), row[1])
        assert.equal("", list(dir .. "/kept"))
      end
      assert.equal("no-such-directory", select(2, core.write_files("", {{"a", "x"}})).code)
    end)

    it("wait for another program that writes there", function()
      local program = [[
        if #arg[1] == 1 then
          for round = 1, 15 do
            local files = {}
            for i = 1, 40 do files[i] = {"f" .. i, arg[1] .. " round " .. round} end
            assert(core.write_files("out", files))
          end
          assert(core.write_file("out/done" .. arg[1], "yes"))
        end]]
      run(dir, "none", program)
      shell(("cd %s && (lua5.4 run.lua A & lua5.4 run.lua B & wait)"):format(dir))
      assert.equal("yes", get(dir .. "/out/doneA"))
      assert.equal("yes", get(dir .. "/out/doneB"))
      local first = get(dir .. "/out/f1")
      assert.matches("^[AB] round 15$", first)
      for i = 1, 40 do assert.equal(first, get(dir .. "/out/f" .. i)) end
      assert.equal("42", shell("ls -A " .. dir .. "/out | wc -l"))
    end)

    it("leave a full disk as it was", function()
      local small, big = dir .. "/small", ("x"):rep(40000)
      local mounted = with_tmpfs(small, function()
        assert(core.write_file(small .. "/a.txt", "old"))
        local rows = { -- call, the file that did not fit
          {function() return core.write_file(small .. "/a.txt", big .. big) end, "/a.txt"},
          {function() return core.write_files(small, {{"a.txt", "new"}, {"b.txt", big}, {"c.txt", big}}) end, "/c.txt"},
          {function() return core.write_files(small .. "/new/dir", {{"b.txt", big}, {"c.txt", big}}) end, "/new/dir/c.txt"},
        }
        for _, row in ipairs(rows) do
          local done, err = row[1]()
          assert.is_nil(done)
          assert.equal(small .. row[2] .. ": the disk is full (disk-full); make room, then run it again: nothing was changed",
            tostring(err))
          assert.equal("a.txt", list(small))
          assert.equal("old", get(small .. "/a.txt"))
        end
      end)
      if not mounted then pending "needs root that may mount a tmpfs" end
    end)
  end)

  describe("locked", function()
    local path
    before_each(function() path = dir .. "/work.lock" end)

    it("are so for one program at a time, until it lets go, ends or is killed", function()
      local ENDS = { "lock:close()", "", "os.execute('kill -9 $PPID')", "lock = nil collectgarbage()" }
      for _, ending in ipairs(ENDS) do
        put(dir .. "/run.lua", ("package.cpath = %q local core = require 'upheld.core' local lock = assert(core.lock %q) "
          .. "print 'held' io.stdout:flush() io.read() %s"):format(absolute_cpath(), path, ending))
        put(dir .. "/wait", "")
        local holder = assert(io.popen(("cd %s && { while [ -e wait ]; do sleep 0.05; done; echo; } | lua5.4 run.lua 2>/dev/null"):format(dir), "r"))
        assert.equal("held", holder:read "l")
        local lock, err = core.lock(path)
        assert.same({ nil, "locked", path, "another program is at this work", "wait until it has ended" },
          { lock, err.code, err.file, err.message, err.hint })
        os.remove(dir .. "/wait")
        holder:close()
        lock = assert(core.lock(path))
        lock:close()
        lock:close()
        assert.is_nil(get(path), ending)
      end
    end)

    it("say why they cannot be", function()
      local lock, err = core.lock(dir .. "/none/x.lock")
      assert.same({ nil, "no-such-directory" }, { lock, err.code })
      shell(("ln -s %s/elsewhere %s"):format(dir, path))
      lock, err = core.lock(path)
      assert.same({ nil, path }, { lock, err.file })
      assert.is_nil(get(dir .. "/elsewhere"))
      assert.error_matches(function() core.lock "a\0b" end, "a path must not contain a NUL byte")
    end)
  end)

  describe("read", function()
    it("come whole, from files and pipes", function()
      local long = ("chunk\n"):rep(100000)
      put(dir .. "/a", long)
      assert.is_true(core.read_file(dir .. "/a") == long)
      put(dir .. "/empty", "")
      assert.equal("", core.read_file(dir .. "/empty"))
      shell(("mkfifo %s/pipe; (cat %s/a > %s/pipe) > /dev/null &"):format(dir, dir, dir))
      assert.is_true(core.read_file(dir .. "/pipe") == long)
    end)

    it("say why they cannot be, and leave no handle open", function()
      put(dir .. "/file", "")
      local rows = {
        {"/none.csv", "no such file (no-such-file); check the name and the directory"},
        {"/file/none", "no such file: a part of the path is not a directory (no-such-file); check the path"},
        {"", "this is a directory, not a file (is-a-directory); name a file in it"},
        {"/" .. ("n"):rep(300), "the name is too long to be one (no-such-file); check the name"},
      }
      local before = open_files()
      for _, row in ipairs(rows) do
        local content, err = core.read_file(dir .. row[1])
        assert.is_nil(content)
        assert.equal(dir .. row[1] .. ": " .. row[2], tostring(err))
      end
      assert.equal(before, open_files())
      assert.equal("no-such-file", select(2, core.read_file "").code)
      if not is_root then
        shell("chmod 000 " .. dir .. "/file")
        assert.equal("not-readable", select(2, core.read_file(dir .. "/file")).code)
      end
    end)
  end)
end)
