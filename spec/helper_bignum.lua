-- helper_bignum.lua: natural numbers of any size, for specs that check the core's doubles against exact sums.
-- Owns: add, multiply by a small number, compare, the quotient of two as a double. Must not: use the code under test.
--
-- A number is a list of base 10^7 digits, lowest first, without leading zeros; {} is 0. Small numbers are below 10^10, so
-- that every product stays below 2^63.

local bignum = {}

local BASE, DIGITS = 10000000, 7

function bignum.new(small)
  local a = {}
  while small > 0 do
    a[#a + 1] = small % BASE
    small = small // BASE
  end
  return a
end

function bignum.add(a, b)
  local sum, carry = {}, 0
  for i = 1, math.max(#a, #b) do
    local s = (a[i] or 0) + (b[i] or 0) + carry
    if s >= BASE then
      sum[i], carry = s - BASE, 1
    else
      sum[i], carry = s, 0
    end
  end
  if carry > 0 then sum[#sum + 1] = carry end
  return sum
end

-- a * small, 0 <= small < 10^11
function bignum.times(a, small)
  local product, carry = {}, 0
  if small == 0 then return product end
  for i = 1, #a do
    local p = a[i] * small + carry
    product[i], carry = p % BASE, p // BASE
  end
  while carry > 0 do
    product[#product + 1], carry = carry % BASE, carry // BASE
  end
  return product
end

-- a // small; exact where the caller knows that nothing is left.
function bignum.over(a, small)
  local quotient, rest = {}, 0
  for i = #a, 1, -1 do
    local d = rest * BASE + a[i]
    quotient[i], rest = d // small, d % small
  end
  while quotient[#quotient] == 0 do quotient[#quotient] = nil end
  return quotient
end

-- a as m * 10^e with a double 1 <= m < 10^28, to 2^-52; 0, 0 for nothing.
local function scaled(a)
  local m = 0.0
  for i = #a, math.max(1, #a - 3), -1 do m = m * BASE + a[i] end
  return m, DIGITS * math.max(0, #a - 4)
end

-- a / b as a double, right to a few units of its last place.
function bignum.ratio(a, b)
  local top, high = scaled(a)
  local bottom, low = scaled(b)
  if top == 0 then return 0.0 end
  return top / bottom * 10.0 ^ (high - low)
end

-- -1, 0 or 1
function bignum.compare(a, b)
  if #a ~= #b then return #a < #b and -1 or 1 end
  for i = #a, 1, -1 do
    if a[i] ~= b[i] then return a[i] < b[i] and -1 or 1 end
  end
  return 0
end

return bignum
