-- Years side by side and years pooled: gaps have reasons, breaks are marked, a change knows how few the cases are, and sums of
-- years are SQLite's own.
local helper = require "helper"
local upheld = require "upheld"

local AUTHORITIES = "code,name,type,region,valid_from,valid_to\nA1,Alpha Council,District,North,,\n" ..
  "B1,Beta Council,District,North,,\nN1,New Council,District,North,2021-04-01,\nP1,Park Authority,National Park,North,,\n"

local function copy(t)
  if type(t) ~= "table" then return t end
  local out = {}
  for k, v in pairs(t) do out[k] = copy(v) end
  return out
end

-- The scheme lgsco with changes.
local function scheme(changes)
  local made = copy(require "upheld.scheme.lgsco")
  for key, value in pairs(changes) do made[key] = value end
  return made
end

describe("a trend", function()
  local folder

  before_each(function() folder = helper.folder() end)
  after_each(helper.cleanup)

  -- A book from rows of published.csv { code, year, investigated, upheld, complied?, compliance outcomes? } and of population.csv.
  local function book(rows, more)
    more = more or {}
    local lines = { "authority_code,year,investigated,upheld,complied,compliance_outcomes\n" }
    for _, r in ipairs(rows) do
      lines[#lines + 1] = ("%s,%d,%s,%s,%s,%s\n"):format(r[1], r[2], r[3] or "", r[4] or "", r[5] or "", r[6] or "")
    end
    local options = { scheme = more.scheme, authorities = helper.write(folder .. "/a.csv", AUTHORITIES),
      decisions = more.decisions and helper.write(folder .. "/d.csv", more.decisions),
      published = #rows > 0 and helper.write(folder .. "/u.csv", table.concat(lines)) or nil }
    if more.population then
      local people = { "code,year,population\n" }
      for _, r in ipairs(more.population) do people[#people + 1] = ("%s,%d,%d\n"):format(table.unpack(r)) end
      options.population = helper.write(folder .. "/p.csv", table.concat(people))
    end
    local register = assert(upheld.open(":memory:", { scheme = options.scheme }))
    options.scheme = nil
    assert(register:import(options))
    return register
  end

  describe("tests a change by the counts behind it", function()
    local CASES = { -- x1, n1, x2, n2 of two years without a break between: difference in points, change
      { 2, 100, 4, 100, "2", "no clear change" },   -- two complaints to four is no trend
      { 2, 4, 4, 4, "50", "no clear change" },
      { 0, 1, 1, 1, "100", "no clear change" },     -- one case alone never shows anything
      { 20, 100, 40, 100, "20", "rise 95" },
      { 40, 100, 20, 100, "-20", "fall 95" },
      { 20, 100, 60, 100, "40", "rise 99.8" },
      { 60, 100, 20, 100, "-40", "fall 99.8" },
      { 23, 40, 23, 40, "0", "no clear change" },
      { 19, 22, 7, 9, "-9", "no clear change" },    -- 86% and 78%: the difference is rounded once, from the exact fraction
      { 450, 1000, 455, 1000, "1", "no clear change" }, -- half a point, half up in magnitude
    }
    for _, c in ipairs(CASES) do
      it(("%d of %d to %d of %d: %s"):format(c[1], c[2], c[3], c[4], c[6]), function()
        local t = assert(book { { "A1", 2024, c[2], c[1] }, { "A1", 2025, c[4], c[3] } }:trend { authority = "A1", figure = "upheld" })
        local e = t.entries[2]
        assert.same({ c[5], c[6], true, 2024, nil }, { e.difference, e.change, e.comparable, e.since, e.reason })
        local change, fall, rise = upheld.stats.change(c[1], c[2], c[3], c[4])
        assert.same({ change, fall, rise }, { e.step.change, e.step.fall, e.step.rise })
        local x, n = c[3] / c[4] - c[1] / c[2], 1e-9
        assert.is_true(e.low - n <= x and x <= e.high + n)
        assert.equal(change, t.overall.change)
      end)
    end

    it("also of rates per residents", function()
      local cases = { { 2, 4, "no clear change", "2.0" }, { 20, 60, "rise 99.8", "40.0" }, { 0, 0, "no clear change", "0.0" } }
      for _, c in ipairs(cases) do
        local t = assert(book({ { "A1", 2024, 100, c[1] }, { "A1", 2025, 100, c[2] } },
          { population = { { "A1", 2024, 100000 }, { "A1", 2025, 100000 } } }):trend { authority = "A1", figure = "upheld_per_100k" })
        local e = t.entries[2]
        assert.same({ c[3], c[4], nil }, { e.change, e.difference, e.low })
        assert.equal(c[3], (upheld.stats.change_of_counts(c[1], c[2], { exposure = { 100000, 100000 } })))
      end
      local t = book({ { "A1", 2024, 9, 3 }, { "A1", 2025, 9, 4 } }, { population = { { "A1", 2024, 100000 }, { "A1", 2025, 100000 } } })
        :trend { authority = "A1", figure = "upheld_per_100k" }
      assert.equal("2025  4.0 per 100,000 (4 of 100000)  +1.0 per 100,000 since 2024: no clear change", tostring(t.entries[2]))
    end)
  end)

  it("keeps every year of the span, a gap with its reason", function()
    local register = book { { "A1", 2013, 10, 4 }, { "B1", 2014, 10, 4 }, { "A1", 2015, 0, 0 }, { "A1", 2016, 5 },
      { "A1", 2018, 10, 5 } }
    -- across files counts can contradict each other
    assert(register:import { published = helper.write(folder .. "/more.csv", "authority_code,year,upheld\nA1,2016,6\n") })
    local t = assert(register:trend { authority = "A1", figure = "upheld", from = 2012, to = 2018 })
    local expected = { { 2012, "no-such-year" }, { 2013, nil }, { 2014, "not-recorded" }, { 2015, "none-investigated" },
      { 2016, "counts-disagree" }, { 2017, "no-such-year" }, { 2018, nil } }
    for i, e in ipairs(t.entries) do
      assert.same({ expected[i][1], expected[i][2] }, { e.year, e.reason })
      assert.equal(e.reason == "no-such-year", e.figure == nil)
      assert.equal(e.reason == nil, e.percent ~= nil)
      if e.reason then assert.is_false(e.comparable) end
    end
    -- the step goes back over the gap to the last rate, and says so
    assert.same({ 2013, "10", "no clear change" }, { t.entries[7].since, t.entries[7].difference, t.entries[7].change })
    assert.equal("no-earlier-rate", t.entries[2].step.reason)
    assert.same({ 2013, 2018 }, { t.overall.since, t.overall.upto })
    assert.equal(table.concat({
      "Complaints upheld, Alpha Council (A1), 2012 to 2018",
      "2012  gap: nothing is recorded or published of this year",
      "2013  40% (4 of 10)",
      "2014  gap: not recorded",
      "2015  gap: none investigated (0 of 0)",
      "2016  gap: the published counts disagree (6 of 5)",
      "2017  gap: nothing is recorded or published of this year",
      "2018  50% (5 of 10)  +10 percentage points since 2013: no clear change",
      "first to last, 2013 to 2018: +10 percentage points: no clear change" }, "\n"), tostring(t))
  end)

  it("has a gap where the authority did not exist yet", function()
    local register = book { { "A1", 2020, 10, 4 }, { "A1", 2021, 10, 4 }, { "N1", 2022, 10, 4 }, { "N1", 2023, 8, 4 } }
    local t = assert(register:trend { authority = "New Council", figure = "upheld" })
    local reasons = {}
    for i, e in ipairs(t.entries) do reasons[i] = e.reason or "-" end
    assert.same({ "not-in-year", "not-in-year", "-", "-" }, reasons)
    assert.is_nil(t.entries[1].figure)
    assert.truthy(tostring(t):find("2021  gap: the authority did not exist in this year", 1, true))
    assert.same({ "N1", "New Council", "District", "New Council (N1)" },
      { t.authority.code, t.authority.name, t.authority.type, tostring(t.authority) })
  end)

  describe("marks breaks of definition", function()
    local function rows()
      local list = {}
      for year = 2019, 2024 do list[#list + 1] = { "A1", year, 100, year < 2023 and 20 or 70, 10, 10 } end
      return list
    end

    local function marks(t)
      local list = {}
      for i, e in ipairs(t.entries) do
        local names = {}
        for k, b in ipairs(e.breaks) do names[k] = b.name end
        list[i] = table.concat(names, ",")
      end
      return list
    end

    it("before the years of the scheme lgsco, and claims no trend across one", function()
      local t = assert(book(rows()):trend { authority = "A1", figure = "upheld" })
      assert.same({ "", "", "pandemic", "after the pandemic", "assessment", "" }, marks(t))
      local across, after = t:entry(2023), t:entry(2024)
      assert.same({ nil, "not-comparable", false }, { across.change, across.step.reason, across.comparable })
      assert.is_true(across.step.rise < 0.001) -- the test is made all the same
      assert.is_true(after.comparable)
      assert.is_false(t.overall.comparable)
      assert.equal(3, #t.overall.breaks)
      assert.same({ "pandemic", "after the pandemic", "assessment" }, { t.breaks[1].name, t.breaks[2].name, t.breaks[3].name })
      assert.equal("2023  70% (70 of 100)  +50 percentage points since 2022: not comparable (assessment)", tostring(across))
      assert.is_nil(tostring(t):find "rise") -- no text says it
      assert.equal("  -- break before 2023 (assessment): " .. t.breaks[3].text, helper.lines(tostring(t) .. "\n")[8])
    end)

    it("for the indicators that they concern only", function()
      local t = assert(book(rows()):trend { authority = "A1", figure = "compliance" })
      assert.same({ "", "", "pandemic", "after the pandemic", "", "" }, marks(t))
      assert.is_true(t:entry(2023).comparable)
    end)

    it("over a gap, where the years on both sides are compared", function()
      local register = book { { "A1", 2022, 100, 20 }, { "A1", 2025, 100, 70 } }
      local t = assert(register:trend { authority = "A1", figure = "upheld" })
      assert.same({ "", "assessment", "", "" }, marks(t))
      assert.same({ 2022, false, "assessment" }, { t.entries[4].since, t.entries[4].comparable, t.entries[4].step.breaks[1].name })
    end)

    it("of a scheme of one's own, in order of year", function()
      local own = scheme { breaks = { { year = 2024, name = "late", text = "L" }, { year = 2020, name = "one", text = "1" },
        { year = 2020, name = "two", text = "2", indicators = { "upheld" } }, { year = 2021, name = "not ours", text = "3",
          indicators = { "compliance" } } } }
      local t = assert(book(rows(), { scheme = own }):trend { authority = "A1", figure = "upheld" })
      assert.same({ "", "one,two", "", "", "", "late" }, marks(t))
      assert.equal("one, before 2020", tostring(t.breaks[1]))
    end)

    it("and refuses a break that cannot be one", function()
      local cases = {
        { { year = 1900, name = "a", text = "t" }, 'break "a": its year must be a number from 1901 to 2200' },
        { { year = 99999, name = "a", text = "t" }, 'break "a": its year must be a number from 1901 to 2200' },
        { { name = "a", text = "t" }, 'break "a": its year must be a number from 1901 to 2200' },
        { { year = 2020, text = "t" }, '"name" must be a string' },
        { { year = 2020, name = "a" }, '"text" must be a string' },
        { { year = 2020, name = "a", text = "" }, "break 1 has no name, or no text that says what changed" },
        { { year = 2020, name = "a", text = "t", indicators = { "uphed" } }, 'break "a": there is no indicator "uphed"' },
        { { year = 2020, name = "a", text = "t", indicators = {} }, 'break "a" concerns no indicator of the scheme' },
        { "a", "each break is a table { year, name, text }" },
      }
      for _, c in ipairs(cases) do
        local made, err = upheld.scheme(scheme { breaks = { c[1] } })
        assert.is_nil(made)
        assert.truthy(tostring(err):find(c[2], 1, true), tostring(err))
      end
      local twice = { { year = 2020, name = "a", text = "t" }, { year = 2021, name = "a", text = "t" } }
      assert.truthy(tostring(select(2, upheld.scheme(scheme { breaks = twice }))):find('two breaks are named "a"', 1, true))
      local many = {}
      for i = 1, 33 do many[i] = { year = 2000 + i, name = "b" .. i, text = "t" } end
      assert.truthy(tostring(select(2, upheld.scheme(scheme { breaks = many }))):find("more than 32 breaks", 1, true))
    end)
  end)

  it("of all authorities together adds them up", function()
    local register = book { { "A1", 2024, 10, 4 }, { "B1", 2024, 30, 11 }, { "N1", 2024, 0, 0 }, { "P1", 2024, 1, 1 },
      { "A1", 2025, 10, 4 } }
    local t = assert(register:trend { figure = "upheld" })
    assert.same({ 16, 41, 39 }, { t.entries[1].numerator, t.entries[1].denominator, t.entries[1].percent })
    assert.equal("not-recorded", t.entries[2].reason) -- of three nothing is known: no total
    assert.is_nil(t.authority)
    assert.equal("Complaints upheld, all authorities, 2024 to 2025", helper.lines(tostring(t))[1])
    assert.equal(39, t.entries[1].figure.percent)
    assert.equal("no-peers", register:pooled { figure = "upheld" }.peers_reason)
  end)

  it("of medians of days has differences and no test", function()
    local own = scheme {}
    own.indicators[#own.indicators + 1] = { name = "days", label = "Days to decide", clock = "decided",
      median_days = { outcomes = { "Upheld", "Not upheld" } }, definition = "d" }
    local t = assert(book({}, { scheme = own, decisions = "reference,authority_code,received_date,decided_date,outcome\n" ..
      "22 000 001,A1,2023-05-01,2023-05-11,Upheld\n22 000 002,A1,2024-05-01,2024-05-12,Upheld\n" })
      :trend { authority = "A1", figure = "days" })
    assert.same({ "1", nil, "not-testable", false }, { t.entries[2].difference, t.entries[2].change, t.entries[2].step.reason,
      t.entries[2].comparable })
    assert.equal("2025  11 days (of 1)  +1 day since 2024: no test fits this rate", tostring(t.entries[2]))
    local p = assert(t.entries[1].figure.year.book:pooled { authority = "A1", figure = "days" })
    assert.same({ { year = 2024, reason = "not-counts" }, { year = 2025, reason = "not-counts" } }, p.missing)
    assert.equal("no-known-year", p.reason)
  end)

  it("leads from an entry to the figure and back", function()
    local register = book { { "A1", 2024, 10, 4 }, { "A1", 2025, 10, 5 } }
    local council = assert(assert(register:year(2024)):authority "A1")
    local t = assert(council:trend("upheld", { from = 2024, to = 2025 }))
    assert.equal(council.upheld, t.entries[1].figure)
    local low, high = council.upheld:interval()
    assert.same({ council.upheld.plotted, low, high }, { t.entries[1].plotted, t.entries[1].interval_low, t.entries[1].interval_high })
    assert.truthy(t.entries[2].figure:why():find("50% (5 of 10)", 1, true))
    assert.same({ 2025, 5, 10 }, { t:entry(2025).year, t:entry(2025).numerator, t:entry(2025).denominator })
    assert.is_nil(t:entry(2030))
  end)

  it("takes an open end from the register, and moves it out to the end that is given", function()
    local register = book { { "A1", 2020, 10, 4 }, { "A1", 2022, 10, 4 } }
    for _, c in ipairs { { nil, nil, 2020, 2022 }, { 2021, nil, 2021, 2022 }, { nil, 2021, 2020, 2021 }, { 2025, nil, 2025, 2025 },
      { nil, 2015, 2015, 2015 }, { 2010, 2025, 2010, 2025 } } do
      local t = assert(register:trend { figure = "upheld", from = c[1], to = c[2] })
      assert.same({ c[3], c[4], c[4] - c[3] + 1 }, { t.from, t.to, #t.entries })
    end
    local empty = assert(upheld.open ":memory:")
    local t, err = empty:trend { figure = "upheld" }
    assert.is_nil(t)
    assert.equal("no-years", err.code)
    assert.equal("no-such-year", empty:trend { figure = "upheld", from = 2020 }.entries[1].reason)
  end)

  it("raises what is misspelt or senseless, and suggests", function()
    local register = book { { "A1", 2020, 10, 4 } }
    local t, p = register:trend { figure = "upheld" }, register:pooled { figure = "upheld", authority = "A1" }
    local cases = {
      { function() register:trend { figure = "uphed" } end, 'trend: there is no indicator "uphed"; did you mean "upheld"?' },
      { function() register:trend { authority = "A1" } end, 'trend: there is no indicator "nil"' },
      { function() register:trend { figure = "upheld", too = 2020 } end, 'trend: unknown key "too"; did you mean "to"?' },
      { function() register:trend { figure = "upheld", from = 2020.5 } end, "trend: from is a whole number" },
      { function() register:trend { figure = "upheld", to = "2020" } end, "trend: to is a whole number" },
      { function() register:trend { figure = "upheld", from = 2021, to = 2020 } end, "trend: the years end before they begin" },
      { function() register:trend { figure = "upheld", from = 0 } end, "trend: a year is a number from 1901 to 2200" },
      { function() register:trend { figure = "upheld", from = 1 << 40 } end, "trend: a year is a number from 1901 to 2200" },
      { function() register:trend { figure = "upheld", authority = 7 } end, "trend: authority is a name or code, not a number" },
      { function() register:trend() end, "trend: a table is expected, not nil" },
      { function() register:pooled { figure = "upheld", years = {} } end, "pooled: no year is given" },
      { function() register:pooled { figure = "upheld", years = { 2020, 2020 } } end, "pooled: a year is given twice" },
      { function() register:pooled { figure = "upheld", years = { 2020, "2021" } } end, "pooled: years is a list of whole numbers" },
      { function() register:pooled { figure = "upheld", years = 2020 } end, "pooled: years is a list of whole numbers" },
      { function() register:pooled { figure = "upheld", years = { 2020 }, to = 2020 } end, "pooled: years, or from and to, not both" },
      { function() return t.entires end, 'a trend has no "entires"; did you mean "entries"?' },
      { function() return t.entries[1].percnt end, 'an entry of a series has no "percnt"; did you mean "percent"?' },
      { function() return t.overall.chnge end, 'a change has no "chnge"; did you mean "change"?' },
      { function() return p.mising end, 'a pool of years has no "mising"; did you mean "missing"?' },
      { function() return p.peers.percnt end, 'an average of pooled years has no "percnt"; did you mean "percent"?' },
      { function() p:interval { levl = 0.9 } end, 'interval: unknown key "levl"; did you mean "level"?' },
    }
    for _, c in ipairs(cases) do
      local ok, message = pcall(c[1])
      assert.is_false(ok)
      assert.truthy(message:find(c[2], 1, true), message)
      assert.truthy(message:find "^[^ ]*trend_spec.lua:%d+: ", message) -- the caller's line
    end
    local none, err = register:trend { figure = "upheld", authority = "Nowhere" }
    assert.is_nil(none)
    assert.equal("unknown-authority", err.code)
  end)

  describe("pooled", function()
    it("is the sum of numerators over the sum of denominators, with the years that are missing", function()
      local register = book { { "A1", 2018, 10, 4 }, { "A1", 2019, 0, 0 }, { "A1", 2020, 7, 3 }, { "B1", 2018, 3, 1 }, { "B1", 2019, 5, 2 },
        { "B1", 2020, 9, 9 }, { "B1", 2021, 1, 1 } }
      local p = assert(register:pooled { authority = "A1", figure = "upheld", years = { 2021, 2018, 2020, 2019, 2017 } })
      assert.same({ 7, 17, 41, "published", false }, { p.numerator, p.denominator, p.percent, p.basis, p.rounded_to_bound })
      assert.same({ 2018, 2019, 2020 }, p.years) -- none investigated is known, and adds nothing
      assert.same({ { year = 2017, reason = "no-such-year" }, { year = 2021, reason = "not-recorded" } }, p.missing)
      assert.same({}, p.breaks)
      local low, high = p:interval()
      assert.same({ upheld.stats.wilson(7, 17) }, { low, high })
      assert.same({ upheld.stats.exact(7, 17, { level = 0.998 }) }, { p:interval { level = 0.998, method = "exact" } })
      assert.same({ 19, 34, 56, true, 5, 0, 6 }, { p.peers.numerator, p.peers.denominator, p.peers.percent, p.peers.include_self,
        p.peers.authorities, p.peers.unknown, p.peers.of + 0 })
      assert.equal("Complaints upheld, Alpha Council (A1), 2018, 2019 and 2020 pooled: 41% (7 of 17)\n"
        .. "  2017 is missing: nothing is recorded or published of this year\n  2021 is missing: not recorded\n"
        .. "  similar authorities in the same years: 56% (5 of 6 authority-years)", tostring(p))
      local without = assert(register:pooled { authority = "A1", figure = "upheld", from = 2017, to = 2021, include_self = false })
      assert.same({ 12, 17, 71, false }, { without.peers.numerator, without.peers.denominator, without.peers.percent, without.peers.include_self })
    end)

    it("of residents adds person-years", function()
      local p = assert(book({ { "A1", 2024, 9, 3 }, { "A1", 2025, 9, 4 }, { "A1", 2023, 9, 4 } },
        { population = { { "A1", 2024, 60000 }, { "A1", 2025, 70000 } } }):pooled { authority = "A1", figure = "upheld_per_100k" })
      assert.same({ 7, 130000, "5.4", nil }, { p.numerator, p.denominator, p.value, p.percent })
      assert.same({ { year = 2023, reason = "not-recorded" } }, p.missing)
      assert.truthy(tostring(p):find("2024 and 2025 pooled: 5.4 per 100,000 (7 of 130000)", 1, true))
    end)

    it("says when it is pooled over a break", function()
      local register = book { { "A1", 2021, 10, 4 }, { "A1", 2022, 10, 4 }, { "A1", 2024, 10, 9 } }
      local p = assert(register:pooled { authority = "A1", figure = "upheld", years = { 2022, 2024 } })
      assert.same({ "assessment" }, { p.breaks[1].name, p.breaks[2] })
      assert.truthy(tostring(p):find("  pooled over a break before 2023 (assessment): From 2022-23", 1, true))
      assert.equal(0, #register:pooled { authority = "A1", figure = "upheld", years = { 2024, 2025 } }.breaks) -- 2025 is not in it
    end)

    it("flags 100% that is not all", function()
      local p = assert(book { { "A1", 2024, 1000, 999 }, { "A1", 2025, 1000, 1000 } }:pooled { authority = "A1", figure = "upheld" })
      assert.same({ 100, true, 1999 }, { p.percent, p.rounded_to_bound, p.numerator })
    end)

    it("has no rate where nothing is known, or nothing was investigated", function()
      local register = book { { "A1", 2024, 0, 0 }, { "A1", 2025, 0, 0 }, { "B1", 2024, 2, 1 } }
      local p = assert(register:pooled { authority = "A1", figure = "upheld" })
      assert.same({ "none-investigated", nil, 0, 0, 2 }, { p.reason, p.percent, p.numerator, p.denominator, #p.years })
      assert.equal("peers-without-rate", p.peers_reason) -- not in 2025
      local low, err = p:interval()
      assert.is_nil(low)
      assert.equal("none-investigated", err.code)
      local none = assert(register:pooled { authority = "A1", figure = "compliance" })
      assert.same({ "no-known-year", nil, nil, 0, "no-peers" }, { none.reason, none.percent, none.numerator, #none.years, none.peers_reason })
      assert.truthy(tostring(none):find("no year: no rate: no year of these is known", 1, true))
      assert.equal("no-peers", register:pooled { authority = "P1", figure = "upheld", years = { 2024 } }.peers_reason)
    end)

    it("has no peers where the authority has its place in its type in some of the years only", function()
      local register = book { { "N1", 2020, 4, 2 }, { "N1", 2022, 4, 2 }, { "A1", 2020, 5, 3 }, { "A1", 2022, 5, 3 } }
      local function pooled(include_self)
        return assert(register:pooled { authority = "N1", figure = "upheld", years = { 2020, 2022 }, include_self = include_self })
      end
      assert.equal("peers-differ", pooled(true).peers_reason)
      assert.same({ 6, 10 }, { pooled(false).peers.numerator, pooled(false).peers.denominator })
    end)

    it("is withheld by the sum of its cases, not by those of each year", function()
      local own = scheme {}
      own.indicators[1].withhold_below = 5
      local register = book({ { "A1", 2024, 4, 2 }, { "A1", 2025, 3, 2 }, { "B1", 2024, 2, 2 }, { "B1", 2025, 2, 2 } }, { scheme = own })
      local t = assert(register:trend { authority = "A1", figure = "upheld" })
      assert.same({ "too-few", "too-few" }, { t.entries[1].reason, t.entries[2].reason })
      local p = assert(register:pooled { authority = "A1", figure = "upheld" })
      assert.same({ 4, 7, 57, nil, "few-cases" }, { p.numerator, p.denominator, p.percent, p.reason, p.caution })
      local few = assert(register:pooled { authority = "B1", figure = "upheld" })
      assert.same({ 4, 4, nil, "too-few" }, { few.numerator, few.denominator, few.percent, few.reason })
    end)
  end)

  it("is written by the core as JSON and CSV", function()
    local register = book { { "A1", 2022, 100, 20 }, { "A1", 2023, 100, 70 }, { "A1", 2025, 3, 1 } }
    local t = assert(register:trend { authority = "A1", figure = "upheld" })
    assert.equal(table.concat({
      "year,code,name,indicator,numerator,denominator,percent,value,late,reason,caution,basis,rounded_to_bound,interval_low,interval_high,"
        .. "breaks,since,change,change_reason,difference,difference_low,difference_high,comparable,breaks_since,boundaries",
      "2022,A1,Alpha Council,upheld,20,100,20,,,,,published,no,0.133367,0.288829,,,,no-earlier-rate,,,,no,,as it was",
      "2023,A1,Alpha Council,upheld,70,100,70,,,,,published,no,0.604151,0.781051,assessment,2022,,not-comparable,50,0.369319,0.604925,no,assessment,as it was",
      "2024,A1,Alpha Council,upheld,,,,,,no-such-year,,,no,,,,,,no-such-year,,,,no,,as it was",
      "2025,A1,Alpha Council,upheld,1,3,33,,,,few-cases,published,no,0.061492,0.792340,,2023,no clear change,,-37,-0.650334,0.102241,yes,,as it was",
      "" }, "\n"), t:csv())
    local json = helper.json()
    if not json then return pending "needs lua-dkjson" end
    local tree = json.decode(t:json(), 1, json.null)
    assert.same({ "lgsco", "upheld", "A1", 2022, 2025, 4 }, { tree.scheme, tree.indicator, tree.authority.code, tree.from, tree.to, #tree.entries })
    assert.same({ since = 2022, upto = 2023, change = json.null, reason = "not-comparable", difference = "50", interval = { 0.369319, 0.604925 },
      comparable = false, breaks = { "assessment" } }, tree.entries[2].change)
    assert.equal("no-such-year", tree.entries[3].reason)
    assert.equal("assessment", tree.breaks[1].name)
    local pooled = register:pooled { authority = "A1", figure = "upheld" }
    tree = json.decode(pooled:json(), 1, json.null)
    assert.same({ { 2022, 2023, 2025 }, { { year = 2024, reason = "no-such-year" } }, { "assessment" }, 91, 203, 45 },
      { tree.years, tree.missing, tree.breaks, tree.numerator, tree.denominator, tree.percent })
    assert.same({ 91, 203 }, { tree.peers.numerator, tree.peers.denominator })
    local lines = helper.lines(pooled:csv())
    assert.equal(2, #lines)
    assert.truthy(lines[2]:find("2022,2025,A1,Alpha Council,upheld,2022|2023|2025,2024:no-such-year,assessment,91,203,45,", 1, true))
    assert.equal(t:json(), register:trend { authority = "A1", figure = "upheld" }:json())
    assert.equal(json.null, json.decode(register:trend { figure = "upheld" }:json(), 1, json.null).authority)
  end)
end)

it("a series passes the core's own trend-test", function()
  local out, err, status = helper.run(helper.build .. "/bin/trend-test")
  assert.equal(0, status, out .. err)
  assert.same({ "ok memory running out in a series", "ok sums of years beyond 63 bits" }, helper.lines(out))
end)

describe("a trend of real published figures", function()
  local YORK = table.concat({
    "Complaints upheld, City of York Council (E06000014), 2022 to 2025",
    "2022  gap: nothing is recorded or published of this year",
    "  -- break before 2023 (assessment): From 2022-23 borderline issues are investigated less often: fewer investigations, a larger part "
      .. "of them upheld. The ombudsman advises to compare with the average of similar authorities rather than with earlier years.",
    "2023  86% (19 of 22)",
    "2024  78% (7 of 9)  -9 percentage points since 2023: no clear change",
    "2025  70% (7 of 10)  -8 percentage points since 2024: no clear change",
    "first to last, 2023 to 2025: -16 percentage points: no clear change" }, "\n")
  local folder, db

  setup(function()
    folder = helper.folder()
    db = folder .. "/r.db"
    local _, err, status = helper.upheld("import", db, "--authorities", "examples/data/authorities.csv", "--published", "examples/data/published.csv")
    assert.equal(0, status, err)
  end)
  teardown(helper.cleanup)

  it("prints from a script as from the command", function()
    local register = assert(upheld.open(db))
    local t = assert(register:trend { authority = "City of York Council", figure = "upheld", from = 2022 })
    assert.equal(YORK, tostring(t))
    local out, err, status = helper.upheld("trend", db, "--authority", "City of York Council", "--figure", "upheld", "--from", "2022")
    assert.same({ YORK .. "\n", "", 0 }, { out, err, status })
    for _, form in ipairs { "json", "csv" } do
      assert.equal(t[form](t), (helper.upheld("trend", db, "--authority", "E06000014", "--figure", "upheld", "--from", "2022", "--" .. form)))
      local p = assert(register:pooled { authority = "E06000014", figure = "upheld", include_self = false })
      assert.equal(p[form](p), (helper.upheld("trend", db, "--authority", "E06000014", "--figure", "upheld", "--pooled", "--exclude-self", "--" .. form)))
    end
    out = helper.upheld("trend", db, "--authority", "E06000014", "--figure", "upheld", "--pooled")
    assert.equal("Complaints upheld, City of York Council (E06000014), 2023, 2024 and 2025 pooled: 80% (33 of 41)", helper.lines(out)[1])
    register:close()
  end)

  it("of every council holds together", function()
    local register = assert(upheld.open(db))
    local series = 0
    for a in assert(register:year(2025)):authorities() do
      local t = assert(a:trend "upheld")
      local p = assert(register:pooled { authority = a.code, figure = "upheld" })
      local x, n = 0, 0
      for _, e in ipairs(t.entries) do
        if not e.reason or e.reason == "none-investigated" then x, n = x + e.numerator, n + e.denominator end
        if e.change then
          series = series + 1
          assert.is_true(e.low <= e.high and e.step.fall >= 0 and e.step.rise >= 0)
        end
        if e.figure then assert.same({ e.numerator, e.denominator, e.percent }, { e.figure.numerator, e.figure.denominator, e.figure.percent }) end
      end
      if #p.years > 0 then assert.same({ x, n }, { p.numerator, p.denominator }) end
    end
    assert.is_true(series > 30)
    register:close()
  end)

  it("refuses wrong usage by status", function()
    local cases = {
      { 2, "did you mean \"upheld\"?", "--figure", "uphed" },
      { 2, "four digits", "--figure", "upheld", "--from", "20" },
      { 2, "the years end before they begin", "--figure", "upheld", "--from", "2025", "--to", "2020" },
      { 2, "choose --json or --csv", "--figure", "upheld", "--json", "--csv" },
      { 2, "--exclude-self goes with --pooled", "--figure", "upheld", "--exclude-self" },
      { 2, "missing option '--figure'" },
      { 1, "unknown-authority", "--figure", "upheld", "--authority", "Nowhere" },
    }
    for _, c in ipairs(cases) do
      local out, err, status = helper.upheld("trend", db, table.unpack(c, 3))
      assert.same({ c[1], "" }, { status, out }, err)
      assert.truthy(err:find(c[2], 1, true), err)
    end
    local _, err, status = helper.upheld("trend", folder .. "/none.db", "--figure", "upheld")
    assert.equal(1, status)
    assert.truthy(err:find("no-such-register", 1, true))
    assert.truthy((helper.upheld("trend", "--help")):find("Example:\n  upheld trend review.db --figure upheld", 1, true))
  end)
end)

describe("pooled years against GROUP BY of the sqlite3 shell", function()
  local ROWS = os.getenv "UPHELD_SLOW" and 3000 or 60000
  local SPANS = { { 2016, 2019 }, { 2018, 2020 }, { 2021, 2021 } }
  local SQL = [[
.mode csv
.import %s d
.import %s p
.headers off
.mode list
.separator |
create view y as select authority_code code, substr(authority_code, 1, 3) kind,
  case when decided_date <> '' then cast(substr(decided_date, 1, 4) as int) + (substr(decided_date, 6, 2) >= '04') end dy,
  case when compliance_outcome <> '' then
    cast(substr(compliance_date, 1, 4) as int) + (substr(compliance_date, 6, 2) >= '04') end cy,
  outcome, compliance_outcome from d;
]]
  local SPAN = [[
select 'upheld', %d, code, sum(outcome = 'Upheld'), sum(outcome in ('Upheld', 'Not upheld')) from y where dy between %d and %d group by code;
select 'type', %d, kind, sum(outcome = 'Upheld'), sum(outcome in ('Upheld', 'Not upheld')) from y where dy between %d and %d group by kind;
select 'compliance', %d, code, sum(compliance_outcome <> 'Remedy not complete'), count(*) from y where cy between %d and %d group by code;
select 'residents', %d, code, count(*), sum(population) from p where year between %d and %d group by code;
]]
  local folder
  after_each(helper.cleanup)

  it("are the same sums, own and peers'", function()
    folder = helper.folder()
    assert(os.execute(("%s %d 2014 9 %s/a.csv %s/d.csv %s/p.csv"):format(helper.generator, ROWS, folder, folder, folder)))
    local sql = SQL:format(folder .. "/d.csv", folder .. "/p.csv")
    for i, s in ipairs(SPANS) do sql = sql .. SPAN:format(i, s[1], s[2], i, s[1], s[2], i, s[1], s[2], i, s[1], s[2]) end
    helper.write(folder .. "/count.sql", sql)
    local text, _, status = helper.run("sqlite3 :memory: -init /dev/null", ".read " .. folder .. "/count.sql")
    assert.equal(0, status)
    local counts = {}
    for what, span, code, x, n in text:gmatch "(%w+)|(%d+)|(%w+)|(%d+)|(%d+)" do
      counts[what .. span .. code] = { math.tointeger(tonumber(x)), math.tointeger(tonumber(n)) }
    end
    local book = assert(upheld.read { authorities = folder .. "/a.csv", decisions = folder .. "/d.csv", population = folder .. "/p.csv" })
    local compared, k = 0, 0
    for a in assert(book:year(2020)):authorities() do
      k = k + 1
      if k % 8 == 0 then
        for i, s in ipairs(SPANS) do
          local function pooled(name, include_self)
            local p = assert(book:pooled { authority = a.code, figure = name, from = s[1], to = s[2], include_self = include_self })
            assert.same({}, p.missing)
            assert.equal(s[2] - s[1] + 1, #p.years)
            compared = compared + 1
            return p
          end
          local p, expected = pooled "upheld", counts["upheld" .. i .. a.code] or { 0, 0 }
          assert.same(expected, { p.numerator, p.denominator })
          assert.equal(expected[2] > 0 and (200 * expected[1] + expected[2]) // (2 * expected[2]) or nil, p.percent)
          local c = pooled "compliance"
          assert.same(counts["compliance" .. i .. a.code] or { 0, 0 }, { c.numerator, c.denominator })
          if a.peer_type then
            local kind = counts["type" .. i .. a.code:sub(1, 3)]
            assert.same(kind, { p.peers.numerator, p.peers.denominator })
            local without = pooled("upheld", false).peers
            assert.same({ kind[1] - expected[1], kind[2] - expected[2] }, { without.numerator, without.denominator })
            local r = pooled "upheld_per_100k"
            assert.same({ expected[1], counts["residents" .. i .. a.code][2] }, { r.numerator, r.denominator })
          end
        end
      end
    end
    assert.is_true(compared > 400)
  end)
end)
