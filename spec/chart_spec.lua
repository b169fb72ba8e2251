-- Charts: every number of a drawing is its table's, places follow rates, no line crosses a gap or a break, and whatever an authority is
-- called, the drawing is well-formed.
local chart = require "upheld.chart"
local core = require "upheld.core"
local helper = require "helper"
local helpers = require "upheld.helpers"
local svg = require "upheld.chart.svg"
local upheld = require "upheld"

local HOSTILE = { "O'Brien & Sons <script>alert(\"x\")</script>", "]]></title><!-- &amp; --", "=1+1", "\u{202E}Right \u{5D0}\u{5D1}",
  ("Long "):rep(58) .. "end", "\u{1F600} Caf\u{E9}", "{label} %s %d" }

local ENTITIES = { amp = "&", lt = "<", gt = ">", quot = '"', ["#39"] = "'" }
local function unescape(s) return (s:gsub("&(#?%w+);", ENTITIES)) end

-- Parses an XML element: elements { name, attributes, children } and texts; raises on what is not well-formed.
local function parse(text)
  local root = { name = "", children = {} }
  local stack, at, ids = { root }, 1, {}
  while at <= #text do
    local open = text:find("<", at, true)
    local words = text:sub(at, (open or #text + 1) - 1)
    for entity in words:gmatch "&([^;]*;?)" do assert(ENTITIES[entity:match "^(.*);$" or ""], "entity " .. entity) end
    assert(not words:find "[%z\1-\8\11\12\14-\31]" and utf8.len(words), "a character that XML has not")
    local top = stack[#stack]
    if words:find "%S" then top.children[#top.children + 1] = unescape(words) end
    if not open then break end
    local close, name, attributes, empty, after = text:match("^<(/?)([%a][%w]*)([^<>]-)(/?)>()", open)
    assert(name, "a tag at " .. text:sub(open, open + 40))
    if close == "/" then
      assert(top.name == name and attributes == "", "closing " .. name)
      stack[#stack] = nil
    else
      local element = { name = name, children = {}, attributes = {} }
      local rest = attributes:gsub(' ([%a][%w-]*)="([^"<]*)"', function(key, value)
        assert(element.attributes[key] == nil, key .. " twice")
        element.attributes[key] = unescape(value)
        return ""
      end)
      assert(rest == "", "attributes " .. rest)
      local id = element.attributes.id
      assert(id == nil or not ids[id], "an id twice")
      if id then ids[id] = element end
      top.children[#top.children + 1] = element
      if empty == "" then stack[#stack + 1] = element end
    end
    at = after
  end
  assert(#stack == 1 and #root.children == 1, "unclosed")
  return root.children[1], ids
end

-- All elements of a name, in order.
local function all(element, name, list)
  list = list or {}
  for _, child in ipairs(element.children) do
    if type(child) == "table" then
      if child.name == name then list[#list + 1] = child end
      all(child, name, list)
    end
  end
  return list
end

local function texts(element, list, without)
  for _, child in ipairs(element.children) do
    if type(child) == "string" then list[#list + 1] = child
    elseif child.name ~= without and not (without and (child.name == "desc" or child.attributes.class == "scale")) then texts(child, list, without) end
  end
  return list
end

local function numbers(s)
  local list = {}
  for number in s:gmatch "%d[%d.,]*" do list[#list + 1] = (number:gsub("[.,]+$", "")) end
  return list
end

local function cells(made)
  local list = { made.table.caption, table.concat(made.table.header, "\n") }
  for _, row in ipairs(made.table.rows) do
    assert.equal(#made.table.header, #row)
    for _, cell in ipairs(row) do assert.is_true(type(cell) == "string" and cell ~= "") end
    list[#list + 1] = table.concat(row, "\n")
  end
  return table.concat(list, "\n")
end

-- The centres of the authority's dots, without the legend's.
local function dots(made)
  local list = {}
  for i, each in ipairs(all(parse(made.svg), "circle")) do list[i] = { x = tonumber(each.attributes.cx), y = tonumber(each.attributes.cy) } end
  list[#list] = nil
  return list
end

-- What holds of any chart. Gives its parsed drawing.
local function sound(made)
  local root, ids = parse(made.svg)
  assert.same({ "svg", "img", "http://www.w3.org/2000/svg" }, { root.name, root.attributes.role, root.attributes.xmlns })
  local title, desc = root.attributes["aria-labelledby"]:match "^(%S+) (%S+)$" -- both are its name, as a PDF has it
  assert.same({ "title", "desc" }, { ids[title].name, ids[desc].name })
  -- controls of names are blanks in a drawing
  assert.equal((made.title:gsub("[\1-\32]+", " ")), ids[title].children[1])
  assert.equal((made.description:gsub("[\1-\32]+", " ")), ids[desc].children[1])
  assert.equal(made.title, made.table.caption)
  for _, forbidden in ipairs { "<script", "<style", "href", "url%(", "src=", "<image", " on%a+=" } do
    local bare = made.svg:gsub("<title.->.-</title>", ""):gsub(">[^<]*<", "><")
    assert.is_nil(bare:find(forbidden), forbidden)
  end
  local known = {}
  local inside = cells(made)
  for _, number in ipairs(numbers(inside)) do known[number] = true end
  for _, text in ipairs(texts(root, {}, "title")) do
    for _, number in ipairs(numbers(text)) do assert.is_true(known[number], ("%s of %q is not in the table"):format(number, text)) end
  end
  -- who reads the description has every cell of the table, but the words for nothing
  for _, row in ipairs(made.table.rows) do
    for i = 1, 4 do
      local plain = row[i] == "none" or row[i] == "not known" or row[i] == "not shown"
      assert.is_true(plain or made.description:find(row[i], 1, true) ~= nil, row[i])
    end
  end
  local width, height = root.attributes.viewBox:match "^0 0 (%d+) ([%d.]+)$"
  for _, kind in ipairs { { "circle", "cx", "cy" }, { "line", "x1", "y1" }, { "line", "x2", "y2" }, { "text", "x", "y" }, { "rect", "x", "y" } } do
    for _, each in ipairs(all(root, kind[1])) do
      local x, y = tonumber(each.attributes[kind[2]] or 0), tonumber(each.attributes[kind[3]] or 0)
      assert.is_true(x >= 0 and x <= tonumber(width) and y >= 0 and y <= tonumber(height), kind[1])
    end
  end
  for _, each in ipairs(all(root, "text")) do -- no text leaves the drawing, by the widths that are reckoned with
    local a = each.attributes
    local words = texts(each, {}, "title")[1] or ""
    local size, x = svg.width(words, tonumber(a["font-size"])), tonumber(a.x)
    local from = a["text-anchor"] == "end" and x - size or a["text-anchor"] == "middle" and x - size / 2 or x
    assert.is_true(from >= -2 and from + size <= tonumber(width) + 2, words)
    assert.is_true(tonumber(a["font-size"]) >= 13)
  end
  return root
end

describe("a chart", function()
  local folder
  before_each(function() folder = helper.folder() end)
  after_each(helper.cleanup)

  -- A register from rows of published.csv { code, year, investigated, upheld, complied, outcomes, satisfactory }.
  local function book(rows, more)
    more = more or {}
    local lines = { "authority_code,year,investigated,upheld,complied,compliance_outcomes,satisfactory_remedies\n" }
    for _, r in ipairs(rows) do
      lines[#lines + 1] = ("%s,%d,%s,%s,%s,%s,%s\n"):format(r[1], r[2], r[3] or "", r[4] or "", r[5] or "", r[6] or "", r[7] or "")
    end
    local list = { "code,name,type,region\n" }
    for i, name in ipairs(more.names or { "Alpha Council", "Beta Council" }) do
      list[#list + 1] = ('D%d,"%s",District,North\n'):format(i, (name:gsub('"', '""')))
    end
    list[#list + 1] = "P1,Park Authority,National Park,North\n"
    local register = assert(upheld.open(":memory:", { scheme = more.scheme }))
    assert(register:import { authorities = helper.write(folder .. "/a.csv", table.concat(list)),
      published = helper.write(folder .. "/u.csv", table.concat(lines)),
      population = more.population and helper.write(folder .. "/p.csv", more.population) or nil,
      decisions = more.decisions and helper.write(folder .. "/d.csv", more.decisions) or nil })
    return register
  end

  local function council(register, code, year, options) return assert(assert(register:year(year or 2024, options)):authority(code)) end

  describe("of a year's rates", function()
    local CASES = { -- upheld, investigated of the authority; cells: rate, cases, interval, average; whether it has a dot and a diamond
      { 2, 3, "67%", "2 of 3", "21% to 94%", "47%", true },
      { 0, 5, "0%", "0 of 5", "0% to 43%", "29%", true },
      { 5, 5, "100%", "5 of 5", "57% to 100%", "59%", true },
      { 249, 250, "more than 99%", "249 of 250", "98% to 100%", "97%", true },
      { 1, 250, "less than 1%", "1 of 250", "0% to 2%", "2%", true },
      { 123455, 123456, "more than 99%", "123455 of 123456", "more than 99% to 100%", "more than 99%", true },
      { 1, 9999999, "less than 1%", "1 of 9999999", "0% to less than 1%", "less than 1%", true },
      { 0, 0, "no rate: none investigated", "0 of 0", "none", "42%", false },
      { nil, nil, "no rate: what it needs is not recorded", "not known", "none", "42% (1 of 2 authorities known)", false },
    }
    for _, c in ipairs(CASES) do
      it(("says %s of %s as %s"):format(tostring(c[1]), tostring(c[2]), c[3]), function()
        local made = chart.rates(council(book { { "D1", 2024, c[2], c[1] }, { "D2", 2024, 12, 5 } }, "D1"), { figures = { "upheld" } })
        assert.same({ { "Complaints upheld", table.unpack(c, 3, 6) } }, made.table.rows)
        local root = sound(made)
        assert.equal(c[7] and 1 or 0, #all(root, "circle") // 2)
        assert.equal(4, #all(root, "polygon")) -- the peers' mark, with its white edge, here and in the legend
        assert.equal("Alpha Council: rates of the year ending 31 March 2024", made.title)
      end)
    end

    it("says rates as helpers do", function()
      for _, c in ipairs { { 249, 250 }, { 1, 250 }, { 2, 3 } } do
        local a = council(book { { "D1", 2024, c[2], c[1] } }, "D1")
        assert.equal(helpers.rate(a.upheld), chart.rates(a).table.rows[1][2])
        assert.equal(helpers.peer_rate(a.upheld:peers()) .. " (1 of 2 authorities known)", chart.rates(a).table.rows[1][5])
      end
    end)

    it("describes itself in full", function()
      local made = chart.rates(council(book { { "D1", 2024, 3, 2, 9, 9, 0 }, { "D2", 2024, 12, 5, 3, 4, 1 } }, "D1"))
      assert.equal("Complaints upheld: 67% (2 of 3), 95% interval 21% to 94%; similar authorities 47%. "
        .. "Compliance with recommendations: 100% (9 of 9), 95% interval 70% to 100%; similar authorities 92%. "
        .. "Satisfactory remedies provided by the authority: 0% (0 of 2), 95% interval 0% to 66%; similar authorities 14%. "
        .. "Each rate is a dot on a scale from 0% to 100%, its 95% interval a line. "
        .. "The average of similar authorities is a hollow diamond.", made.description)
      assert.same({ "Figure", "Rate", "Cases", "95% interval", "Average of similar authorities" }, made.table.header)
      assert.equal(3, #dots(made))
      sound(made)
    end)

    it("tells of remedies that were late", function()
      local register = book({}, { decisions = "reference,authority_code,decided_date,outcome,compliance_outcome,compliance_date\n"
        .. "22 000 001,D1,2023-05-11,Upheld,Remedy completed late,2023-08-01\n22 000 002,D1,2023-05-12,Upheld,Remedy complete and satisfied,2023-08-01\n" })
      local made = chart.rates(council(register, "D1"), { figures = { "compliance" } })
      assert.same({ "100%", "2 of 2, 1 of them late" }, { made.table.rows[1][2], made.table.rows[1][3] })
      sound(made)
    end)

    it("has dots whose places follow the rates, at the ends for 0% and 100%", function()
      local last, places = -1, {}
      for x = 0, 40 do
        local at = dots(chart.rates(council(book { { "D1", 2024, 40, x } }, "D1"), { figures = { "upheld" } }))[1].x
        assert.is_true(at > last)
        last, places[x] = at, at
      end
      assert.is_true(math.abs((places[0] + places[40]) / 2 - places[20]) < 0.1)
    end)

    it("prints the published average where the average is over a part of the type", function()
      local register = book { { "D1", 2024, 10, 4 } }
      assert(register:import { published = helper.write(folder .. "/more.csv", "authority_code,year,upheld_peer_rate\nD1,2024,61\n") })
      local made = chart.rates(council(register, "D1"), { figures = { "upheld" } })
      assert.equal("61%, as published", made.table.rows[1][5])
      local root = sound(made)
      local diamond = all(root, "polygon")[1].attributes.points:match "^([%d.]+),"
      assert.is_true(tonumber(diamond) > dots(made)[1].x)
    end)

    it("has no mark for peers where there are none, or no average", function()
      local register = book { { "P1", 2024, 3, 3, 1, 1, 1 }, { "D1", 2024, 0, 0 }, { "D2", 2024, 0, 0 } }
      for _, code in ipairs { "P1", "D1" } do
        local made = chart.rates(council(register, code), { figures = { "upheld" } })
        assert.equal("none", made.table.rows[1][5])
        assert.truthy(made.description:find("; no average of similar authorities.", 1, true))
        assert.is_nil(made.description:find("diamond", 1, true))
        assert.equal(0, #all(sound(made), "polygon"))
      end
    end)

    it("compares with what figure:peers is asked for", function()
      local a = council(book { { "D1", 2024, 10, 4 }, { "D2", 2024, 12, 6 } }, "D1")
      local made = chart.rates(a, { figures = { "upheld" }, peers = { include_self = false } })
      assert.equal("50%", made.table.rows[1][5])
    end)

    it("shows nothing of what is hidden", function()
      local register = book({}, { names = { "Alpha Council", "Beta Council", "Gamma Council" }, decisions = (function()
        local d, serial = { "reference,authority_code,received_date,decided_date,outcome" }, 0
        for _, c in ipairs { { "D1", 3, 1 }, { "D2", 6, 6 }, { "D3", 20, 20 } } do
          for k, outcome in ipairs { "Upheld", "Not upheld" } do
            for _ = 1, c[1 + k] do
              serial = serial + 1
              d[#d + 1] = ("19 000 %03d,%s,2019-05-01,2019-06-01,%s"):format(serial, c[1], outcome)
            end
          end
        end
        return table.concat(d, "\n") .. "\n"
      end)() })
      local made = chart.rates(council(register, "D1", 2020, { disclosure = { suppress_below = 5 } }), { figures = { "upheld" } })
      assert.same({ "Complaints upheld", "not shown", "not shown", "not shown" }, { table.unpack(made.table.rows[1], 1, 4) })
      assert.equal(0, #all(sound(made), "circle"))
      assert.equal("Complaints upheld: not shown; ", made.description:match "^.-; ")
      assert.same({ "95", "52" }, numbers(cells(made):gsub("^[^\n]*", ""))) -- the level in a heading, and the average of the type
      local rounded = chart.rates(council(register, "D3", 2020, { disclosure = { suppress_below = 5, round_to = 5 } }), { figures = { "upheld" } })
      sound(rounded)
    end)

    it("refuses what is no share, and what it does not know", function()
      local a = council(book { { "D1", 2024, 3, 2 } }, "D1")
      local CASES_WRONG = {
        { function() chart.rates(a, { figures = { "upheld_per_100k" } }) end, 'rates: the indicator "upheld_per_100k" is no share of 0 to 100%' },
        { function() chart.rates(a, { figures = { "uphed" } }) end, 'there is no indicator "uphed"; did you mean "upheld"?' },
        { function() chart.rates(a, { figures = {} }) end, "rates: figures is a list" },
        { function() chart.rates(a, { figure = "upheld" }) end, 'rates: unknown key "figure"; did you mean "figures"?' },
        { function() chart.rates(a, { id = "a b" }) end, "rates: id is a letter" },
        { function() chart.rates(a, { id = '"><x' }) end, "rates: id is a letter" },
        { function() chart.rates(a, { words = { rates_titel = "x" } }) end, 'words: unknown key "rates_titel"; did you mean "rates_title"?' },
        { function() chart.rates(a, { words = { date = "x" } }) end, 'words: "date" must be a function' },
        { function() chart.rates(a.upheld) end, "rates: an authority is expected, not table" },
        { function() chart.rates() end, "rates: an authority is expected, not nil" },
        { function() chart.years(a) end, "years: a trend is expected, not table" },
        { function() chart.years(assert(a:trend "upheld"), { figures = {} }) end, 'years: unknown key "figures"' },
      }
      for _, c in ipairs(CASES_WRONG) do
        local ok, err = pcall(c[1])
        assert.is_false(ok)
        assert.truthy(tostring(err):find(c[2], 1, true), tostring(err))
        assert.truthy(tostring(err):find("chart_spec.lua", 1, true) or c[2]:find "indicator", tostring(err))
      end
    end)
  end)

  describe("of years", function()
    local function trend(rows, options, more)
      local asked = { authority = "D1", figure = "upheld" }
      for key, value in pairs(options or {}) do asked[key] = value end
      return assert(book(rows, more):trend(asked))
    end

    -- The years that each line joins, from its points' places.
    local function joined(made)
      local root = sound(made)
      local centres, runs = {}, {}
      for _, each in ipairs(all(root, "text")) do
        local year = each.attributes["font-weight"] and texts(each, {})[1]
        if year and year:find "^%d%d%d%d$" then centres[each.attributes.x] = year end
      end
      for i, each in ipairs(all(root, "polyline")) do
        local names = {}
        for x in each.attributes.points:gmatch "([%d.]+),[%d.]+" do names[#names + 1] = centres[x] end
        runs[i] = table.concat(names, " ")
      end
      if #runs > 0 then runs[#runs] = nil end -- the legend's
      return runs
    end

    local UPTO_2020 = { -- years with a rate among 2014 to 2020, and the lines there must be; no break lies in them
      { { 2016, 2017, 2018, 2019, 2020 }, { "2016 2017 2018 2019 2020" } },
      { { 2014, 2015, 2016, 2017, 2018, 2019, 2020 }, { "2016 2017 2018 2019 2020" } },
      { { 2016, 2017, 2019, 2020 }, { "2016 2017", "2019 2020" } },
      { { 2016, 2018, 2020 }, {} },
      { { 2019, 2020 }, { "2019 2020" } },
      { { 2016, 2020 }, {} },
      { { 2020 }, {} },
    }
    for _, c in ipairs(UPTO_2020) do
      it("joins " .. table.concat(c[1], " "), function()
        local rows = {}
        for i, year in ipairs(c[1]) do rows[i] = { "D1", year, 10, i } end
        local made = chart.years(trend(rows))
        assert.same(c[2], joined(made))
        local last = math.min(5, c[1][#c[1]] - c[1][1] + 1)
        assert.equal(last, #made.table.rows)
        assert.same({ "Year ending in", "Rate", "Cases", "95% interval" }, made.table.header)
        local shown = 0
        for _, row in ipairs(made.table.rows) do
          if row[2]:find "^no rate" then assert.equal("no rate: nothing is recorded or published of this year", row[2]) else shown = shown + 1 end
        end
        assert.equal(shown, #dots(made))
      end)
    end

    it("never joins across a break, in the scheme's own years", function()
      local rows = {}
      for year = 2019, 2025 do rows[#rows + 1] = { "D1", year, 10, 4 } end
      local made = chart.years(trend(rows))
      assert.same({ "2023 2024 2025" }, joined(made))
      assert.same({ "2019 2020" }, joined(chart.years(trend(rows, { to = 2023 }))))
      assert.same({ "Year ending in", "Rate", "Cases", "95% interval", "Note" }, made.table.header)
      assert.same({ "none", "none" }, { made.table.rows[1][5], made.table.rows[4][5] })
      assert.truthy(made.table.rows[3][5]:find("^Break before this year %(assessment%): From 2022%-23 "))
      assert.truthy(made.description:find("Break before 2023 (assessment): From 2022-23", 1, true))
      assert.is_nil(made.description:find("Break before 2021", 1, true)) -- before the first year that is drawn
      assert.truthy(made.svg:find(">after the</text>", 1, true) and made.svg:find(">pandemic</text>", 1, true))
    end)

    it("breaks everywhere where every year has breaks, whose long names do not touch", function()
      local own = {}
      for key, value in pairs(require "upheld.scheme.lgsco") do own[key] = value end
      own.breaks = {}
      for year = 2020, 2025 do
        own.breaks[#own.breaks + 1] = { year = year, name = "the rules of counting changed in " .. year .. " & again", text = "t" .. year }
        own.breaks[#own.breaks + 1] = { year = year, name = "<b>" .. year, text = "u." }
      end
      local rows = {}
      for year = 2020, 2025 do rows[#rows + 1] = { "D1", year, 10, 4 } end
      local made = chart.years(trend(rows, nil, { scheme = own }))
      assert.same({}, joined(made))
      local root = parse(made.svg)
      local boxes = {}
      for _, each in ipairs(all(root, "text")) do
        local a = each.attributes
        if a["text-anchor"] == "middle" and not a["font-weight"] then
          local words = texts(each, {}, "title")[1]
          local half = svg.width(words, tonumber(a["font-size"])) / 2
          boxes[#boxes + 1] = { tonumber(a.x) - half, tonumber(a.x) + half, tonumber(a.y), words }
        end
      end
      for i = 1, #boxes do
        for k = i + 1, #boxes do
          local p, q = boxes[i], boxes[k]
          assert.is_true(p[2] <= q[1] or q[2] <= p[1] or math.abs(p[3] - q[3]) >= 13, p[4] .. " / " .. q[4])
        end
      end
      assert.truthy(made.table.rows[2][5]:find("t2022. Break before this year (<b>2022): u.", 1, true))
      assert.truthy(made.svg:find("<title>the rules of counting changed in 2022 &amp; again, &lt;b&gt;2022</title>", 1, true))
    end)

    it("says every kind of gap, and why", function()
      local made = chart.years(trend({ { "D1", 2016, 10, 4 }, { "D1", 2017, 0, 0 }, { "D1", 2018, 5 }, { "D2", 2019, 3, 3 }, { "D1", 2020, 10, 10 } }))
      assert.same({
        { "2016", "40%", "4 of 10", "17% to 69%" },
        { "2017", "no rate: none investigated", "0 of 0", "none" },
        { "2018", "no rate: what it needs is not recorded", "of 5", "none" },
        { "2019", "no rate: what it needs is not recorded", "not known", "none" },
        { "2020", "100%", "10 of 10", "72% to 100%" } }, made.table.rows)
      assert.equal("Complaints upheld, Alpha Council, 2016 to 2020", made.title)
      assert.equal("2016: 40% (4 of 10), 95% interval 17% to 69%. 2017: no rate: none investigated (0 of 0). "
        .. "2018: no rate: what it needs is not recorded (of 5). 2019: no rate: what it needs is not recorded. "
        .. "2020: 100% (10 of 10), 95% interval 72% to 100%.", made.description)
      assert.same({}, joined(made))
    end)

    it("stands higher for a higher rate, within the plot", function()
      local rows = {}
      for i = 0, 4 do rows[i + 1] = { "D1", 2016 + i, 4, i } end
      local last
      for _, dot in ipairs(dots(chart.years(trend(rows)))) do
        assert.is_true(last == nil or (dot.y < last.y and dot.x > last.x))
        last = dot
      end
    end)

    it("has no rate at all and still says so", function()
      local made = chart.years(trend { { "D1", 2019, 0, 0 }, { "D1", 2020, 0, 0 } })
      assert.equal(0, #all(sound(made), "circle"))
      assert.equal("2019: no rate: none investigated (0 of 0). 2020: no rate: none investigated (0 of 0).", made.description)
    end)

    it("of rates per residents, of days and of all authorities has a scale of its own", function()
      local people = "code,year,population\n"
      for year = 2016, 2020 do people = people .. ("D1,%d,80000\n"):format(year) end
      local rows = {}
      for i = 0, 4 do rows[i + 1] = { "D1", 2016 + i, 100, i * i * 6 } end
      local made = chart.years(trend(rows, { figure = "upheld_per_100k" }, { population = people }))
      assert.same({ "2017", "7.5 per 100,000", "6 of 80000", "2.7 to 16.3" }, made.table.rows[2])
      sound(made)
      local places = dots(made)
      for i = 2, 5 do assert.is_true(places[i].y < places[i - 1].y) end
      assert.equal(5, #places)
      local own = {}
      for key, value in pairs(require "upheld.scheme.lgsco") do own[key] = value end
      own.indicators = table.move(own.indicators, 1, #own.indicators, 1, {})
      own.indicators[#own.indicators + 1] = { name = "days", label = "Days to decide", clock = "decided",
        median_days = { outcomes = { "Upheld", "Not upheld" } }, definition = "d" }
      local cases = { "reference,authority_code,received_date,decided_date,outcome\n" }
      for i = 1, 9 do cases[i + 1] = ("18 000 00%d,D1,2018-05-01,2018-05-%d,Upheld\n"):format(i, 10 + i) end
      cases[11] = "19 000 001,D1,2019-05-01,2019-05-02,Upheld\n"
      local days = chart.years(trend({}, { figure = "days" }, { scheme = own, decisions = table.concat(cases) }))
      assert.same({ { "2019", "14 days", "of 9", "11 to 17 days" }, { "2020", "1 day", "of 1", "none" } }, days.table.rows)
      sound(days)
      local total = chart.years(assert(book { { "D1", 2020, 4, 1 }, { "D2", 2020, 4, 1 }, { "P1", 2020, 2, 0 } }:trend { figure = "upheld" }))
      assert.same({ "Complaints upheld, all authorities, 2020", "20%", "2 of 10" }, { total.title, total.table.rows[1][2], total.table.rows[1][3] })
      sound(total)
    end)
  end)

  it("holds whatever an authority is called", function()
    local rows = {}
    for i = 1, #HOSTILE do rows[i] = { "D" .. i, 2024, 10, i, 249, 250, 0 } end
    local register = book(rows, { names = HOSTILE })
    for i, name in ipairs(HOSTILE) do
      for _, made in ipairs { chart.rates(council(register, "D" .. i)), chart.years(assert(register:trend { authority = "D" .. i, figure = "upheld" })) } do
        sound(made)
        assert.truthy(made.title:find(name, 1, true))
      end
    end
    assert.is_nil(svg.escape("\1\0\11x\u{FFFE}\n"):find "[%z\1-\31]")
    assert.equal("?", svg.escape "\255")
  end)

  it("is the same bytes for the same data, under any locale", function()
    local rows = { { "D1", 2023, 7, 3, 6, 7, 1 }, { "D1", 2024, 9, 4, 3, 7, 1 }, { "D2", 2024, 11, 4, 3, 3, 1 } }
    local function both()
      local register = book(rows)
      local one, two = chart.rates(council(register, "D1")), chart.years(assert(register:trend { authority = "D1", figure = "upheld" }))
      return one.svg .. cells(one) .. one.description .. two.svg .. cells(two) .. two.description
    end
    local first = both()
    assert.equal(first, both())
    for _, name in ipairs { "de_DE.UTF-8", "fr_FR.UTF-8" } do
      if os.setlocale(name) then
        local again = both()
        os.setlocale "C"
        assert.equal(first, again)
      end
    end
  end)

  it("has ids of its own on a page of several", function()
    local register = book { { "D1", 2024, 7, 3 } }
    local made = chart.rates(council(register, "D1"), { id = "rates-1" })
    parse("<p>" .. made.svg .. chart.years(assert(register:trend { authority = "D1", figure = "upheld" }), { id = "years-1" }).svg .. "</p>")
    assert.truthy(made.svg:find('id="rates-1-title"', 1, true))
  end)

  it("speaks other words when they are given", function()
    local a = council(book { { "D1", 2024, 7, 3 }, { "D2", 2024, 0, 0 } }, "D1")
    local made = chart.rates(a, { figures = { "upheld", "compliance" }, words = { of = "{numerator} o {denominator}", because = "dim cyfradd: {reason}",
      reasons = { ["not-recorded"] = "heb ei gofnodi" }, date = function(iso) return "ar " .. iso end } })
    assert.same({ "3 o 7", "dim cyfradd: heb ei gofnodi" }, { made.table.rows[1][3], made.table.rows[2][2] })
    assert.equal("Alpha Council: rates of the year ending ar 2024-03-31", made.title)
    assert.equal("3 of 7", chart.rates(a).table.rows[1][3]) -- ours are as they were
    local ok, err = pcall(chart.rates, a, { words = { of = "{numerator} o {nifer}" } })
    assert.is_false(ok)
    assert.truthy(tostring(err):find('words: there is no value for "{nifer}"', 1, true))
  end)

  it("wraps a text so that nothing is lost, and shortens it only where it is told", function()
    local CASES = { { "one two three", 60 }, { "Supercalifragilistic", 50 }, { "\u{5D0}\u{5D1} \u{1F600}\u{1F600}\u{1F600}", 20 }, { "", 50 }, { "a  b", 300 } }
    for _, c in ipairs(CASES) do
      local lines, full = svg.wrap(c[1], 13, c[2])
      assert.is_nil(full)
      assert.equal((c[1]:gsub(" ", "")), (table.concat(lines):gsub(" ", "")))
      for _, line in ipairs(lines) do assert.is_true(svg.width(line, 13) <= c[2] or utf8.len(line) == 1) end
    end
    local lines, full = svg.wrap("one two three four", 13, 66, 1)
    assert.same({ { "one two…" }, "one two three four" }, { lines, full })
    assert.equal("99.5", core.number(99.46, 1))
  end)
end)
