-- The core's doubles against arithmetic that shares nothing with them: exact sums of whole numbers for every n up to 200, twice
-- a double's precision beyond, an asymptotic expansion at 10^12. csrc/core/METHODS.md states the bounds that are shown here.
local bignum = require "helper_bignum"
local helper = require "helper_stats"
local long = require "helper_long"
local stats = require "upheld.stats"

local near, label = helper.near, helper.label
local ULP = 2.0 ^ -52

-- {====== exact sums ======

-- The whole numbers C(n, k) a^k (b - a)^(n - k), k = 0..n: of b^n equal ways, those with k cases at p = a/b.
local function ways(n, a, b)
  local terms, c = { [0] = bignum.new(1) }, b - a
  for _ = 1, n do terms[0] = bignum.times(terms[0], c) end
  for k = 0, n - 1 do terms[k + 1] = bignum.over(bignum.times(terms[k], (n - k) * a), (k + 1) * c) end
  return terms
end

-- Sums of terms from 0 to each place, and from each place to n.
local function both_sums(terms, n)
  local at_most, at_least, left, right = {}, {}, {}, {}
  for k = 0, n do
    left = bignum.add(left, terms[k])
    at_most[k] = left
    right = bignum.add(right, terms[n - k])
    at_least[n - k] = right
  end
  return at_most, at_least
end

describe("exact sums of whole numbers", function()
  for _, p in ipairs { { 1, 2 }, { 9, 20 }, { 4, 5 }, { 199, 200 } } do
    it(("give the binomial tails of every x and n up to 200 at %d/%d"):format(p[1], p[2]), function()
      local a, b = p[1], p[2]
      local step = os.getenv "UPHELD_SLOW" and 17 or 1
      for n = 1, 200, step do
        local at_most, at_least = both_sums(ways(n, a, b), n)
        local all = at_most[n]
        -- rounding a/b and 1 - a/b to doubles alone moves a tail by so much
        local tolerance = 1e-12 + n * ULP * b / (b - a)
        for x = 0, n do
          local got_most, got_least = stats.tail(x, n, a / b)
          near(bignum.ratio(at_most[x], all), got_most, tolerance, label("at most", x, n, a, b))
          near(bignum.ratio(at_least[x], all), got_least, tolerance, label("at least", x, n, a, b))
        end
      end
    end)
  end

  it("give the Poisson tails of every x up to 200", function()
    for _, mean in ipairs { { 1, 2 }, { 5, 2 }, { 10, 1 }, { 45, 1 }, { 399, 2 } } do
      local a, b = mean[1], mean[2]
      local terms, term, last = {}, bignum.new(1), 0
      for _ = 1, 300 do term = bignum.times(term, 10) end -- (a/b)^k / k! in units of 10^-300, cut
      while #term > 0 do
        terms[last] = term
        last = last + 1
        term = bignum.over(bignum.times(term, a), b * last)
      end
      local at_most, at_least = both_sums(terms, last - 1)
      for x = 0, math.min(200, last - 1) do
        local got_most, got_least = stats.poisson_tail(x, a / b)
        near(bignum.ratio(at_most[x], at_least[0]), got_most, 1e-12, label("at most", x, a, b))
        local want = bignum.ratio(at_least[x], at_least[0])
        if want > 1e-250 then near(want, got_least, 1e-12, label("at least", x, a, b)) end
      end
    end
  end)

  it("give Fisher's test over a grid", function()
    local function choose(n)
      local row = { [0] = bignum.new(1) }
      for k = 0, n - 1 do row[k + 1] = bignum.over(bignum.times(row[k], n - k), k + 1) end
      return row
    end
    -- big * big by its digits, for C(n1, i) C(n2, j)
    local function product(a, b)
      local sum = {}
      for i = #b, 1, -1 do sum = bignum.add(bignum.times(sum, 10000000), bignum.times(a, b[i])) end
      return sum
    end
    local SIZES = { 1, 2, 3, 5, 8, 13, 40, 87, 200 }
    for _, n1 in ipairs(SIZES) do
      for _, n2 in ipairs(SIZES) do
        local first, second = choose(n1), choose(n2)
        for m = 0, n1 + n2, math.max(1, (n1 + n2) // 7) do
          local least, most, terms = math.max(0, m - n1), math.min(m, n2), {}
          for k = least, most do terms[k - least] = product(first[m - k], second[k]) end
          local at_most, at_least = both_sums(terms, most - least)
          for x = least, most, math.max(1, (most - least) // 12) do
            local _, fall, rise = stats.change(m - x, n1, x, n2)
            near(bignum.ratio(at_most[x - least], at_least[0]), fall, 1e-13, label("fall", m - x, n1, x, n2))
            near(bignum.ratio(at_least[x - least], at_least[0]), rise, 1e-13, label("rise", m - x, n1, x, n2))
          end
        end
      end
    end
  end)
end)

-- }======

-- {====== large counts ======

-- Binomial tails at n and p = a/b, a power of two, at some z: sums over the terms, the mode's being 1, in twice a double's
-- precision. Gives a list of { x, at_most, at_least }.
local function long_tails(n, a, b, places)
  local c, mode = b - a, n * a // b
  local wanted, result = {}, {}
  for _, x in ipairs(places) do wanted[x] = { x } end
  local sides = {}
  for side, step in ipairs { -1, 1 } do
    local sum, sum2, t, t2, k = 0.0, 0.0, 1.0, 0.0, mode
    local partial = {}
    while t > 1e-40 and k >= 0 and k <= n do
      partial[k] = wanted[k] and { sum, sum2, t, t2 } or nil
      sum, sum2 = long.add(sum, sum2, t, t2) -- terms from the mode to k
      if step < 0 then -- t(k-1) = t(k) * k c / ((n - k + 1) a): every factor is exact below 2^53
        t, t2 = long.mul(t, t2, k * c + 0.0, 0.0)
        t, t2 = long.div(t, t2, (n - k + 1) * a + 0.0, 0.0)
      else
        t, t2 = long.mul(t, t2, (n - k) * a + 0.0, 0.0)
        t, t2 = long.div(t, t2, (k + 1) * c + 0.0, 0.0)
      end
      k = k + step
    end
    sides[side] = { sum = sum, sum2 = sum2, partial = partial }
  end
  local all, all2 = long.add(sides[1].sum, sides[1].sum2, sides[2].sum, sides[2].sum2)
  all, all2 = long.add(all, all2, -1.0, 0.0) -- the mode is in both
  for _, x in ipairs(places) do
    local side = sides[x <= mode and 1 or 2]
    local before = side.partial[x]
    local tail, tail2 = long.add(side.sum, side.sum2, -before[1], -before[2]) -- from x outwards
    tail = long.div(tail, tail2, all, all2)
    result[#result + 1] = { x, tail }
  end
  return result, mode
end

-- P(Z <= t) for t <= 0: 1/2 + phi(t) (t + t^3/3 + t^5/15 + ...), in twice a double's precision as the two nearly cancel.
local function normal_lower(t, t2)
  local square, square2 = long.mul(t, t2, t, t2)
  local term, term2, sum, sum2 = t, t2, t, t2
  local k = 1
  repeat
    term, term2 = long.mul(term, term2, square, square2)
    term, term2 = long.div(term, term2, 2 * k + 1.0, 0.0)
    sum, sum2 = long.add(sum, sum2, term, term2)
    k = k + 1
  until math.abs(term) < 1e-34 * math.abs(sum)
  local density, density2 = long.exp(-square / 2, -square2 / 2)
  density, density2 = long.mul(density, density2, 0.3989422804014327, -2.4923272022777433e-17) -- 1/sqrt(2 pi)
  sum, sum2 = long.mul(sum, sum2, density, density2)
  local lower = long.add(0.5, 0.0, sum, sum2)
  return lower, density
end

describe("large counts", function()
  it("from 10^4 to 10^8 equal sums in twice a double's precision", function()
    for _, p in ipairs { { 512, 1024 }, { 461, 1024 }, { 1019, 1024 } } do -- exact as doubles: 0.5, about 0.45 and 0.995
      for _, n in ipairs { 10000, 1000000, not os.getenv "UPHELD_SLOW" and 100000000 or nil } do
        local a, b = p[1], p[2]
        local deviation = math.sqrt(n * (a / b) * (1 - a / b))
        local places, mode = {}, n * a // b
        for _, z in ipairs { -7, -3, -1, 0, 1, 2, 5, 8 } do
          local x = mode + math.floor(z * deviation)
          if x >= 0 and x <= n then places[#places + 1] = x end
        end
        for _, row in ipairs((long_tails(n, a, b, places))) do
          local x = row[1]
          local at_most, at_least = stats.tail(x, n, a / b)
          near(row[2], x <= mode and at_most or at_least, 1e-12, label(x, n, a, b))
        end
      end
    end
  end)

  it("of rare cases among 10^12 equal sums in twice a double's precision", function()
    local n = 1000000000000
    for _, power in ipairs { 36, 38, 40, 43 } do
      local p = 2.0 ^ -power
      local t, t2 = long.power(1 - p, 0.0, n) -- no case at all; 1 - p is exact
      local sum, sum2 = 0.0, 0.0
      for x = 0, 60 do
        sum, sum2 = long.add(sum, sum2, t, t2)
        near(sum, (stats.tail(x, n, p)), 1e-12, label(x, power))
        t, t2 = long.mul(t, t2, n - x + 0.0, 0.0)
        t, t2 = long.mul(t, t2, p, 0.0)
        t, t2 = long.div(t, t2, (x + 1) * (1 - p), 0.0)
      end
    end
  end)

  -- F. Y. Edgeworth's expansion to the order 1/n with the correction for whole numbers (J. E. Kolassa, Series Approximation
  -- Methods in Statistics, chapter 3): what it leaves is of the order n^-1.5.
  it("of 10^12 equal the Edgeworth expansion", function()
    local n = 1000000000000
    for _, p in ipairs { 1 / 2, 1 / 4, 15 / 16 } do
      local variance = n * p * (1 - p)
      local deviation, mean = math.sqrt(variance), n * p
      local skew, kurtosis = (1 - 2 * p) / deviation, (1 - 6 * p * (1 - p)) / variance
      for _, z in ipairs { -6, -4, -3.1, -1.96, -1, -0.1 } do
        local x = math.floor(mean + z * deviation)
        local t, t2 = long.div(x + 0.5 - mean, 0.0, deviation, (variance - deviation * deviation) / (2 * deviation))
        local lower, density = normal_lower(t, t2)
        local he2, he3, he5 = t ^ 2 - 1, t ^ 3 - 3 * t, t ^ 5 - 10 * t ^ 3 + 15 * t
        local want = lower - density * (skew / 6 * he2 + kurtosis / 24 * he3 + skew ^ 2 / 72 * he5 - t / (24 * variance))
        near(want, (stats.tail(x, n, p)), 1e-12, label(x, n, p))
        -- a double near p misses it by so much: the bound of special.h, seen from the outside
        local beside = p * (1 + ULP)
        local moved = math.abs(stats.tail(x, n, beside) / want - 1)
        assert.is_true(moved < 4 * ULP * (math.abs(z) + 1) * math.sqrt(n * math.max(p / (1 - p), (1 - p) / p)), label(p, z))
      end
    end
  end)

  it("quantiles invert their tails at 10^4 and 10^12", function()
    for _, n in ipairs { 10000, 1000000000000 } do
      for _, x in ipairs { 1, 5, 1000, n // 2, n // 20 * 9 } do
        for _, level in ipairs { 0.95, 0.998 } do
          local low, high = stats.exact(x, n, { level = level })
          local _, at_least = stats.tail(x, n, low)
          local at_most = stats.tail(x, n, high)
          local bound = 1e-12 + 4 * ULP * 3.1 * math.sqrt(n)
          near((1 - level) / 2, at_least, bound, label("low", x, n))
          near((1 - level) / 2, at_most, bound, label("high", x, n))
        end
      end
    end
  end)
end)

-- }======
