-- Peers: who they are, the rules of averaging, quartiles, standing and difference. Cases are small files written here.
local helper = require "helper"
local upheld = require "upheld"

describe("peers", function()
  local folder, serial
  before_each(function()
    folder, serial = helper.folder(), 0
  end)
  after_each(helper.cleanup)

  local AUTHORITIES = "code,name,type,region,valid_from,valid_to\n" ..
    "A1,Alpha Council,District,North,,\nB1,Beta Council,District,North,,\nC1,Gamma Council,District,South,,\n" ..
    "D1,Delta Council,District,South,,\nE1,Epsilon Council,District,South,,\nP1,Park Authority,National Park,South,,\n" ..
    "Z1,Old Council,District,South,,2018-03-31\nU1,Union Council,Unitary,North,,\nV1,Vale Council,Unitary,,,\n"

  -- counts: code -> { upheld, not upheld }
  local function book(counts, scheme)
    local lines, codes = { "reference,authority_code,decided_date,outcome,remedied_before" }, {}
    for code in pairs(counts) do codes[#codes + 1] = code end
    table.sort(codes)
    for _, code in ipairs(codes) do
      for k, outcome in ipairs { "Upheld", "Not upheld", "Advice given" } do
        for _ = 1, counts[code][k] or 0 do
          serial = serial + 1
          lines[#lines + 1] = ("19 %03d %03d,%s,2019-06-01,%s,%s"):format(serial // 1000, serial % 1000, code, outcome,
            k == 1 and "no" or "")
        end
      end
    end
    local register = assert(upheld.open(":memory:", { scheme = scheme }))
    assert(register:import { authorities = helper.write(folder .. "/a.csv", AUTHORITIES),
      decisions = helper.write(folder .. "/d.csv", table.concat(lines, "\n") .. "\n") })
    return assert(register:year(2020)), register
  end

  -- A 4/5, B 1/2, C 9/20, D 0/0, E 33/60
  local WORKED = { A1 = { 4, 1 }, B1 = { 1, 1 }, C1 = { 9, 11 }, D1 = { 0, 0, 3 }, E1 = { 33, 27 }, U1 = { 3, 1 }, V1 = { 2, 2 } }

  it("are averaged by six rules, each named", function()
    local year = book(WORKED)
    local cases = { -- who, average, self in, group -> per cent, in the average, of, the rule in words
      { "A1", "pooled", true, "type", 54, 4, 5, "pooled average of the type District, the authority in it" },
      { "A1", "median", true, "type", 53, 4, 5, "median of the rates of the type District, the authority in it" }, -- 45 50 55 80: 52.5
      { "A1", "median", false, "type", 50, 3, 4, "median of the rates of the type District, the authority not in it" },
      { "E1", "median", false, "type", 50, 3, 4, "median of the rates of the type District, the authority not in it" },
      { "A1", "mean", false, "type", 50, 3, 4, "mean of the rates of the type District, the authority not in it" },
      { "A1", "pooled", true, "region", 73, 3, 3, "pooled average of the region North, the authority in it" }, -- 8 of 11
      { "A1", "pooled", false, "region", 67, 2, 2, "pooled average of the region North, the authority not in it" },
      { "A1", "pooled", true, "type in region", 71, 2, 2, "pooled average of the type in region District, North, the authority in it" },
    }
    for _, c in ipairs(cases) do
      local p = year:authority(c[1]).upheld:peers { average = c[2], include_self = c[3], group = c[4] }
      assert.same({ c[5], c[6], c[7], c[8] }, { p.percent, p.authorities, p.of, p:rule() })
      assert.equal(c[2], p.average)
    end
    assert.is_nil(year:authority("V1").upheld:peers { group = "region" }) -- its region is not recorded
    assert.is_nil(year:authority("P1").upheld:peers { group = "region" }) -- its type has no peers
    assert.same({ nil, "no-peers" }, { year:authority("P1").upheld:class { group = "region" } })
  end)

  it("have quartiles of their rates, printed as the rate is", function()
    local year = book(WORKED)
    local p = year:authority("A1").upheld:peers()
    -- 45 50 55 80: at 1/4 of the way 48.75, at 3/4 61.25
    assert.same({ "49", "61" }, { p.lower_quartile, p.upper_quartile })
    p = year:authority("A1").upheld:peers { include_self = false } -- 45 50 55
    assert.same({ "48", "53" }, { p.lower_quartile, p.upper_quartile }) -- 47.5 and 52.5
  end)

  it("name those without a rate and those not known", function()
    local year, register = book(WORKED)
    local members = year:authority("A1").upheld:peers():members()
    local function codes(list)
      local out = {}
      for i, a in ipairs(list) do out[i] = a.code end
      return table.concat(out, " ")
    end
    assert.same({ "A1 B1 C1 E1", "D1", "" }, { codes(members["in"]), codes(members.without_rate), codes(members.unknown) })
    members = year:authority("A1").compliance:peers():members() -- no compliance column: unknown where a case was decided
    assert.same({ "", "", "A1 B1 C1 D1 E1" }, { codes(members["in"]), codes(members.without_rate), codes(members.unknown) })
    local text = assert(register:json { year = 2020 })
    assert.truthy(text:find('"upheld":{"without_rate":["D1"],"unknown":[]}', 1, true), text)
  end)

  it("can be a set by name and version, of codes or by a test", function()
    local year = book(WORKED)
    local set = assert(year:peer_set("neighbours", { "Gamma Council", "E1", "C1" }, { version = "2020" }))
    assert.equal("neighbours (version 2020): 2 authorities", tostring(set))
    local p = year:authority("A1").upheld:peers { group = set } -- not on it, and compared with it
    assert.same({ 42, 80, 2, 2, false, "set", "neighbours", "2020" },
      { p.numerator, p.denominator, p.authorities, p.of, p.include_self, p.group, p.group_name, p.group_version })
    assert.equal("pooled average of the set neighbours (version 2020), the authority not in it", p:rule())
    p = year:authority("E1").upheld:peers { group = set, include_self = false }
    assert.same({ 9, 20, 1 }, { p.numerator, p.denominator, p.of })
    local large = assert(year:peer_set("large", function(a) return (a.upheld.denominator or 0) >= 20 end))
    assert.same({ "C1", "E1" }, large.codes)
    assert.same({ nil, "empty-set" }, { year:peer_set("none", {}), select(2, year:peer_set("none", {})).code })
    assert.equal("unknown-authority", select(2, year:peer_set("x", { "Nowhere" })).code)
    local old = assert(year:peer_set("with old", { "Z1", "C1" })) -- Z1 had ended before the year
    assert.equal(1, year:authority("A1").upheld:peers({ group = old }).of)
    for _, c in ipairs {
      { function() year:peer_set("x", 3) end, "a list of codes or a function is expected, not number" },
      { function() year:peer_set("x", {}, { vers = "1" }) end, 'unknown key "vers"; known: version' },
      { function() return year:authority("A1").upheld:peers { group = "regoin" } end, 'did you mean "region"?' },
      { function() return year:authority("A1").upheld:peers { average = "avg" } end, "average is" },
      { function() return year:authority("A1").upheld:peers { minimum = 1.5 } end, "a number of authorities" },
      { function() return set.code end, 'did you mean "codes"?' },
    } do
      local fine, message = pcall(c[1])
      assert.is_false(fine)
      assert.truthy(tostring(message):find(c[2], 1, true), tostring(message))
    end
  end)

  it("can be a set of the scheme, for scripts that only know its name", function()
    local scheme = assert(upheld.scheme "lgsco"):with { peer_sets = {
      { name = "southern", version = "2", where = function(a) return a.region == "South" and a.peer_type == "District" end } } }
    local year, register = book(WORKED, scheme)
    local p = year:authority("C1").upheld:peers { group = "southern" }
    assert.same({ 42, 80, 2, 1, 3, "2" }, { p.numerator, p.denominator, p.authorities, p.without_rate, p.of, p.group_version })
    local text = assert(register:json { year = 2020, authority = "C1", group = "southern", average = "median" })
    assert.truthy(text:find('"average":"median","include_self":true,"group":"set","group_name":"southern","group_version":"2"', 1, true), text)
    local csv = assert(register:csv { year = 2020, authority = "C1", group = "southern" })
    assert.truthy(csv:find("pooled,yes,set,southern,2,42,80,53", 1, true), csv)
  end)

  it("say when an average is all or none by rounding only", function()
    local year = book { A1 = { 0, 400 }, B1 = { 2, 399 }, C1 = { 1, 399 }, D1 = { 1, 399 } }
    for _, average in ipairs { "pooled", "mean", "median" } do
      local p = year:authority("A1").upheld:peers { average = average }
      assert.same({ 0, true }, { p.percent, p.rounded_to_bound }, average)
      p = year:authority("B1").upheld:peers { average = average }
      assert.same({ 0, true }, { p.percent, p.rounded_to_bound }, average)
    end
    year = book { A1 = { 0, 9 }, B1 = { 0, 7 } }
    for _, average in ipairs { "pooled", "mean", "median" } do
      local p = year:authority("A1").upheld:peers { average = average }
      assert.same({ 0, false }, { p.percent, p.rounded_to_bound }, average)
    end
  end)

  it("below the minimum make no average", function()
    local year = book(WORKED)
    local a = year:authority("A1").upheld
    for _, each in ipairs { "class", "standing", "difference" } do -- three of the other four have a rate
      assert.is_string((a[each](a, { minimum = 3 })), each)
      assert.same({ nil, "too-few-peers" }, { a[each](a, { minimum = 4 }) }, each)
      assert.has_error(function() a[each](a, { minimum = -1 }) end)
    end
    local p = year:authority("A1").upheld:peers { minimum = 5 }
    assert.same({ nil, "too-few-peers", 4, 5 }, { p.percent, p.reason, p.authorities, p.minimum })
    assert.equal("no rate (4 of 5 authorities)", tostring(p))
    assert.equal(54, year:authority("A1").upheld:peers({ minimum = 4 }).percent)
    p = year:authority("D1").upheld:peers { group = assert(year:peer_set("only D", { "D1" })) }
    assert.same({ nil, "peers-without-rate" }, { p.percent, p.reason })
  end)

  it("say better or worse by the direction of the indicator", function()
    local neutral = assert(upheld.scheme "lgsco"):with { indicators = { { name = "advice", numerator = { outcomes = { "Advice given" } },
      denominator = { decided = true } } } }
    local year = book({ A1 = { 40, 0, 20 }, B1 = { 20, 60 }, C1 = { 20, 60 }, E1 = { 1, 0 } }, neutral)
    local a, e = year:authority "A1", year:authority "E1"
    assert.same({ "high 99.8", "worse" }, { a.upheld:class(), (a.upheld:standing()) })
    assert.same({ "high 99.8", "higher" }, { a:figure("advice"):class(), (a:figure("advice"):standing()) })
    assert.same({ "low 99.8", "lower" }, { year:authority("B1"):figure("advice"):class(), (year:authority("B1"):figure("advice"):standing()) })
    assert.same({ "similar", "similar" }, { e.upheld:class(), (e.upheld:standing()) })
    assert.same({ nil, "none-upheld" }, { year:authority("D1").satisfactory_remedy:standing() })
  end)

  it("never make one failure in 15, or the only case, low", function()
    local counts = { A1 = { 14, 1 }, B1 = { 399, 1 }, C1 = { 597, 3 }, D1 = { 0, 1 }, E1 = { 0, 0, 1 } }
    local year = book(counts)
    assert.equal("similar", year:authority("A1").upheld:class())
    assert.equal("low 99.8", year:authority("A1").upheld:class { method = "score" }) -- the convention that it is compatible with
    assert.equal("similar", year:authority("D1").upheld:class())
  end)

  it("with spread beyond chance flag fewer, and say how much", function()
    -- five districts at 20, 35, 50, 65, 80% of 100 each
    local year = book { A1 = { 20, 80 }, B1 = { 35, 65 }, C1 = { 50, 50 }, D1 = { 65, 35 }, E1 = { 80, 20 } }
    local f = year:authority("A1").upheld
    assert.equal("low 99.8", f:class())
    for _, rule in ipairs { "additive", "multiplicative" } do
      for _, method in ipairs { "exact", "score" } do
        assert.not_equal("low 99.8", f:class { overdispersion = rule, method = method })
      end
    end
    assert.has_error(function() f:class { overdispersion = "yes" } end)
  end)

  it("differ by exact percentage points with an interval", function()
    local year = book(WORKED)
    local text, low, high = year:authority("A1").upheld:difference()
    -- 4/5 - 43/82 = 27.56..: Newcombe's interval holds it
    assert.equal("27.6", text)
    assert.is_true(low < 4 / 5 - 43 / 82 and 4 / 5 - 43 / 82 < high)
    assert.same({ text, low, high }, { upheld.stats.difference(4, 5, 43, 82) })
    assert.same({ nil, "none-investigated" }, { year:authority("D1").upheld:difference() })
    assert.same({ nil, "not-recorded" }, { year:authority("A1").upheld_per_100k:difference() })
  end)

  it("make a funnel: every share over its cases, limits around the pooled share", function()
    local year = book(WORKED)
    local funnel = assert(year:funnel("upheld", { of = "District" }))
    assert.same({ 47, 87, 4, "exact" }, { funnel.numerator, funnel.denominator, #funnel.points, funnel.method })
    assert.equal(47 / 87, funnel.target)
    for _, f in ipairs(funnel.points) do assert.equal(f.numerator / f.denominator, f.plotted) end
    local last = 0
    for _, line in ipairs(funnel.lines) do
      assert.is_true(line.n > last)
      last = line.n
      for k, level in ipairs { 0.95, 0.998 } do
        assert.same({ line.low[k], line.high[k] }, { upheld.stats.limits(47 / 87, line.n, { level = level }) })
      end
    end
    assert.is_true(last >= 60)
    local wide = assert(year:funnel("upheld", { of = "District", method = "score", overdispersion = "additive" }))
    assert.is_true(wide.overdispersion.phi > 0)
    assert.equal("peers-without-rate", select(2, year:funnel("satisfactory_remedy", { of = "District",
      group = assert(year:peer_set("District", { "D1" })) })).code)
    for _, c in ipairs {
      { function() year:funnel("upheld", { of = "Distrct" }) end, 'did you mean "District"?' },
      { function() year:funnel("upheld_per_100k", { of = "District" }) end, "the limits are those of a share" },
      { function() year:funnel("uphled", {}) end, 'did you mean "upheld"?' },
    } do
      local fine, message = pcall(c[1])
      assert.is_false(fine)
      assert.truthy(tostring(message):find(c[2], 1, true), tostring(message))
    end
  end)

  it("give intervals at two levels side by side, totals too", function()
    local year = book(WORKED)
    local rows = year:authority("A1").upheld:interval { levels = { 0.95, 0.998 } }
    assert.equal(2, #rows)
    assert.same({ upheld.stats.wilson(4, 5, { level = 0.998 }) }, { rows[2].low, rows[2].high })
    assert.same({ upheld.stats.wilson(52, 95) }, { year:total("upheld"):interval() })
    assert.same({ upheld.stats.wilson(4, 5, { continuity = true }) },
      { year:authority("A1").upheld:interval { method = "wilson-continuity" } })
    assert.equal("none-investigated", select(2, year:authority("D1").upheld:interval { levels = { 0.95 } }).code)
  end)
end)
