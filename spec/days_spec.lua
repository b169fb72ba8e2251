-- Days from received to decided: medians, quartiles, intervals and classes against sorting and counting by brute force; corrections,
-- withdrawals and repeated imports; what is not recorded.
local compare = require "helper_stats"
local helper = require "helper"
local upheld = require "upheld"

local function random(seed) -- Park and Miller's generator: the same numbers on every machine
  local state = seed
  return function(n)
    state = state * 48271 % 2147483647
    return state % n + 1
  end
end

-- The scheme lgsco with days over all decisions, to whole days and to one decimal, and over some outcomes.
local SCHEME = { extends = "lgsco", indicators = {
  { name = "days", median_days = { decided = true }, good = "low", none = "none-decided" },
  { name = "tenths", median_days = { decided = true }, decimals = 1 },
  { name = "investigation_days", median_days = { outcomes = { "Upheld", "Not upheld" } } },
} }
local HEAD = "reference,authority_code,received_date,decided_date,outcome\n"
local START = os.time { year = 2019, month = 4, day = 1, hour = 12 }

local function date_at(days) return os.date("!%Y-%m-%d", START + days * 86400) end

-- One record: decided on a day of the year 2020, so many days after it was received.
local function row(serial, code, days, outcome, on)
  local decided = on or serial % 360
  return ("19 %03d %03d,%s,%s,%s,%s\n"):format(serial // 1000, serial % 1000, code, days and date_at(decided - days) or "",
    date_at(decided), outcome or "Advice given")
end

-- A number given as whole * parts, half up, with decimals: text.
local function printed(whole, parts, decimals)
  local scale = decimals == 1 and 10 or 1
  local n = (2 * whole * scale + parts) // (2 * parts)
  return decimals == 1 and ("%d.%d"):format(n // 10, n % 10) or ("%d"):format(n // scale)
end

-- Quartile by sorting, type 7: four times its value, exactly, when values are whole.
local function quarter(values, q)
  local sorted = table.move(values, 1, #values, 1, {})
  table.sort(sorted)
  if #sorted == 0 then return nil end
  local place, part = (#sorted - 1) * q // 4, (#sorted - 1) * q % 4
  return sorted[place + 1] * (4 - part) + (sorted[place + 2] or 0) * part
end

describe("days", function()
  local folder
  before_each(function() folder = helper.folder() end)
  after_each(helper.cleanup)

  local function import(register, authorities, decisions)
    local report = assert(register:import { decisions = helper.write(folder .. "/d.csv", HEAD .. decisions),
      authorities = authorities and helper.write(folder .. "/a.csv", authorities) })
    assert.equal(0, report.errors, tostring(report:faults()()))
    return report
  end

  local function register_of(authorities, decisions)
    local register = assert(upheld.open(":memory:", { scheme = SCHEME }))
    import(register, authorities, decisions)
    return register
  end

  -- Invented: authorities of three types, of which some have no case, with few and with many.
  local function invent(draw)
    local data = { authorities = { "code,name,type\n" }, rows = {}, days = {}, type_of = {}, codes = {} }
    local serial = 0
    for i = 1, 20 do
      local code, kind = ("A%02d"):format(i), ({ "District", "County", "Unitary" })[draw(3)]
      data.authorities[#data.authorities + 1] = ("%s,Council %d,%s\n"):format(code, i, kind)
      data.codes[i], data.type_of[code], data.days[code] = code, kind, {}
      local span = draw(400)
      for k = 1, draw(4) == 1 and 0 or draw(draw(2) == 1 and 6 or 60) do
        serial = serial + 1
        local days = draw(span) - 1
        data.days[code][k] = days
        data.rows[#data.rows + 1] = row(serial, code, days, ({ "Upheld", "Not upheld", "Advice given" })[draw(3)])
      end
    end
    return data
  end

  -- Lists of days of the type's authorities with a case, without one of them.
  local function others(data, kind, without)
    local pooled, medians = {}, {}
    for _, code in ipairs(data.codes) do
      if data.type_of[code] == kind and code ~= without and #data.days[code] > 0 then
        for _, d in ipairs(data.days[code]) do pooled[#pooled + 1] = d end
        medians[#medians + 1] = quarter(data.days[code], 2)
      end
    end
    return pooled, medians
  end

  local function sum(list)
    local s = 0
    for _, each in ipairs(list) do s = s + each end
    return s
  end

  -- P(X <= x), P(X >= x) of X ~ Binomial(n, 1/2) as floats of exact rationals.
  local function sign_tails(x, n)
    local below, above, choose, whole = 0.0, 0.0, 1.0, 2.0 ^ n
    for i = 0, n do
      if i <= x then below = below + choose end
      if i >= x then above = above + choose end
      choose = choose * (n - i) / (i + 1)
    end
    return below / whole, above / whole
  end

  local function sides(values, median) -- median: four times it
    local above, below = 0, 0
    for _, d in ipairs(values) do
      if 4 * d > median then above = above + 1 elseif 4 * d < median then below = below + 1 end
    end
    return above, above + below
  end

  -- One case is never a class.
  local function class_beside(values, peers)
    local above, n = sides(values, quarter(peers, 2))
    local low, high = sign_tails(above, n)
    local by_sign = compare.class_of_tails(low, high, n >= 2)
    local both = table.move(peers, 1, #peers, #values + 1, table.move(values, 1, #values, 1, {}))
    table.sort(both)
    local middle = quarter(both, 2)
    above, n = sides(values, middle)
    local others_above, m = sides(peers, middle)
    low, high = compare.fisher_tails(above, n, others_above, m)
    return compare.milder(by_sign, compare.class_of_tails(low, high, n >= 2 and m >= 2)), by_sign
  end

  local milder = 0 -- classes that the sign test alone would have given otherwise

  local function check_authority(data, a)
    local values, kind = data.days[a.code], data.type_of[a.code]
    local f, tenths = a.days, a.tenths
    assert.equal(#values, f.denominator)
    assert.is_nil(f.numerator)
    if #values == 0 then
      assert.same({ "none-decided", nil }, { f.reason, f.value })
      return
    end
    assert.same({ printed(quarter(values, 2), 4), printed(quarter(values, 1), 4), printed(quarter(values, 3), 4), "days" },
      { f.value, f.lower_quartile, f.upper_quartile, f.unit }, a.code)
    assert.same({ printed(quarter(values, 2), 4, 1), printed(quarter(values, 1), 4, 1), printed(quarter(values, 3), 4, 1) },
      { tenths.value, tenths.lower_quartile, tenths.upper_quartile }, a.code)
    for _, include in ipairs { true, false } do
      local pooled, medians = others(data, kind, not include and a.code or nil)
      local k = #medians
      local p = tenths:peers { include_self = include }
      local mean = tenths:peers { include_self = include, average = "mean" }
      local median = tenths:peers { include_self = include, average = "median" }
      assert.equal(k, p.authorities)
      assert.is_nil(p.numerator)
      if k > 0 then
        assert.equal(printed(quarter(pooled, 2), 4, 1), p.value)
        assert.equal(printed(sum(medians), 4 * k, 1), mean.value)
        assert.equal(printed(quarter(medians, 2), 16, 1), median.value)
        assert.same({ printed(quarter(medians, 1), 16, 1), printed(quarter(medians, 3), 16, 1) }, { p.lower_quartile, p.upper_quartile })
      end
    end
    local pooled = others(data, kind, a.code)
    if #pooled > 0 then
      local class, by_sign = class_beside(values, pooled)
      milder = milder + (class ~= by_sign and 1 or 0)
      assert.equal(class, (f:class()), a.code)
      assert.equal(class == "similar" and "similar" or class:find "low" and "better" or "worse", (f:standing()))
    else
      assert.same({ nil, "peers-without-rate" }, { f:class() })
    end
  end

  it("have medians, quartiles, averages and classes as sorting gives them", function()
    local classes = {}
    for seed = 1, 12 do
      local data = invent(random(seed * 977))
      local register = register_of(table.concat(data.authorities), table.concat(data.rows))
      local year = assert(register:year(2020))
      local all = {}
      for a in year:authorities() do
        check_authority(data, a)
        for _, d in ipairs(data.days[a.code]) do all[#all + 1] = d end
        classes[a.days:class() or "none"] = true
      end
      local total = year:total "tenths"
      assert.same({ #all, printed(quarter(all, 1), 4, 1), printed(quarter(all, 2), 4, 1), printed(quarter(all, 3), 4, 1) },
        { total.denominator, total.lower_quartile, total.value, total.upper_quartile })
      register:close()
    end
    assert.is_true(classes.similar and classes["low 99.8"] and classes["high 99.8"]) -- the samples hold some of each
    assert.is_true(milder > 0)
  end)

  it("are the same read straight from files, in JSON and CSV too", function()
    local data = invent(random(4242))
    local register = register_of(table.concat(data.authorities), table.concat(data.rows))
    local book = assert(upheld.read { scheme = SCHEME, authorities = folder .. "/a.csv", decisions = folder .. "/d.csv" })
    assert.equal(register:json(), book:json())
    assert.equal(register:csv(), book:csv())
    local code
    for _, each in ipairs(data.codes) do code = #data.days[each] > 5 and each or code end
    local a = assert(register:year(2020)):authority(code)
    local f, p = a.tenths, a.tenths:peers()
    local json, csv = assert(book:json { year = 2020, authority = code }), assert(book:csv { year = 2020, authority = code })
    local part = ('"tenths":{"numerator":null,"denominator":%d,"percent":null,"value":"%s","quartiles":["%s","%s"],"reason":'):format(
      f.denominator, f.value, f.lower_quartile, f.upper_quartile)
    assert.truthy(json:find(part, 1, true), part .. "\n" .. json)
    part = ('"numerator":null,"denominator":%d,"percent":null,"value":"%s","quartiles":["%s","%s"]'):format(p.denominator, p.value,
      p.lower_quartile, p.upper_quartile)
    assert.truthy(json:find(part, 1, true), part .. "\n" .. json)
    part = ("tenths,,%d,,%s,%s,%s,,,"):format(f.denominator, f.value, f.lower_quartile, f.upper_quartile)
    assert.truthy(csv:find(part, 1, true), part .. "\n" .. csv)
    register:close()
  end)

  it("follow corrections, withdrawals and repeated imports", function()
    local draw = random(31)
    local register = register_of("code,name,type\nA1,Alpha Council,District\nB1,Beta Council,District\n", row(1, "A1", 7))
    local held, withdrawn = { A1 = { [1] = 7 }, B1 = {} }, {}
    for _ = 1, 150 do
      local code, serial = draw(2) == 1 and "A1" or "B1", draw(25) + 1
      if code == "B1" then serial = serial + 100 end
      local was = held[code][serial]
      if was and draw(4) == 1 then
        assert(register:withdraw { reference = ("19 000 %03d"):format(serial), authority = code, reason = "a test" })
        held[code][serial], withdrawn[serial] = nil, true
      else
        local days = was and draw(3) == 1 and was or draw(50) - 1 -- the same once more, or another
        local report = import(register, nil, row(serial, code, days))
        if not withdrawn[serial] then -- what is withdrawn stays so
          assert.equal(was == days and 1 or 0, report.files[1].unchanged)
          assert.equal(was and was ~= days and 1 or 0, report.files[1].corrected)
          held[code][serial] = days
        end
      end
      local values = { A1 = {}, B1 = {} }
      for who, list in pairs(held) do
        for _, d in pairs(list) do table.insert(values[who], d) end
      end
      local year = assert(register:year(2020))
      for who, list in pairs(values) do
        local f = assert(year:authority(who)).tenths
        assert.equal(#list, f.denominator)
        assert.equal(#list > 0 and printed(quarter(list, 2), 4, 1) or nil, f.value)
      end
    end
    register:close()
  end)

  it("count their own outcomes only", function()
    local register = register_of("code,name,type\nA1,Alpha Council,District\n", row(1, "A1", 10, "Upheld") .. row(2, "A1", 20, "Not upheld") ..
      row(3, "A1", 300, "Advice given") .. row(4, "A1", 301, "Advice given"))
    local a = assert(assert(register:year(2020)):authority "A1")
    assert.equal("15 days (quartiles 13 and 18, of 2)", tostring(a.investigation_days)) -- 12.5 and 17.5, half up
    assert.equal("160 days (quartiles 18 and 300, of 4)", tostring(a.days))
    local listed = {}
    for d in a.investigation_days:decisions() do listed[#listed + 1] = d.reference end
    assert.same({ "19 000 001", "19 000 002" }, listed)
    register:close()
  end)

  it("are not recorded where a received date is missing, and unknown is not zero", function()
    local register = register_of("code,name,type\nA1,Alpha Council,District\nB1,Beta Council,District\n", row(1, "A1", 10) .. row(2, "A1", nil)
      .. row(3, "B1", 0) .. row(4, "B1", 0))
    local year = assert(register:year(2020))
    local a, b = assert(year:authority "A1"), assert(year:authority "B1")
    assert.same({ "not-recorded", nil, nil }, { a.days.reason, a.days.value, a.days.denominator })
    assert.same({ "0", "0", "0" }, { b.days.value, b.days.lower_quartile, b.days.upper_quartile })
    assert.same({ nil, "not-recorded" }, { a.days:class() })
    assert.same({ nil, "peers-incomplete" }, { b.days:class() })
    local p = b.days:peers()
    assert.same({ 1, 1, 2, "0" }, { p.authorities, p.unknown, p.of, p.value })
    assert.equal("not-recorded", year:total("days").reason)
    assert.truthy(assert(register:json { year = 2020 }):find('"days":{"without_rate":[],"unknown":["A1"]}', 1, true))
    register:close()
  end)

  -- n cases of 3, 6, 9 ... days: an end of an interval tells which case it is
  it("have intervals by order statistics that cover at their level, the narrowest, and none for too few", function()
    local authorities, rows, serial = { "code,name,type\n" }, {}, 0
    for n = 1, 60 do
      authorities[#authorities + 1] = ("A%02d,Council %d,District\n"):format(n, n)
      for i = 1, n do
        serial = serial + 1
        rows[#rows + 1] = row(serial, ("A%02d"):format(n), 3 * i)
      end
    end
    local register = register_of(table.concat(authorities), table.concat(rows))
    local year = assert(register:year(2020))
    for _, level in ipairs { { 0.8, 10 }, { 0.95, 40 }, { 0.99, 200 }, { 0.998, 1000 } } do
      for n = 1, 60 do
        -- twice the tail is below 1 - level when the sum of C(n, i) below k, times parts, is below 2^n
        local most, sum_below, choose, k = (1 << n) // level[2], 0, 1, 0
        for i = 0, n do
          sum_below = sum_below + choose
          if sum_below > most then break end
          k = i + 1
          choose = choose * (n - i) // (i + 1)
        end
        local low, high = assert(year:authority(("A%02d"):format(n))).days:interval { level = level[1] }
        if k == 0 then
          assert.is_nil(low, n)
          assert.equal("too-few-cases", high.code)
        else
          assert.same({ 3.0 * k, 3.0 * (n + 1 - k) }, { low, high }, ("n %d at %s"):format(n, level[1]))
        end
      end
    end
    assert.is_nil((year:authority("A05").days:interval()))
    assert.same({ 3.0, 18.0 }, { year:authority("A06").days:interval() })
    assert.has_error(function() year:authority("A06").days:interval { level = 1 } end)
    assert.has_error(function() year:authority("A06").days:interval { method = "wilson" } end)
    -- the total's, over all 1830 cases
    local low, high = year:total("days"):interval()
    assert.is_true(low <= tonumber(year:total("days").value) and high >= tonumber(year:total("days").value))
    register:close()
  end)
end)
