-- helper_long.lua: numbers of twice a double's precision (about 32 digits), for specs that check the core at large counts.
-- Owns: sum, product, quotient, e^x. Must not: use the code under test.
-- T. J. Dekker, "A floating-point technique for extending the available precision", Numerische Mathematik 18 (1971) 224-242.
-- A number is two doubles, high and low, passed and returned as two values.

local long = {}

-- Exact a * b.
local function product(a, b)
  local p = a * b
  local t = 134217729.0 * a -- 2^27 + 1
  local a1 = t - (t - a)
  local a2 = a - a1
  t = 134217729.0 * b
  local b1 = t - (t - b)
  local b2 = b - b1
  return p, ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2
end

function long.add(a, a2, b, b2)
  local s = a + b
  local v = s - a
  local e = (a - (s - v)) + (b - v) + a2 + b2
  local high = s + e
  return high, e - (high - s)
end

function long.mul(a, a2, b, b2)
  local p, e = product(a, b)
  e = e + (a * b2 + a2 * b)
  local high = p + e
  return high, e - (high - p)
end

function long.div(a, a2, b, b2)
  local q = a / b
  local p, e = long.mul(q, 0.0, b, b2)
  local r, r2 = long.add(a, a2, -p, -e)
  local q2 = r / b
  p, e = long.mul(q2, 0.0, b, b2)
  r = long.add(r, r2, -p, -e)
  return long.add(q, 0.0, q2, r / b)
end

-- a ^ n for a whole n >= 0
function long.power(a, a2, n)
  local r, r2 = 1.0, 0.0
  while n > 0 do
    if n % 2 == 1 then r, r2 = long.mul(r, r2, a, a2) end
    a, a2 = long.mul(a, a2, a, a2)
    n = n // 2
  end
  return r, r2
end

-- e ^ x by the series for x / 2^10, squared ten times
function long.exp(x, x2)
  x, x2 = x / 1024, x2 / 1024
  local s, s2, t, t2 = 1.0, 0.0, 1.0, 0.0
  for k = 1, 24 do
    t, t2 = long.mul(t, t2, x, x2)
    t, t2 = long.div(t, t2, k + 0.0, 0.0)
    s, s2 = long.add(s, s2, t, t2)
  end
  for _ = 1, 10 do s, s2 = long.mul(s, s2, s, s2) end
  return s, s2
end

return long
