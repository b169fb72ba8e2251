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

-- P(X = 0..n) at p by the recurrence, without logarithms, from the end that is likely; for n of some hundreds.
function helper.binomial(n, p)
  local pmf, q = {}, 1 - p
  if p > 0.5 then
    for k, value in pairs(helper.binomial(n, q)) do pmf[n - k] = value end
    return pmf
  end
  pmf[0] = q ^ n
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

--- P(X <= x) and P(X >= x) when x of n and y of m are drawn from x + y of n + m, by the definition; for small numbers.
function helper.fisher_tails(x, n, y, m)
  local all, weights, total = x + y, {}, 0
  local least, most = math.max(0, all - m), math.min(all, n)
  local weight = 1.0 -- of the least; the next by the ratio of two neighbours
  for i = least, most do
    weights[i], total = weight, total + weight
    weight = weight * (n - i) * (all - i) / ((i + 1) * (m - all + i + 1))
  end
  local at_most, at_least = 0, 0
  for i = least, x do at_most = at_most + weights[i] / total end
  for i = most, x, -1 do at_least = at_least + weights[i] / total end
  return at_most, at_least
end

--- The class of two tails. enough: whether there is enough to give one.
function helper.class_of_tails(at_most, at_least, enough)
  if not enough then return "similar" end
  return at_most < 0.001 and "low 99.8" or at_most < 0.025 and "low 95" or at_least < 0.001 and "high 99.8"
    or at_least < 0.025 and "high 95" or "similar"
end

--- The milder of two classes.
function helper.milder(a, b)
  local place = { ["low 99.8"] = -2, ["low 95"] = -1, similar = 0, ["high 95"] = 1, ["high 99.8"] = 2 }
  if place[a] * place[b] <= 0 then return "similar" end
  return math.abs(place[a]) < math.abs(place[b]) and a or b
end

helper.label = label

return helper
