-- Two shares or counts beside each other: the difference, its exact digits and interval, and the change tests.
local helper = require "helper_stats"
local stats = require "upheld.stats"

local near, within, label = helper.near, helper.within, helper.label

describe("difference", function()
  -- Newcombe 1998, table II, method 10, as he prints them.
  local NEWCOMBE = { -- x1, n1, x2, n2, low, high
    { 56, 70, 48, 80, 0.0524, 0.3339 }, { 9, 10, 3, 10, 0.1705, 0.8090 }, { 6, 7, 2, 7, 0.0582, 0.8062 },
    { 5, 56, 0, 29, -0.0381, 0.1926 }, { 0, 10, 0, 20, -0.1611, 0.2775 }, { 0, 10, 0, 10, -0.2775, 0.2775 },
    { 10, 10, 0, 20, 0.6791, 1 }, { 10, 10, 0, 10, 0.6075, 1 },
  }

  it("has the published intervals", function()
    for _, row in ipairs(NEWCOMBE) do
      local _, low, high = stats.difference(table.unpack(row, 1, 4))
      within(row[5], low, 0.5000001e-4, label(table.unpack(row, 1, 4)))
      within(row[6], high, 0.5000001e-4, label(table.unpack(row, 1, 4)))
    end
  end)

  it("holds the difference, mirrors, and widens with the level", function()
    for _, n1 in ipairs { 1, 2, 7, 40, 1000 } do
      for _, n2 in ipairs { 1, 3, 15, 1000, 1000000000000 } do
        for x1 = 0, n1, math.max(1, n1 // 5) do
          for x2 = 0, n2, math.max(1, n2 // 5) do
            local at = label(x1, n1, x2, n2)
            local text, low, high = stats.difference(x1, n1, x2, n2)
            local mirrored, other_low, other_high = stats.difference(x2, n2, x1, n1)
            local d = x1 / n1 - x2 / n2
            assert.is_true(-1 <= low and low <= d + 1e-15 and d - 1e-15 <= high and high <= 1, at)
            within(-high, other_low, 1e-15, at)
            within(-low, other_high, 1e-15, at)
            assert.are.equal(text, text:find "^%-" and "-" .. mirrored or tonumber(text) == 0 and mirrored or mirrored:sub(2), at)
            local _, wider_low, wider_high = stats.difference(x1, n1, x2, n2, { level = 0.998 })
            assert.is_true(wider_low <= low and high <= wider_high, at)
          end
        end
      end
    end
  end)

  it("covers about its level, more or less, at every pair of rates", function()
    local n1, n2 = 12, 20
    local cover, lowest = 0, 1
    local limits = {}
    for x1 = 0, n1 do
      for x2 = 0, n2 do limits[x1 * 100 + x2] = { select(2, stats.difference(x1, n1, x2, n2)) } end
    end
    local tried = 0
    for i = 1, 19 do
      for j = 1, 19 do
        local p1, p2, covered = i / 20, j / 20, 0
        local first, second = helper.binomial(n1, p1), helper.binomial(n2, p2)
        for x1 = 0, n1 do
          for x2 = 0, n2 do
            local pair = limits[x1 * 100 + x2]
            if pair[1] <= p1 - p2 and p1 - p2 <= pair[2] then covered = covered + first[x1] * second[x2] end
          end
        end
        cover, tried, lowest = cover + covered, tried + 1, math.min(lowest, covered)
      end
    end
    within(0.953, cover / tried, 0.005, "mean coverage")
    assert.is_true(lowest > 0.90, lowest)
  end)

  it("is rounded half away from zero from the exact fraction", function()
    for n1 = 1, 24 do
      for n2 = 1, 24 do
        for x1 = 0, n1, 3 do
          for x2 = 0, n2, 2 do
            for decimals = 0, 2 do
              local unit = math.tointeger(10 ^ decimals)
              local above = 100 * unit * (x1 * n2 - x2 * n1)
              local scaled = (2 * math.abs(above) + n1 * n2) // (2 * n1 * n2)
              local want = decimals == 0 and tostring(scaled)
                or ("%d.%0" .. decimals .. "d"):format(scaled // unit, scaled % unit)
              if above < 0 and scaled > 0 then want = "-" .. want end
              assert.are.equal(want, (stats.difference(x1, n1, x2, n2, { decimals = decimals })), label(x1, n1, x2, n2))
            end
          end
        end
      end
    end
  end)

  it("of single cases as text", function()
    local most = math.maxinteger
    for _, row in ipairs { -- x1, n1, x2, n2, options, text
      { 33, 40, 4, 5, nil, "2.5" },
      { 2, 3, 7, 10, { decimals = 1 }, "-3.3" },
      { 23, 40, 1, 2, { decimals = 0 }, "8" }, -- 7.5, where 58 - 50 agrees by chance
      { 1, 2, 23, 40, { decimals = 0 }, "-8" },
      { 5, 8, 1, 8, { decimals = 0 }, "50" }, -- 63 - 13 would agree; the next would not
      { 149, 1000, 51, 1000, { decimals = 0 }, "10" }, -- 9.8
      { 1, 1000, 1, 999, { decimals = 1 }, "0.0" }, -- -0.0001
      { 1, most, 0, 1, { per = 10 ^ 9, decimals = 9 }, "0.000000000" },
      { most, most, 0, most, { per = 10 ^ 9, decimals = 9 }, "1000000000.000000000" },
      { 0, most, most, most, nil, "-100.0" },
      { most - 1, most, most - 2, most - 1, { per = 10 ^ 9, decimals = 9 }, "0.000000000" },
      { 31, 565000, 20, 400000, { per = 100000, decimals = 2 }, "0.49" },
    } do
      assert.are.equal(row[6], (stats.difference(row[1], row[2], row[3], row[4], row[5])), label(table.unpack(row, 1, 4)))
    end
  end)
end)

describe("change", function()
  it("of shares and of counts", function()
    for _, row in ipairs { -- x1, n1, x2, n2, change
      { 2, 4, 4, 6, "no clear change" },
      { 0, 4, 4, 4, "rise 95" }, -- 1/70
      { 4, 4, 0, 4, "fall 95" },
      { 3, 3, 0, 3, "no clear change" }, -- 1/20
      { 0, 10, 10, 10, "rise 99.8" },
      { 10, 10, 0, 10, "fall 99.8" },
      { 0, 1000000, 1, 1, "no clear change" }, -- one case alone shows nothing
      { 0, 1000000, 2, 2, "rise 99.8" },
      { 0, 5, 0, 9, "no clear change" },
      { 5, 5, 9, 9, "no clear change" },
      { 500000000000, 1000000000000, 500001000000, 1000000000000, "no clear change" },
      { 500000000000, 1000000000000, 500001500000, 1000000000000, "rise 95" },
      { 500000000000, 1000000000000, 499997000000, 1000000000000, "fall 99.8" },
    } do
      assert.are.equal(row[5], (stats.change(table.unpack(row, 1, 4))), label(table.unpack(row, 1, 4)))
    end
    for _, row in ipairs { -- x1, x2, exposures, change
      { 2, 4, nil, "no clear change" },
      { 0, 5, nil, "no clear change" }, -- 1/32
      { 0, 6, nil, "rise 95" }, -- 1/64
      { 0, 10, nil, "rise 99.8" },
      { 10, 0, nil, "fall 99.8" },
      { 0, 0, nil, "no clear change" },
      { 0, 1, { 1000000, 1 }, "no clear change" }, -- one event alone
      { 0, 2, { 1000000, 1 }, "rise 99.8" },
      { 10, 20, { 1000, 2000 }, "no clear change" },
      { 20, 20, { 1000, 3000 }, "fall 99.8" },
      { 1000000000000, 1000010000000, nil, "rise 99.8" },
    } do
      assert.are.equal(row[4], (stats.change_of_counts(row[1], row[2], row[3] and { exposure = row[3] })), label(row[1], row[2]))
    end
  end)

  it("has the tails of the lady who tasted tea", function() -- Fisher, The Design of Experiments, 1935, section 5
    local _, fall, rise = stats.change(1, 4, 3, 4)
    near(17 / 70, rise, 1e-15)
    near(69 / 70, fall, 1e-15)
    near(1 / 70, (select(3, stats.change(0, 4, 4, 4))), 1e-15)
  end)

  it("of counts is the binomial tail of the second among both", function()
    for _, exposure in ipairs { { 1, 1 }, { 3, 1 }, { 1000, 7000 } } do
      local p = exposure[2] / (exposure[1] + exposure[2])
      for x1 = 0, 30 do
        for x2 = 0, 30 do
          local _, fall, rise = stats.change_of_counts(x1, x2, { exposure = exposure })
          local at_most, at_least = stats.tail(x2, x1 + x2, p)
          near(at_most, fall, 1e-14, label(x1, x2))
          near(at_least, rise, 1e-14, label(x1, x2))
        end
      end
    end
  end)

  it("turns round when the periods do, and when the other outcome is counted", function()
    local turned = { ["fall 99.8"] = "rise 99.8", ["fall 95"] = "rise 95", ["no clear change"] = "no clear change",
      ["rise 95"] = "fall 95", ["rise 99.8"] = "fall 99.8" }
    local rank = { ["fall 99.8"] = -2, ["fall 95"] = -1, ["no clear change"] = 0, ["rise 95"] = 1, ["rise 99.8"] = 2 }
    for _, n in ipairs { { 1, 9 }, { 6, 6 }, { 20, 33 }, { 1000, 400 }, { 3000000, 2000000 } } do
      for x1 = 0, n[1], math.max(1, n[1] // 9) do
        local last_change, last_fall = -3, -1
        for x2 = 0, n[2], math.max(1, n[2] // 37) do
          local at = label(x1, n[1], x2, n[2])
          local change, fall, rise = stats.change(x1, n[1], x2, n[2])
          local back, back_fall, back_rise = stats.change(x2, n[2], x1, n[1])
          assert.are.equal(turned[change], back, at)
          near(fall, back_rise, 1e-12, at)
          near(rise, back_fall, 1e-12, at)
          local other, other_fall = stats.change(n[1] - x1, n[1], n[2] - x2, n[2])
          assert.are.equal(turned[change], other, at)
          near(rise, other_fall, 1e-12, at)
          assert.is_true(fall + rise >= 1 - 1e-12 and fall <= 1 and rise <= 1, at)
          assert.is_true(rank[change] >= last_change and fall >= last_fall - 1e-12, at)
          last_change, last_fall = rank[change], fall
        end
      end
    end
  end)

  it("is smooth where long tails are integrated, and quick at any size", function()
    local before = os.clock()
    -- P(X <= x) - P(X <= x - 1) = P(X <= x) + P(X >= x) - 1: the one probability, whichever way the tail was summed
    for _, n in ipairs { 1000000, 4000000, 16000000, 64000000, 10000000000 } do -- across the switch
      local half = n // 2
      for _, off in ipairs { 0, 1, n // 3000, n // 1000 } do
        local _, fall, rise = stats.change(half, n, half - off, n)
        local _, above = stats.change(half + 1, n, half - off - 1, n)
        local one = fall + rise - 1
        if one > 1e-5 then near(one, fall - above, 1e-9 / one ^ 0.5, label(n, off)) end
      end
    end
    for _, n in ipairs { 1000000000000, math.maxinteger } do
      for _, x in ipairs { 0, 1, 1000, n // 3, n // 2, n - 1, n } do
        for _, y in ipairs { 0, 2, 1100, n // 3 + 1000, n // 2 - n // 1000000, n } do
          local _, fall, rise = stats.change(x, n, y, n)
          assert.is_true(0 <= fall and fall <= 1 and 0 <= rise and rise <= 1 and fall + rise > 1 - 1e-6, label(x, y, n))
          local _, down, up = stats.change_of_counts(x, y, { exposure = { n, n // 2 } })
          assert.is_true(0 <= down and down <= 1 and 0 <= up and up <= 1, label(x, y, n))
        end
      end
    end
    assert.is_true(os.clock() - before < 2)
  end)

  it("raises no more false alarms than its tails allow", function()
    for _, p in ipairs { 0.1, 0.45, 0.8, 0.995 } do
      for _, n in ipairs { { 3, 5 }, { 15, 20 }, { 40, 40 } } do
        local first, second, shares = helper.binomial(n[1], p), helper.binomial(n[2], p), {}
        for x1 = 0, n[1] do
          for x2 = 0, n[2] do
            local change = stats.change(x1, n[1], x2, n[2])
            shares[change] = (shares[change] or 0) + first[x1] * second[x2]
          end
        end
        for _, way in ipairs { "fall", "rise" } do
          local strong = shares[way .. " 99.8"] or 0
          assert.is_true(strong < 0.001 and strong + (shares[way .. " 95"] or 0) < 0.025, label(p, n[1], way))
        end
      end
    end
  end)
end)

describe("class beside peers", function()
  it("of shares and of counts", function()
    for _, row in ipairs { -- x, n, peers' x, peers' n, class, by the score limits
      { 14, 15, 995, 1000, "similar", "low 99.8" },
      { 0, 1, 995, 1000, "similar", "low 99.8" },
      { 1, 10, 0, 1, "similar", "high 99.8" }, -- against one case nobody is high
      { 1, 2, 46, 46, "similar", "low 99.8" }, -- 46 of 46 are not known to be all
      { 0, 10, 45, 90, "low 95", "low 99.8" }, -- 0.1% at a known half, 0.17% beside 90 cases
      { 0, 10, 450000, 900000, "low 99.8", "low 99.8" },
      { 10, 50, 518, 1000, "low 99.8", "low 99.8" },
      { 5, 5, 0, 5, "high 95", "high 99.8" }, -- Fisher: 1/252
    } do
      local name = label(table.unpack(row, 1, 4))
      assert.are.equal(row[5], (stats.class(table.unpack(row, 1, 4))), name)
      assert.are.equal(row[6], (stats.class(row[1], row[2], row[3], row[4], { method = "score" })), name)
    end
    for _, row in ipairs { -- x, exposure, peers' x, peers' exposure, class
      { 3, 40000, 1, 1000, "similar" }, -- forty expected, by one single case
      { 3, 40000, 1000, 1000000, "low 99.8" },
      { 20, 1000, 60, 12000, "high 99.8" },
      { 0, 1000, 3, 1000, "similar" },
      { 0, 1000, 0, 1000, "similar" },
    } do
      assert.are.equal(row[5], (stats.class_of_counts(table.unpack(row, 1, 4))), label(table.unpack(row, 1, 4)))
    end
  end)

  it("is the milder of the binomial and the hypergeometric tail by their definitions", function()
    local differs = 0
    for _, n in ipairs { 1, 2, 3, 7, 15, 24 } do
      for _, m in ipairs { 1, 2, 5, 18, 60 } do
        for x = 0, n do
          for y = 0, m do
            local at_most, at_least = helper.sums(helper.binomial(n, y / m), n)
            local known = helper.class_of_tails(at_most[x], at_least[x], n >= 2)
            local below, above = helper.fisher_tails(x, n, y, m)
            local class = helper.milder(known, helper.class_of_tails(below, above, n >= 2 and m >= 2))
            assert.are.equal(class, (stats.class(x, n, y, m)), label(x, n, y, m))
            if class ~= known then differs = differs + 1 end
          end
        end
      end
    end
    assert.is_true(differs > 100)
  end)

  it("turns round when the other outcome is counted, and draws near the class of a known rate", function()
    local other = { ["low 99.8"] = "high 99.8", ["low 95"] = "high 95", similar = "similar", ["high 95"] = "low 95",
      ["high 99.8"] = "low 99.8" }
    for x = 0, 30 do
      for y = 0, 40 do
        assert.are.equal(other[stats.class(x, 30, y, 40)], (stats.class(30 - x, 30, 40 - y, 40)), label(x, y))
      end
      for _, percent in ipairs { 10, 45, 80 } do
        local near_by = stats.class(x, 30, percent * 10 ^ 10 // 1 | 0, 10 ^ 12 // 1 | 0)
        assert.are.equal(stats.significance(x, 30, percent / 100), near_by, label(x, percent))
      end
    end
  end)

  it("raises no more false alarms than its tails allow, however few the peers' cases are", function()
    local beyond = 0
    for _, m in ipairs { 1, 2, 5, 12, 40 } do
      for _, n in ipairs { 1, 2, 5, 12, 40 } do
        for _, rate in ipairs { 0.1, 0.45, 0.8, 0.995 } do
          local own, peers, shares, known = helper.binomial(n, rate), helper.binomial(m, rate), {}, {}
          for x = 0, n do
            for y = 0, m do
              local class, chance = stats.class(x, n, y, m), own[x] * peers[y]
              shares[class] = (shares[class] or 0) + chance
              class = stats.significance(x, n, y / m)
              known[class] = (known[class] or 0) + chance
            end
          end
          for _, way in ipairs { "low", "high" } do
            local strong = shares[way .. " 99.8"] or 0
            assert.is_true(strong < 0.001 and strong + (shares[way .. " 95"] or 0) < 0.025, label(rate, n, m, way))
            if (known[way .. " 99.8"] or 0) > 0.001 then beyond = beyond + 1 end
          end
        end
      end
    end
    assert.is_true(beyond > 50) -- which a rate taken as known would
  end)
end)

describe("refusals of comparisons", function()
  it("without cases are nil and an error", function()
    for _, row in ipairs {
      { "no cases: n1 is 0, so there is nothing to compare", stats.difference(0, 0, 1, 2) },
      { "no cases: n2 is 0, so there is nothing to compare", stats.difference(1, 2, 0, 0) },
      { "no cases: n1 and n2 are 0, so there is nothing to compare", stats.difference(0, 0, 0, 0) },
      { "no cases: n1 is 0, so there is nothing to compare", stats.change(0, 0, 1, 2) },
      { "no cases: n2 is 0, so there is nothing to compare", stats.change(1, 2, 0, 0) },
    } do
      assert.is_nil(row[2])
      assert.are.equal("no-cases", row[3].code)
      assert.are.equal(row[1], row[3].message)
    end
    local change, err = stats.change_of_counts(1, 2, { exposure = { 0, 5 } })
    assert.is_nil(change)
    assert.are.equal("no-exposure", err.code)
    assert.are.equal("no exposure: exposure1 is 0, so nothing could happen in it", err.message)
    local text, large = stats.difference(1, 2, 1, 2, { per = 1 })
    assert.are.equal("0.0", text)
    assert.is_number(large)
  end)

  local REFUSALS = {
    { "difference", { -1, 4, 1, 2 }, "x1 (-1) must not be negative" },
    { "difference", { 1, 4, 1, -2 }, "n2 (-2) must not be negative" },
    { "difference", { 5, 4, 1, 2 }, "x1 (5) must not be greater than n1 (4)" },
    { "difference", { 1, 4, 3, 2 }, "x2 (3) must not be greater than n2 (2)" },
    { "difference", { 1, 4, 1, 2, { level = 95 } }, "level must be greater than 0 and less than 1, such as 0.95" },
    { "difference", { 1, 4, 1, 2, { per = 0 } }, "per (0) of a difference must be from 1 to 1000000000" },
    { "difference", { 1, 4, 1, 2, { decimals = 10 } }, "decimals (10) must be from 0 to 9" },
    { "difference", { 1, 4, 1, 2, { digits = 1 } }, 'difference: unknown key "digits"; known: decimals, level, per' },
    { "difference", { 1, 4, 1 }, "bad argument #4: n2 must be a whole number, not n" },
    { "change", { 1, 4, 3, 2 }, "x2 (3) must not be greater than n2 (2)" },
    { "change", { 1, 4, -3, 2 }, "x2 (-3) must not be negative" },
    { "change_of_counts", { -1, 4 }, "x1 (-1) must not be negative" },
    { "change_of_counts", { 1, 4, { exposure = { 1, -1 } } }, "exposure2 (-1) must not be negative" },
    { "change_of_counts", { 1, 4, { exposure = { 1 } } }, "exposure2 must be a whole number, not n" },
    { "change_of_counts", { 1, 4, { exposures = { 1, 1 } } }, 'change_of_counts: unknown key "exposures"; did you mean "exposure"?' },
  }

  it("raise a sentence at the caller's line", function()
    for _, row in ipairs(REFUSALS) do
      local ok, message = pcall(function()
        local result = stats[row[1]](table.unpack(row[2]))
        return result
      end)
      assert.is_false(ok, row[3])
      assert.is_truthy(message:find(row[3], 1, true), row[3] .. ": " .. message)
      assert.is_truthy(message:find "^[^:]*stats_compare_spec.lua:%d+: ", message)
    end
  end)
end)
