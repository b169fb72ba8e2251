-- The attack: all that is published under a rule of disclosure, set up as equations over the unknown counts. It fails the build when any
-- sensitive count can be worked out. Registers are invented by a generator of its own, the same everywhere.
local attack = require "helper_disclosure"
local helper = require "helper"
local upheld = require "upheld"

describe("an attack on hidden counts", function()
  local folder
  setup(function() folder = helper.folder() end)
  teardown(helper.cleanup)

  local function world_of(seed, options)
    local world = attack.world(attack.random(seed), folder, options)
    world.by_code, world.set = {}, {}
    local codes = {}
    for i, a in ipairs(world.authorities) do
      world.by_code[a.code] = a
      if i % 2 == 1 then
        world.set[a.code] = true
        codes[#codes + 1] = a.code
      end
    end
    world.peer_set = assert(assert(world.register:year(2020)):peer_set("odd", codes))
    return world
  end

  -- Every document that the options can make; means and medians print the same counts.
  local function documents(world, rule)
    local list = {}
    for _, group in ipairs { "type", "region", "type in region", world.peer_set } do
      for _, average in ipairs(group == "type" and { "pooled", "mean", "median" } or { "pooled" }) do
        for _, exclude in ipairs { false, true } do
          list[#list + 1] = attack.decode(assert(world.register:json { year = 2020, group = group, average = average,
            exclude_self = exclude, disclosure = rule }))
        end
      end
    end
    return list
  end

  local function all_sums(world, docs)
    local list = {}
    for _, doc in ipairs(docs) do
      for _, one in ipairs(attack.sums(world, doc)) do list[#list + 1] = one end
      for _, one in ipairs(attack.reasons(world, doc)) do list[#list + 1] = one end
    end
    return list
  end

  -- What is no count is a function of printed counts, so that it says nothing beyond them.
  local function check_functions(docs, rounded)
    local printed = 0
    local without = {} -- code, indicator -> peers without itself, by type
    for _, doc in ipairs(docs) do
      for _, a in ipairs(doc.authorities) do
        for name, f in pairs(a.figures) do
          if f.peers and f.peers.group == "type" and not f.peers.include_self and f.peers.average == "pooled" then
            without[a.code .. name] = f.peers
          end
        end
      end
    end
    for _, doc in ipairs(docs) do
      for _, a in ipairs(doc.authorities) do
        for name, f in pairs(a.figures) do
          local x, n = f.numerator, f.denominator
          local p = f.peers
          printed = printed + 1
          for _, each in ipairs { f, p or {} } do -- also what is printed beside a hidden count
            assert.equal(0, (each.numerator or 0) % (rounded or 1), name)
            assert.equal(0, name == "upheld_per_100k" and 0 or (each.denominator or 0) % (rounded or 1), name)
            assert.equal(0, (each.late or 0) % (rounded or 1), name)
          end
          if not (x and n) or n == 0 or f.reason == "too-few" or f.reason == "suppressed" then
            assert.same({}, { f.percent, f.value, f.interval, f.class, f.standing, f.caution })
          elseif rounded then -- little is left, and that of printed counts
            assert.same({}, { f.interval, f.class, f.standing })
            local low_n, high_n = n - rounded // 2, n + (rounded - 1) // 2
            local near = name ~= "upheld_per_100k"
            if near and low_n > 0 then
              near = x / n - (x - rounded // 2) / high_n <= 0.01 and (x + (rounded - 1) // 2) / low_n - x / n <= 0.01
              assert.equal(near and upheld.stats.percent(x, n) or nil, f.percent)
            end
            assert.equal(not near and "rounded" or f.reason, f.reason)
          elseif name ~= "upheld_per_100k" then
            assert.equal(upheld.stats.percent(x, n), f.percent)
            local low, high = upheld.stats.wilson(x, n)
            assert.is_true(math.abs(low - f.interval[1]) < 1e-6 and math.abs(high - f.interval[2]) < 1e-6)
            assert.equal(name ~= "invalid" and n < 10 and "few-cases" or nil, f.caution)
          else
            assert.equal(upheld.stats.decimal(x, n, { per = 100000, decimals = 1 }), f.value)
            assert.equal(x < 10 and "few-cases" or nil, f.caution)
          end
          if f.class and p.group == "type" and name ~= "upheld_per_100k" then
            local q = without[a.code .. name]
            assert.equal(upheld.stats.class(x, n, q.numerator, q.denominator), f.class)
          end
          if p and p.average == "pooled" then
            if not p.numerator then assert.same({}, { p.percent, p.value, p.denominator })
            elseif name ~= "upheld_per_100k" and p.denominator > 0 and not rounded then
              assert.equal(upheld.stats.percent(p.numerator, p.denominator), p.percent)
            end
          elseif p and p.percent then -- of the printed rates of those that have one
            local rates = 0
            for _, b in ipairs(doc.authorities) do
              rates = rates + (b.figures[name].numerator and (b.figures[name].denominator or 0) > 0 and 1 or 0)
            end
            assert.is_true(p.authorities <= rates)
          end
        end
      end
    end
    return printed
  end

  local function number_of(list) return #list end

  -- Runs the attack on one publication: how many sensitive sums there were. exact: search for another table as well.
  local function run(world, rule, exact)
    local sensitive = attack.sensitive(world, attack.decode(assert(world.register:json { year = 2020 })), rule.suppress_below)
    local docs = documents(world, rule)
    check_functions(docs, rule.round_to)
    local system = attack.system(all_sums(world, docs), rule.round_to)
    local low, high = attack.bounds(system, sensitive, 1000)
    local found = { sensitive = number_of(sensitive), determined = 0, pinned = 0, other = 0, lost = 0 }
    for _, one in ipairs(sensitive) do
      if not rule.round_to and attack.determined(system, one.vector) then
        found.determined, found.first = found.determined + 1, found.first or one.what
      end
      local least, most = attack.range(one.vector, low, high)
      assert(least <= one.value and one.value <= most, one.what) -- the attacker's own bounds are sound
      if least == most then found.pinned, found.first = found.pinned + 1, found.first or one.what end
      -- as many values as the threshold stay possible for an authority's count
      if one.kind == "row" then assert(most - least + 1 >= rule.suppress_below, one.what) end
      if exact then
        if attack.another(system, one.vector, one.value, low, high) then found.other = found.other + 1
        else found.lost, found.first = found.lost + 1, found.first or one.what end
      end
    end
    return found
  end

  local totals = { cases = 0, sensitive = 0, other = 0 }

  local function sweep(seeds, options, rules, exact)
    for seed = seeds[1], seeds[2] do
      local world = world_of(seed, options)
      local rule = rules[seed % #rules + 1]
      local found = run(world, rule, exact)
      local what = ("seed %d, below %d: %s"):format(seed, rule.suppress_below, tostring(found.first))
      assert.equal(0, found.determined, what)
      assert.equal(0, found.pinned, what)
      assert.equal(0, found.lost, what)
      totals.cases = totals.cases + 1
      totals.sensitive, totals.other = totals.sensitive + found.sensitive, totals.other + found.other
      world.register:close()
    end
  end

  local RULES = {}
  for below = 3, 10 do RULES[#RULES + 1] = { suppress_below = below } end
  local ROUNDED = { { suppress_below = 3, round_to = 3 }, { suppress_below = 5, round_to = 5 }, { suppress_below = 10, round_to = 10 },
    { suppress_below = 4, round_to = 2 } }

  it("works out none from the equations and bounds of small registers", function()
    sweep({ 1, 24 }, { groups = 3, size = 4, most = 5, published = true }, RULES)
  end)

  it("works out none where a type has few or no cases, by the reasons that are given", function()
    sweep({ 1000, 1039 }, { groups = 3, size = 2, most = 5 }, RULES)
    sweep({ 1145, 1152 }, { groups = 3, size = 1, most = 5, published = true }, RULES)
  end)

  it("works out none of larger registers", function()
    sweep({ 101, 104 }, { groups = 4, size = 8, most = 12, published = true }, RULES)
  end)

  it("works out none where indicators are over whole rows of the tables", function()
    sweep({ 501, 510 }, { groups = 3, size = 4, most = 5, published = true, scheme = attack.scheme() }, RULES)
    sweep({ 511, 513 }, { groups = 2, size = 4, most = 8, scheme = attack.scheme() }, ROUNDED)
  end)

  it("works out none of rounded counts", function()
    sweep({ 201, 208 }, { groups = 3, size = 5, most = 8, published = true }, ROUNDED)
  end)

  it("finds another table for each sensitive count of tiny registers", function()
    sweep({ 301, 320 }, { groups = 2, size = 2, most = 3 }, RULES, true)
    sweep({ 401, 406 }, { groups = 2, size = 2, most = 3 }, ROUNDED, true)
    assert.equal(123, totals.cases)
    assert.is_true(totals.sensitive > 1000 and totals.other > 300)
  end)

  it("succeeds on a publication that only leaves out the small counts", function()
    local broken = 0
    for seed = 1, 12 do
      local world = world_of(seed, { groups = 3, size = 4, most = 5 })
      local below = RULES[seed % #RULES + 1].suppress_below
      local doc = attack.decode(assert(world.register:json { year = 2020 }))
      local naive = {}
      for _, one in ipairs(attack.sums(world, doc)) do
        if one.value == 0 or one.value >= below then naive[#naive + 1] = one end
      end
      local system = attack.system(naive)
      for _, one in ipairs(attack.sensitive(world, doc, below)) do
        if attack.determined(system, one.vector) then
          broken = broken + 1
          break
        end
      end
      world.register:close()
    end
    assert.is_true(broken >= 8, tostring(broken))
  end)

  it("finds the same counts and nothing more in the CSV and the texts", function()
    local world = world_of(7, { groups = 3, size = 4, most = 5 })
    local rule = { suppress_below = 4 }
    local doc = attack.decode(assert(world.register:json { year = 2020, disclosure = rule }))
    local csv = helper.lines(assert(world.register:csv { year = 2020, disclosure = rule }))
    local heading, at = {}, 1
    for name in csv[1]:gmatch "[^,]+" do
      heading[name], at = at, at + 1
    end
    local row = 1
    local year = assert(world.register:year(2020, { disclosure = rule }))
    for _, a in ipairs(doc.authorities) do
      local council = assert(year:authority(a.code))
      for _, indicator in ipairs(year.scheme.indicators) do
        local f = a.figures[indicator.name]
        row = row + 1
        local cells = {}
        for cell in (csv[row] .. ","):gmatch "([^,]*)," do cells[#cells + 1] = cell end
        local text = tostring(council:figure(indicator.name))
        local why = council:figure(indicator.name):why()
        for _, part in ipairs { "numerator", "denominator", "late" } do
          assert.equal(f[part] and tostring(f[part]) or "", cells[heading[part]])
          assert.equal(f[part], council:figure(indicator.name)[part])
        end
        assert.equal(f.percent and tostring(f.percent) or "", cells[heading.percent])
        local allowed = {}
        local function allow(value)
          if type(value) == "table" then
            for _, each in pairs(value) do allow(each) end
          else
            for digits in tostring(value or ""):gmatch "%d+" do allowed[tonumber(digits)] = true end
          end
        end
        allow(f)
        allow { indicator.definition, tostring(council), year.starts, year.ends, indicator.per or 100, indicator.caution_below,
          rule.suppress_below }
        -- intervals and differences are functions of printed counts (above); names and methods have digits of their own
        why = why:gsub("95%% interval[^\n]*", ""):gsub("  nothing in the denominator:[^\n]*", ""):gsub("  not known:[^\n]*", "")
          :gsub("Hyndman and Fan type 7", ""):gsub("Difference from the peers[^\n]*", "")
        for _, words in ipairs { text, why } do
          for digits in words:gmatch "%d+" do
            assert(allowed[tonumber(digits)], ("%s is printed of %s %s: %s"):format(digits, a.code, indicator.name, words))
          end
        end
        assert.equal("not-with-disclosure", (select(2, pcall(council:figure(indicator.name).decisions,
          council:figure(indicator.name)))).code)
      end
    end
    assert.equal(#csv, row)
  end)
end)
