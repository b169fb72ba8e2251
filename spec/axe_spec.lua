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

  it("would find something", function()
    if not there then return pending "needs chromium and axe-core (npm)" end
    local page = letter(invented, 2020, "examples/wording/annual_review_2020.lua", "X06000002")[1].html
    local found = findings((page:gsub('<html lang="en%-GB">', "<html>"):gsub("<h2>", '<img src="data:,"><h2>', 1)))
    assert.truthy(found:find "html%-has%-lang" and found:find "image%-alt", found)
  end)
end)
