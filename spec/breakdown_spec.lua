-- Questions to all decisions: counted by keys and walked through, by chunks, held against the rows by SQLite's own GROUP BY.
local helper = require "helper"
local upheld = require "upheld"

local TIME = "2026-05-01T12:00:00Z"
local HEAD = "reference,authority_code,service_area,received_date,decided_date,outcome,remedied_before,compliance_due_date,compliance_outcome,compliance_date\n"
local OUTCOMES = { "Invalid or incomplete", "Advice given", "Referred back for local resolution", "Closed after initial enquiries",
  "Not upheld", "Upheld" }
local AREAS = { "Housing", "Planning & Development", "Adult Care Services", "Other", "" }
local COMPLIANCE = { "Remedy complete and satisfied", "Remedy completed late", "Remedy not complete" }
local AUTHORITIES = "code,name,type,region\nE07000115,Tonbridge and Malling Borough Council,District,South East\n"
  .. "E10000016,Kent County Council,County,South East\nE08000003,Manchester City Council,Metropolitan,North West\n"
  .. "E26000001,Peak District National Park Authority,National Park,\n"
local CODES = { "E07000115", "E10000016", "E08000003", "E26000001" }

-- A generator of its own, so that every run asks the same.
local function random(seed)
  local state = seed
  return function(n)
    state = (state * 6364136223846793005 + 1442695040888963407) & math.maxinteger
    return (state >> 33) % n + 1
  end
end

local function date(days) return os.date("!%Y-%m-%d", 86400 * (16000 + days)) end

-- A row of decisions.csv: mostly closed, some open, some without what can be missing.
local function row(any, number)
  local received, outcome = any(1500), OUTCOMES[any(6)]
  local decided = received + any(400)
  local cells = { ("%02d %03d %03d"):format(14 + number % 5, number // 50, number % 50), CODES[any(4)], AREAS[any(5)],
    any(12) == 1 and "" or date(received), date(decided), outcome, "", "", "", "" }
  if any(9) == 1 then
    cells[5], cells[6] = "", ""
  elseif outcome == "Upheld" then
    cells[7] = ({ "yes", "no", "" })[any(3)]
    if any(3) > 1 then
      cells[9] = COMPLIANCE[any(3)]
      if any(4) > 1 then cells[8] = date(decided + 30) end
      if any(3) > 1 then cells[10] = date(decided + any(80)) end
    end
  end
  return table.concat(cells, ",") .. "\n"
end

local function year_of(day) return ("cast(substr(%s, 1, 4) as integer) + (substr(%s, 6, 2) >= '04')"):format(day, day) end

-- What the shell says of keys, as lines "a|b|count" in any order.
local FROM = " from decisions d join authority a on a.code = d.authority_code where sample = 0 and withdrawn = 0"
local DAY = { received = "received_date", decided = "decided_date" }
local EXPRESSION = { authority = "authority_code", type = "a.type", region = "a.region", service_area = "service_area", outcome = "outcome",
  remedied_before = "remedied_before", compliance_outcome = "compliance_outcome" }

local function set_of(lines)
  local set = {}
  for _, line in ipairs(lines) do set[line] = true end
  return set
end

local function told(tally, keys)
  local lines = {}
  for i, each in ipairs(tally:rows()) do
    local cells = {}
    for k, key in ipairs(keys) do cells[k] = each[key] == false and "" or tostring(each[key]) end
    cells[#keys + 1] = ("%d"):format(each.count)
    lines[i] = table.concat(cells, "|")
  end
  return set_of(lines)
end

describe("a breakdown", function()
  local folder, path, register

  local function sql(query) return (helper.run("sqlite3", path, query)) end

  local function import(text, more)
    local options = { decisions = helper.write(folder .. "/d.csv", HEAD .. text), time = TIME }
    for key, value in pairs(more or {}) do options[key] = value end
    return assert(register:import(options))
  end

  local function fill(any, first, last, more)
    local rows = {}
    for number = first, last do rows[#rows + 1] = row(any, number) end
    return import(table.concat(rows), more)
  end

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

  -- Rows of all kinds: a sample, corrections, cases completed, withdrawals, joint cases, older compliance outcomes.
  local function fill_all(any)
    fill(any, 1, 900)
    fill(any, 850, 1000, { sample = true })
    fill(any, 100, 160) -- others' references: joint cases, corrections
    import("14 000 001,E07000115,Housing,2014-05-01,2014-06-01,Upheld,yes,,,\n14 000 001,E10000016,Housing,2014-05-01,2014-07-01,Upheld,no,,,\n")
    assert(register:import { time = TIME, compliance = helper.write(folder .. "/c.csv",
      "reference,authority_code,compliance_outcome,compliance_date\n12 000 001,E10000016,Remedy completed late,2015-01-02\n"
      .. "12 000 002,E07000115,Remedy not complete,2016-04-01\n14 000 001,E10000016,Remedy not complete,2015-02-03\n") })
    for number, code in sql("select reference, authority_code from decisions order by reference, authority_code limit 30"):gmatch "([^|\n]+)|(%S+)" do
      assert(register:withdraw { reference = number, authority = code, reason = "test", time = TIME })
    end
  end

  it("is what SQLite's GROUP BY over the view says, by every key and filter", function()
    fill_all(random(1))
    local asked = 0
    for _, clock in ipairs { "received", "decided" } do
      local day = DAY[clock]
      local time = { year = year_of(day), month = ("substr(%s, 1, 7)"):format(day) }
      for _, keys in ipairs { { "outcome" }, { "service_area", "outcome" }, { "year", "outcome" }, { "authority", "year" }, { "month" },
        { "type", "region", "remedied_before" }, { "compliance_outcome", "year", "month", "type" }, { "year" } } do
        local columns = {}
        for i, key in ipairs(keys) do columns[i] = time[key] or EXPRESSION[key] end
        for _, filter in ipairs {
          { {}, "" },
          { { outcome = "Upheld" }, " and outcome = 'Upheld'" },
          { { outcome = { "Upheld", "not upheld" }, service_area = { "Housing", false } },
            " and outcome in ('Upheld', 'Not upheld') and (service_area = 'Housing' or service_area is null)" },
          { { outcome = false }, " and outcome is null" },
          { { remedied_before = { "yes", false } }, " and (remedied_before = 'yes' or remedied_before is null)" },
          { { compliance_outcome = "Remedy completed late" }, " and compliance_outcome = 'Remedy completed late'" },
          { { type = { "District", "National Park" } }, " and a.type in ('District', 'National Park')" },
          { { region = "South East", type = "County" }, " and a.region = 'South East' and a.type = 'County'" },
          { { authority = { "Kent County Council", "E08000003" } }, " and authority_code in ('E10000016', 'E08000003')" },
          { { from = "2015-02-10" }, (" and %s >= '2015-02-10'"):format(day) },
          { { to = "2016-07-01" }, (" and %s <= '2016-07-01'"):format(day) },
          { { from = "2015-02-10", to = "2015-12-24", outcome = "Upheld" },
            (" and %s between '2015-02-10' and '2015-12-24' and outcome = 'Upheld'"):format(day) },
          { { from = "2015-04-01", to = "2017-03-31" }, (" and %s between '2015-04-01' and '2017-03-31'"):format(day) },
          { { from = "2016-01-02", to = "2016-01-01" }, " and 0" },
        } do
          local list = table.concat(columns, ", ")
          local want = set_of(helper.lines(sql("select " .. list .. ", count(*)" .. FROM .. filter[2] .. " group by " .. list)))
          local got = told(assert(register:tally { by = keys, clock = clock, where = filter[1] }), keys)
          assert.same(want, got, clock .. ": " .. list .. filter[2])
          asked = asked + 1
        end
      end
      for _, y in ipairs(register:years()) do
        local want = set_of(helper.lines(sql("select service_area, outcome, count(*)" .. FROM .. " and " .. time.year .. " = " .. y .. " group by 1, 2")))
        assert.same(want, told(assert(register:year(y):tally { by = { "service_area", "outcome" }, clock = clock }), { "service_area", "outcome" }))
      end
    end
    assert.equal(224, asked)
  end)

  it("counts compliance outcomes on their clock, those of older cases among them", function()
    fill_all(random(2))
    local day = "date(coalesce(c.recorded, c.due) * 86400, 'unixepoch')"
    local want = sql("select " .. year_of(day) .. ", p.label, count(*) from compliance c join compliance_outcome p on p.code = c.outcome"
      .. " left join decision d on d.reference = c.reference and d.authority = c.authority where c.sample = 0 and ifnull(d.withdrawn, 0) = 0"
      .. " and (d.outcome is null or d.outcome = 5 or d.sample = 1) group by 1, 2")
    local keys = { "year", "compliance_outcome" }
    assert.same(set_of(helper.lines(want)), told(assert(register:tally { by = keys, clock = "compliance" }), keys))
    local sum
    for _, y in ipairs(register:years()) do
      local one = assert(register:year(y):tally { by = keys, clock = "compliance" })
      sum = sum and sum + one or one
    end
    local dated = assert(register:tally { by = keys, clock = "compliance", where = { from = "1990-01-01" } })
    assert.same(told(dated, keys), told(sum, keys))
  end)

  it("of several years is the sum of theirs", function()
    fill(random(3), 1, 400)
    local all = assert(register:tally { by = { "month", "outcome" }, where = { from = "2000-01-01" } })
    local sum
    for _, y in ipairs(register:years()) do
      local one = assert(register:year(y):tally { by = { "month", "outcome" } })
      sum = sum and one + sum or one
    end
    assert.same(all:rows(), sum:rows())
    assert.equal(all:total(), sum:total())
    assert.error_matches(function() return all + register:tally { by = { "month", "outcome" }, clock = "received" } end, "only tallies by the same keys")
    assert.error_matches(function() return all + register:tally { by = "month" } end, "only tallies by the same keys")
    for _, each in ipairs(all:rows()) do assert.truthy(each.month:find "^20%d%d%-%d%d$") end
    assert.equal("integer", math.type(register:tally { by = "year", where = { from = "2000-01-01" } }:rows()[1].year))
  end)

  it("refuses keys, labels and dates that there are not, with the nearest", function()
    fill(random(4), 1, 30)
    local y = register:year(register:years()[1])
    for _, case in ipairs {
      { { by = "outcom" }, 'did you mean "outcome"?' }, { { by = "outcome", wher = {} }, 'did you mean "where"?' },
      { { by = "outcome", where = { outcomes = "Upheld" } }, 'did you mean "outcome"?' }, { { by = {} }, "by is a list of keys" },
      { { by = "outcome", where = "Upheld" }, "where is a table" }, { { by = "outcome", where = { outcome = 5 } }, "a text or a list of texts, not 5" },
      { { by = "outcome", where = { outcome = {} } }, "outcome is an empty list" }, { { by = "outcome", where = { type = false } }, "type is a text" },
      { { by = "outcome", where = { remedied_before = true } }, '"yes", "no" or false %(not recorded%), not true' },
      { { by = "outcome", where = { from = 2015 } }, "from is a date such as" }, { { by = "outcome", clock = "decidd" }, 'did you mean "decided"?' },
      { { by = { "outcome", "year", "month", "type", "region" } }, "up to four keys, not 5" }, { { by = { "year", "year" } }, "stands twice" },
    } do
      assert.error_matches(function() y:tally(case[1]) end, case[2])
      assert.error_matches(function() register:tally(case[1]) end, case[2])
    end
    for _, case in ipairs {
      { { outcome = "Uphled" }, "unknown-label", 'did you mean "Upheld"?' }, { { service_area = "Housng" }, "unknown-label", 'did you mean "Housing"?' },
      { { compliance_outcome = { "Remedy completed late", "Remedy completed lat" } }, "unknown-label", "Remedy completed late" },
      { { type = "Distrct" }, "unknown-type", 'did you mean "District"?' }, { { region = "South Eest" }, "unknown-region", 'did you mean "South East"?' },
      { { authority = "Kant County Council" }, "unknown-authority", "Kent County Council" }, { { from = "2015-02-30" }, "bad-date", "write it as 2019-04-01" },
      { { to = "next week" }, "bad-date", "write it as 2019-04-01" },
    } do
      for _, asked in ipairs { y, register } do
        local none, err = asked:tally { by = "outcome", where = case[1] }
        assert.is_nil(none)
        assert.equal(case[2], err.code)
        assert.truthy(err.hint:find(case[3], 1, true), err.hint)
        assert.equal(case[2], select(2, asked:decisions { where = case[1] }).code)
      end
    end
  end)

  it("needs a register", function()
    local book = assert(upheld.read { authorities = folder .. "/a.csv", decisions = helper.write(folder .. "/d.csv", HEAD .. row(random(5), 7)) })
    for _, call in ipairs { function() return book:tally { by = "outcome" } end, function() return book:decisions() end,
      function() return book:columns { fields = { "outcome" } } end } do
      assert.equal("no-register", select(2, call()).code)
    end
  end)

  it("of an empty register is empty", function()
    local empty = assert(upheld.open(folder .. "/none.db"))
    assert.same({}, assert(empty:tally { by = { "year", "outcome" } }):rows())
    for _ in assert(empty:decisions()) do error "none is expected" end
    assert.is_false(helper.exists(folder .. "/none.db"))
    assert.same({}, assert(register:tally { by = { "year", "outcome" } }):rows())
    for _ in assert(register:columns { fields = "outcome" }) do error "none is expected" end
    empty:close()
  end)

  it("is printed by the command, with filters and of all years", function()
    import "15 000 001,E10000016,Housing,2015-05-01,2015-06-01,Upheld,yes,,,\n15 000 002,E07000115,Other,2015-05-02,2016-06-01,Not upheld,,,,\n"
    for _, case in ipairs {
      { "year | outcome | count\n2016 | Upheld | 1\n2017 | Not upheld | 1\n", "--by", "year,outcome" },
      { "month,count\n2015-06,1\n", "--by", "month", "--to", "2015-12-31", "--csv" },
      { '{"year":null,"rows":[\n{"year":2017,"count":1}]}\n', "--by", "year", "--outcome", "Not upheld", "--type", "District", "--json" },
      { "service_area | count\nHousing | 1\nOther | 1\n", "--by", "service_area", "--service-area", "Housing", "--service-area", "Other" },
      { "type | count\nno complete records (samples and published counts are not tallied)\n", "--by", "type", "--remedied-before", "no" },
      { "region | count\nSouth East | 1\n", "--by", "region", "--year", "2016", "--region", "South East", "--authority", "E10000016" },
    } do
      assert.same({ case[1], "", 0 }, { helper.upheld("tally", path, table.unpack(case, 2)) })
    end
    local out, err, status = helper.upheld("tally", path, "--by", "type", "--outcome", "Uphled")
    assert.same({ "", 'upheld: there is no outcome "Uphled" (unknown-label); did you mean "Upheld"?\n', 1 }, { out, err, status })
  end)

  ------------------------------------------------------------------------------
  -- Chunks and rows

  -- Every way of asking, by chunks and by the rows themselves.
  local function same_by_rows(evidence)
    local handle = register.handle
    for _, clock in ipairs { "received", "decided", "compliance" } do
      for _, more in ipairs { {}, { samples = true }, { all = true }, { withdrawn = true }, { year = 2016 }, { year = 2016, samples = true },
        { from = "2015-07-01", to = "2016-02-03" }, { authority = 1 }, { authority = 2, year = 2017 },
        { year = 2016, indicator = "upheld" }, { year = 2016, indicator = "upheld", numerator = true }, { year = 2017, indicator = "compliance" } } do
        local asked = { clock = clock }
        for key, value in pairs(more) do asked[key] = value end
        local by_chunks = assert(handle:tally(evidence, asked, { "authority", "service_area", "outcome", "month" })):rows()
        local listed = assert(handle:decisions(evidence, asked))
        asked.rows = true
        assert.same(assert(handle:tally(evidence, asked, { "authority", "service_area", "outcome", "month" })):rows(), by_chunks)
        -- the list takes no from and to
        assert.same(assert(handle:decisions(evidence, asked)), listed)
      end
    end
  end

  local function state() return sql "select fresh from derived where form = 'chunks'" end

  it("by chunks is that by rows, whatever was written, and by whom", function()
    local any = random(6)
    fill(any, 1, 300)
    local kinds = { 0, 0, 0, 0, 0, 0 }
    for _ = 1, 24 do
      local kind = any(6)
      kinds[kind] = kinds[kind] + 1
      if kind == 1 then fill(any, 300, 300 + any(60))
      elseif kind == 2 then fill(any, any(300), 300, { sample = true })
      elseif kind == 3 then
        local number, code = sql(("select reference, authority_code from decisions where withdrawn = 0 limit 1 offset %d"):format(any(100)))
          :match "([^|]+)|(%S+)"
        assert(register:withdraw { reference = number, authority = code, reason = "test", time = TIME })
      elseif kind == 4 then
        assert(register:import { time = TIME, compliance = helper.write(folder .. "/c.csv",
          "reference,authority_code,compliance_outcome,compliance_date\n"
          .. ("%02d %03d %03d,%s,%s,%s\n"):format(14 + any(5), any(9), any(49), CODES[any(4)], COMPLIANCE[any(3)], date(any(1500)))) })
      else
        sql(({ "update decision set outcome = 4, decided = decided + 3 where rowid_ = 1", "delete from compliance where reference % 3 = 0",
          "update decision set received = received - 40 where outcome = 5", "delete from decision where reference % 13 = 0",
          "insert or ignore into decision select reference + 27000, authority, area, received, decided, outcome, remedied, compliance_stated,"
            .. " sample, withdrawn, url, kind, import, line from decision where reference % 7 = 0" })[any(5)])
      end
      local evidence = assert(register.handle:evidence(register.scheme.compiled))
      assert(register.handle:tally(evidence, {}, { "outcome" }))
      assert.equal("1\n", state())
      same_by_rows(evidence)
      assert.same({}, assert(register:verify()))
    end
    for _, count in ipairs(kinds) do assert.is_true(count > 0) end
  end)

  it("notices another program's writes, and does not wait for one that is writing", function()
    fill(random(7), 1, 200)
    local before = assert(register:tally { by = "outcome" }):total()
    local writer = assert(io.popen("sqlite3 " .. helper.quote(path), "w"))
    sql "delete from decision where reference in (select reference from decision where sample = 0 limit 10)"
    assert.equal("0\n", state())
    writer:write(("BEGIN IMMEDIATE;\n.shell touch %s/locked\n"):format(folder))
    writer:flush()
    while not helper.exists(folder .. "/locked") do os.execute "sleep 0.05" end
    local left = tonumber((sql "select count(*) from decision"))
    for _ = 1, 2 do assert.equal(left, assert(register:tally { by = "outcome" }):total()) end
    assert.is_true(left < before)
    local walked = 0
    for _ in assert(register:decisions()) do walked = walked + 1 end
    assert.equal(left, walked)
    assert.equal("0\n", state()) -- what was read stands in this connection's own tables
    writer:write "ROLLBACK;\n"
    writer:close()
    assert.equal(left, assert(register:tally { by = "outcome" }):total())
    register:close()
    register = assert(upheld.open(path))
    assert.equal(left, assert(register:tally { by = "outcome" }):total())
    assert.equal("1\n", state())
  end)

  it("gives nothing of an import that was rolled back", function()
    fill(random(8), 1, 100)
    local before = assert(register:tally { by = { "authority", "month" } }):rows()
    local text = row(random(9), 300) .. "no reference,E10000016,,,2015-05-05,Upheld,,,,\n"
    local report = register:import { decisions = helper.write(folder .. "/d.csv", HEAD .. text), strict = true, time = TIME }
    assert.is_nil(report)
    assert(register:import { decisions = helper.write(folder .. "/d.csv", HEAD .. row(random(9), 301)), dry_run = true, time = TIME })
    assert.same(before, assert(register:tally { by = { "authority", "month" } }):rows())
    assert.same({}, assert(register:verify()))
  end)

  it("check names chunks that are not what the rows say", function()
    fill(random(10), 1, 120)
    for _, case in ipairs {
      { "update chunk set decided_to = decided_to + 1 where id = (select max(id) from chunk where decided_to is not null)", "is not what was written" },
      { "update chunk_columns set bytes = zeroblob(length(bytes)) where id = (select max(id) from chunk_columns)", "is not what was written" },
      { "delete from chunk where id = (select max(id) from chunk)", "decisions by the rows, " }, { "delete from chunk_columns", "is not what was written" },
      { "update chunk set authority = 2 where authority = 1", "E07000115: " },
    } do
      helper.run("cp", path, folder .. "/copy.db")
      sql(case[1])
      register:close()
      register = assert(upheld.open(path))
      local found = table.concat(assert(register:verify()), "\n")
      assert.truthy(found:find("stored chunks: ", 1, true), case[1])
      assert.truthy(found:find(case[2], 1, true), found)
      register:close()
      sql "update derived set fresh = 0"
      register = assert(upheld.open(path))
      assert(register:tally { by = "outcome" }) -- makes them anew
      assert.same({}, assert(register:verify()))
    end
  end)
end)

describe("a walk through decisions", function()
  local folder, register
  local FIELDS = { "reference", "authority", "authority_code", "received_date", "decided_date", "outcome", "service_area", "remedied_before",
    "compliance_outcome", "compliance_due_date", "compliance_date", "sample" }

  before_each(function()
    folder = helper.folder()
    register = assert(upheld.open(folder .. "/review.db"))
    local any, rows = random(11), {}
    for number = 1, 700 do rows[number] = row(any, number) end
    assert(register:import { authorities = helper.write(folder .. "/a.csv", AUTHORITIES),
      decisions = helper.write(folder .. "/d.csv", HEAD .. table.concat(rows)), time = TIME })
  end)

  after_each(function()
    register:close()
    helper.cleanup()
  end)

  it("gives what a figure's decisions are, in order of authority, day decided and reference", function()
    local y = assert(register:year(2016))
    local want = {}
    for a in y:authorities() do
      local list = {}
      for d in assert(a.upheld:decisions()) do list[#list + 1] = d end
      for _, d in ipairs(list) do
        d.url, d.kind, d.line, d.import = nil, nil, nil, nil
        want[#want + 1] = d
      end
    end
    local got = {}
    for d in assert(y:decisions { where = { outcome = { "Upheld", "Not upheld" } } }) do got[#got + 1] = d end
    assert.is_true(#want > 20)
    assert.same(want, got)
    local last, count = "", 0
    for d in assert(register:decisions()) do
      local key = d.authority_code .. (d.decided_date or "9999") .. d.reference
      assert.is_true(key > last)
      last, count = key, count + 1
    end
    assert.equal(700, count)
  end)

  it("gives the fields asked for, and columns the same", function()
    local rows, names = {}, { "reference_key", table.unpack(FIELDS) }
    for d in assert(register:decisions { fields = names }) do rows[#rows + 1] = d end
    local at, tables = 0, {}
    for n, columns in assert(register:columns { fields = names }) do
      tables[columns] = true
      for i = 1, n do
        local d = rows[at + i]
        for _, name in ipairs(names) do
          local value = d[name]
          if name == "remedied_before" and value ~= nil then value = value and "yes" or "no" end
          assert.equal(value or false, columns[name][i])
        end
      end
      assert.equal(n, #columns.outcome)
      at = at + n
    end
    assert.equal(#rows, at)
    local number = 0
    for _ in pairs(tables) do number = number + 1 end
    assert.equal(1, number)
    for d in assert(register:decisions { fields = "outcome" }) do assert.same({ outcome = d.outcome }, d) end
    for _, case in ipairs { { { fields = { "outcme" } }, 'did you mean "outcome"?' }, { { fields = {} }, "fields is a list of names" },
      { { fields = { "outcome", "outcome" } }, "stands twice" }, { { field = "outcome" }, 'did you mean "fields"?' } } do
      assert.error_matches(function() register:decisions(case[1]) end, case[2])
      assert.error_matches(function() register:columns(case[1]) end, case[2])
    end
    assert.error_matches(function() register:columns() end, "fields are needed")
  end)

  it("makes no garbage by columns", function()
    helper.run(helper.generator, "20000", "2015", "3", folder .. "/ga.csv", folder .. "/gd.csv")
    assert(register:import { authorities = folder .. "/ga.csv", decisions = folder .. "/gd.csv", time = TIME })
    local function walk()
      local count = 0
      for n, c in assert(register:columns { fields = { "outcome", "decided_date", "authority_code", "reference_key" } }) do
        for i = 1, n do
          if c.outcome[i] then count = count + 1 end
        end
      end
      return count
    end
    assert.is_true(walk() > 20000)
    collectgarbage()
    collectgarbage "stop"
    local before = collectgarbage "count"
    local ok, why = pcall(walk)
    local grown = (collectgarbage "count" - before) * 1024
    collectgarbage "restart" -- also where it failed: the specs behind would take gigabytes
    assert.is_true(ok, why)
    assert.is_true(grown < 30 * 20000, grown) -- the tables of columns and of texts alone: a table each would be 200 bytes and more
  end)

  it("ends where the register changes or is closed, and can be left at any time", function()
    local steps = 0
    for _ in assert(register:decisions()) do
      steps = steps + 1
      if steps == 3 then break end
    end
    local step = assert(register:decisions())
    assert.is_table(step())
    local other = assert(upheld.open(folder .. "/review.db"))
    local d = step()
    assert(other:withdraw { reference = d.reference, authority = d.authority_code, reason = "test", time = TIME })
    local ok, err = pcall(function()
      while step() do steps = steps + 1 end
    end)
    -- what was read before may be given; then it stops, or all had been read
    if not ok then assert.equal("register-changed", err.code) end
    local columns = assert(register:columns { fields = { "outcome" } })
    assert(other:withdraw { reference = "14 001 005", authority = (assert(register:decisions { fields = "authority_code",
      where = { from = "1990-01-01" } }))().authority_code, reason = "x", time = TIME } or true)
    other:close()
    register:close()
    assert.error_matches(columns, "closed register")
    register = assert(upheld.open(folder .. "/review.db"))
  end)

  it("is refused where small counts are hidden", function()
    local y = assert(register:year(2016, { disclosure = { suppress_below = 5 } }))
    for _, what in ipairs { "decisions", "columns", "tally" } do
      assert.equal("not-with-disclosure", select(2, y[what](y, what == "tally" and { by = "outcome" } or { fields = { "outcome" } })).code)
    end
  end)
end)
