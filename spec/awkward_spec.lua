-- Awkward inputs: each with its documented outcome, message and exit status, an unchanged register where nothing was to be done, and no
-- handle left open. The command is run as a user runs it; the leak check repeats each import in this process.
local helper = require "helper"
local upheld = require "upheld"

local AUTHORITIES = "code,name,type\nE07000115,Tonbridge and Malling Borough Council,District\nE10000016,Kent County Council,County\n"
local HEAD = "reference,authority,decided_date,outcome\n"
local GOOD = "20 001 225,Tonbridge and Malling Borough Council,2020-06-01,Upheld\n"

describe("awkward input", function()
  local folder, register

  before_each(function()
    folder = helper.folder()
    register = folder .. "/review.db"
    helper.write(folder .. "/authorities.csv", AUTHORITIES)
    helper.write(folder .. "/good.csv", HEAD .. "19 000 001,Kent County Council,2019-06-01,Not upheld\n")
    local _, err, status = helper.upheld("import", register, "--authorities", folder .. "/authorities.csv", "--decisions", folder .. "/good.csv")
    assert.equal(0, status, err)
  end)

  after_each(helper.cleanup)

  local function contents()
    local text = helper.run("sqlite3", register, "select * from decisions; select count(*) from import; select * from authority")
    return text
  end

  -- what the decisions file holds (or a function that makes it and gives its path), exit status, a text of the message, rows accepted
  local cases = {
    { "an empty file", "", 1, "(empty-file)" },
    { "a BOM alone", "\239\187\191", 1, "(empty-file)" },
    { "a header alone", HEAD, 0, "(no-rows)" },
    { "a header without a line end", (HEAD:gsub("\n", "")), 0, "(no-rows)" },
    { "binary bytes", "\0\1\2\3", 1, "(nul-byte)" },
    { "a NUL byte in a cell", HEAD .. "20 001 225,Ke\0nt,2020-06-01,Upheld\n", 1, "bad.csv:2: " },
    { "UTF-16", "\255\254r\0e\0f\0", 1, "(nul-byte)" },
    { "an unclosed quote at the end", HEAD .. GOOD .. '20 001 226,"Kent County Council,2020-06-01,Upheld\n', 1, "bad.csv:3: " },
    { "a 1 MB field, at the limit", HEAD .. GOOD .. "20 001 226," .. ("x"):rep(1048576) .. ",2020-06-01,Upheld\n", 3, "(unknown-authority)", 1 },
    { "a field over the limit", HEAD .. GOOD .. "20 001 226," .. ("x"):rep(1048577) .. ",2020-06-01,Upheld\n", 1, "UPHELD_MAX_FIELD" },
    { "a duplicate heading", "reference,authority,outcome,decided_date,outcome\n", 1, "(duplicate-heading)" },
    { "a missing column", "reference,authority,outcome\n" .. "20 001 225,Kent County Council,Upheld\n", 1, 'decided_date' },
    { "a misspelt column", "reference,authority,outcome,decided_dat\n", 1, "decided_dat" },
    { "Windows-1252 read as UTF-8", HEAD .. GOOD .. "20 001 226,Caf\233 Council,2020-06-01,Upheld\n", 3, "windows-1252", 1 },
    { "a ragged row", HEAD .. GOOD .. "20 001 226,Kent County Council,2020-06-01\n", 3, "(ragged-row)", 1 },
    { "a row with too many fields", HEAD .. GOOD .. "20 001 226,Kent County Council,2020-06-01,Upheld,,\n", 3, "(ragged-row)", 1 },
    { "a stray quote", HEAD .. GOOD .. '20 001 226,Kent "County" Council,2020-06-01,Upheld\n', 3, "(stray-quote)", 1 },
    { "a day that does not exist", HEAD .. GOOD .. "20 001 226,Kent County Council,2020-02-30,Upheld\n", 3, "2020-02-30 is not a date (bad-date)", 1 },
    { "a British date unasked", HEAD .. GOOD .. "20 001 226,Kent County Council,01/06/2020,Upheld\n", 3, "uk", 1 },
    { "an unknown outcome", HEAD .. GOOD .. "20 001 226,Kent County Council,2020-06-01,Upholded\n", 3, "(unknown-outcome)", 1 },
    { "an unknown authority", HEAD .. GOOD .. "20 001 226,Kent Couny Council,2020-06-01,Upheld\n", 3, "Kent County Council", 1 },
    { "a reference of another form", HEAD .. GOOD .. "20/001/226,Kent County Council,2020-06-01,Upheld\n", 3, "(bad-reference)", 1 },
    { "a key repeated with different content", HEAD .. GOOD .. (GOOD:gsub("Upheld", "Not upheld")), 3, "line 2", 1 },
    { "a key repeated identically", HEAD .. GOOD .. GOOD, 0, "(repeated-row)", 2 },
    { "lone carriage returns as line ends", (HEAD .. GOOD):gsub("\n", "\r"), 1, "(missing-column)" },
    { "semicolons", (HEAD .. GOOD):gsub(",", ";"), 1, "(missing-column)" },
    { "a file that is not there", function() return folder .. "/absent.csv" end, 1, "(no-such-file)" },
    { "a directory", function() return folder end, 1, "(is-a-directory)" },
    { "an unreadable file", function()
      -- root reads everything: a file that even root cannot read is one of /proc that refuses
      local path = helper.write(folder .. "/secret.csv", HEAD .. GOOD)
      os.execute("chmod 000 " .. helper.quote(path))
      local f = io.open(path, "rb")
      if f then
        f:close()
        return "/proc/self/mem"
      end
      return path
    end, 1, nil },
  }

  for _, case in ipairs(cases) do
    local name, content, status, message, accepted = table.unpack(case, 1, 5)
    it(name, function()
      local path = type(content) == "function" and content() or helper.write(folder .. "/bad.csv", content)
      local before = contents()
      local out, err, got = helper.upheld("import", register, "--decisions", path)
      assert.equal(status, got, out .. err)
      if message then assert.truthy((out .. err):find(message, 1, true), out .. err) else assert.is_true(#err > 0) end
      if status == 1 then
        assert.equal(before, contents())
      else
        local after = contents()
        assert.not_equal(before, after) -- the import log at least
      end
      if accepted then assert.truthy(out:find((" %d accepted"):format(accepted), 1, true), out) end
      -- the same in this process: no handle stays open, whatever happened
      local handles = helper.open_handles()
      local r = assert(upheld.open(folder .. "/leak.db"))
      r:import { authorities = folder .. "/authorities.csv", decisions = path }
      r:close()
      assert.equal(handles, helper.open_handles())
    end)
  end

  it("a register that is no register", function()
    helper.write(folder .. "/not.db", "this is a text file, and longer than a header of SQLite, so that it is not taken for an empty one......")
    for _, command in ipairs { { "import", "--authorities", folder .. "/authorities.csv" }, { "check" }, { "figures" } } do
      local out, err, status = helper.upheld(command[1], folder .. "/not.db", table.unpack(command, 2))
      assert.equal(1, status, out)
      assert.truthy(err:find("not-a-register", 1, true), err)
    end
    assert.truthy(helper.read(folder .. "/not.db"):find("^this is a text file"))
  end)

  it("an SQLite file of another program", function()
    helper.run("sqlite3", folder .. "/other.db", "create table t(x); insert into t values(1)")
    local _, err, status = helper.upheld("import", folder .. "/other.db", "--authorities", folder .. "/authorities.csv")
    assert.equal(1, status)
    assert.truthy(err:find("not-a-register", 1, true), err)
    assert.equal("1\n", (helper.run("sqlite3", folder .. "/other.db", "select * from t")))
  end)

  it("a register of a newer version", function()
    helper.run("sqlite3", register, "pragma user_version = 99")
    local _, err, status = helper.upheld("check", register)
    assert.equal(1, status)
    assert.truthy(err:find("newer-register", 1, true), err)
  end)

  it("a register in a folder that is not there", function()
    local _, err, status = helper.upheld("import", folder .. "/none/review.db", "--authorities", folder .. "/authorities.csv")
    assert.equal(1, status)
    assert.is_true(#err > 0)
  end)

  it("a register that another program holds", function()
    local r = assert(upheld.open(register, { busy = 50 }))
    local pipe = assert(io.popen("sqlite3 " .. helper.quote(register) .. " 2>&1", "w"))
    pipe:write "begin immediate;\n.shell touch "
    pipe:write(folder, "/held\n")
    pipe:flush()
    for _ = 1, 200 do
      if helper.exists(folder .. "/held") then break end
      os.execute "sleep 0.02"
    end
    local report, err = r:import { decisions = helper.write(folder .. "/d.csv", HEAD .. GOOD) }
    assert.is_nil(report)
    assert.equal("busy", err.code)
    pipe:write "rollback;\n"
    pipe:close()
    assert(r:import { decisions = folder .. "/d.csv" })
    r:close()
  end)

  it("a full disk leaves the register as it was", function()
    local disk = folder .. "/disk"
    if not os.execute("mkdir " .. disk .. " && mount -t tmpfs -o size=400k tmpfs " .. disk .. " 2>/dev/null") then
      pending "needs the right to mount a small tmpfs"
      return
    end
    local small = disk .. "/review.db"
    local out, err, status = helper.upheld("import", small, "--authorities", folder .. "/authorities.csv", "--decisions", folder .. "/good.csv")
    local before, rows = helper.run("sqlite3", small, "select * from decisions"), {}
    for i = 1, 20000 do rows[i] = ("20 %03d %03d,Kent County Council,2020-06-01,Upheld\n"):format(i // 1000, i % 1000) end
    local big = helper.write(folder .. "/big.csv", HEAD .. table.concat(rows))
    local _, err2, status2 = helper.upheld("import", small, "--decisions", big)
    local after = helper.run("sqlite3", small, "select * from decisions")
    local _, _, status3 = helper.upheld("check", small)
    os.execute("umount " .. disk)
    assert.equal(0, status, out .. err)
    assert.equal(1, status2)
    assert.truthy(err2:find("disk-full", 1, true), err2)
    assert.equal(before, after)
    assert.equal(0, status3)
  end)

  it("wrong usage is status 2, with the reason", function()
    for _, words in ipairs { {}, { "imprt" }, { "import" }, { "import", register }, { "import", register, "--decisions" },
      { "figures" }, { "figures", register, "--year", "20" }, { "figures", register, "--json", "--csv" },
      { "tally", register, "--year", "2020", "--by", "colour" }, { "why", register, "--year", "2020" },
      { "import", register, "--decisions", "x", "--columns", "outcome" }, { "import", register, "--decisions", "x", "--dates", "us" } } do
      local _, err, status = helper.upheld(table.unpack(words))
      assert.equal(2, status, table.concat(words, " ") .. "\n" .. err)
      assert.is_true(#err > 0)
    end
  end)

  it("strict, dry run and rejects", function()
    local bad = helper.write(folder .. "/bad.csv", HEAD .. GOOD .. '20 001 226,"Nowhere, Council",2020-06-01,Upheld\n')
    local before = contents()
    local out, err, status = helper.upheld("import", register, "--decisions", bad, "--strict")
    assert.equal(1, status, out)
    assert.truthy(err:find("strict", 1, true))
    assert.equal(before, contents())
    out, err, status = helper.upheld("import", register, "--decisions", bad, "--dry-run", "--rejects", folder .. "/rejects.csv")
    assert.equal(3, status, err)
    assert.truthy(out:find("dry run", 1, true), out)
    assert.equal(before, contents())
    local rejects = helper.lines(helper.read(folder .. "/rejects.csv"))
    assert.equal("reference,authority,decided_date,outcome,upheld_line,upheld_code,upheld_reason", rejects[1])
    assert.truthy(rejects[2]:find('20 001 226,"Nowhere, Council",2020-06-01,Upheld,3,unknown-authority,', 1, true), rejects[2])
    -- a dry run on a register that is not there makes none
    helper.upheld("import", folder .. "/new.db", "--authorities", folder .. "/authorities.csv", "--dry-run")
    assert.is_false(helper.exists(folder .. "/new.db"))
    -- nor does an import that fails
    helper.upheld("import", folder .. "/new.db", "--authorities", folder .. "/absent.csv")
    assert.is_false(helper.exists(folder .. "/new.db"))
  end)
end)
