-- The register: nothing lost, old versions kept, several programs at once; and what any SQLite tool reads in it.
local helper = require "helper"
local upheld = require "upheld"

local AUTHORITIES = "code,name,type\nE07000115,Tonbridge and Malling Borough Council,District\nE10000016,Kent County Council,County\n"
local HEAD = "reference,authority,received_date,decided_date,outcome\n"
local TIME = "2026-05-01T12:00:00Z"

describe("the register", function()
  local folder, path, register

  before_each(function()
    folder = helper.folder()
    path = folder .. "/review.db"
    register = assert(upheld.open(path))
    helper.write(folder .. "/a.csv", AUTHORITIES)
    assert(register:import { authorities = folder .. "/a.csv", time = TIME })
  end)

  after_each(function()
    register:close()
    helper.cleanup()
  end)

  local function import(text, more)
    local options = { decisions = helper.write(folder .. "/d.csv", HEAD .. text), time = TIME }
    for key, value in pairs(more or {}) do options[key] = value end
    return register:import(options)
  end

  local function sql(query)
    return (helper.run("sqlite3", path, query))
  end

  for program, least in pairs { ["register-test"] = 15, ["chunks-test"] = 3, ["import-test"] = 2, ["keys-test"] = 6, ["runs-test"] = 6,
    ["pages-test"] = 4, ["sha256-test"] = 2 } do
    it("passes the core's own " .. program, function()
      local out, err, status = helper.run(helper.build .. "/bin/" .. program, helper.folder())
      assert.equal(0, status, out .. err)
      for _, line in ipairs(helper.lines(out)) do assert.truthy(line:find "^ok ", line) end
      assert.is_true(#helper.lines(out) >= least)
    end)
  end

  it("is a whole SQLite file of ours, with foreign keys and a readable view", function()
    assert(import "20 001 225,Kent County Council,2020-05-01,2020-06-01,Upheld\n")
    assert.equal("1970301036\n3\nwal\n", sql "pragma application_id; pragma user_version; pragma journal_mode")
    assert.equal("ok\n", sql "pragma integrity_check")
    assert.equal("", sql "pragma foreign_key_check")
    assert.equal("20 001 225|E10000016|Kent County Council|2020-05-01|2020-06-01|Upheld\n",
      sql "select reference, authority_code, authority, received_date, decided_date, outcome from decisions")
    local strict = sql "select name from pragma_table_list where type = 'table' and schema = 'main' and strict = 0 and name not like 'sqlite_%'"
    assert.equal("", strict)
    local log = sql "select kind, sha256 from import order by id"
    local sha = require("upheld.core").sha256
    assert.equal(("authorities|%s\ndecisions|%s\n"):format(sha(AUTHORITIES), sha(helper.read(folder .. "/d.csv"))), log)
  end)

  it("keeps the old version of a corrected row, with time, file, line and reason", function()
    local row = "20 001 225,Kent County Council,2020-05-01,2020-06-01,%s\n"
    assert.equal(1, assert(import(row:format "Upheld")).files[1].accepted)
    assert.equal(1, assert(import(row:format "Upheld")).files[1].unchanged)
    local report = assert(import(row:format "Not upheld", { reason = "typing error" }))
    assert.same({ 1, 0, 1 }, { report.files[1].corrected, report.files[1].unchanged, report.files[1].accepted })
    assert.equal("Not upheld\n", sql "select outcome from decisions")
    assert.equal("1|typing error|" .. TIME .. "\n", sql "select count(*), max(reason), max(replaced_at) from decision_version")
    assert.equal(1, register:counts().corrections)
    assert.equal("0% (0 of 1)", tostring(register:year(2021):authority("E10000016").upheld))
  end)

  it("completes an open case, and does not call it a correction", function()
    assert(import "20 001 225,Kent County Council,2020-05-01,,\n")
    assert.equal(1, register:counts().open_cases)
    assert.equal(1, register:year(2021):authority("E10000016").received["not recorded"])
    local report = assert(import "20 001 225,Kent County Council,2020-05-01,2020-06-01,Upheld\n")
    assert.same({ 0, 1, 1 }, { report.files[1].corrected, report.files[1].completed, report.files[1].accepted })
    assert.same({ 0, 1 }, { register:counts().open_cases, register:counts().decisions })
    assert.equal("100% (1 of 1)", tostring(register:year(2021):authority("E10000016").upheld))
  end)

  it("withdraws with a reason, and nothing disappears", function()
    assert(import "20 001 225,Kent County Council,2020-05-01,2020-06-01,Upheld\n20 001 226,Kent County Council,2020-05-01,2020-06-01,Not upheld\n")
    local year = assert(register:year(2021))
    local done, err = register:withdraw { reference = "20-001-225", authority = "Kent County Council", reason = "decided in error" }
    assert.is_true(done, tostring(err))
    assert.equal("50% (1 of 2)", tostring(year:authority("E10000016").upheld)) -- the year that was taken before is as it was
    assert.equal("0% (0 of 1)", tostring(register:year(2021):authority("E10000016").upheld))
    assert.equal("2\n", sql "select count(*) from decisions")
    assert.equal(1, register:counts().withdrawn)
    for _, bad in ipairs { { "20 001 225", "Kent County Council", nil }, { "20 009 999", "Kent County Council", nil }, { "2", "Kent County Council", "bad-reference" },
      { "20 001 226", "Nowhere", "unknown-authority" } } do
      done, err = register:withdraw { reference = bad[1], authority = bad[2], reason = "x" }
      assert.is_nil(done)
      assert.is_string(err.code)
      if bad[3] then assert.equal(bad[3], err.code) end
    end
    assert.has_error(function() register:withdraw { reference = "x", authority = "y" } end)
    assert.has_error(function() register:withdraw { reference = "x", authority = "y", reason = "z", because = 1 } end)
    local out, _, status = helper.upheld("withdraw", path, "--reference", "20 001 226", "--authority", "E10000016", "--reason", "test")
    assert.same({ "20 001 226 of E10000016 is withdrawn\n", 0 }, { out, status })
  end)

  it("never counts a sample", function()
    assert(import("20 001 225,Kent County Council,2020-05-01,2020-06-01,Upheld\n", { sample = true }))
    local none, err = register:year(2021)
    assert.is_nil(none)
    assert.equal("no-such-year", err.code)
    assert(import "20 001 226,Kent County Council,2020-05-01,2020-06-01,Not upheld\n")
    assert.equal("0% (0 of 1)", tostring(register:year(2021):authority("E10000016").upheld))
    local sampled = 0
    for d in register:year(2021):authority("E10000016").upheld:decisions() do sampled = sampled + (d.sample and 1 or 0) end
    assert.equal(0, sampled)
    -- the same case from a complete file counts
    assert(import "20 001 225,Kent County Council,2020-05-01,2020-06-01,Upheld\n")
    assert.equal("50% (1 of 2)", tostring(register:year(2021):authority("E10000016").upheld))
  end)

  it("takes nothing of a sample into a complete row", function()
    local full = "reference,authority,decided_date,outcome,remedied_before,compliance_due_date,compliance_outcome,compliance_date,service_area,received_date\n"
    assert(register:import { sample = true, time = TIME, decisions = helper.write(folder .. "/s.csv", full
      .. "20 001 225,Kent County Council,2020-06-01,Upheld,yes,,Satisfied,2020-07-01,Housing,2020-05-01\n") })
    assert(register:import { time = TIME, decisions = helper.write(folder .. "/c.csv", "reference,authority,decided_date,outcome,compliance_due_date,compliance_outcome\n"
      .. "20 001 225,Kent County Council,2020-06-01,Upheld,2020-07-31,\n") })
    local a = register:year(2021):authority "E10000016"
    assert.equal("100% (1 of 1)", tostring(a.upheld))
    assert.equal("not-recorded", a.satisfactory_remedy.reason)
    assert.same({ 0, 0, "no-compliance-outcomes" }, { a.compliance.numerator, a.compliance.denominator, a.compliance.reason })
    assert.is_nil(a.received)
    assert.same({}, register:verify())
    -- nor does a sample keep a complete compliance outcome out
    assert(register:import { sample = true, time = TIME, decisions = helper.write(folder .. "/s.csv", HEAD
      .. "20 001 300,Kent County Council,2020-05-01,2020-06-01,Not upheld\n") })
    local report = assert(register:import { time = TIME, compliance = helper.write(folder .. "/k.csv",
      "reference,authority,compliance_outcome,compliance_date\n20 001 300,Kent County Council,Satisfied,2020-08-01\n") })
    assert.equal(1, report.files[1].accepted)
  end)

  it("stops counting the compliance of a decision that is no longer upheld, in whatever order they came", function()
    local full = "reference,authority,decided_date,outcome,remedied_before,compliance_outcome,compliance_date\n"
    local row = "20 001 225,Kent County Council,2020-06-01,%s\n"
    local upheld_first = helper.write(folder .. "/1.csv", full .. row:format "Upheld,no,Satisfied,2020-07-01")
    local then_not = helper.write(folder .. "/2.csv", full .. row:format "Not upheld,,,")
    assert(register:import { decisions = upheld_first, time = TIME })
    assert.equal("100% (1 of 1)", tostring(register:year(2021):authority("E10000016").compliance))
    assert(register:import { decisions = then_not, time = TIME })
    assert.equal("no-compliance-outcomes", register:year(2021):authority("E10000016").compliance.reason)
    assert.same({}, register:verify())
    local listed = 0
    for _ in register:year(2021):authority("E10000016").compliance:decisions() do listed = listed + 1 end
    assert.equal(0, listed)
    -- the same of a one-off
    local book = assert(upheld.read { authorities = folder .. "/a.csv", decisions = { upheld_first, then_not } })
    assert.equal("no-compliance-outcomes", book:year(2021):authority("E10000016").compliance.reason)
    -- and when the outcome came before its decision
    local other = assert(upheld.open(folder .. "/other.db"))
    assert(other:import { authorities = folder .. "/a.csv", time = TIME, compliance = helper.write(folder .. "/k.csv",
      "reference,authority,compliance_outcome,compliance_date\n20 001 225,Kent County Council,Satisfied,2020-08-01\n") })
    assert(other:import { decisions = then_not, time = TIME })
    assert.equal("no-compliance-outcomes", other:year(2021):authority("E10000016").compliance.reason)
    assert.same({}, other:verify())
    other:close()
  end)

  it("refuses to write rejected rows over an input or itself", function()
    local bad = helper.write(folder .. "/bad.csv", HEAD .. "20 001 225,Nobody,2020-05-01,2020-06-01,Upheld\n")
    local before = helper.read(bad)
    os.execute(("ln -s bad.csv %s/link.csv"):format(folder))
    for _, victim in ipairs { bad, folder .. "/link.csv", path, path .. "-wal", folder .. "/./bad.csv" } do
      local out, err, status = helper.upheld("import", path, "--decisions", bad, "--rejects", victim)
      assert.equal(2, status, out .. err)
      assert.truthy(err:find("that would overwrite", 1, true), err)
    end
    assert.equal(before, helper.read(bad))
    assert.equal("ok\n", sql "pragma integrity_check")
  end)

  it("tells a repeat with other content from an identical one, whatever other files said", function()
    local full = "reference,authority,decided_date,outcome,remedied_before,compliance_outcome,compliance_date\n"
    local one = helper.write(folder .. "/1.csv", full .. "20 001 225,Kent County Council,2020-06-01,Upheld,no,Satisfied,2020-07-01\n")
    local two = helper.write(folder .. "/2.csv", full .. "20 001 225,Kent County Council,2020-06-01,Upheld,no,Satisfied,2020-07-01\n"
      .. "20 001 225,Kent County Council,2020-06-01,Upheld,no,,\n")
    local report = assert(register:import { decisions = { one, two }, time = TIME })
    assert.same({ 1, 1 }, { report.files[2].accepted, report.files[2].rejected })
    assert.equal("duplicate-key", report:faults { severity = "error" }().code)
  end)

  it("shows whole imports only to a second reader, and sees what another has written", function()
    local reader = assert(upheld.open(path))
    assert(import "20 001 225,Kent County Council,2020-05-01,2020-06-01,Upheld\n")
    assert.equal("100% (1 of 1)", tostring(reader:year(2021):authority("E10000016").upheld))
    assert(import "20 001 226,Kent County Council,2020-05-01,2020-06-01,Not upheld\n")
    assert.equal("50% (1 of 2)", tostring(reader:year(2021):authority("E10000016").upheld))
    reader:close()
  end)

  it("is counted a second time by SQLite, which finds what was not counted", function()
    assert(import("20 001 225,Kent County Council,2020-05-01,2020-06-01,Upheld\n20 001 226,Kent County Council,2020-03-31,2020-04-01,Not upheld\n"
      .. "20 001 227,Kent County Council,2020-04-01,,\n"))
    assert.same({}, register:verify())
    local evidence = register.loaded
    -- the loaded evidence is older than the rows: what check would see if a count were ever stale
    assert(import "20 001 228,Kent County Council,2020-05-01,2020-06-01,Upheld\n")
    local found = register.handle:verify(evidence)
    assert.truthy(found:find("recount: E10000016, year 2021, counter 5: 2 rows in the register, 1 counted", 1, true), found)
    assert.truthy(found:find("counted in all", 1, true), found)
    assert.same({}, register:verify())
  end)

  it("remembers its scheme", function()
    register:close()
    local other = { name = "other", reference = "999", outcomes = { { "Yes" }, { "No" } }, indicators = {
      { name = "yes", numerator = { outcomes = { "Yes" } }, denominator = { outcomes = { "Yes", "No" } } } } }
    local none, err = upheld.open(path, { scheme = other })
    assert.is_nil(none)
    assert.equal("scheme-mismatch", err.code)
    assert.truthy(tostring(err):find("lgsco", 1, true))
    none, err = upheld.open(path, { scheme = "absent" })
    assert.is_nil(none)
    assert.equal("unknown-scheme", err.code)
    register = assert(upheld.open(path))
    assert.equal("lgsco", register.scheme.name)
  end)

  it("closes once, twice and by itself, and raises when used after", function()
    local handles = helper.open_handles()
    local second = assert(upheld.open(path))
    second:counts()
    assert.is_true(helper.open_handles() > handles)
    second:close()
    second:close()
    assert.equal(handles, helper.open_handles())
    assert.has_error(function() second:counts() end, "attempt to use a closed register")
    assert.has_error(function() second:year(2021) end, "attempt to use a closed register")
    assert.truthy(tostring(second):find("closed", 1, true))
    second = assert(upheld.open(path))
    second:counts()
    second = nil -- luacheck: ignore
    collectgarbage()
    assert.equal(handles, helper.open_handles())
  end)

  it("cannot be closed or used by its own import's progress function", function()
    local rows = {}
    for i = 1, 40000 do rows[i] = ("20 %03d %03d,Kent County Council,2020-05-01,2020-06-01,Upheld\n"):format(i // 1000, i % 1000) end
    for _, method in ipairs { "close", "counts" } do
      local ok, message = pcall(import, table.concat(rows), { progress = function() register[method](register) end })
      assert.is_false(ok)
      assert.truthy(tostring(message):find("its own import", 1, true), tostring(message))
      assert.equal(0, register:counts().decisions)
    end
    local report, err = import(table.concat(rows), { progress = function() return false end })
    assert.is_nil(report)
    assert.equal("interrupted", err.code)
    assert.equal(0, register:counts().decisions)
  end)

  it("rejects unknown options and misspelt words, with the nearest", function()
    local cases = {
      { function() upheld.open(path, { sheme = "lgsco" }) end, 'did you mean "scheme"?' },
      { function() register:import { decision = "x" } end, 'did you mean "decisions"?' },
      { function() register:import {} end, "no file is given" },
      { function() register:import { decisions = "x", dates = "us" } end, "there is no us" },
      { function() register:import { decisions = 7 } end, "a path or a list of paths is expected" },
      { function() upheld.open(7) end, "a path is expected" },
    }
    for i, case in ipairs(cases) do
      local ok, message = pcall(case[1])
      assert.is_false(ok, "case " .. i)
      assert.truthy(tostring(message):find(case[2], 1, true), tostring(message))
    end
  end)

  it("reads a register on a read-only disk", function()
    assert(import "20 001 225,Kent County Council,2020-05-01,2020-06-01,Upheld\n")
    register:close()
    os.execute(("chmod 444 %s; chmod 555 %s"):format(path, folder))
    local out, err, status = helper.upheld("figures", path, "--year", "2021", "--authority", "E10000016")
    os.execute(("chmod 755 %s; chmod 644 %s"):format(folder, path))
    assert.equal(0, status, err)
    assert.truthy(out:find("100% (1 of 1)", 1, true), out)
    register = assert(upheld.open(path))
  end)
end)
