-- Letters as HTML, held against axe-core (WCAG 2.2, A and AA) in headless Chromium. Needs both, which make test-all installs.
local helper = require "helper"
local upheld = require "upheld"

local AXE = helper.build .. "/npm/node_modules/axe-core/axe.min.js"
local TAGS = '["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"]'

local there = helper.exists(AXE) and select(3, helper.run "command -v chromium") == 0

describe("axe-core", function()
  local folder, real, invented
  setup(function()
    folder = helper.folder()
    real = assert(upheld.open ":memory:")
    assert(real:import { authorities = "examples/data/authorities.csv", published = "examples/data/published.csv" })
    invented = assert(upheld.open ":memory:")
    assert(invented:import { authorities = "examples/data/invented_authorities.csv", decisions = "examples/data/invented_decisions.csv" })
  end)
  teardown(helper.cleanup)

  -- What axe finds in a page: a text, "" for nothing; and how many rules it held the page against.
  local function findings(page)
    local script = ("<script>%s</script><script>axe.run(document, { runOnly: %s }).then(function (r) { var p = document.createElement('pre'); "
      .. "p.id = 'axe-found'; p.textContent = 'rules ' + r.passes.length + '\\n' + r.violations.map(function (v) { return v.id + ': ' + v.nodes.map("
      .. "function (n) { return n.html }).join(' | ') }).join('\\n') + '\\nend'; document.body.appendChild(p) })</script></body>"):format(helper.read(AXE), TAGS)
    local path = helper.write(folder .. "/page.html", (page:gsub("</body>", function() return script end, 1)))
    local out, err = helper.run(("env -u LD_PRELOAD chromium --headless --no-sandbox --disable-gpu --virtual-time-budget=20000 --dump-dom file://%s"):format(path))
    local found = out:match '<pre id="axe%-found">(.-)</pre>'
    assert.truthy(found, err)
    local rules, text = found:match "^rules (%d+)\n(.-)\n?end$"
    return text, tonumber(rules)
  end

  local function letter(register, year, wording, authority)
    return assert(assert(register:year(year)):letters { wording = wording, facts = "examples/wording/facts_2020.lua", date = "2024-07-24",
      authority = authority, notice = "Invented data." })
  end

  for _, row in ipairs { -- what it is, and its page
    { "the letter of 2020", function() return letter(invented, 2020, "examples/wording/annual_review_2020.lua", "X06000002")[1].html end },
    { "the letter of 2024, with charts", function() return letter(real, 2024, "examples/wording/annual_review_2024.lua", "E06000014")[1].html end },
    { "the letter of 2025, with a table", function() return letter(invented, 2020, "examples/wording/annual_review_2025.lua", "X06000002")[1].html end },
    { "the page for councillors", function() return letter(real, 2024, "examples/wording/councillor_briefing.lua", "E06000014")[1].html end },
    { "the review of a batch", function() return letter(invented, 2020, "examples/wording/annual_review_2020.lua"):review() end },
    { "a letter in two languages", function()
      return assert(assert(invented:year(2020)):letters { wording = { "examples/wording/annual_review_2020.lua", "examples/wording/annual_review_2020_cy.lua" },
        facts = { "examples/wording/facts_2020.lua", "examples/wording/facts_2020_cy.lua" }, date = "2020-07-22", authority = "X06000002" })[1].html
    end },
    { "the printer's page of several letters", function()
      local made = assert(assert(invented:year(2020)):letters { wording = "examples/wording/annual_review_2024.lua", facts = "examples/wording/facts_2020.lua",
        date = "2020-07-22", where = function(c) return c.code < "X06000004" end })
      assert(made:write(folder .. "/print", { formats = { "print" } }))
      return helper.read(folder .. "/print/all-letters.html")
    end },
  } do
    it("finds nothing wrong with " .. row[1], function()
      if not there then return pending "needs chromium and axe-core (npm)" end
      local found, rules = findings(row[2]())
      assert.equal("", found)
      assert.is_true(rules >= 15, rules)
    end)
  end

  -- Width of the page in a window of 360, what reaches out of it but tables that scroll, the smallest text of a drawing, and headings of a
  -- table that are one usual word and stand on two lines.
  local function on_a_telephone(page)
    local script = "<script>addEventListener('load', function () { document.querySelectorAll('details').forEach(function (d) { d.open = true }); "
      .. "var out = 0; document.querySelectorAll('body *').forEach(function (e) { if (e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.wide, svg')) out++ }); "
      .. "var least = 99; document.querySelectorAll('svg text').forEach(function (t) { least = Math.min(least, "
      .. "parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a) }); "
      .. "var cut = 0; document.querySelectorAll('th').forEach(function (th) { var word = th.textContent.trim(), lines = {}, range = document.createRange(); "
      .. "if (/^\\S{1,20}$/.test(word)) { range.selectNodeContents(th); Array.from(range.getClientRects()).forEach(function (r) { lines[Math.round(r.top)] = 1 }); "
      .. "if (Object.keys(lines).length > 1) cut++ } }); "
      .. "parent.document.title = ['width', document.documentElement.scrollWidth <= innerWidth, out, Math.floor(least), cut].join(' ') })</script></body>"
    helper.write(folder .. "/inner.html", (page:gsub("</body>", function() return script end)))
    local path = helper.write(folder .. "/outer.html", '<iframe src="inner.html" width="360" height="900" style="border:0"></iframe>')
    local out, err = helper.run(("env -u LD_PRELOAD chromium --headless --no-sandbox --disable-gpu --allow-file-access-from-files --hide-scrollbars --window-size=900,1000 "
      .. "--virtual-time-budget=5000 --dump-dom file://%s"):format(path))
    local fits, outside, least, cut = out:match "<title>width (%a+) (%d+) (%d+) (%d+)</title>"
    assert.truthy(fits, err)
    return fits == "true", tonumber(outside), tonumber(least), tonumber(cut)
  end

  it("apart, no page is wider than a telephone's window, however long a name is, and no text of a chart is small there", function()
    if not there then return pending "needs chromium" end
    local register = assert(upheld.open ":memory:")
    local rows, cases = { "code,name,type,region" }, { "reference,authority_code,received_date,decided_date,outcome,remedied_before" }
    for i, name in ipairs { ("x"):rep(500), ("\u{4e2d}"):rep(500), ("Long "):rep(99) .. "words", "Usual Council" } do
      rows[#rows + 1] = ("D%d,%s,District,North"):format(i, name)
    end
    for i = 1, 40 do
      local upheld_one = i % 3 > 0
      cases[#cases + 1] = ("19 000 %03d,D%d,2019-05-01,2019-06-01,%s,%s"):format(i, i % 4 + 1, upheld_one and "Upheld" or "Not upheld", upheld_one and "no" or "")
    end
    assert(register:import { authorities = helper.write(folder .. "/a.csv", table.concat(rows, "\n") .. "\n"),
      decisions = helper.write(folder .. "/d.csv", table.concat(cases, "\n") .. "\n") })
    local made = letter(register, 2020, "examples/wording/annual_review_2025.lua")
    local pages = { made:review(), letter(real, 2024, "examples/wording/annual_review_2024.lua", "E06000014")[1].html }
    for _, one in ipairs(made) do pages[#pages + 1] = one.html end
    for i, page in ipairs(pages) do
      local fits, outside, least, cut = on_a_telephone(page)
      assert.same({ true, 0, true, 0 }, { fits, outside, i == 1 or least >= 12, cut }, i)
    end
    register:close()
  end)

  it("would find something", function()
    if not there then return pending "needs chromium and axe-core (npm)" end
    local page = letter(invented, 2020, "examples/wording/annual_review_2020.lua", "X06000002")[1].html
    local found = findings((page:gsub('<html lang="en%-GB">', "<html>"):gsub("<h2>", '<img src="data:,"><h2>', 1)))
    assert.truthy(found:find "html%-has%-lang" and found:find "image%-alt", found)
  end)
end)
