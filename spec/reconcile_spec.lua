-- Whether a year adds up, and whether the check can fail.
local helper = require "helper"
local upheld = require "upheld"

describe("reconciliation", function()
  local folder
  before_each(function() folder = helper.folder() end)
  after_each(helper.cleanup)

  local AUTHORITIES = "code,name,type\nA1,Alpha Council,District\nB1,Beta Council,District\nP1,Park Authority,National Park\n"
  local DECISIONS = "reference,authority_code,received_date,decided_date,outcome,service_area\n" ..
    "18 000 001,A1,2019-02-01,2019-06-01,Upheld,Housing\n18 000 002,A1,2019-03-01,2021-06-01,Not upheld,\n" ..
    "19 000 003,A1,2019-05-01,2019-07-01,Advice given,Other\n19 000 004,A1,,2019-08-01,Not upheld,Other\n" ..
    "19 000 005,B1,2019-09-01,,,Housing\n19 000 006,B1,2020-03-31,2020-04-01,Upheld,Housing\n19 000 007,P1,2019-06-01,2019-06-02,Upheld,Other\n"

  local function import()
    local path = folder .. "/r.db"
    local register = assert(upheld.open(path))
    assert(register:import { authorities = helper.write(folder .. "/a.csv", AUTHORITIES),
      decisions = helper.write(folder .. "/d.csv", DECISIONS) })
    return register, path
  end

  it("of received, decided and open, by authority and in total", function()
    local register = import()
    local rows = { -- year, code -> open before, received, decided, undated, open after
      { 2019, "A1", 0, 2, 0, 0, 2 }, { 2020, "A1", 2, 1, 3, 1, 1 }, { 2021, "A1", 1, 0, 0, 0, 1 }, { 2022, "A1", 1, 0, 1, 0, 0 },
      { 2020, "B1", 0, 2, 0, 0, 2 }, { 2021, "B1", 2, 0, 1, 0, 1 }, { 2022, "B1", 1, 0, 0, 0, 1 }, { 2020, "P1", 0, 1, 1, 0, 0 },
    }
    for _, r in ipairs(rows) do
      local result = assert(assert(register:year(r[1])):reconcile())
      assert.same({ open_before = r[3], received = r[4], decided = r[5], undated = r[6], open_after = r[7] }, result.authorities[r[2]],
        r[1] .. r[2])
      assert.is_true(result.ok)
    end
    local result = assert(register:year(2020):reconcile())
    assert.equal("2020: 2 open before, 4 received, 4 decided (1 of them without a received date), 3 open at the end; all of it adds up",
      tostring(result))
    assert.has_error(function() return result.opne end)
  end)

  it("equals SQLite's count of open cases at the end of each year, over many cases", function()
    local path = folder .. "/i.db"
    local register = assert(upheld.open(path))
    assert(register:import { authorities = "examples/data/invented_authorities.csv", decisions = "examples/data/invented_decisions.csv" })
    local by_code = {}
    for _, number in ipairs(register:years()) do
      local result = assert(register:year(number):reconcile())
      local out = helper.run(("sqlite3 %s \"SELECT authority_code, count(*) FROM decisions WHERE received_date <= '%d-03-31' AND " ..
        "(decided_date IS NULL OR decided_date > '%d-03-31') GROUP BY 1\""):format(path, number, number))
      for code, count in out:gmatch "([^|\n]+)|(%d+)" do by_code[code .. number] = tonumber(count) end
      for code, balance in pairs(result.authorities) do
        assert.equal(by_code[code .. number] or 0, balance.open_after, code .. number)
      end
    end
    assert.is_truthy(next(by_code))
    local check = assert(require("upheld.check").run(register))
    assert.is_true(check.ok)
    assert.truthy(tostring(check):find("15 open at the end; all of it adds up", 1, true), tostring(check))
  end)

  it("fails when published outcomes are not their sum, or the records have changed under the figures", function()
    local register = assert(upheld.open ":memory:")
    assert(register:import { authorities = helper.write(folder .. "/a.csv", AUTHORITIES) })
    assert(register:import { published = helper.write(folder .. "/p.csv", "authority_code,year,invalid_or_incomplete,advice_given," ..
      "referred_back,closed_after_initial_enquiries,not_upheld,upheld\nA1,2020,1,1,1,1,1,1\n") })
    assert(register:import { published = helper.write(folder .. "/q.csv", "authority_code,year,decided\nA1,2020,7\n") })
    local result = assert(register:year(2020):reconcile())
    assert.same({ false, { "2020, A1: published outcomes are 6, published as decided 7" } }, { result.ok, result.problems })
    assert.truthy(tostring(result):find("not all of it adds up\n2020, A1:", 1, true))
    assert.is_false(assert(require("upheld.check").run(register)).ok)
    -- an evidence that is older than the rows: the second count, by SQLite, tells
    local file, path = import()
    local evidence = assert(file.handle:evidence(file.scheme.compiled))
    helper.run(("sqlite3 %s 'UPDATE decision SET received = received + 4000 WHERE reference IN (SELECT reference FROM decision " ..
      "WHERE received IS NOT NULL ORDER BY 1 LIMIT 1)'"):format(path))
    local text = assert(file.handle:verify(evidence))
    assert.truthy(text:find("end of 2019: 1 cases open in the register, 2 by received less decided", 1, true), text)
  end)

  it("passes the core's own evidence-test: each identity can be found broken", function() -- and a view's memory may run out
    local out, err, status = helper.run(helper.build .. "/bin/evidence-test")
    assert.equal(0, status, out .. err)
    assert.same({ "ok memory running out in a view", "ok each identity of a year can be found broken" }, helper.lines(out))
  end)

  it("is refused where small counts are hidden", function()
    local register = import()
    assert.equal("not-with-disclosure", select(2, register:year(2020, { disclosure = { suppress_below = 5 } }):reconcile()).code)
  end)
end)
