-- csrc/core/METHODS.md against the program: each worked line and each table is recomputed; a changed digit is noticed; no
-- statistic is missing. And the false alarms of the page once more, by simulation.
local helper = require "helper"
local methods = require "helper_methods"
local stats = require "upheld.stats"

local page = helper.read(methods.path)

describe("METHODS.md", function()
  it("has worked lines that agree", function()
    local wrong, compared = methods.check_lines(page)
    assert.are.same({}, wrong)
    assert.is_true(compared > 40)
  end)

  it("names every statistic in a worked line", function()
    local _, _, called = methods.check_lines(page)
    -- a funnel is a table: its line is the one before those that read it
    for name in page:gmatch "= stats%.([%w_]+)" do called[name] = true end
    for name in pairs(stats) do assert.is_true(called[name], name .. " has no worked line") end
    for name in pairs(called) do assert.is_function(stats[name], name) end
  end)

  it("is found wrong when any printed digit of a line is changed", function()
    local changed = 0
    for block in page:gmatch "(\n```lua\n.-\n```)" do -- each stands for itself
      for at in block:gmatch "\n()[^\n]-%-%->[^\n]*" do
        local line = block:match("^[^\n]*", at)
        for place = select(2, line:find("-->", 1, true)) + 1, #line do
          local digit = line:sub(place, place)
          if digit:find "%d" then
            local copy = block:sub(1, at + place - 2) .. (digit + 1) % 10 .. block:sub(at + place)
            assert.are.equal(#block, #copy)
            assert.are.equal(1, #(methods.check_lines(copy)), line .. ": digit " .. place)
            changed = changed + 1
          end
        end
      end
    end
    assert.is_true(changed > 200)
  end)

  it("is found wrong when a class or a result is changed", function()
    for _, change in ipairs { { '"low 95"', '"low 99.8"' }, { '"similar"', '"low 95"' }, { '"rise 95"', '"no clear change"' },
      { '"fall 99.8"', '"rise 99.8"' }, { "nil, %.%.%.", "0" }, { ", 0%.9638", "" } } do
      local copy, times = page:gsub("%-%-> " .. change[1], "--> " .. change[2], 1)
      if times == 0 then copy, times = page:gsub(change[1], change[2], 1) end
      assert.are.equal(1, times, change[1])
      assert.are.equal(1, #(methods.check_lines(copy)), change[1])
    end
  end)

  it("has tables that agree", function()
    assert.are.equal(methods.averaging_table(), methods.table_of(page, "averaging-rules"))
    assert.are.equal(methods.false_alarm_table(), methods.table_of(page, "false-alarms"))
    assert.are.equal(methods.false_alarms_beside_table(), methods.table_of(page, "false-alarms-beside"))
  end)

  it("says of the counties of 2025 what the table shows", function()
    local row = methods.table_of(page, "averaging-rules"):match "| 2025 | County | upheld |[^\n]*"
    assert.is_truthy(row:find("| 88.99: agrees |", 1, true), row)
    assert.is_truthy(row:find "| impossible |$", row)
  end)
end)

describe("false alarms", function()
  local CLASSES = { "low 95", "low 99.8", "high 95", "high 99.8" }
  local DRAWS = os.getenv "UPHELD_SLOW" and 1000 or 12000

  -- G. Marsaglia's xorshift64 with the multiplier of S. Vigna: the same numbers everywhere; the upper 53 bits in 0..1.
  local state = 88172645463325252
  local function random()
    state = state ~ (state >> 12)
    state = state ~ (state << 25)
    state = state ~ (state >> 27)
    return ((state * 2685821657736338717) >> 11) * 2.0 ^ -53
  end

  it("of drawn authorities are those of the exact sums, by either method, for n = 1 to 50", function()
    for _, target in ipairs(methods.TARGETS) do
      local counts, classes = {}, {} -- how often x of n came up; the class of x of n
      for n = 1, methods.SIZES do
        counts[n] = {}
        for x = 0, n do counts[n][x] = 0 end
      end
      for _ = 1, DRAWS do
        local x = 0
        for n = 1, methods.SIZES do -- one authority, seen after each of its cases
          if random() < target then x = x + 1 end
          counts[n][x] = counts[n][x] + 1
        end
      end
      for _, method in ipairs(methods.METHODS) do
        for n = 1, methods.SIZES do
          local drawn = { ["low 95"] = 0, ["low 99.8"] = 0, ["high 95"] = 0, ["high 99.8"] = 0 }
          for x = 0, n do
            classes[x] = stats.significance(x, n, target, { method = method })
            if classes[x] ~= "similar" then
              local side = classes[x]:match "^%l+"
              drawn[side .. " 95"] = drawn[side .. " 95"] + counts[n][x]
              if classes[x] == side .. " 99.8" then drawn[classes[x]] = drawn[classes[x]] + counts[n][x] end
            end
          end
          local shares = methods.false_alarms(n, target, method)
          for _, class in ipairs(CLASSES) do
            local want = shares[class]
            local off = math.abs(drawn[class] / DRAWS - want)
            assert.is_true(off <= 5 * math.sqrt(want * (1 - want) / DRAWS) + 5 / DRAWS, class .. " of " .. n .. " at " .. target)
            if method == "exact" then -- never above the nominal level
              assert.is_true(want < (class:find "99" and 0.001 or 0.025), class .. " of " .. n)
            end
          end
        end
      end
    end
  end)
end)
