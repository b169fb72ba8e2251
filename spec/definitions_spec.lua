-- An indicator is data: what a definition may say and what is refused, its years, its thresholds, and that one added in a table shows
-- in every output. Data are small files written here.
local helper = require "helper"
local upheld = require "upheld"

local BACK = "Referred back for local resolution"
local HEAD = "reference,authority_code,received_date,decided_date,outcome,remedied_before,compliance_due_date,compliance_outcome," ..
  "compliance_date\n"

local function an_indicator(fields)
  local out = { name = "own", numerator = { outcomes = { BACK } }, denominator = { decided = true } }
  for key, value in pairs(fields) do out[key] = value or nil end
  return out
end

describe("a definition", function()
  after_each(helper.cleanup)

  -- fields of an indicator (false takes one away), what is said, scheme (lgsco)
  local REFUSED = {
    { { good = "hight" }, 'indicator "own": there is no good "hight"' },
    { { clock = "decision" }, 'indicator "own": there is no clock "decision"' },
    { { good = 1 }, '"good" must be a string' },
    { { labels = "x" }, 'an indicator has no "labels"; did you mean "label"?' },
    { { numerator = { outcome = { BACK } } }, '"numerator" of the indicator "own" has no "outcome"; did you mean "outcomes"?' },
    { { numerator = "Upheld" }, '"numerator" of the indicator "own" is a table' },
    { { numerator = { outcomes = "Upheld" } }, '"outcomes" must be a table' },
    { { numerator = { outcomes = { "Uphed" } } }, '"Uphed" of "outcomes" is no label' },
    { { numerator = {} }, 'indicator "own" has an empty numerator' },
    { { numerator = false }, 'indicator "own" has an empty numerator' },
    { { denominator = false }, 'indicator "own" has no denominator' },
    { { denominator = {} }, 'indicator "own" has an empty denominator' },
    { { denominator = { outcomes = { "Upheld" } } }, "the numerator is no part of the denominator" },
    { { numerator = { remedied_before = true }, denominator = { outcomes = { BACK } } }, "the numerator is no part of the denominator" },
    { { numerator = { received = true } }, "counts something that its clock does not have" },
    { { clock = "received" }, "counts something that its clock does not have" },
    { { denominator = { compliance = { "Remedy not complete" } } }, "counts something that its clock does not have" },
    { { denominator = { residents = true, decided = true } }, "residents are a denominator, and nothing is counted with them" },
    { { numerator = { residents = true } }, "residents are a denominator, and nothing is counted with them" },
    { { numerator = { cases = true } }, "cases are counted where the scheme's records are findings only" },
    { { withhold_of = { cases = true } }, "cases are counted where the scheme's records are findings only" },
    { { withhold_of = { received = true } }, "a threshold is a count of what its clock has, 0 for none" },
    { { withhold_below = -1 }, "a threshold is a count of what its clock has, 0 for none" },
    { { caution_below = -5 }, "a threshold is a count of what its clock has, 0 for none" },
    { { caution_below = 9.5 }, '"caution_below" must be a whole number' },
    { { caution_below = "ten" }, '"caution_below" must be a whole number' },
    { { late = { compliance = { "Remedy completed late" } } }, "late is no part of it" },
    { { since = 2020, until_ = 2019 }, 'an indicator has no "until_"; did you mean "until"?' },
    { { since = 2020, ["until"] = 2019 }, "since and until are years, in this order" },
    { { since = -1 }, "since and until are years, in this order" },
    { { since = 1 << 40 }, "since and until are years, in this order" },
    { { decimals = 7 }, "per or decimals out of range" },
    { { decimals = (1 << 32) + 1 }, "per or decimals out of range" },
    { { per = 0 }, "per or decimals out of range" },
    { { median_days = { decided = true } }, 'indicator "own" has both median_days and a denominator' },
    { { median_days = { decided = true }, denominator = false }, "days have no numerator" },
    { { median_days = { decided = true }, denominator = false, numerator = false, clock = "received" },
      "counts something that its clock does not have" },
    { { median_days = { compliance = { "Remedy not complete" } }, denominator = false, numerator = false, clock = "compliance" },
      "days are counted over outcomes, on the clock decided" },
    { { median_days = { remedied_before = true }, denominator = false, numerator = false },
      "days are counted over outcomes, on the clock decided" },
    { { median_days = { residents = true }, denominator = false, numerator = false },
      "residents are a denominator, and nothing is counted with them" },
    { { name = false }, "an indicator has no name" },
    { { name = "Own" }, '"Own" is no name of an indicator: it has small letters, digits and _, and begins with a letter' },
    { { name = "2nd" }, '"2nd" is no name of an indicator' },
    { { name = "own-rate" }, '"own-rate" is no name of an indicator' },
    { { numerator = { cases = true }, denominator = { cases = true, outcomes = { "Withdrawn" } }, clock = "received" },
      "counts something that its clock does not have", "housing" },
    { { withhold_of = { cases = true }, clock = "compliance", numerator = { compliance = { "Orders complied with" } },
      denominator = { compliance = { "Orders complied with" } } }, "a threshold is a count of what its clock has, 0 for none",
      "housing" },
    { { clock = "compliance", numerator = { compliance = { "Remedy completed late" } } }, '"Remedy completed late" of "compliance" ' ..
      "is no label", "spso" },
  }

  it("is refused with the reason", function()
    for _, case in ipairs(REFUSED) do
      local made, err = upheld.scheme { extends = case[3] or "lgsco", indicators = { an_indicator(case[1]) } }
      assert.is_nil(made, case[2])
      assert.equal("bad-scheme", err.code)
      assert.truthy(err.message:find(case[2], 1, true), ("%s\n%s"):format(case[2], err.message))
    end
  end)

  it("hides nothing of an authority: taken names are refused", function()
    local names = require("upheld.year").taken_names()
    assert.is_true(#names > 15)
    for _, name in ipairs { "code", "name", "type", "region", "year", "outcomes", "received", "figure", "recipient", "trend", "index" } do
      local made, err = upheld.scheme { extends = "lgsco", indicators = { an_indicator { name = name } } }
      assert.is_nil(made)
      assert.equal(('an indicator cannot be named "%s": an authority has that already'):format(name), err.message)
    end
  end)

  it("stands in a scheme whose other lists are sound too", function()
    local cases = {
      { { indicators = 3 }, '"indicators" of a scheme is a list' },
      { { indicators = { 3 } }, "an indicator is a table" },
      { { indicator = {} }, 'a scheme has no "indicator"; did you mean "indicators"?' },
      { { published = { { name = "x", count = {} } } }, 'a published item has no "count"; did you mean "counts"?' },
      { { published = { { name = "x", counts = { outcome = {} } } } }, '"counts" of the published item "x" has no "outcome"' },
      { { published = { { name = "x" } } }, 'published item "x" must be a count or a rate' },
      { { published = { { name = "x", rate = "none" } } }, 'published item "x": no indicator "none"' },
      { { breaks = { { year = 2020, name = "b", text = "t", when = 1 } } }, 'a break has no "when"' },
      { { peer_sets = { { name = "n", who = {} } } }, 'a peer set has no "who"' },
    }
    for _, case in ipairs(cases) do
      case[1].extends = "lgsco"
      local made, err = upheld.scheme(case[1])
      assert.is_nil(made, case[2])
      assert.truthy(err.message:find(case[2], 1, true), err.message)
      case[1].extends = nil
      made, err = assert(upheld.scheme "lgsco"):with(case[1])
      assert.is_nil(made, case[2])
      assert.truthy(err.message:find(case[2], 1, true), err.message)
    end
    assert.has_error(function() assert(upheld.scheme "lgsco"):with "x" end)
    local made, err = upheld.scheme { extends = "lgsco", indicators = { an_indicator {}, an_indicator {} } }
    assert.is_nil(made)
    assert.equal('two indicators are named "own"', err.message:match 'two indicators are named "own"')
    local many = {}
    for i = 1, 64 do many[i] = an_indicator { name = "own" .. i } end
    made, err = upheld.scheme { extends = "lgsco", indicators = many }
    assert.is_nil(made)
    assert.truthy(err.message:find("more than %d+ indicators"), err.message)
  end)

  it("changes fields only where the name is known, and is added where it is not", function()
    local scheme = assert(upheld.scheme { extends = "lgsco", indicators = { { name = "upheld", label = "Faults found" },
      an_indicator { label = "Own" } } })
    assert.same({ "Faults found", "detailed investigation", "low", 10 }, { scheme.indicators.upheld.label,
      scheme.indicators.upheld.case_noun, scheme.indicators.upheld.good, scheme.indicators.upheld.caution_below })
    local names = {}
    for i, each in ipairs(scheme.indicators) do names[i] = each.name end
    assert.same({ "upheld", "compliance", "satisfactory_remedy", "upheld_per_100k", "own" }, names)
    assert.equal("lgsco", scheme.name)
    assert.equal("Complaints upheld", assert(upheld.scheme "lgsco").indicators.upheld.label) -- the base stays as it was
    local further = assert(scheme:with { indicators = { { name = "own", label = "Still own" } } })
    assert.same({ "Own", "Still own" }, { scheme.indicators.own.label, further.indicators.own.label })
  end)

  it("is what the README shows: its example compiles, and its table names every field", function()
    local readme = helper.read "README.md"
    local code = assert(readme:match "```lua\n(%-%- own%.lua.-)```")
    local scheme = assert(upheld.scheme(helper.write(helper.folder() .. "/own.lua", code)))
    assert.equal("Referred back", scheme.indicators.referred_back.label)
    local fields = readme:match "| field | |\n| %-%-%- | %-%-%- |\n(.-)\n\n"
    local known = {}
    for line in fields:gmatch "[^\n]+" do
      for name in line:match("^| ([^|]+) |"):gmatch "[%w_]+" do known[name] = true end
    end
    local _, err = upheld.scheme { extends = "lgsco", indicators = { an_indicator { x = 1 } } }
    for name in err.message:match("known: (.*)$"):gmatch "[%w_]+" do assert.is_true(known[name], name) end
  end)

  it("extends by name and by file, through several files, and never in a circle", function()
    local dir = helper.folder()
    local function file(name, text) return helper.write(dir .. "/" .. name, text) end
    local one = file("one.lua", 'return { extends = "lgsco", indicators = { { name = "upheld", label = "One" } } }')
    local two = file("two.lua", ('return { extends = "%s", title = "Two", indicators = { { name = "upheld", good = "high" } } }'):format(one))
    local scheme = assert(upheld.scheme(two))
    assert.same({ "lgsco", "Two", "One", "high" }, { scheme.name, scheme.title, scheme.indicators.upheld.label,
      scheme.indicators.upheld.good })
    local cases = {
      { file("self.lua", ('return { extends = "%s/self.lua" }'):format(dir)), "not in a circle" },
      { file("a.lua", ('return { extends = "%s/b.lua" }'):format(dir)), "not in a circle" },
      { file("number.lua", "return { extends = 3 }"), "extends is the name or path of another scheme" },
      { file("unknown.lua", 'return { extends = "lgsc" }'), 'there is no scheme "lgsc"' },
      { file("nothing.lua", "local x = 1"), "the file returns no table" },
      { file("global.lua", "return { name = os.time() }"), "os" },
      { file("syntax.lua", "return {"), "syntax.lua:1:" },
      { dir .. "/absent.lua", "absent.lua" },
    }
    file("b.lua", ('return { extends = "%s/a.lua" }'):format(dir))
    for _, case in ipairs(cases) do
      local made, err = upheld.scheme(case[1])
      assert.is_nil(made, case[1])
      assert.truthy(tostring(err):find(case[2], 1, true), tostring(err))
    end
  end)
end)

describe("an indicator", function()
  local folder, serial

  before_each(function() folder, serial = helper.folder(), 0 end)
  after_each(helper.cleanup)

  -- n rows decided in 2020, the i-th i days after it was received
  local function rows(code, outcome, n, extra)
    local list = {}
    for i = 1, n do
      serial = serial + 1
      list[i] = ("19 %03d %03d,%s,2019-05-01,2019-05-%02d,%s,%s\n"):format(serial // 1000, serial % 1000, code, 1 + i % 28, outcome,
        extra or ",,,")
    end
    return table.concat(list)
  end

  local function book(scheme, decisions)
    local register = assert(upheld.open(":memory:", { scheme = scheme }))
    local report = assert(register:import { decisions = helper.write(folder .. "/d.csv", HEAD .. decisions),
      authorities = helper.write(folder .. "/a.csv", "code,name,type\nA1,Alpha Council,District\nB1,Beta Council,District\n") })
    assert.equal(0, report.errors, tostring(report:faults()()))
    return register
  end

  local function extended(...) return { extends = "lgsco", indicators = { ... } } end

  it("is defined from since until until", function()
    local cases = {
      { {}, 100 }, { { since = 2020 }, 100 }, { { since = 2021 }, nil }, { { ["until"] = 2020 }, 100 }, { { ["until"] = 2019 }, nil },
      { { since = 2020, ["until"] = 2020 }, 100 }, { { since = 2000, ["until"] = 2019 }, nil },
    }
    for _, case in ipairs(cases) do
      for _, days in ipairs { false, true } do
        local own = days and { name = "own", median_days = { decided = true } } or an_indicator {}
        own.since, own["until"] = case[1].since, case[1]["until"]
        local year = assert(book(extended(own), rows("A1", BACK, 12) .. rows("B1", BACK, 12)):year(2020))
        local f, total = year:authority("A1").own, year:total "own"
        local p = f:peers()
        if case[2] then
          assert.equal(case[2], days and 100 or f.percent)
          assert.is_nil(f.reason)
          assert.equal(2, p.authorities)
        else
          assert.same({ "not-defined", "not-defined" }, { f.reason, total.reason })
          assert.same({ nil, nil, nil }, { f.percent, f.numerator, f.denominator })
          assert.same({ nil, "not-defined" }, { f:class() })
          assert.same({ 0, 2, nil }, { p.authorities, p.unknown, p.percent })
        end
      end
    end
  end)

  it("is cautioned below its threshold, and a threshold of 0 is none", function()
    local lgsco = assert(upheld.scheme "lgsco")
    local none = assert(lgsco:with { indicators = { { name = "upheld", caution_below = 0 }, { name = "upheld_per_100k", caution_below = 0 } } })
    local cases = { { lgsco, 9, "few-cases" }, { lgsco, 10, nil }, { none, 1, nil }, { none, 9, nil },
      { assert(lgsco:with { indicators = { { name = "upheld", caution_below = 2 } } }), 1, "few-cases" },
      { assert(lgsco:with { indicators = { { name = "upheld", caution_below = 2 } } }), 2, nil } }
    for _, case in ipairs(cases) do
      local register = book(case[1], rows("A1", "Upheld", case[2], "no,,,"))
      local f = assert(register:year(2020)):authority("A1").upheld
      assert.equal(case[3], f.caution)
      assert.equal(100, f.percent) -- a caution takes nothing away
      local json = assert(register:json { year = 2020, authority = "A1" })
      assert.truthy(json:find(('"upheld":{"numerator":%d,"denominator":%d,"percent":100,"reason":null,"caution":%s,'):format(case[2],
        case[2], case[3] and '"few-cases"' or "null"), 1, true), json)
    end
  end)

  it("is withheld below its threshold: counts stay, and stay in averages", function()
    local own = an_indicator { withhold_below = 20, withhold_of = { decided = true }, denominator = { outcomes = { BACK, "Advice given" } } }
    for _, case in ipairs { { 17, "too-few" }, { 18, nil } } do -- with 2 upheld: 19 and 20 decided
      local register = book(extended(own), rows("A1", BACK, 4) .. rows("A1", "Advice given", case[1] - 4) .. rows("A1", "Upheld", 2, "no,,,")
        .. rows("B1", BACK, 30))
      local year = assert(register:year(2020))
      local f = assert(year:authority "A1").own
      assert.same({ 4, case[1], case[2], case[2] == nil and (200 * 4 + case[1]) // (2 * case[1]) or nil },
        { f.numerator, f.denominator, f.reason, f.percent })
      local p = assert(year:authority "B1").own:peers()
      assert.same({ 34, 30 + case[1], 2, 0 }, { p.numerator, p.denominator, p.authorities, p.without_rate })
      if case[2] then
        assert.same({ nil, "too-few" }, { f:class() })
        assert.same({ nil, "too-few" }, { f:standing() })
        local low, err = f:interval()
        assert.is_nil(low)
        assert.equal("too-few", err.code)
        local csv = assert(register:csv { year = 2020, authority = "A1" })
        assert.truthy(csv:find("A1,Alpha Council,District,own,4,17,,,,,,too-few,,records,no,,,pooled,yes,", 1, true), csv)
        local json = assert(register:json { year = 2020 })
        assert.truthy(json:find('"own":{"numerator":4,"denominator":17,"percent":null,"reason":"too-few"', 1, true), json)
        assert.truthy(json:find('"own":{"without_rate":[],"unknown":[]}', 1, true), json)
      end
      assert.equal(34, year:total("own").numerator) -- a total over all is no authority's
      assert.is_nil(year:total("own").reason)
    end
  end)

  it("opens the registers of the scheme that it extends, and leaves them as they are", function()
    local path = folder .. "/r.db"
    local register = assert(upheld.open(path))
    assert(register:import { decisions = helper.write(folder .. "/d.csv", HEAD .. rows("A1", BACK, 3) .. rows("A1", "Upheld", 1, "no,,,")),
      authorities = helper.write(folder .. "/a.csv", "code,name,type\nA1,Alpha Council,District\n") })
    local before = assert(register:json())
    register:close()
    register = assert(upheld.open(path, { scheme = "examples/own_indicators_scheme.lua" }))
    local council = assert(assert(register:year(2020)):authority "A1")
    assert.equal("75% (3 of 4)", tostring(council.referred_back))
    assert.equal("2 days (quartiles 1 and 2, of 4)", tostring(council.days_to_decision)) -- of 1, 1, 2, 3 days: 1, 1.5, 2.25
    register:close()
    register = assert(upheld.open(path))
    assert.equal(before, assert(register:json()))
    assert.has_error(function() return assert(register:year(2020)):authority("A1").referred_back end)
    register:close()
  end)

  it("appears everywhere once it stands in the table", function()
    local path = folder .. "/r.db"
    local scheme = "examples/own_indicators_scheme.lua"
    local register = assert(upheld.open(path, { scheme = scheme }))
    local late, on_time = "no,2019-06-01,Remedy completed late,2019-07-01", "no,2019-06-01,Remedy complete and satisfied,2019-05-30"
    assert(register:import { decisions = helper.write(folder .. "/d.csv", HEAD .. rows("A1", BACK, 14) .. rows("A1", "Upheld", 1, late) ..
      rows("A1", "Upheld", 3, on_time) .. rows("A1", "Advice given", 2) .. rows("B1", BACK, 1) .. rows("B1", "Not upheld", 19)),
      authorities = helper.write(folder .. "/a.csv", "code,name,type\nA1,Alpha Council,District\nB1,Beta Council,District\n") })
    local year = assert(register:year(2020))
    local a = assert(year:authority "A1")
    assert.same({ "70% (14 of 20)", "25% (1 of 4)", "high 99.8", "worse" },
      { tostring(a.referred_back), tostring(a.late_share), (a.referred_back:class()), (a.referred_back:standing()) })
    assert.equal("38% (2 of 2 authorities)", tostring(a.referred_back:peers()))
    assert.equal("38% (15 of 40)", tostring(year:total "referred_back"))
    assert.equal("none-complied", year:authority("B1").late_share.reason)
    -- JSON: figures, totals, peer groups
    local json = assert(register:json { year = 2020 })
    for _, part in ipairs { '"referred_back":{"numerator":14,"denominator":20,"percent":70,"reason":null,"caution":null,"basis":"records"',
      '"late_share":{"numerator":1,"denominator":4,"percent":25,"reason":null,"caution":"few-cases"',
      '"late_share":{"without_rate":["B1"],"unknown":[]}', '"days_to_decision":{"numerator":null,"denominator":20,"percent":null,"value":',
      '"referred_back":{"numerator":15,"denominator":40,"percent":38' } do
      assert.truthy(json:find(part, 1, true), part .. "\n" .. json)
    end
    -- CSV, why, trend, pooled years
    local csv = assert(register:csv { year = 2020 })
    assert.truthy(csv:find("2020,A1,Alpha Council,District,referred_back,14,20,70,,,,,,,records,no,", 1, true), csv)
    assert.truthy(a.late_share:why():find("Late among the remedies carried out (late_share), Alpha Council (A1)", 1, true))
    assert.truthy(a.late_share:why():find("References behind the numerator: 1", 1, true), a.late_share:why())
    local days = a.days_to_decision
    local why = days:why()
    for _, part in ipairs { tostring(days), "Clock: date decided", "References behind the cases: 20",
      ("Quartiles of the days: %s, %s, %s (Hyndman and Fan type 7"):format(days.lower_quartile, days.value, days.upper_quartile),
      "median of all cases of the type District, the authority in it", "95% interval (order statistics): " } do
      assert.truthy(why:find(part, 1, true), part .. "\n" .. why)
    end
    assert.equal(70, assert(register:trend { figure = "referred_back", authority = "A1" }).entries[1].percent)
    assert.equal(days.value, assert(register:trend { figure = "days_to_decision", authority = "A1" }).entries[1].value)
    assert.equal(70, assert(register:pooled { figure = "referred_back", authority = "A1" }).percent)
    local pooled = assert(register:pooled { figure = "days_to_decision", authority = "A1" }) -- medians do not add
    assert.same({ { year = 2020, reason = "not-counts" } }, pooled.missing)
    assert.same({ 15, 40 }, { assert(year:funnel("referred_back", { of = "District" })).numerator,
      assert(year:funnel("referred_back")).denominator })
    -- a letter, and the command
    local letters = assert(year:letters { wording = "examples/wording/own_indicators.lua", date = "2020-07-22", authority = "A1" })
    local text = letters[1].text:gsub("%s+", " ")
    for _, part in ipairs { "took no more than " .. days.value .. " days", "a first answer: 70% of 20 decisions. The average of " ..
      "similar authorities was 38%", "late: 25% of 4 remedies" } do
      assert.truthy(text:find(part, 1, true), part .. "\n" .. text)
    end
    register:close()
    local out, err, status = helper.upheld("figures", path, "--scheme", scheme, "--year", "2020", "--authority", "A1")
    assert.equal(0, status, err)
    assert.truthy(out:find("referred_back +70%% %(14 of 20%); similar authorities 38%%"), out)
    assert.truthy(out:find("days_to_decision +" .. tostring(days):gsub("%p", "%%%0") .. "; similar authorities "), out)
    out, err, status = helper.upheld("why", path, "--scheme", scheme, "--year", "2020", "--authority", "A1", "--figure", "late_share")
    assert.equal(0, status, err)
    assert.truthy(out:find("25% (1 of 4)", 1, true), out)
  end)
end)
