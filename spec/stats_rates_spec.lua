-- Exact rates: per cent, decimals, the mean of rates, always half up on the integers.
local helper = require "helper_stats"
local stats = require "upheld.stats"

local label = helper.label

-- {====== exact rates ======

describe("per cent", function()
  it("of every x of n up to 2000 is half up on the integers, whole and to one and two decimals", function()
    -- the core's own functions: upheld.stats only adds the check of its options, which six million calls would be spent on
    local core = require "upheld.core".stats
    local percent, decimal = core.percent, core.decimal
    for decimals = 0, 2 do
      local unit, texts = math.tointeger(10 ^ decimals), {}
      for scaled = 0, 100 * unit do
        texts[scaled] = decimals == 0 and tostring(scaled) or ("%d.%0" .. decimals .. "d"):format(scaled // unit, scaled % unit)
      end
      for n = 1, 2000 do
        for x = 0, n do
          local want = (200 * unit * x + n) // (2 * n)
          if decimals == 0 and percent(x, n) ~= want then error(label(x, n, percent(x, n), want)) end
          if decimal(x, n, 100, decimals, false) ~= texts[want] then error(label(x, n, decimals, texts[want])) end
        end
        assert.are.equal(texts[(200 * unit * (n // 3) + n) // (2 * n)], (stats.decimal(n // 3, n, { decimals = decimals })))
      end
    end
  end)

  it("to nine decimals is half up on the integers", function()
    local unit, options = 1000000000, { decimals = 9 }
    for n = 1, 2000 do
      for x = n % 13, n, 13 do
        local scaled = (200 * unit * x + n) // (2 * n)
        local want = ("%d.%09d"):format(scaled // unit, scaled % unit)
        local got = stats.decimal(x, n, options)
        if got ~= want then error(label(x, n, got, want)) end
      end
    end
  end)

  local PERCENTS = {
    { 23, 40, 58 }, { 1, 8, 13 }, { 5, 8, 63 }, { 46, 80, 58 }, { 69, 120, 58 }, { 0, 7, 0 }, { 7, 7, 100 }, { 999, 1000, 100 },
    { 1, 1000, 0 }, { 3, 2, 150 }, { 23.0, 40.0, 58 }, { math.maxinteger, math.maxinteger, 100 },
    { math.maxinteger // 2, math.maxinteger, 50 }, { 1, math.maxinteger, 0 }, { math.maxinteger, 1000, 922337203685477581 },
  }

  it("has no wrong case and no overflow", function()
    for _, row in ipairs(PERCENTS) do assert.are.equal(row[3], stats.percent(row[1], row[2]), label(row[1], row[2])) end
  end)

  local DECIMALS = { -- x, n, options, text
    { 31, 565000, { per = 100000, decimals = 1 }, "5.5" },
    { 1, 8, nil, "12.5" },
    { 2, 3, {}, "66.7" },
    { 1, 25, { decimals = 1 }, "4.0" },
    { 1, 25, { decimals = 3, trim = true }, "4" },
    { 1, 8, { decimals = 3, trim = true }, "12.5" },
    { 0, 9, { decimals = 2, trim = true }, "0" },
    { 0, 9, { decimals = 2 }, "0.00" },
    { 10, 10, { decimals = 0, trim = true }, "100" },
    { 9996, 10000, { decimals = 1 }, "100.0" },
    { 9996, 10000, { decimals = 1, trim = true }, "100" },
    { 1, 3, { per = 1, decimals = 9 }, "0.333333333" },
    { 2, 3, { per = 1, decimals = 9 }, "0.666666667" },
    { math.maxinteger, math.maxinteger, { per = math.maxinteger, decimals = 0 }, "9223372036854775807" },
    { math.maxinteger, 2, { per = 1, decimals = 9 }, "4611686018427387903.500000000" },
    { 1, math.maxinteger, { per = 100, decimals = 9 }, "0.000000000" },
  }

  it("as text", function()
    for _, row in ipairs(DECIMALS) do assert.are.equal(row[4], stats.decimal(row[1], row[2], row[3]), label(row[1], row[2])) end
  end)

  it("gives exactly one value", function()
    assert.are.equal(1, select("#", stats.percent(1, 2)))
    assert.are.equal(1, select("#", stats.decimal(1, 2)))
    assert.are.equal(1, select("#", stats.significance(1, 2, 0.5)))
  end)

  it("too large to write is an error, not a number", function()
    for _, got in ipairs {
      table.pack(stats.decimal(math.maxinteger, 1, { per = 100000 })),
      table.pack(stats.decimal(math.maxinteger, 1, { per = 2, decimals = 0 })),
      table.pack(stats.percent(math.maxinteger, 1)),
      table.pack(stats.mean_of_rates { { math.maxinteger, 1 } }),
      table.pack(stats.mean_of_rates { { 4294967295, 1 }, { 4294967295, 1 } }),
    } do
      assert.is_nil(got[1])
      assert.are.equal("number-too-large", got[2].code)
    end
  end)
end)

describe("mean of rates", function()
  it("of thirds, sixths and twelfths rounds exact ties up", function()
    assert.are.equal("13", (stats.mean_of_rates({ { 1, 12 }, { 1, 6 } }, { decimals = 0 }))) -- 12.5
    assert.are.equal("12.5", (stats.mean_of_rates { { 1, 12 }, { 1, 6 } }))
    assert.are.equal("50.0", (stats.mean_of_rates { { 1, 3 }, { 2, 3 } }))
    assert.are.equal("100.0", (stats.mean_of_rates { { 7, 7 }, { 3, 3 } }))
    assert.are.equal("33.3", (stats.mean_of_rates { { 1, 3 } }))
    assert.are.equal("5.5", (stats.mean_of_rates({ { 31, 565000 } }, { per = 100000 })))
    assert.are.equal("0.5500", (stats.mean_of_rates({ { 1, 2 }, { 3, 5 } }, { per = 1, decimals = 4 })))
    assert.are.equal("13.0", (stats.mean_of_rates({ { 1, 2 }, { 4, 5 } }, { per = 20 }))) -- any unit, not only powers of ten
  end)

  it("equals the mean over a common denominator", function()
    local common, seed = 27720, 1 -- least common multiple of 1 to 12
    local function random(most) -- the same numbers everywhere
      seed = (seed * 1103515245 + 12345) % 2147483648
      return seed // 65536 % (most + 1)
    end
    for _ = 1, 3000 do
      local count, sum, rates = 1 + random(9), 0, {}
      for i = 1, count do
        local n = 1 + random(11)
        local x = random(n)
        rates[i] = { x, n }
        sum = sum + x * (common // n)
      end
      for decimals = 0, 2 do
        local unit = math.tointeger(10 ^ decimals)
        local scaled = (200 * unit * sum + common * count) // (2 * common * count)
        local want = decimals == 0 and tostring(scaled) or ("%d.%0" .. decimals .. "d"):format(scaled // unit, scaled % unit)
        assert.are.equal(want, (stats.mean_of_rates(rates, { decimals = decimals })))
      end
    end
  end)

  it("of nothing is an error", function()
    for _, rates in ipairs { {}, { { 0, 0 }, { 0, 0 } } } do
      local text, err = stats.mean_of_rates(rates)
      assert.is_nil(text)
      assert.are.equal("no-cases", err.code)
      assert.are.equal("no cases: there is no rate to take a mean of", err.message)
    end
  end)
end)

-- }======
