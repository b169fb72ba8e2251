-- Quartiles and the median of rates: the definition of type 7 on exact integers, order, what has no rate.
local helper = require "helper_stats"
local stats = require "upheld.stats"

local label = helper.label

-- Type 7 over a common denominator: values are whole numbers of 1/common; four times the quartile is whole.
local function four_times(values, quarter)
  table.sort(values)
  local place = (#values - 1) * quarter
  local at, parts = place // 4 + 1, place % 4
  return values[at] * (4 - parts) + (values[at + 1] or 0) * parts
end

local function text_of(numerator, denominator, decimals)
  local unit = math.tointeger(10 ^ decimals)
  local scaled = (200 * unit * numerator + denominator) // (2 * denominator)
  return decimals == 0 and tostring(scaled) or ("%d.%0" .. decimals .. "d"):format(scaled // unit, scaled % unit)
end

describe("quartiles", function()
  it("of short lists", function()
    for _, row in ipairs { -- rates, options, lower, median, upper, rates, without
      { { { 1, 2 } }, nil, "50.0", "50.0", "50.0", 1, 0 },
      { { { 0, 1 }, { 1, 1 } }, nil, "25.0", "50.0", "75.0", 2, 0 },
      { { { 1, 2 }, { 4, 5 }, { 0, 0 }, { 9, 20 }, { 33, 60 } }, nil, "48.8", "52.5", "61.3", 4, 1 }, -- 48.75 and 61.25
      { { { 1, 2 }, { 4, 5 }, { 9, 20 }, { 33, 60 } }, { decimals = 2 }, "48.75", "52.50", "61.25", 4, 0 },
      { { { 1, 8 }, { 1, 8 }, { 1, 8 } }, { decimals = 0 }, "13", "13", "13", 3, 0 },
      { { { 31, 565000 }, { 10, 100000 } }, { per = 100000, decimals = 1 }, "6.6", "7.7", "8.9", 2, 0 },
    } do
      assert.same({ row[3], row[4], row[5], row[6], row[7] }, { stats.quartiles(row[1], row[2]) })
    end
  end)

  it("of random lists equal the definition on whole numbers, whatever the order", function()
    local common, seed = 27720, 7
    local function random(most)
      seed = (seed * 1103515245 + 12345) % 2147483648
      return seed // 65536 % (most + 1)
    end
    for _ = 1, 1500 do
      local rates, values = {}, {}
      for i = 1, 1 + random(14) do
        local n = 1 + random(11)
        local x = random(n)
        rates[i], values[i] = { x, n }, x * (common // n)
      end
      for decimals = 0, 2 do
        local got = { stats.quartiles(rates, { decimals = decimals }) }
        for quarter = 1, 3 do
          local want = text_of(four_times(values, quarter), 4 * common, decimals)
          assert.are.equal(want, got[quarter], label(#rates, quarter, decimals))
        end
      end
    end
  end)

  it("tell rates apart that no double does", function()
    local n = 300000000
    local above, below = { n - 1, n }, { n - 2, n - 1 } -- 1.1e-17 apart
    assert.are.equal(above[1] / above[2], below[1] / below[2])
    for _, rates in ipairs { { above, below, below }, { below, above, below }, { below, below, above } } do
      local lower, median, upper = stats.quartiles(rates, { per = 10 ^ 9, decimals = 9 })
      assert.are.same({ "999999996.666666656", "999999996.666666656", "999999996.666666661" }, { lower, median, upper })
    end
  end)

  it("of nothing are an error, and wrong pairs raise", function()
    for _, rates in ipairs { {}, { { 0, 0 } } } do
      local lower, err = stats.quartiles(rates)
      assert.is_nil(lower)
      assert.are.equal("no-cases", err.code)
      assert.are.equal("no cases: there is no rate to take a mean of", err.message)
    end
    for _, row in ipairs {
      { { 5 }, "bad argument #1: rates must be a list of pairs {x, n}, not 5" },
      { { { { 1, 2 }, { -1, 2 } } }, "rate 2: x (-1) must not be negative" },
      { { { { 1, 2 }, "1/2" } }, "rate 2 must be a pair {x, n}, not string" },
      { { { { 1, 2 } }, { decimals = 10 } }, "decimals (10) must be from 0 to 9" },
      { { { { 1, 2 } }, { kind = 7 } }, 'quartiles: unknown key "kind"; known: decimals, per' },
    } do
      local ok, message = pcall(function()
        local result = stats.quartiles(table.unpack(row[1]))
        return result
      end)
      assert.is_false(ok)
      assert.is_truthy(message:find(row[2], 1, true), message)
      assert.is_truthy(message:find "^[^:]*stats_quartiles_spec.lua:%d+: ", message)
    end
  end)

  it("of rates too large for a mean are an error", function()
    local lower, err = stats.quartiles { { math.maxinteger, 1 } }
    assert.is_nil(lower)
    assert.are.equal("number-too-large", err.code)
  end)
end)
