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
    assert.truthy(register:csv({ year = 2020, boundaries = "now" }):find(",as it is now\n", 1, true))
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
    assert.equal(66, year:authority("V1").upheld:peers().as_published) -- of one part alone it stays
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
    local why = helper.upheld("why", db, "--year", "2020", "--authority", "U1", "--figure", "upheld", "--boundaries", "now")
    assert.truthy(why:find("with the cases of North One (N1), North Two (N2)", 1, true), why)
    local _, err, status = helper.upheld("figures", db, "--boundaries", "now", "--suppress-below", "5")
    assert.equal(2, status)
    assert.truthy(err:find("two views of one year", 1, true))
  end)
end)
