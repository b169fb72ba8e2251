-- Counts kept beside the rows: always what a recount of the rows gives, whoever wrote them; and named when they are not.
local helper = require "helper"
local upheld = require "upheld"
local check = require "upheld.check"

local TIME = "2026-05-01T12:00:00Z"
local AUTHORITIES = "code,name,type\nE07000115,Tonbridge and Malling Borough Council,District\nE10000016,Kent County Council,County\n"
local HEAD = "reference,authority_code,received_date,decided_date,outcome,remedied_before,compliance_due_date,compliance_outcome,compliance_date\n"
local ROWS = "20 000 001,E10000016,2019-05-01,2020-06-01,Upheld,no,2020-09-01,Remedy completed late,2020-10-01\n" ..
  "20 000 002,E10000016,2019-05-01,2020-06-01,Not upheld,,,,\n" .. "20 000 003,E10000016,2019-05-01,2020-06-01,Upheld,yes,,,\n" ..
  "20 000 004,E07000115,2019-05-01,2020-06-01,Upheld,,,,\n" .. "20 000 005,E07000115,2020-05-01,,,,,,\n"

describe("counts kept beside the rows", function()
  local folder, path, register

  before_each(function()
    folder = helper.folder()
    path = folder .. "/review.db"
    register = assert(upheld.open(path))
    assert(register:import { authorities = helper.write(folder .. "/a.csv", AUTHORITIES),
      decisions = helper.write(folder .. "/d.csv", HEAD .. ROWS), time = TIME })
  end)

  after_each(function()
    register:close()
    helper.cleanup()
  end)

  local function sql(query, of)
    local out, err = helper.run("sqlite3 " .. (of or path), query)
    assert.equal("", err)
    return out
  end

  local function fresh(of) return sql("SELECT fresh FROM derived WHERE form = 'tally'", of) == "1\n" end
  local function kent() return tostring(register:year(2021):authority("E10000016").upheld) end

  it("are there after the first import, readable, and what a recount gives", function()
    assert.is_true(fresh())
    assert.equal("E07000115|2020|63|1\nE07000115|2021|5|1\nE07000115|2021|63|1\nE07000115|2021|65|1\nE10000016|2020|63|3\nE10000016|2021|4|1\n" ..
      "E10000016|2021|5|2\nE10000016|2021|16|1\nE10000016|2021|25|1\n",
      sql "SELECT code, year, counter, count FROM tally t JOIN authority a ON a.id = t.authority ORDER BY 1, 2, 3")
    assert.equal("67% (2 of 3)", kent())
    assert.is_true(assert(check.run(register)).ok)
  end)

  -- What another program writes, and what Kent's figure is then.
  local WRITTEN = {
    { "UPDATE decision SET outcome = 4 WHERE reference = 20000001 * 27", "33% (1 of 3)" },
    { "DELETE FROM decision WHERE reference = 20000002 * 27", "100% (2 of 2)" },
    { "INSERT INTO decision (reference, authority, decided, outcome, compliance_stated, sample, withdrawn, line)" ..
      " SELECT 20000009 * 27, id, 18500, 4, 0, 0, 0, 1 FROM authority WHERE code = 'E10000016'", "50% (2 of 4)" },
    { "INSERT OR REPLACE INTO decision (reference, authority, decided, outcome, compliance_stated, sample, withdrawn, line)" ..
      " SELECT 20000001 * 27, id, 18500, 4, 0, 0, 0, 1 FROM authority WHERE code = 'E10000016'", "33% (1 of 3)" },
    { "UPDATE decision SET withdrawn = 1 WHERE reference = 20000003 * 27", "50% (1 of 2)" },
    { "UPDATE decision SET sample = 1", nil },
    { "DELETE FROM decision", nil },
  }
  for _, case in ipairs(WRITTEN) do
    it("are made anew after another program's " .. case[1]:sub(1, 40), function()
      assert.equal("67% (2 of 3)", kent())
      sql(case[1])
      assert.is_false(fresh())
      if case[2] then assert.equal(case[2], kent()) else assert.is_nil(register:year(2021):authority("E10000016").upheld.percent) end
      assert.is_true(fresh())
      assert.same({}, assert(register:verify()))
      local before = register.handle:stamp()
      assert.equal(before, register.handle:stamp())
    end)
  end

  it("are made anew after changes of compliance outcomes, and of what hangs on imports and row ids", function()
    local QUERIES = { "UPDATE compliance SET outcome = 0", "DELETE FROM compliance", "UPDATE import SET kind = 'compliance' WHERE kind = 'decisions'",
      "PRAGMA foreign_keys = 0; UPDATE authority SET id = 40 WHERE code = 'E07000115'; UPDATE decision SET authority = 40 WHERE authority = 1",
      "INSERT INTO import (kind, sample, started_at) VALUES ('compliance', 0, '')" }
    for _, query in ipairs(QUERIES) do
      assert(register:years())
      assert.is_true(fresh(), query)
      sql(query)
      assert.is_false(fresh(), query)
      assert(register:years())
      assert.is_true(fresh(), query)
      assert.same({}, assert(register:verify()), query)
    end
  end)

  -- What someone writes into the counts, and what the check says.
  local TAMPERED = {
    { "UPDATE tally SET count = 3 WHERE counter = 5 AND authority = (SELECT id FROM authority WHERE code = 'E10000016')",
      "stored counts: E10000016, year 2021, counter 5: 2 by the rows, 3 stored" },
    { "DELETE FROM tally WHERE counter = 65", "stored counts: E07000115, year 2021, counter 65: 1 by the rows, 0 stored" },
    { "INSERT INTO tally SELECT id, 2015, 24, 7 FROM authority WHERE code = 'E10000016'",
      "stored counts: E10000016, year 2015, counter 24: 0 by the rows, 7 stored" },
    { "INSERT INTO tally VALUES (77, 2015, 24, 7)", "stored counts: tally has a row that cannot be (authority 77, year 2015)" },
    { "INSERT INTO tally SELECT id, 1492, 24, 7 FROM authority WHERE code = 'E10000016'", "stored counts: tally has a row that cannot be" },
    { "UPDATE tally SET count = -1 WHERE counter = 65", "stored counts: tally has a row that cannot be" },
    { "INSERT INTO tally_complied VALUES (2021, 4)", "stored counts: all, year 2021, outcomes of compliance files, all 0: 0 by the rows, 4 stored" },
    { "INSERT INTO tally_days SELECT id, 2021, 5, 17, 2 FROM authority WHERE code = 'E10000016'",
      "stored counts: E10000016, year 2021, cases of days 17: 0 by the rows, 2 stored" },
  }
  for _, case in ipairs(TAMPERED) do
    it("are proved by the check, which names: " .. case[2], function()
      sql(case[1])
      local found = assert(check.run(register))
      assert.is_false(found.ok)
      assert.truthy(table.concat(found.problems, "\n"):find(case[2], 1, true), table.concat(found.problems, "\n"))
      sql "UPDATE decision SET line = line" -- any writing of rows makes them anew
      assert.is_true(assert(check.run(register)).ok)
    end)
  end

  it("that cannot be are not believed", function()
    sql "INSERT INTO tally VALUES (77, 2015, 24, 7); UPDATE tally SET count = 9 WHERE counter = 5"
    assert.equal("67% (2 of 3)", kent())
  end)

  it("go with corrections, withdrawals, joint cases, samples and outcomes of compliance files", function()
    local steps = {
      { decisions = "20 000 001,E10000016,2019-05-01,2020-06-01,Not upheld,,,,\n" }, -- its compliance counts no more
      { decisions = "20 000 002,E07000115,2019-05-01,2020-06-01,Upheld,no,,,\n" }, -- the case of another as well
      { decisions = "20 000 005,E07000115,2020-05-01,2021-06-01,Upheld,no,,,\n" }, -- decided
      { decisions = "20 000 006,E07000115,2020-05-01,2021-06-01,Upheld,no,,,\n", sample = true },
      { compliance = "20 000 004,E07000115,Remedy not complete,2021-08-01,\n" },
      { compliance = "20 000 006,E07000115,Remedy not complete,2021-08-01,\n" }, -- of a sample's decision
      { compliance = "18 000 006,E07000115,Remedy not complete,,2019-08-01\n" }, -- of an older case,
      { decisions = "18 000 006,E07000115,2017-05-01,2018-06-01,Not upheld,,,,\n" }, -- which arrives, and allows none
      { decisions = "20 000 006,E07000115,2020-05-01,2021-06-01,Upheld,no,,,\n" }, -- complete now
      { compliance = "20 000 003,E10000016,Remedy not complete,,\n" }, -- without a day: a gap
      { decisions = "20 000 003,E10000016,2019-05-01,,,,,,\n" }, -- open again
      { withdraw = "20 000 004" }, { withdraw = "20 000 006" },
      { decisions = "20 000 004,E07000115,2019-05-01,2020-06-02,Upheld,yes,,,\n" }, -- corrected, and stays withdrawn
      { decisions = ROWS, dry_run = true }, { decisions = "20 000 001,E10000016,2019-05-01,2020-06-01,Unheard of,,,,\n", strict = true },
      { decisions = ROWS },
    }
    for i, step in ipairs(steps) do
      if step.withdraw then
        assert(register:withdraw { reference = step.withdraw, authority = "E07000115", reason = "test", time = TIME })
      else
        local options = { sample = step.sample, dry_run = step.dry_run, strict = step.strict, time = TIME }
        if step.decisions then options.decisions = helper.write(folder .. "/s.csv", HEAD .. step.decisions) end
        if step.compliance then
          options.compliance = helper.write(folder .. "/c.csv",
            "reference,authority_code,compliance_outcome,compliance_due_date,compliance_date\n" .. step.compliance)
        end
        local report = register:import(options)
        assert.equal(not step.strict, report ~= nil, "step " .. i)
      end
      assert.is_true(fresh(), "step " .. i)
      assert.same({}, assert(register:verify()), "step " .. i)
      assert.equal("0\n", sql "SELECT count(*) FROM tally WHERE count = 0", "step " .. i)
    end
  end)

  it("are recounted, and not stored, where the register cannot be written", function()
    sql "UPDATE decision SET outcome = 4 WHERE reference = 20000001 * 27; PRAGMA wal_checkpoint(truncate); PRAGMA journal_mode = delete"
    register:close()
    os.execute("chmod 444 " .. path .. "; chmod 555 " .. folder)
    local copy = assert(upheld.open(path))
    assert.equal("33% (1 of 3)", tostring(copy:year(2021):authority("E10000016").upheld))
    copy:close()
    os.execute("chmod 755 " .. folder)
  end)

  it("are recounted while another program writes, which is not waited for", function()
    sql "UPDATE decision SET outcome = 4 WHERE reference = 20000001 * 27"
    local flag, go = folder .. "/flag", folder .. "/go"
    assert(os.execute("mkfifo " .. go))
    helper.write(folder .. "/lock.sql", "BEGIN IMMEDIATE;\n.shell touch " .. flag .. "\n.shell cat " .. go .. "\nROLLBACK;\n")
    os.execute(("sqlite3 -init /dev/null %s '.read %s/lock.sql' >/dev/null 2>&1 &"):format(path, folder))
    while not helper.exists(flag) do os.execute "sleep 0.05" end
    assert.equal("33% (1 of 3)", kent())
    assert.is_false(fresh())
    helper.write(go, "\n")
    os.execute "sleep 0.2"
    register:close()
    register = assert(upheld.open(path))
    assert.equal("33% (1 of 3)", kent())
    assert.is_true(fresh())
  end)

  it("are of the same moment for two connections", function()
    local other = assert(upheld.open(path))
    assert.equal("67% (2 of 3)", tostring(other:year(2021):authority("E10000016").upheld))
    assert(register:import { decisions = helper.write(folder .. "/s.csv", HEAD .. "20 000 001,E10000016,2019-05-01,2020-06-01,Not upheld,,,,\n"), time = TIME })
    assert.equal("33% (1 of 3)", tostring(other:year(2021):authority("E10000016").upheld))
    assert(other:withdraw { reference = "20 000 002", authority = "E10000016", reason = "test", time = TIME })
    assert.equal("50% (1 of 2)", kent())
    assert.same({}, assert(register:verify()))
    other:close()
  end)

  it("are made when a register of the version before is opened", function()
    local old = folder .. "/old.db"
    local dump = helper.run("sqlite3 " .. path, ".dump meta outcome service_area compliance_outcome import authority authority_version population" ..
      " population_version recipient recipient_version decision decision_version compliance compliance_version published published_version" ..
      " published_source published_source_version approval")
    local kept = {}
    for _, line in ipairs(helper.lines(dump)) do
      if not line:find "TRIGGER stale_" then kept[#kept + 1] = line end
    end
    helper.write(folder .. "/old.sql", table.concat(kept, "\n") .. "\nCREATE INDEX decision_by_authority ON decision (authority, decided);" ..
      "CREATE INDEX compliance_by_authority ON compliance (authority);" ..
      "CREATE VIEW decisions AS SELECT 1;PRAGMA application_id = 1970301036; PRAGMA user_version = 2;\n")
    assert.equal("", (select(2, helper.run("sqlite3 " .. old, ".read " .. folder .. "/old.sql"))))
    assert.equal("2\n", sql("PRAGMA user_version", old))
    local opened = assert(upheld.open(old))
    assert.equal("3\n", sql("PRAGMA user_version", old))
    assert.equal("67% (2 of 3)", tostring(opened:year(2021):authority("E10000016").upheld))
    assert.is_true(fresh(old))
    assert.same({}, assert(opened:verify()))
    assert.equal(sql "SELECT * FROM tally", sql("SELECT * FROM tally", old))
    opened:close()
  end)

  it("are made anew when the scheme counts otherwise", function()
    register:close()
    local scheme = {}
    for key, value in pairs(require "upheld.scheme.lgsco") do scheme[key] = value end
    scheme.year_start = { month = 10, day = 1 }
    local other = assert(upheld.open(path, { scheme = scheme }))
    assert.equal("67% (2 of 3)", tostring(other:year(2020):authority("E10000016").upheld))
    assert.is_true(fresh())
    assert.same({}, assert(other:verify()))
    other:close()
    register = assert(upheld.open(path))
    assert.equal("67% (2 of 3)", kent())
    assert.same({}, assert(register:verify()))
  end)
end)
