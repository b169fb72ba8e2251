-- Intervals, tails, limits and classes against brute force made here, their properties, and every refusal.
local helper = require "helper_stats"
local stats = require "upheld.stats"

local near, within, label, binomial, sums = helper.near, helper.within, helper.label, helper.binomial, helper.sums

-- {====== brute force ======

local PROBABILITIES = { 0.001, 0.005, 0.1, 0.3, 0.45, 0.5, 0.8, 0.89, 0.995 }

describe("against brute force", function()
  it("tails at 1/2 and 1/4 equal integer sums over a power of two", function()
    for power = 1, 2 do -- p = 2^-power; of 2^(power n) equal ways, C(n, k) (2^power - 1)^(n - k) have k cases
      local failures = (1 << power) - 1
      for n = 1, 60 // power do
        local choose, ways = 1, {}
        for k = 0, n do
          local power_of_failures = 1
          for _ = 1, n - k do power_of_failures = power_of_failures * failures end
          ways[k] = choose * power_of_failures
          choose = choose * (n - k) // (k + 1)
        end
        local total, at_most = 1 << power * n, 0
        for k = 0, n do
          local at_least = total - at_most
          at_most = at_most + ways[k]
          local got_most, got_least = stats.tail(k, n, 0.5 ^ power)
          near(at_most / total, got_most, 1e-13, label(k, n, power))
          near(at_least / total, got_least, 1e-13, label(k, n, power))
        end
      end
    end
  end)

  it("tails of every x and n up to 60 equal sums by the recurrence", function()
    for _, p in ipairs(PROBABILITIES) do
      for n = 1, 60 do
        local at_most, at_least = sums(binomial(n, p), n)
        for x = 0, n do
          local got_most, got_least = stats.tail(x, n, p)
          near(at_most[x], got_most, 1e-12, label(x, n, p))
          near(at_least[x], got_least, 1e-12, label(x, n, p))
        end
      end
    end
  end)

  it("Poisson tails of every x up to 60", function()
    for _, expected in ipairs { 0.01, 0.5, 2.5, 10, 30 } do
      local pmf = { [0] = math.exp(-expected) }
      for k = 1, 200 do pmf[k] = pmf[k - 1] * expected / k end
      local at_most, at_least = sums(pmf, 200)
      for x = 0, 60 do
        local got_most, got_least = stats.poisson_tail(x, expected)
        near(at_most[x], got_most, 1e-12, label(x, expected))
        near(at_least[x], got_least, 1e-12, label(x, expected))
      end
    end
  end)

  it("the exact interval's ends have the tails that define them", function()
    for _, level in ipairs { 0.95, 0.998 } do
      for n = 1, 60 do
        for x = 0, n, n < 20 and 1 or 3 do
          local low, high = stats.exact(x, n, { level = level })
          if x > 0 then
            local _, at_least = sums(binomial(n, low), n)
            near((1 - level) / 2, at_least[x], 1e-11, label("low", x, n)) -- the recurrence's own error included
          else
            assert.are.equal(0, low)
          end
          if x < n then
            local at_most = sums(binomial(n, high), n)
            -- where high nears 1 its last place moves the tail by n - x times 2^-53 / (1 - high)
            near((1 - level) / 2, at_most[x], 1e-11 + n * 2 ^ -52 / (1 - high), label("high", x, n))
          else
            assert.are.equal(1, high)
          end
        end
      end
    end
  end)

  it("exact limits are the outermost counts that are not beyond the threshold", function()
    for _, target in ipairs(PROBABILITIES) do
      for n = 1, 40 do
        local at_most, at_least = sums(binomial(n, target), n)
        for _, level in ipairs { 0.95, 0.998 } do
          local tail, least, most = (1 - level) / 2, n, 0
          for x = 0, n do
            if at_most[x] >= tail * (1 - 1e-11) then least = math.min(least, x) end
            if at_least[x] >= tail * (1 - 1e-11) then most = math.max(most, x) end
          end
          local low, high = stats.limits(target, n, { level = level })
          assert.are.same({ least / n, most / n }, { low, high }, label(target, n, level))
        end
      end
    end
  end)
end)

-- }======

-- {====== properties ======

describe("intervals", function()
  local SIZES = { 1, 2, 3, 4, 7, 15, 29, 87, 100, 263, 1000 }
  local METHODS = {
    wilson = function(x, n, level) return stats.wilson(x, n, { level = level }) end,
    continuity = function(x, n, level) return stats.wilson(x, n, { level = level, continuity = true }) end,
    exact = function(x, n, level) return stats.exact(x, n, { level = level }) end,
  }

  it("are mirrored by counting the other outcome, rise with x, hold the share, and widen with the level", function()
    for name, interval in pairs(METHODS) do
      for _, n in ipairs(SIZES) do
        local last_low, last_high = -1, -1
        for x = 0, n, math.max(1, n // 29) do
          local low, high = interval(x, n, 0.95)
          local mirrored_low, mirrored_high = interval(n - x, n, 0.95)
          local at = label(name, x, n)
          within(1 - mirrored_high, low, 1e-15, at)
          within(1 - mirrored_low, high, 1e-15, at)
          assert.is_true(0 <= low and low <= x / n and x / n <= high and high <= 1, at)
          assert.is_true((low > last_low or low == 0) and (high > last_high or high == 1), at)
          last_low, last_high = low, high
          local wider_low, wider_high = interval(x, n, 0.998)
          assert.is_true(wider_low <= low and high <= wider_high, at)
          if name ~= "wilson" then -- the correction and the exact interval are never the narrower
            local narrow_low, narrow_high = METHODS.wilson(x, n, 0.5)
            assert.is_true(select(1, interval(x, n, 0.5)) <= narrow_low and narrow_high <= select(2, interval(x, n, 0.5)), at)
          end
        end
      end
    end
  end)

  it("of counts rise, hold the count, and agree with one another for large counts", function()
    local last = { -1, -1, -1, -1 }
    for x = 0, 300 do
      local byar_low, byar_high = stats.byar(x)
      local low, high = stats.poisson(x)
      local now = { byar_low, byar_high, low, high }
      for i = 1, 4 do
        assert.is_true(now[i] > last[i] or now[i] == 0, label(x, i))
        last[i] = now[i]
      end
      assert.is_true(0 <= low and low <= x and x < high and 0 <= byar_low and byar_low <= x and x < byar_high, label(x))
      if x >= 10 then
        near(low, byar_low, 5e-3, label("low", x))
        near(high, byar_high, 5e-3, label("high", x))
      end
    end
    assert.are.equal(0, (stats.byar(1, { level = 0.998 }))) -- where the formula turns negative
    assert.are.equal(0, (stats.byar(0)))
    assert.are.equal(0, (stats.poisson(0)))
  end)

  it("by the exact method cover at least their level", function()
    for _, n in ipairs { 1, 5, 15, 40 } do
      local limits = {}
      for x = 0, n do limits[x] = { stats.exact(x, n) } end
      for step = 1, 99 do
        local p, covered = step / 100, 0
        local pmf = binomial(n, p)
        for x = 0, n do
          if limits[x][1] <= p and p <= limits[x][2] then covered = covered + pmf[x] end
        end
        assert.is_true(covered >= 0.95 - 1e-12, label(n, p))
      end
    end
  end)

  it("stay finite, ordered and quick at 10^12 and beyond", function()
    local n, before = 10 ^ 12 // 1, os.clock()
    for _, x in ipairs { 0, 1, 2, 1000, n // 20 * 9, n // 2, n - 2, n - 1, n } do
      for _, size in ipairs { n, math.maxinteger } do
        for name, interval in pairs(METHODS) do
          local low, high = interval(x, size, 0.998)
          assert.is_true(0 <= low and low <= x / size and x / size <= high and high <= 1, label(name, x, size))
        end
        for _, target in ipairs { 0, 1e-12, 0.45, 0.995, 1 } do
          for _, method in ipairs { "exact", "score" } do
            local low, high = stats.limits(target, size, { method = method })
            assert.is_true(0 <= low and low <= high and high <= 1, label(target, size, method))
            assert.is_string(stats.significance(x, size, target, { method = method }))
          end
          local at_most, at_least = stats.tail(x, size, target)
          assert.is_true(0 <= at_most and at_most <= 1 and 0 <= at_least and at_least <= 1, label(x, size, target))
        end
      end
      local low, high = stats.poisson(x)
      assert.is_true(low <= x and x <= high)
    end
    assert.is_true(os.clock() - before < 2)
    near(0.025 / 10 ^ 12, (stats.exact(1, n)), 0.02)
    near(1 - 1.959963984540054e-6, 2 * stats.exact(n // 2, n), 1e-12)
  end)

  it("rise with x at 10^12 as well", function()
    local n = 10 ^ 12 // 1
    for _, start in ipairs { 0, n // 20 * 9, n - 40 } do
      local last_low, last_high, last_most = -1, -1, -1
      for x = start, start + 40 do
        local low, high = stats.exact(x, n)
        assert.is_true(low >= last_low and high >= last_high, label(x))
        local at_most = stats.tail(x, n, math.max(20 / n, start / n))
        assert.is_true(at_most >= last_most or last_most - at_most < 1e-9, label(x))
        last_low, last_high, last_most = low, high, at_most
      end
    end
  end)
end)

describe("tails", function()
  it("share one probability, fall as p rises, and mirror", function()
    for _, n in ipairs { 1, 2, 15, 100, 1000 } do
      for x = 0, n, math.max(1, n // 15) do
        local last = 2
        for step = 0, 20 do
          local p = step / 20
          local at_most, at_least = stats.tail(x, n, p)
          local mirrored_most, mirrored_least = stats.tail(n - x, n, 1 - p)
          within(at_most, mirrored_least, 1e-12, label(x, n, p))
          within(at_least, mirrored_most, 1e-12, label(x, n, p))
          assert.is_true(at_most + at_least >= 1 - 1e-12 and at_most <= last + 1e-12, label(x, n, p))
          last = at_most
        end
      end
    end
  end)

  it("at p = 0 and 1, and of nothing, are exact", function()
    assert.are.same({ 1, 1 }, { stats.tail(0, 5, 0) })
    assert.are.same({ 1, 0 }, { stats.tail(1, 5, 0) })
    assert.are.same({ 0, 1 }, { stats.tail(4, 5, 1) })
    assert.are.same({ 1, 1 }, { stats.tail(5, 5, 1) })
    assert.are.same({ 1, 1 }, { stats.tail(0, 0, 0.3) })
    assert.are.same({ 1, 1 }, { stats.poisson_tail(0, 0) })
    assert.are.same({ 1, 0 }, { stats.poisson_tail(1, 0) })
  end)
end)

-- }======

-- {====== class ======

local CLASSES = { -- x, n, target, by exact tails, by score limits
  { 14, 15, 0.995, "similar", "low 99.8" },
  { 0, 1, 0.995, "similar", "low 99.8" }, -- one case alone
  { 1, 1, 0.001, "similar", "high 99.8" },
  { 13, 15, 0.995, "low 95", "low 99.8" },
  { 12, 15, 0.995, "low 99.8", "low 99.8" },
  { 5, 5, 0.45, "high 95", "high 95" },
  { 4, 5, 0.45, "similar", "similar" },
  { 0, 4, 0.45, "similar", "similar" },
  { 0, 7, 0.45, "low 95", "low 95" },
  { 60, 60, 0.45, "high 99.8", "high 99.8" },
  { 0, 60, 0.45, "low 99.8", "low 99.8" },
  { 27, 60, 0.45, "similar", "similar" },
  -- at a target of 0 or 1 any case that cannot be is beyond every limit
  { 14, 15, 1, "low 99.8", "low 99.8" },
  { 15, 15, 1, "similar", "similar" },
  { 0, 15, 0, "similar", "similar" },
  { 1, 15, 0, "high 99.8", "high 99.8" },
  { 0, 1, 1, "similar", "low 99.8" },
  -- a tail equal to its threshold is not below it: 0.1^3 is 0.001
  { 3, 3, 0.1, "high 95", "high 99.8" },
  { 0, 3, 0.9, "low 95", "low 99.8" },
}

describe("class", function()
  it("by either method", function()
    for _, row in ipairs(CLASSES) do
      local x, n, target = row[1], row[2], row[3]
      assert.are.equal(row[4], stats.significance(x, n, target), label(x, n, target))
      assert.are.equal(row[4], stats.significance(x, n, target, { method = "exact" }))
      assert.are.equal(row[5], stats.significance(x, n, target, { method = "score" }), label(x, n, target))
    end
  end)

  it("rises with x, mirrors, and agrees with the limits", function()
    local rank = { ["low 99.8"] = -2, ["low 95"] = -1, similar = 0, ["high 95"] = 1, ["high 99.8"] = 2 }
    for _, target in ipairs { 0.005, 0.1, 0.45, 0.6, 0.995 } do
      for n = 1, 40 do
        for _, method in ipairs { "exact", "score" } do
          local low_95, high_95 = stats.limits(target, n, { method = method })
          local low_998, high_998 = stats.limits(target, n, { method = method, level = 0.998 })
          local last = -3
          for x = 0, n do
            local at = label(x, n, target, method)
            local got = rank[stats.significance(x, n, target, { method = method })]
            assert.is_true(got >= last, at)
            last = got
            assert.are.equal(-got, rank[stats.significance(n - x, n, 1 - target, { method = method })], at)
            if n >= 2 then -- the limits are the binomial quantiles; the class asks for two cases besides
              local share = x / n
              local want = share < low_998 and -2 or share < low_95 and -1 or share > high_998 and 2 or share > high_95 and 1 or 0
              assert.are.equal(want, got, at)
            end
          end
        end
      end
    end
  end)

  it("flags no more blameless authorities than its tails allow", function()
    for _, target in ipairs { 0.45, 0.8, 0.995 } do
      for n = 1, 50 do
        local pmf, low, high, very_low, very_high = binomial(n, target), 0, 0, 0, 0
        for x = 0, n do
          local class = stats.significance(x, n, target)
          if class:find "^low" then low = low + pmf[x] end
          if class:find "^high" then high = high + pmf[x] end
          if class == "low 99.8" then very_low = very_low + pmf[x] end
          if class == "high 99.8" then very_high = very_high + pmf[x] end
        end
        assert.is_true(low < 0.025 and high < 0.025 and very_low < 0.001 and very_high < 0.001, label(target, n))
      end
    end
  end)

  it("of one case alone is similar whatever the target", function()
    for step = 0, 100 do
      assert.are.equal("similar", stats.significance(0, 1, step / 100))
      assert.are.equal("similar", stats.significance(1, 1, step / 100))
    end
  end)

  it("of a count against its expectation", function()
    for _, row in ipairs {
      { 0, 2, "similar" }, { 0, 4, "low 95" }, { 0, 7, "low 99.8" }, { 5, 5, "similar" },
      { 10, 4, "high 95" }, { 12, 4, "high 99.8" }, { 1, 0.0001, "similar" }, -- one event alone is not high
      { 2, 0.0001, "high 99.8" }, { 0, 0, "similar" }, { 1, 0, "similar" }, { 2, 0, "high 99.8" },
    } do
      assert.are.equal(row[3], stats.poisson_significance(row[1], row[2]), label(row[1], row[2]))
    end
  end)
end)

-- }======

-- {====== refusals ======

describe("refusals", function()
  it("no cases is nil and an error", function()
    for name, message in pairs {
      percent = "no cases: n is 0, so there is no rate", decimal = "no cases: n is 0, so there is no rate",
      wilson = "no cases: n is 0, so there is no share", exact = "no cases: n is 0, so there is no share",
    } do
      local got, err = stats[name](0, 0)
      assert.is_nil(got)
      assert.are.equal("no-cases", err.code, name)
      assert.are.equal(message, err.message, name)
    end
    assert.are.equal("no-cases", select(2, stats.limits(0.5, 0)).code)
    assert.are.equal("no-cases", select(2, stats.significance(0, 0, 0.5)).code)
  end)

  local REFUSALS = { -- function, arguments, sentence
    { "percent", { -1, 4 }, "x (-1) must not be negative" },
    { "percent", { 1, -4 }, "n (-4) must not be negative" },
    { "percent", { 1.5, 4 }, "bad argument #1: x must be a whole number, not 1.5" },
    { "percent", { 1, "4" }, "bad argument #2: n must be a whole number, not string" },
    { "percent", { 1 }, "bad argument #2: n must be a whole number, not n" }, -- nil or no value
    { "percent", { 2 ^ 63, 4 }, "bad argument #1: x must be a whole number, not 9.22" },
    { "percent", { 0 / 0, 4 }, "bad argument #1: x must be a whole number, not " },
    { "decimal", { -1, 4 }, "x (-1) must not be negative" },
    { "decimal", { 1, 4, { decimals = 10 } }, "decimals (10) must be from 0 to 9" },
    { "decimal", { 1, 4, { decimals = -1 } }, "decimals (-1) must be from 0 to 9" },
    { "decimal", { 1, 4, { decimals = 1.5 } }, "decimals must be a whole number, not 1.5" },
    { "decimal", { 1, 4, { per = 0 } }, "per (0) must be at least 1" },
    { "decimal", { 1, 4, { per = "100" } }, 'decimal: option "per" must be a number, not string' },
    { "decimal", { 1, 4, { trim = 1 } }, 'decimal: option "trim" must be a boolean, not number' },
    { "decimal", { 1, 4, { decimal = 1 } }, 'decimal: unknown key "decimal"; did you mean "decimals"?' },
    { "mean_of_rates", { 5 }, "bad argument #1: rates must be a list of pairs {x, n}, not 5" },
    { "mean_of_rates", { { { 1, 2 }, 3 } }, "rate 2 must be a pair {x, n}, not number" },
    { "mean_of_rates", { { { 1, 2 }, { 1 } } }, "rate 2: n must be a whole number" },
    { "mean_of_rates", { { { 0.5, 2 } } }, "rate 1: x must be a whole number" },
    { "mean_of_rates", { { { -1, 2 } } }, "rate 1: x (-1) must not be negative" },
    { "mean_of_rates", { { { 1, 2 } }, { per = 10 ^ 10 } }, "per (10000000000) of a mean must be from 1 to 1000000000" },
    { "wilson", { -1, 4 }, "x (-1) must not be negative" },
    { "wilson", { 1, -1 }, "n (-1) must not be negative" },
    { "wilson", { 5, 4 }, "x (5) must not be greater than n (4)" },
    { "wilson", { 1, 0 }, "x (1) must not be greater than n (0)" },
    { "wilson", { 1, 4, { level = 95 } }, "level must be greater than 0 and less than 1, such as 0.95" },
    { "wilson", { 1, 4, { level = 1 } }, "level must be greater than 0 and less than 1, such as 0.95" },
    { "wilson", { 1, 4, { level = 0 / 0 } }, "level must be greater than 0 and less than 1, such as 0.95" },
    { "wilson", { 1, 4, { continuty = true } }, 'wilson: unknown key "continuty"; did you mean "continuity"?' },
    { "wilson", { 1, 4, 0.95 }, "wilson: options must be a table, not number" },
    { "exact", { 5, 4 }, "x (5) must not be greater than n (4)" },
    { "exact", { 1, 4, { level = 0 } }, "level must be greater than 0 and less than 1, such as 0.95" },
    { "exact", { 1, 4, { method = "score" } }, 'exact: unknown key "method"; known: level' },
    { "byar", { -1 }, "x (-1) must not be negative" },
    { "byar", { 1, { level = 2 } }, "level must be greater than 0 and less than 1, such as 0.95" },
    { "poisson", { 1.5 }, "bad argument #1: x must be a whole number, not 1.5" },
    { "poisson", { -1 }, "x (-1) must not be negative" },
    { "tail", { 5, 4, 0.5 }, "x (5) must not be greater than n (4)" },
    { "tail", { 1, 4, 1.5 }, "p must be between 0 and 1" },
    { "tail", { 1, 4 }, "bad argument #3: p must be a number, not n" },
    { "poisson_tail", { 1, -1 }, "expected must be a number of events, 0 or more" },
    { "poisson_tail", { 1, math.huge }, "expected must be a number of events, 0 or more" },
    { "poisson_significance", { -1, 1 }, "x (-1) must not be negative" },
    { "limits", { 1.5, 4 }, "target must be between 0 and 1, such as 0.45" },
    { "limits", { 0.5, -4 }, "n (-4) must not be negative" },
    { "limits", { 0.5, 4, { level = 95 } }, "level must be greater than 0 and less than 1, such as 0.95" },
    { "limits", { 0.5, 4, { method = "scor" } }, 'limits: unknown method "scor"; did you mean "score"?' },
    { "significance", { 5, 4, 0.5 }, "x (5) must not be greater than n (4)" },
    { "significance", { 1, 4, -0.5 }, "target must be between 0 and 1, such as 0.45" },
    { "significance", { 1, 4, 0.5, { method = "exakt" } }, 'significance: unknown method "exakt"; did you mean "exact"?' },
  }

  it("raise a sentence at the caller's line", function()
    for _, row in ipairs(REFUSALS) do
      local ok, message = pcall(function()
        local result = stats[row[1]](table.unpack(row[2]))
        return result
      end)
      local at = label(row[1], row[3])
      assert.is_false(ok, at)
      assert.is_string(message, at)
      assert.is_truthy(message:find(row[3], 1, true), at .. ": " .. message)
      assert.is_truthy(message:find("^[^:]*stats_spec.lua:%d+: "), message)
    end
  end)
end)

-- }======
