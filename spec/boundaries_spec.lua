-- Figures with today's boundaries: authorities that have ended are counted with their one successor.
local helper = require "helper"
local upheld = require "upheld"

describe("boundaries", function()
  local folder
  before_each(function() folder = helper.folder() end)
  after_each(helper.cleanup)

  -- N1 and N2 became U1 in 2023; S1 was split; X1 names a successor that is nowhere; O1 -> O2 -> O3 is a chain; C1 and C2 a circle
  local AUTHORITIES = "code,name,type,region,valid_from,valid_to,successor\n" ..
    "C1,Circle One,District,South,,2020-03-31,C2\nC2,Circle Two,District,South,2020-04-01,2021-03-31,C1\n" ..
    "D1,Delta Council,District,North,,,\n" ..
    "N1,North One,District,North,,2023-03-31,U1\nN2,North Two,District,North,,2023-03-31,U1\n" ..
    "O1,Old One,District,South,,2020-03-31,O2\nO2,Old Two,District,South,2020-04-01,2022-03-31,O3\nO3,Old Three,Unitary,South,2022-04-01,,\n" ..
    "S1,Split Council,District,South,,2023-03-31,D1|U1\n" ..
    "U1,Union Council,Unitary,North,2023-04-01,,\nV1,Vale Council,Unitary,North,,,\nX1,Lost Council,District,South,,2023-03-31,Z9\n"

  -- counts: { code, year, upheld, not upheld }
  local function records(counts, recode)
    local lines, serial = { "reference,authority_code,received_date,decided_date,outcome,remedied_before,service_area" }, 0
    for _, c in ipairs(counts) do
      for k, outcome in ipairs { "Upheld", "Not upheld" } do
        for _ = 1, c[2 + k] do
          serial = serial + 1
          lines[#lines + 1] = ("%02d %03d %03d,%s,%d-05-%02d,%d-06-20,%s,%s,Housing"):format(c[2] % 100, serial // 1000, serial % 1000,
            recode and recode[c[1]] or c[1], c[2] - 1, 1 + serial % 28, c[2] - 1, outcome, k == 1 and (serial % 3 == 0 and "yes" or "no") or "")
        end
      end
    end
    return table.concat(lines, "\n") .. "\n"
  end

  local function book(decisions, more, scheme, authorities)
    local options = { authorities = helper.write(folder .. "/a.csv", authorities or AUTHORITIES) }
    if decisions then options.decisions = helper.write(folder .. "/d.csv", decisions) end
    for kind, text in pairs(more or {}) do options[kind] = helper.write(folder .. "/" .. kind .. ".csv", text) end
    local register = assert(upheld.open(":memory:", { scheme = scheme }))
    assert(register:import(options))
    return register
  end

  local COUNTS = { { "N1", 2020, 3, 2 }, { "N2", 2020, 1, 4 }, { "V1", 2020, 5, 5 }, { "D1", 2020, 2, 2 }, { "S1", 2020, 1, 1 },
    { "X1", 2020, 2, 1 }, { "O1", 2020, 4, 4 }, { "C1", 2020, 1, 2 }, { "O2", 2021, 3, 1 }, { "U1", 2024, 6, 2 }, { "V1", 2024, 1, 1 } }

  it("as it is now: ended authorities count with their successor, and outputs say so", function()
    local register = book(records(COUNTS))
    local year = assert(register:year(2020, { boundaries = "now" }))
    assert.equal("as it is now", year.boundaries)
    local union = assert(year:authority "U1")
    assert.equal("40% (4 of 10)", tostring(union.upheld))
    assert.same({ "N1", "N2" }, { union.predecessors[1].code, union.predecessors[2].code })
    assert.equal("Unitary", union.type)
    assert.equal("50% (4 of 8)", tostring(year:authority("O3").upheld)) -- along the chain
    assert.equal("50% (1 of 2)", tostring(year:authority("S1").upheld)) -- split: as it was
    assert.equal("67% (2 of 3)", tostring(year:authority("X1").upheld)) -- its successor is nowhere
    assert.equal("33% (1 of 3)", tostring(year:authority("C1").upheld)) -- a circle
    local p = union.upheld:peers() -- Unitary of 2020: U1, V1, O3
    assert.same({ 13, 28, 3 }, { p.numerator, p.denominator, p.of })
    local none, err = year:authority "N1"
    assert.is_nil(none)
    assert.equal("not-in-year", err.code)
    assert.truthy(tostring(err):find("ask for Union Council (U1), or take the year as it was", 1, true), tostring(err))
    local json = assert(register:json { year = 2020, boundaries = "now" })
    assert.truthy(json:find('"boundaries":"as it is now"', 1, true))
    assert.truthy(json:find('"code":"U1","name":"Union Council","type":"Unitary","predecessors":["N1","N2"]', 1, true), json)
    assert.truthy(register:csv({ year = 2020, boundaries = "now" }):find(",as it is now,\n", 1, true))
    local why = union.upheld:why()
    assert.truthy(why:find("Boundaries: as they are now, with the cases of North One (N1), North Two (N2)", 1, true), why)
    assert.truthy(why:find("References behind the denominator: 10", 1, true), why)
    local listed = 0
    for d in union.upheld:decisions() do
      listed = listed + 1
      assert.truthy(d.authority_code == "N1" or d.authority_code == "N2")
    end
    assert.equal(10, listed)
  end)

  it("as it was is the default", function()
    local register = book(records(COUNTS))
    local year = assert(register:year(2020))
    assert.same({ "as it was", 0 }, { year.boundaries, #year:authority("V1").predecessors })
    assert.equal("60% (3 of 5)", tostring(year:authority("N1").upheld))
    assert.equal("not-in-year", select(2, year:authority "U1").code)
    assert.truthy(register:json({ year = 2020 }):find('"boundaries":"as it was"', 1, true))
    assert.truthy(year:authority("N1").upheld:why():find("\nBoundaries: as they were\n", 1, true))
    assert.is_nil(register:json({ year = 2020 }):find("predecessors", 1, true))
  end)

  it("keep every count: totals are the same, and figures those of a register that was coded anew", function()
    local days = assert(upheld.scheme "lgsco"):with { indicators = { { name = "days", median_days = { decided = true } } } }
    local recode = { N1 = "U1", N2 = "U1", O1 = "O3", O2 = "O3" }
    local old, new = book(records(COUNTS), nil, days), book(records(COUNTS, recode), nil, days,
      AUTHORITIES:gsub("U1,Union Council,Unitary,North,2023%-04%-01", "U1,Union Council,Unitary,North,"):gsub(
        "O3,Old Three,Unitary,South,2022%-04%-01", "O3,Old Three,Unitary,South,"))
    for _, number in ipairs { 2020, 2021, 2024 } do
      local was, now, coded = assert(old:year(number)), assert(old:year(number, { boundaries = "now" })), assert(new:year(number))
      for _, name in ipairs { "upheld", "satisfactory_remedy", "days" } do
        assert.equal(tostring(was:total(name)), tostring(now:total(name)))
        for a in now:authorities() do
          assert.equal(tostring(coded:authority(a.code):figure(name)), tostring(a:figure(name)), number .. a.code .. name)
        end
      end
      for a in now:authorities() do
        assert.same(coded:authority(a.code).outcomes, a.outcomes)
        assert.same(coded:authority(a.code).received, a.received)
      end
    end
  end)

  it("add residents and published counts where every part has them, and never rates", function()
    local population = "code,year,population\nN1,2020,1000\nN2,2020,3000\nO1,2020,500\nV1,2020,9000\n"
    local published = "authority_code,year,investigated,upheld,upheld_rate,upheld_peer_rate\nN1,2022,10,4,40,55\nN2,2022,20,8,40,55\n" ..
      "V1,2022,9,3,33,66\nN1,2023,10,4,40,55\nV1,2023,9,3,33,66\n"
    local register = book(records(COUNTS), { population = population, published = published })
    local year = assert(register:year(2020, { boundaries = "now" }))
    assert.same({ 4, 4000, "100.0" }, { year:authority("U1").upheld_per_100k.numerator,
      year:authority("U1").upheld_per_100k.denominator, year:authority("U1").upheld_per_100k.value })
    year = assert(register:year(2022, { boundaries = "now" }))
    local f = year:authority("U1").upheld
    assert.same({ 12, 30, "published", nil }, { f.numerator, f.denominator, f.basis, f:peers().as_published })
    -- Vale's peers of that year are others than those of the average that was printed beside it
    assert.is_nil(year:authority("V1").upheld:peers().as_published)
    assert.equal(66, register:year(2022):authority("V1").upheld:peers().as_published)
    assert.same({ nil, "not-recorded" }, (function(g) return { g.percent, g.reason } end)(
      register:year(2023, { boundaries = "now" }):authority("U1").upheld)) -- N2's are not known
  end)

  it("count nobody's residents twice: a county and its districts that became one", function()
    local authorities = "code,name,type,valid_from,valid_to,successor\nK1,Kay County Council,County,,2023-03-31,U1\n" ..
      "N1,North One,District,,2023-03-31,U1\nN2,North Two,District,,2023-03-31,U1\nU1,Union Council,Unitary,2023-04-01,,\n" ..
      "L1,El County Council,County,,2023-03-31,M1|M2\nP1,Part One,District,,2023-03-31,M1\nM1,Em One,Unitary,2023-04-01,,\n" ..
      "M2,Em Two,Unitary,2023-04-01,,\n"
    local population = "code,year,population\nK1,2020,4000\nN1,2020,1000\nN2,2020,3000\n"
    local counts = { { "K1", 2020, 3, 2 }, { "N1", 2020, 1, 4 }, { "N2", 2020, 4, 5 } }
    local register = book(records(counts), { population = population .. "L1,2020,900\nP1,2020,900\n" }, nil, authorities)
    local year = assert(register:year(2020, { boundaries = "now" }))
    local f = year:authority("U1").upheld_per_100k
    assert.same({ 8, 4000, "200.0" }, { f.numerator, f.denominator, f.value })
    -- El County was split and stays, its district is counted with Em One: their residents are the same people
    assert.same({ 8, nil, "not-recorded" }, (function(t) return { t.numerator, t.denominator, t.reason } end)(year:total("upheld_per_100k")))
    assert.equal(4900, register:year(2020):total("upheld_per_100k").denominator)
  end)

  it("make no figure of half, whichever clock the records of a part are on", function()
    -- two parts of U1 and another council with records, so that the records cover 2020 on the clock
    local HEAD = "reference,authority_code,received_date,decided_date,outcome,remedied_before,service_area\n"
    local function case(n, code, received, decided)
      return ("20 000 %03d,%s,%s,%s,Upheld,no,Housing\n"):format(n, code, received, decided)
    end
    local other = case(9, "V1", "2019-05-01", "2019-06-01")
    local cases = { -- name; decisions; published; indicator; as it was: N1, N2; as it is now
      { "received in the year, decided later", case(1, "N1", "2020-03-01", "2020-05-01") .. case(2, "N2", "2019-05-01", "2019-06-01"),
        "N1,2020,20,8,,\n", "upheld", "40% (8 of 20)", "100% (1 of 1)", "no rate: not-recorded" },
      { "published, and nothing of the other", "", "N1,2020,20,8,,\n", "upheld", "40% (8 of 20)", "no rate: none-investigated (0 of 0)",
        "no rate: not-recorded" },
      { "published, but not the same", "", "N1,2020,,8,,\nN2,2020,20,,,\n", "upheld", "no rate: not-recorded (8)",
        "no rate: not-recorded (of 20)", "no rate: not-recorded" },
      { "published, both", "", "N1,2020,20,8,,\nN2,2020,10,4,,\n", "upheld", "40% (8 of 20)", "40% (4 of 10)", "40% (12 of 30)" },
      { "records, and published beside them", case(1, "N1", "2019-05-01", "2019-06-01"), "N1,2020,1,1,,\nN2,2020,10,4,,\n", "upheld",
        "100% (1 of 1)", "40% (4 of 10)", "45% (5 of 11)" },
      { "compliance published of one, recorded of the other",
        case(1, "N1", "2019-05-01", "2019-06-01") .. case(2, "N2", "2019-05-01", "2019-06-01"), "N1,2020,,,4,3\n", "compliance",
        "75% (3 of 4)", "100% (1 of 1)", "no rate: not-recorded" },
      { "published of another clock only", case(1, "N1", "2019-05-01", "2019-06-01") .. case(2, "N2", "2019-05-01", "2019-06-01"),
        "N1,2020,,,4,3\n", "upheld", "100% (1 of 1)", "100% (1 of 1)", "100% (2 of 2)" },
    }
    for _, c in ipairs(cases) do
      local register = book(HEAD .. other .. c[2], { published = "authority_code,year,investigated,upheld,compliance_outcomes,complied\n" .. c[3],
        compliance = c[4] == "compliance" and "reference,authority_code,compliance_outcome,compliance_date\n" ..
          "20 000 002,N2,Remedy complete and satisfied,2019-08-01\n" or nil })
      local was, now = assert(register:year(2020)), assert(register:year(2020, { boundaries = "now" }))
      assert.same({ c[5], c[6], c[7] }, { tostring(was:authority("N1")[c[4]]), tostring(was:authority("N2")[c[4]]),
        tostring(now:authority("U1")[c[4]]) }, c[1])
      if c[7]:find "not%-recorded" then
        assert.is_nil(now:total(c[4]).percent, c[1]) -- nor does a total leave it out
        assert.equal(1, now:authority("V1")[c[4]]:peers().unknown, c[1])
      end
      local outcomes = now:authority("U1").outcomes
      if outcomes then assert.equal(now:authority("U1").upheld.numerator, outcomes.Upheld, c[1]) end
      register:close()
    end
  end)

  it("keep the printed rate of the only part there was, as of one that was given another code", function()
    local published = "authority_code,year,investigated,upheld_rate,upheld_peer_rate\nO1,2020,9,33,50\n"
    local f = assert(book(nil, { published = published }):year(2020, { boundaries = "now" })):authority("O3").upheld
    assert.same({ "33% (3 of 9)", "derived", nil }, { tostring(f), f.basis, f:peers().as_published })
  end)

  it("take the residents of the area that the cases are of", function()
    local authorities = "code,name,type,valid_from,valid_to,successor\nG1,Grown Council,Unitary,,,\nP1,Part Council,Unitary,,2023-03-31,G1\n" ..
      "N1,North One,District,,2023-03-31,U1\nN2,North Two,District,,2023-03-31,U1\nU1,Union Council,Unitary,2023-04-01,,\n"
    local counts = { { "G1", 2020, 3, 2 }, { "P1", 2020, 1, 4 }, { "N1", 2020, 4, 5 }, { "G1", 2024, 1, 1 }, { "P1", 2024, 1, 0 } }
    local rows = { -- population; G1 and U1 in 2020: residents
      { "G1,2020,9000\nP1,2020,1000\n", 10000, nil }, -- one that was there before, and grew
      { "G1,2020,9000\n", nil, nil }, -- the part's are not known
      { "U1,2020,4000\n", nil, 4000 }, -- of the later area, which others have reckoned back
      { "U1,2020,4000\nN1,2020,1000\nN2,2020,2999\n", nil, 4000 },
      { "N1,2020,1000\nN2,2020,2999\n", nil, 3999 },
      { "N1,2020,1000\n", nil, nil },
    }
    for _, row in ipairs(rows) do
      local register = book(records(counts), { population = "code,year,population\n" .. row[1] .. "G1,2024,10100\n" }, nil, authorities)
      local year = assert(register:year(2020, { boundaries = "now" }))
      assert.same({ row[2], row[3] }, { year:authority("G1").upheld_per_100k.denominator, year:authority("U1").upheld_per_100k.denominator }, row[1])
      -- a case that outlived its council needs no residents of it
      local f = assert(register:year(2024, { boundaries = "now" })):authority("G1").upheld_per_100k
      assert.same({ 2, 10100 }, { f.numerator, f.denominator })
      register:close()
    end
  end)

  it("hold in tallies, by any key, and reconcile", function()
    local year = assert(book(records(COUNTS)):year(2020, { boundaries = "now" }))
    local rows = {}
    for i, row in ipairs(assert(year:tally { by = { "authority", "type" } }):rows()) do
      rows[i] = ("%s %s %d"):format(row.authority, row.type, row.count)
    end
    assert.same({ "C1 District 3", "D1 District 4", "O3 Unitary 8", "S1 District 2", "U1 Unitary 10", "V1 Unitary 10", "X1 District 3" }, rows)
    assert.same({ { outcome = "Not upheld", count = 6 }, { outcome = "Upheld", count = 4 } },
      (function(list) table.sort(list, function(a, b) return a.outcome < b.outcome end) return list end)(
        assert(year:tally { by = "outcome", authority = "U1" }):rows()))
    local result = assert(year:reconcile())
    assert.is_true(result.ok, tostring(result))
    assert.same({ 10, 10 }, { result.authorities.U1.received, result.authorities.U1.decided })
    assert.is_nil(result.authorities.N1)
    assert.equal("year ending 2020-03-31, as it is now", tostring(year))
  end)

  it("hold over years: a series and a pool of the council that there is now", function()
    local register = book(records(COUNTS))
    local was = assert(register:trend { authority = "U1", figure = "upheld", from = 2020, to = 2024 })
    local now = assert(register:trend { authority = "U1", figure = "upheld", from = 2020, to = 2024, boundaries = "now" })
    assert.same({ "as it was", nil, "as it is now", "40% (4 of 10)" },
      { was.boundaries, was.entries[1].numerator, now.boundaries, tostring(now.entries[1].figure) })
    assert.equal("Complaints upheld, Union Council (U1), as it is now, 2020 to 2024", (tostring(now):gsub("\n.*", "")))
    assert.truthy(now:json():find('"boundaries":"as it is now"', 1, true))
    assert.truthy(now:csv():find("\n2020,U1,Union Council,upheld,4,10,40,.-,as it is now\n"))
    assert.equal(tostring(now), tostring(assert(register:year(2020, { boundaries = "now" })):authority("U1"):trend("upheld", { from = 2020 })))
    local pooled = assert(register:pooled { authority = "U1", figure = "upheld", boundaries = "now" })
    assert.same({ 10, 18, "as it is now" }, { pooled.numerator, pooled.denominator, pooled.boundaries })
    assert.truthy(pooled:json():find('"boundaries":"as it is now"', 1, true))
    assert.truthy(pooled:csv():find(",as it is now\n", 1, true))
    local none, err = register:trend { authority = "N1", figure = "upheld", boundaries = "now" }
    assert.is_nil(none)
    assert.truthy(tostring(err):find("ask for Union Council (U1)", 1, true))
    assert.has_error(function() register:trend { figure = "upheld", boundaries = "new" } end)
  end)

  it("refuse a former code wherever one is named, and say whom to ask for", function()
    local register = book(records(COUNTS))
    local year = assert(register:year(2020, { boundaries = "now" }))
    local hint = "ask for Union Council (U1), or take the year as it was"
    local function told(ok, err) return not ok and tostring(err):find(hint, 1, true) ~= nil end
    assert.is_true(told(register:json { year = 2020, boundaries = "now", authority = "North One" }))
    assert.is_true(told(register:csv { year = 2020, boundaries = "now", authority = "N1" }))
    assert.is_true(told(year:tally { by = "outcome", authority = "N1" }))
    assert.is_true(told(year:peer_set("both", { "U1", "N2" })))
    assert.is_true(told(pcall(function() return year:authority("U1").predecessors[1].upheld end)))
    local set = assert(register:year(2020):peer_set("both", { "V1", "N2" }))
    assert.is_true(told(pcall(function() return year:authority("V1").upheld:peers { group = set } end)))
  end)

  it("equal SQLite's GROUP BY over successors, over random directories and decisions; no count is lost", function()
    local seed = 20
    local function drawn(most) -- 1 .. most
      seed = (seed * 1103515245 + 12345) % 2147483648
      return seed // 65536 % most + 1
    end
    for round = 1, os.getenv "UPHELD_SLOW" and 3 or 25 do
      local n, lines, alone = 12, { "code,name,type,region,valid_from,valid_to,successor" }, {}
      for i = 1, n do -- successors have a higher or lower number: chains, forks and circles come by chance
        local ends, kind, successor = drawn(3) > 1, drawn(8), ""
        if kind < 7 then successor = ("A%02d"):format(drawn(n))
        elseif kind == 7 then successor = ("A%02d|A%02d"):format(drawn(n), drawn(n)) end
        lines[#lines + 1] = ("A%02d,Council %s,%s,,,%s,%s"):format(i, ("BCDEFGHIJKLM"):sub(i, i):rep(4), drawn(2) == 1 and "District" or "Unitary",
          ends and "2022-03-31" or "", ends and successor or "")
        alone[("A%02d"):format(i)] = ends and successor:find "^A%d%d$" and successor or nil
      end
      local to = {} -- the model: follow the one successor; whoever meets a circle stays
      for i = 1, n do
        local code = ("A%02d"):format(i)
        local at, seen = code, {}
        while alone[at] and not seen[at] do
          seen[at] = true
          at = alone[at]
        end
        to[code] = alone[at] and code or at
      end
      local rows = { "reference,authority_code,received_date,decided_date,outcome,remedied_before,service_area" }
      for i = 1, 150 do
        local outcome = ({ "Upheld", "Not upheld", "Advice given" })[drawn(3)]
        rows[#rows + 1] = ("20 %03d %03d,A%02d,20%d-0%d-11,20%d-11-%02d,%s,%s,%s"):format(round, i, drawn(n), 18 + drawn(3), drawn(9), 21,
          drawn(28), outcome, outcome == "Upheld" and ({ "yes", "no" })[drawn(2)] or "", ({ "Housing", "Other" })[drawn(2)])
      end
      local days = assert(upheld.scheme "lgsco"):with { indicators = { { name = "days", median_days = { decided = true } } } }
      local register = book(table.concat(rows, "\n") .. "\n", nil, days, table.concat(lines, "\n") .. "\n")
      local sql = { "create table s(code, now);" }
      for code, now in pairs(to) do sql[#sql + 1] = ("insert into s values('%s','%s');"):format(code, now) end
      helper.write(folder .. "/q.sql", ".mode csv\n.import " .. folder .. "/d.csv d\n" .. table.concat(sql, "\n") ..
        "\n.mode list\n.separator |\nselect s.now, sum(outcome = 'Upheld'), sum(outcome in ('Upheld', 'Not upheld')), " ..
        "sum(remedied_before = 'yes') from d join s on s.code = d.authority_code group by 1;\n")
      local out, counted = helper.run("sqlite3 :memory: -init /dev/null", ".read " .. folder .. "/q.sql"), {}
      for code, x, investigated, remedied in out:gmatch "(A%d%d)|(%d+)|(%d+)|(%d+)" do
        counted[code] = { tonumber(x), tonumber(investigated), tonumber(remedied) }
      end
      assert.is_truthy(next(counted))
      local was, now = assert(register:year(2022)), assert(register:year(2022, { boundaries = "now" }))
      for a in now:authorities() do
        assert.equal(a.code, to[a.code])
        local c = counted[a.code] or { 0, 0, 0 }
        assert.same({ c[1], c[2], c[3] }, { a.upheld.numerator, a.upheld.denominator, a.satisfactory_remedy.numerator }, round .. a.code)
        local listed = 0
        for _ in a.upheld:decisions() do listed = listed + 1 end
        assert.equal(a.upheld.denominator, listed)
        for _, part in ipairs(a.predecessors) do assert.equal(a.code, to[part.code]) end
        counted[a.code] = nil
      end
      assert.same({}, counted)
      for _, name in ipairs { "upheld", "satisfactory_remedy", "days" } do
        assert.equal(tostring(was:total(name)), tostring(now:total(name)))
      end
      for _, number in ipairs(register:years()) do
        local one, two = register:year(number):reconcile(), register:year(number, { boundaries = "now" }):reconcile()
        assert.same({ true, true, one.total }, { one.ok, two.ok, two.total })
      end
      register:close()
    end
  end)

  it("make no figure of half: one part has records, another published counts only", function()
    local published = "authority_code,year,investigated,upheld\nN2,2020,20,8\n"
    local counts = { { "N1", 2020, 3, 2 }, { "V1", 2020, 5, 5 } }
    local register = book(records(counts), { published = published })
    local year = assert(register:year(2020, { boundaries = "now" }))
    local f = year:authority("U1").upheld
    assert.same({ nil, "not-recorded" }, { f.percent, f.reason })
    assert.is_nil(year:authority("U1").outcomes)
    assert.equal(1, year:authority("V1").upheld:peers().unknown)
    assert.equal("60% (3 of 5)", tostring(register:year(2020):authority("N1").upheld))
  end)

  it("are said in letters, whatever the wording says", function()
    local register = book(records(COUNTS))
    local path = helper.write(folder .. "/w.lua", "return { name = [[test]], title = [[About {{council.name}}]], body = [[\n# {{council.name}}\n\n" ..
      "Upheld: {{council.upheld.numerator}}.\n]] }\n")
    local year = assert(register:year(2020, { boundaries = "now" }))
    local function letter(code, the_year, notice)
      local made = assert((the_year or year):letters { wording = path, date = "2020-07-22", authority = code, notice = notice })
      local out = helper.folder()
      assert(made:write(out))
      local text, html = helper.read(out .. "/" .. code .. ".txt"):gsub("%s+", " "), helper.read(out .. "/" .. code .. ".html")
      return text, html
    end
    local said = "Figures are of authorities as they are now, with the cases of North One (N1) and North Two (N2)."
    local text, html = letter "U1"
    assert.truthy(text:find(said, 1, true), text)
    assert.truthy(html:find(said, 1, true), html)
    assert.truthy(text:find("Upheld: 4.", 1, true), text)
    text = letter("V1", nil, "Invented data.")
    assert.truthy(text:find("Invented data. Figures are of authorities as they are now. ", 1, true), text)
    assert.is_nil(letter("V1", register:year(2020)):find("as they are now", 1, true))
  end)

  it("are refused beside hidden counts: two views of one year could be subtracted", function()
    local register = book(records(COUNTS))
    local hidden = { suppress_below = 5 }
    for _, call in ipairs { function() register:year(2020, { boundaries = "now", disclosure = hidden }) end,
      function() register:json { boundaries = "now", disclosure = hidden } end } do
      local ok, message = pcall(call)
      assert.is_false(ok)
      assert.truthy(tostring(message):find("two views of one year could be subtracted", 1, true), tostring(message))
    end
    assert.has_error(function() register:year(2020, { boundaries = "today" }) end)
  end)

  it("are an option of the command", function()
    helper.write(folder .. "/a.csv", AUTHORITIES)
    helper.write(folder .. "/d.csv", records(COUNTS))
    local db = folder .. "/r.db"
    helper.upheld("import", db, "--authorities", folder .. "/a.csv", "--decisions", folder .. "/d.csv")
    local out = helper.upheld("figures", db, "--year", "2020", "--boundaries", "now")
    assert.truthy(out:find("Authorities as they are now: one that has ended is counted with its successor; as they were, without one " ..
      "successor: Circle One (C1), Circle Two (C2), Split Council (S1), Lost Council (X1).", 1, true), out)
    assert.truthy(out:find("U1  Union Council (Unitary)\n  with the cases of North One (N1)\n  with the cases of North Two (N2)\n", 1, true), out)
    local was = helper.upheld("figures", db, "--year", "2020")
    assert.truthy(was:find("\nAuthorities as they were in the year.\n", 1, true), was)
    local why = helper.upheld("why", db, "--year", "2020", "--authority", "U1", "--figure", "upheld", "--boundaries", "now")
    assert.truthy(why:find("with the cases of North One (N1), North Two (N2)", 1, true), why)
    local trend = helper.upheld("trend", db, "--figure", "upheld", "--authority", "U1", "--boundaries", "now")
    assert.truthy(trend:find("2020  40% (4 of 10)\n", 1, true), trend)
    local _, err, status = helper.upheld("figures", db, "--boundaries", "now", "--suppress-below", "5")
    assert.equal(2, status)
    assert.truthy(err:find("two views of one year", 1, true))
  end)
end)
