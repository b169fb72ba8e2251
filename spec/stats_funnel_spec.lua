-- Variation beyond chance, limits and classes that allow for it, the lines of a funnel chart, Poisson limits, intervals side by
-- side.
local helper = require "helper_stats"
local stats = require "upheld.stats"

local near, within, label = helper.near, helper.within, helper.label

local function randomly(seed) -- the same numbers everywhere, in 0..1
  return function()
    seed = (seed * 6364136223846793005 + 1442695040888963407)
    return (seed >> 11) * 2.0 ^ -53
  end
end

-- x of n at p
local function draw(random, n, p)
  local x = 0
  for _ = 1, n do
    if random() < p then x = x + 1 end
  end
  return x
end

-- {====== overdispersion ======

-- The definition, step by step (Spiegelhalter 2005; DerSimonian and Laird 1986).
local function by_definition(pairs_of, target)
  local z, w, w2 = {}, 0, 0
  for i, pair in ipairs(pairs_of) do
    local s = 1 / (2 * math.sqrt(pair[2]))
    z[i] = (math.asin(math.sqrt(pair[1] / pair[2])) - math.asin(math.sqrt(target))) / s
    w, w2 = w + 1 / s ^ 2, w2 + 1 / s ^ 4
  end
  local sorted = table.move(z, 1, #z, 1, {})
  table.sort(sorted)
  local function percentile(share)
    local h = (#sorted - 1) * share
    local at = math.floor(h)
    return sorted[at + 1] + (h - at) * ((sorted[at + 2] or sorted[at + 1]) - sorted[at + 1])
  end
  local low, high, sum, moved = percentile(0.1), percentile(0.9), 0, 0
  for _, one in ipairs(z) do
    if one < low or one > high then moved = moved + 1 end
    sum = sum + math.max(low, math.min(high, one)) ^ 2
  end
  local phi = sum / #z
  return phi, math.max(0, (#z * phi - (#z - 1)) / (w - w2 / w)), moved
end

local MIXED = { { 4, 5 }, { 1, 2 }, { 9, 20 }, { 33, 60 }, { 10, 50 }, { 40, 50 }, { 2, 30 }, { 28, 31 }, { 7, 16 }, { 12, 25 }, { 50, 99 } }

describe("overdispersion", function()
  it("is that of the definition", function()
    local random = randomly(11)
    for round = 1, 60 do
      local list, x, n = {}, 0, 0
      for i = 1, 2 + round do
        local size = 1 + math.floor(random() * 80)
        list[i] = { draw(random, size, 0.2 + 0.6 * random()), size }
        x, n = x + list[i][1], n + size
      end
      for _, target in ipairs { x / n, 0.45 } do
        local got = stats.overdispersion(list, { target = target })
        local phi, tau2, moved = by_definition(list, target)
        near(phi, got.phi, 1e-12, label(round))
        within(tau2, got.tau2, 1e-13, label(round))
        assert.are.equal(moved, got.winsorised)
        assert.are.equal(#list, got.authorities)
        assert.are.equal(target, got.target)
      end
      assert.are.same(stats.overdispersion(list, { target = x / n }), stats.overdispersion(list))
    end
  end)

  it("of chance alone is near 1, of rates of their own above", function()
    local random = randomly(5)
    local chance, own = {}, {}
    for i = 1, 300 do
      chance[i] = { draw(random, 60, 0.5), 60 }
      own[i] = { draw(random, 60, math.sin(math.pi / 4 + 0.1 * (random() + random() + random() - 1.5) * 2) ^ 2), 60 }
    end
    assert.is_true(stats.overdispersion(chance).phi > 0.6 and stats.overdispersion(chance).phi < 1)
    assert.are.equal(0, stats.overdispersion(chance).tau2)
    local found = stats.overdispersion(own)
    assert.is_true(found.phi > 1.5)
    within(0.01, found.tau2, 0.005) -- 0.1^2, less what winsorising takes
  end)

  it("leaves out and counts pairs without cases", function()
    local got = stats.overdispersion { { 4, 5 }, { 0, 0 }, { 1, 2 }, { 0, 0 } }
    assert.are.equal(2, got.without_rate)
    assert.are.equal(2, got.authorities)
    near(5 / 7, got.target, 1e-15)
  end)

  it("only widens: a flag can go, none can come", function()
    local rank = { ["low 99.8"] = -2, ["low 95"] = -1, similar = 0, ["high 95"] = 1, ["high 99.8"] = 2 }
    local found = stats.overdispersion(MIXED)
    assert.is_true(found.phi > 1 and found.tau2 > 0)
    for _, target in ipairs { 0, 0.005, found.target, 0.8, 0.995, 1 } do
      for _, adjustment in ipairs { "additive", "multiplicative" } do
        local o = { overdispersion = found, adjustment = adjustment }
        for n = 1, 60 do
          local low, high = stats.limits(target, n)
          local low_95, high_95 = stats.limits(target, n, o)
          local low_998, high_998 = stats.limits(target, n, { overdispersion = found, adjustment = adjustment, level = 0.998 })
          assert.is_true(0 <= low_95 and low_95 <= low and high <= high_95 and high_95 <= 1, label(target, n))
          assert.is_true(low_998 <= low_95 and high_95 <= high_998, label(target, n))
          local last = -3
          for x = 0, n do
            local at = label(x, n, target, adjustment)
            local plain, got = rank[stats.significance(x, n, target)], rank[stats.significance(x, n, target, o)]
            assert.is_true(got == 0 or (got * plain > 0 and math.abs(got) <= math.abs(plain)), at)
            assert.is_true(got >= last, at)
            last = got
            local share = x / n
            if n >= 2 and math.min(math.abs(share - low_95), math.abs(share - high_95)) > 1e-12 then
              assert.are.equal(share < low_95 and -1 or share > high_95 and 1 or 0, got > 0 and 1 or got < 0 and -1 or 0, at)
            end
            if n == 1 then
              assert.are.equal(0, got, at)
              assert.are.equal("similar",
                stats.significance(x, n, target, { overdispersion = found, adjustment = adjustment, method = "score" }), at)
            end
          end
        end
      end
    end
  end)

  it("of chance alone changes nothing by the exact method", function()
    local none = { phi = 0.9, tau2 = 0 }
    for n = 1, 40 do
      for _, adjustment in ipairs { "additive", "multiplicative" } do
        local o = { overdispersion = none, adjustment = adjustment }
        assert.are.same({ stats.limits(0.45, n) }, { stats.limits(0.45, n, o) })
        for x = 0, n do
          assert.are.equal(stats.significance(x, n, 0.45), stats.significance(x, n, 0.45, o))
        end
      end
    end
  end)

  it("by the method score gives the arcsine limits", function()
    local found = { phi = 2.25, tau2 = 0.01 }
    for _, n in ipairs { 4, 25, 400 } do
      for _, target in ipairs { 0.1, 0.45, 0.9 } do
        for adjustment, r in pairs { additive = math.sqrt(1 / (4 * n) + 0.01), multiplicative = 1.5 / (2 * math.sqrt(n)) } do
          local low, high = stats.limits(target, n, { method = "score", overdispersion = found, adjustment = adjustment })
          local angle, reach = math.asin(math.sqrt(target)), 1.959963984540054 * r
          within(angle > reach and math.sin(angle - reach) ^ 2 or 0, low, 1e-14)
          within(angle + reach < math.pi / 2 and math.sin(angle + reach) ^ 2 or 1, high, 1e-14)
        end
      end
    end
    -- n without bound: what is left is tau
    local low = stats.limits(0.45, 1000000000000, { method = "score", overdispersion = found })
    within(math.sin(math.asin(math.sqrt(0.45)) - 0.1959963984540054) ^ 2, low, 1e-6)
  end)
end)

-- }======

-- {====== funnel ======

describe("funnel", function()
  it("has the axis of the public-health rule", function()
    for _, row in ipairs { -- sizes, first n, last n, points
      { { 1, 10 }, 1, 11, 11 },
      { { 3, 40, 12 }, 1, 42, 42 },
      { { 10000, 1, 700 }, 1, 11000, 100 },
      { { 12000, 15000 }, 10000, 16000, 100 }, -- 0.95 * 12000 cut to 1 digit, 1.05 * 15000 = 15750 raised to 2
      { { 303, 160, 250 }, 100, 320, 100 },
      { { 100, 200 }, 90, 210, 100 },
      { { 100, 201 }, 1, 220, 100 },
      { { 1 }, 1, 2, 2 },
      { { 1000000000000, 600000000000 }, 500000000000, 1100000000000, 100 },
    } do
      local rows = stats.funnel { target = 0.45, sizes = row[1], method = "score" }
      assert.are.same({ row[2], row[3], row[4] }, { rows[1].n, rows[#rows].n, #rows }, label(table.unpack(row[1])))
    end
  end)

  it("steps by the same factor", function()
    -- FEATURES.md B4's recursion, 100 points from 1 to 12,000
    local rows = stats.funnel { target = 0.45, from = 0, to = 12000, method = "score" }
    local x = 1
    for j = 1, 100 do
      assert.are.equal(x, rows[j].n)
      if j < 100 then x = math.max(math.floor((12000 / x) ^ (1 / (100 - j)) * x + 0.5), x + 1) end
    end
    assert.are.equal(12000, rows[100].n)
  end)

  it("has the limits of each n, at both levels, by either method and with overdispersion", function()
    local found = stats.overdispersion(MIXED)
    for _, method in ipairs { "exact", "score" } do
      for _, over in ipairs { false, found } do
        local o = { target = 0.6, from = 1, to = 90, points = 30, method = method, overdispersion = over or nil, adjustment = "multiplicative" }
        local last = 0
        for _, row in ipairs(stats.funnel(o)) do
          for i, level in ipairs { 0.95, 0.998 } do
            local low, high = stats.limits(0.6, row.n,
              { level = level, method = method, overdispersion = over or nil, adjustment = "multiplicative" })
            assert.are.same({ low, high }, { row.low[i], row.high[i] })
          end
          assert.is_true(row.n > last)
          last = row.n
        end
        assert.are.equal(90, last)
      end
    end
    local rows = stats.funnel { target = 0.6, from = 5, to = 6, levels = { 0.9, 0.99 } }
    assert.are.equal(2, #rows)
    assert.are.same({ stats.limits(0.6, 6, { level = 0.9 }) }, { rows[2].low[1], rows[2].high[1] })
  end)
end)

-- }======

-- {====== Poisson limits, intervals ======

describe("Poisson limits", function()
  it("are the outermost counts that are not beyond the threshold", function()
    for _, expected in ipairs { 0, 0.0001, 0.02, 0.5, 1, 2.5, 4, 7, 15, 30.25, 100.5 } do
      for _, level in ipairs { 0.5, 0.95, 0.998 } do
        local low, high = stats.poisson_limits(expected, { level = level })
        local tail = (1 - level) / 2
        local at = label(expected, level)
        assert.is_true((stats.poisson_tail(low, expected)) >= tail, at)
        assert.is_true(low == 0 or (stats.poisson_tail(low - 1, expected)) < tail, at)
        assert.is_true(select(2, stats.poisson_tail(high, expected)) >= tail, at)
        assert.is_true(select(2, stats.poisson_tail(high + 1, expected)) < tail, at)
        if level == 0.95 then
          assert.is_truthy(low == 0 or stats.poisson_significance(low - 1, expected):find "^low", at)
          assert.is_truthy(high + 1 < 2 or stats.poisson_significance(high + 1, expected):find "^high", at)
          assert.are.equal("similar", stats.poisson_significance(low, expected), at)
          assert.are.equal("similar", stats.poisson_significance(high, expected), at)
        end
      end
    end
  end)

  it("are quick at any size", function()
    local before = os.clock()
    for power = 0, 15 do
      local expected = 10.0 ^ power
      local low, high = stats.poisson_limits(expected)
      assert.is_true(math.abs(low - (expected - 1.959963984540054 * math.sqrt(expected))) < 3, label(power))
      assert.is_true(math.abs(high - (expected + 1.959963984540054 * math.sqrt(expected))) < 3, label(power))
    end
    assert.is_true(os.clock() - before < 0.5)
  end)
end)

describe("intervals", function()
  it("stand side by side at any levels", function()
    local rows = stats.intervals(4, 5)
    assert.are.same({ level = 0.95, low = (stats.wilson(4, 5)), high = select(2, stats.wilson(4, 5)) }, rows[1])
    assert.are.equal(0.998, rows[2].level)
    assert.are.equal((stats.wilson(4, 5, { level = 0.998 })), rows[2].low)
    for method, single in pairs {
      exact = function(level) return stats.exact(4, 5, { level = level }) end,
      wilson = function(level) return stats.wilson(4, 5, { level = level }) end,
      ["wilson continuity"] = function(level) return stats.wilson(4, 5, { level = level, continuity = true }) end,
    } do
      for i, row in ipairs(stats.intervals(4, 5, { method = method, levels = { 0.5, 0.9, 0.99 } })) do
        assert.are.equal(({ 0.5, 0.9, 0.99 })[i], row.level)
        assert.are.same({ single(row.level) }, { row.low, row.high })
      end
    end
    assert.are.equal((stats.byar(4, { level = 0.998 })), stats.intervals(4)[2].low)
    assert.are.equal((stats.poisson(4)), stats.intervals(4, nil, { method = "poisson" })[1].low)
  end)

  it("of nothing, of all, of 10^12 and of no cases", function()
    for _, row in ipairs(stats.intervals(0, 9, { method = "exact" })) do assert.are.equal(0, row.low) end
    for _, row in ipairs(stats.intervals(9, 9)) do assert.are.equal(1, row.high) end
    for _, row in ipairs(stats.intervals(1, 1000000000000, { method = "exact" })) do
      assert.is_true(0 < row.low and row.low < 1e-12 and 1e-12 < row.high and row.high < 1e-10)
    end
    local rows, err = stats.intervals(0, 0)
    assert.is_nil(rows)
    assert.are.equal("no-cases", err.code)
  end)
end)

-- }======

-- {====== refusals ======

describe("refusals of funnels", function()
  it("without cases are nil and an error", function()
    for _, row in ipairs {
      { "too-few-authorities", "overdispersion needs at least 2 authorities with cases, and there is 1", stats.overdispersion { { 1, 2 }, { 0, 0 } } },
      { "no-cases", "no cases: every n is 0, so there is no share", stats.overdispersion { { 0, 0 } } },
      { "too-few-authorities", "overdispersion needs at least 2 authorities with cases, and there are 0",
        stats.overdispersion({}, { target = 0.5 }) },
      { "no-cases", "no cases: no authority has any, so there is no axis", stats.funnel { target = 0.5, sizes = {} } },
      { "no-cases", "no cases: no authority has any, so there is no axis", stats.funnel { target = 0.5, sizes = { 0, 0 } } },
      { "no-cases", "no cases: n is 0, so there is no share", stats.limits(0.5, 0, { overdispersion = { phi = 2, tau2 = 1 } }) },
    } do
      assert.is_nil(row[3], row[2])
      assert.are.equal(row[1], row[4].code)
      assert.are.equal(row[2], row[4].message)
    end
  end)

  local some = { phi = 2, tau2 = 0.1 }
  local REFUSALS = {
    { "overdispersion", { { { 3, 2 }, { 1, 2 } } }, "x (3) must not be greater than n (2)" },
    { "overdispersion", { { { 1, 2 }, { -1, 2 } } }, "rate 2: x (-1) must not be negative" },
    { "overdispersion", { { { 1, 2 }, { 1, 2 } }, { target = 45 } }, "target must be between 0 and 1, such as 0.45" },
    { "overdispersion", { { { 1, 2 }, { 1, 2 } }, { goal = 0.4 } }, 'overdispersion: unknown key "goal"; known: target' },
    { "overdispersion", { 5 }, "bad argument #1: rates must be a list of pairs {x, n}, not 5" },
    { "limits", { 0.5, 4, { overdispersion = { phi = 1 } } }, "overdispersion must be a result of stats.overdispersion: its tau2 is nil, not a number" },
    { "limits", { 0.5, 4, { overdispersion = { phi = -1, tau2 = 0 } } }, "phi and tau2 must be numbers, 0 or more" },
    { "limits", { 0.5, 4, { overdispersion = { phi = 1, tau2 = 0 / 0 } } }, "phi and tau2 must be numbers, 0 or more" },
    { "limits", { 0.5, 4, { overdispersion = some, adjustment = "add" } }, 'limits: unknown adjustment "add"; known: additive, multiplicative' },
    { "limits", { 0.5, 4, { overdispersion = 2 } }, 'limits: option "overdispersion" must be a table, not number' },
    { "significance", { 5, 4, 0.5, { overdispersion = some } }, "x (5) must not be greater than n (4)" },
    { "significance", { 1, 4, 0.5, { overdispersion = { phi = math.huge, tau2 = 0 } } }, "phi and tau2 must be numbers, 0 or more" },
    { "funnel", { { sizes = { 1, 2 } } }, 'funnel: option "target" is needed' },
    { "funnel", { { target = 0.5 } }, 'funnel: option "sizes", or "from" and "to", are needed' },
    { "funnel", { { target = 0.5, sizes = { 1 }, from = 1 } }, 'funnel: either "sizes" or "from" and "to", not both' },
    { "funnel", { { target = 0.5, sizes = { 1, 2.5 } } }, "size 2 must be a whole number" },
    { "funnel", { { target = 0.5, sizes = { -1, 5 } } }, "a funnel cannot run from -1 to 5 cases" },
    { "funnel", { { target = 0.5, from = 9, to = 5 } }, "a funnel cannot run from 9 to 5 cases: 0 <= from <= to, 1 <= to <= 10^18" },
    { "funnel", { { target = 0.5, from = 1, to = 5, points = 1 } }, "points of a funnel must be from 2 to 1000000" },
    { "funnel", { { target = 0.5, from = 1, to = 5, points = 10 ^ 9 } }, "points of a funnel must be from 2 to 1000000" },
    { "funnel", { { target = 1.5, from = 1, to = 5 } }, "target must be between 0 and 1, such as 0.45" },
    { "funnel", { { target = 0.5, from = 1, to = 5, levels = { 0.95 } } }, 'funnel: option "levels" must have two levels, not 1' },
    { "funnel", { { target = 0.5, from = 1, to = 5, levels = { 0.95, 2 } } }, "level must be greater than 0 and less than 1, such as 0.95" },
    { "funnel", { { target = 0.5, from = 1, to = 5, method = "normal" } }, 'funnel: unknown method "normal"; known: exact, score' },
    { "poisson_limits", { -1 }, "expected must be a number of events from 0 to 10^15" },
    { "poisson_limits", { 1e16 }, "expected must be a number of events from 0 to 10^15" },
    { "poisson_limits", { 1, { level = 95 } }, "level must be greater than 0 and less than 1, such as 0.95" },
    { "intervals", { 5, 4 }, "x (5) must not be greater than n (4)" },
    { "intervals", { 1, 4, { method = "byar" } }, 'intervals: unknown method "byar"' },
    { "intervals", { 1, nil, { method = "wilson" } }, 'intervals: unknown method "wilson"; known: byar, poisson' },
    { "intervals", { 1, 4, { levels = { 0.95, 95 } } }, "level must be greater than 0 and less than 1, such as 0.95" },
  }

  it("raise a sentence at the caller's line", function()
    for _, row in ipairs(REFUSALS) do
      local ok, message = pcall(function()
        local result = stats[row[1]](table.unpack(row[2], 1, 4))
        return result
      end)
      assert.is_false(ok, row[3])
      assert.is_truthy(tostring(message):find(row[3], 1, true), row[3] .. ": " .. tostring(message))
      assert.is_truthy(message:find "^[^:]*stats_funnel_spec.lua:%d+: ", message)
    end
  end)
end)

-- }======
