-- The page for whoever signs a batch off: what it says of each letter, and which letters it names to be read.
local helper = require "helper"
local mutation = require "helper_mutation"

describe("the review of a batch", function()
  local register, years
  setup(function() register, years = mutation.years() end)
  teardown(function()
    register:close()
    helper.cleanup()
  end)

  local function letters(year, more)
    local opts = { wording = "examples/wording/annual_review_2020.lua", facts = "examples/wording/facts_2020.lua", date = "2020-07-22" }
    for key, value in pairs(more or {}) do opts[key] = value end
    return assert(year:letters(opts))
  end

  -- The cells of an authority's row.
  local function row_of(page, code)
    local row = page:match('<tr>\n<th scope="row"><a href="' .. code .. '%.html">.-</tr>')
    local cells = {}
    for cell in row:gmatch "<td>(.-)</td>" do cells[#cells + 1] = cell end
    return cells
  end

  it("has a row for each letter: rates, classes, cautions", function()
    local page = letters(years[1]):review()
    assert.equal(16, select(2, page:gsub('<th scope="row">', "")))
    local cells = row_of(page, "D07")
    assert.same({ "District", "57% (12 of 21), similar", "92% (11 of 12), similar", "17% (2 of 12), similar" }, { table.unpack(cells, 1, 4) })
    assert.equal("100% (1 of 1), similar, few cases", row_of(page, "D02")[2])
    assert.equal("no rate: none-investigated (0 of 0)", row_of(page, "D01")[2])
  end)

  it("lists the conditions that each letter met, with file and line", function()
    local page = letters(years[1]):review()
    local met = row_of(page, "D01")[5]
    assert.matches("<summary>%d+</summary>", met)
    -- the sentence that stands there, and where; of an "else" what did not hold
    assert.matches("<li>In no case did we record {{ period() }} whether your authority carried out our recommendations, so there is no rate to give.<br>"
      .. "<span class=\"place\">annual_review_2020.lua:", met, 1, true)
    assert.matches("annual_review_2020%.lua:%d+</span> <code>if f%.denominator == 0 then</code>", met)
    assert.matches("<code>else, not: part_known%(p%) and p%.as_published; .*; part_known%(p%)</code>", met)
    assert.is_nil(met:find("<code>else</code>", 1, true))
    assert.not_equal(met, row_of(page, "D07")[5])
  end)

  for _, c in ipairs { -- why, the authority and what it has
    { "highest rate", "D04", "100% (2 of 2)" }, { "lowest rate", "D06", "0% (0 of 5)" }, { "fewest cases", "D02", "100% (1 of 1)" },
    { "no rate", "D01", "no rate: none-investigated (0 of 0)" }, { "no similar authorities", "P01", "63% (5 of 8)" },
  } do
    it("names a letter to read: " .. c[1], function()
      local page = letters(years[1]):review()
      local code, said = page:match("<li>" .. c[1] .. ': <a href="(%w+)%.html">[^<]*</a>, ([^<]*)</li>')
      assert.equal(c[2], code)
      assert.matches(c[3], said, 1, true)
    end)
  end

  it("is of every indicator that the wording prints, and names letters to read for each", function()
    local page = letters(years[1]):review()
    local labels = {}
    for label, list in page:gmatch '<h3>([^<]*)</h3>\n<ul class="samples">\n(.-)\n</ul>' do
      labels[#labels + 1] = label
      assert.matches("<li>highest rate: ", list, 1, true)
      assert.matches("<li>no rate: ", list, 1, true)
      assert.matches("<li>no similar authorities: ", list, 1, true)
    end
    assert.same({ "Complaints upheld", "Compliance with recommendations", "Satisfactory remedies provided by the authority" }, labels)
    local path = helper.write(helper.folder() .. "/w.lua", "return { name = 'Spec', title = 'Letter', body = [==[\n# One\n\n{{ rate(council.satisfactory_remedy) }} and "
      .. "{{ council.upheld_per_100k.numerator }}.\n]==] }")
    page = letters(years[1], { wording = path, facts = {}, where = function(c) return c.code == "D07" end }):review()
    assert.is_nil(page:find("<h3>Complaints upheld</h3>", 1, true))
    assert.matches("<h3>Satisfactory remedies provided by the authority</h3>", page, 1, true)
    assert.matches("<h3>Upheld decisions per 100,000 residents</h3>", page, 1, true)
  end)

  it("leads to the letters in a form that is written, or nowhere", function()
    local made = letters(years[1])
    assert.matches('<a href="D07.html">', made:review(), 1, true)
    assert.matches('<a href="D07.html">', made:review { "text", "html" }, 1, true)
    assert.matches('<a href="D07.txt">', made:review { "text", "trace" }, 1, true)
    assert.matches('<a href="D07.odt">', made:review { "odt" }, 1, true)
    assert.is_nil(made:review { "print" }:find("<a href", 1, true))
    assert.error_matches(function() made:review { "htm" } end, 'did you mean "html"?', 1, true)
  end)

  it("lists what no letter used, says what is a draft, and asks nothing of the network", function()
    local page = letters(years[1], { draft = true }):review()
    assert.matches("<h2>What no letter used</h2>", page, 1, true)
    assert.matches("<code>suppressed</code> (unused-partial)", page, 1, true)
    assert.matches("; drafts.", page, 1, true)
    assert.is_nil(page:find "https?://")
    assert.is_nil(page:find("<script", 1, true))
  end)

  it("of a year with hidden counts hides them too", function()
    local page = letters(years[4]):review()
    assert.equal("no rate: suppressed", row_of(page, "D05")[2])
  end)

  it("is written beside the letters, in the manifest, and is refused as a letter's name", function()
    local out = helper.folder() .. "/out"
    assert(letters(years[1]):write(out, { formats = { "html" }, review = true, manifest = true }))
    assert.matches('{"file":"review.html"', helper.read(out .. "/manifest.json"), 1, true)
    for link in helper.read(out .. "/review.html"):gmatch 'href="([^"]*)"' do assert.is_true(helper.exists(out .. "/" .. link), link) end
  end)
end)
