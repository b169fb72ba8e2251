-- helper_stats.lua: comparisons and brute force for the specs of upheld.stats.
-- Owns: what "near" means. Must not: use the code under test.

local helper = {}

-- |got - want| <= tolerance * max(|want|, floor): relative, unless want is 0.
function helper.near(want, got, tolerance, what)
  local off = math.abs(got - want)
  if off > tolerance * math.max(math.abs(want), 1e-300) or off ~= off then
    error(("%s: %.17g expected, %.17g found"):format(what or "value", want, got), 2)
  end
end

function helper.within(want, got, tolerance, what)
  local off = math.abs(got - want)
  if off > tolerance or off ~= off then
    error(("%s: %.17g expected, %.17g found"):format(what or "value", want, got), 2)
  end
end

local function label(...)
  local parts = table.pack(...)
  for i = 1, parts.n do parts[i] = tostring(parts[i]) end
  return table.concat(parts, ", ")
end

-- Both limits of a row; nil is not checked.
function helper.check_limits(check, row, last, low, high, tolerance, scale)
  local name = label(table.unpack(row, 1, last))
  if row[last + 1] then check(row[last + 1], low * (scale or 1), tolerance, name .. " low") end
  if row[last + 2] then check(row[last + 2], high * (scale or 1), tolerance, name .. " high") end
end

-- P(X = 0..n) at p by the recurrence, without logarithms; for small n.
function helper.binomial(n, p)
  local pmf, q = { [0] = (1 - p) ^ n }, 1 - p
  for k = 1, n do pmf[k] = pmf[k - 1] * ((n - k + 1) * p) / (k * q) end
  return pmf
end

-- Sums of pmf from both ends, the small terms first.
function helper.sums(pmf, n)
  local at_most, at_least, left, right = {}, {}, 0, 0
  for k = 0, n do
    left = left + pmf[k]
    at_most[k] = left
    right = right + pmf[n - k]
    at_least[n - k] = right
  end
  return at_most, at_least
end

helper.label = label

return helper
