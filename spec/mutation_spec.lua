-- Wordings with one thing made wrong in them, over six hundred times: each time some check stops the letters. Which one, is written to
-- build/mutations-*.txt. What no program can decide is not among them: helper_mutation.lua says what that is.
local helper = require "helper"
local letters = require "upheld.letters"
local mutation = require "helper_mutation"
local core = require "upheld.core"
local folder_check = require "upheld.check.folder"
local wording = require "upheld.wording"

local FACTS = "examples/wording/facts_2020.lua"

local function read_wording(name) return helper.read(("examples/wording/%s.lua"):format(name)) end

-- Which wording, at most how many places a rule, and at least how many mutations. made_up: also for the year that is made up, whose
-- council has the figures of 2020 only.
local WORDINGS = {
  { "annual_review_2020", 12, 300, made_up = true }, { "annual_review_2024", 3, 60 }, { "annual_review_2025", 3, 12 },
  { "councillor_briefing", 3, 20, made_up = true },
  { "annual_review_2020_cy", 4, 50, welsh = true },
}

describe("one mistake in a wording", function()
  local register, years, folder, populated, residents
  setup(function()
    register, years = mutation.years()
    populated, residents = mutation.years(true)
    folder = helper.folder()
    for _, row in ipairs(WORDINGS) do helper.write(("%s/%s.lua"):format(folder, row[1]), read_wording(row[1])) end
  end)
  teardown(function()
    register:close()
    populated:close()
    helper.cleanup()
  end)

  -- What stops the letters, or nil. A Welsh wording is one side of letters in two languages.
  local function caught(text, row)
    local loaded, err = wording.load(helper.write(folder .. "/wording.lua", text))
    if not loaded then return err end
    local wordings, facts = loaded, FACTS
    if row.welsh then
      wordings, facts = { "examples/wording/annual_review_2020.lua", loaded }, { FACTS, "examples/wording/facts_2020_cy.lua" }
    end
    local list = { years[1], years[2], years[3], years[4], row.made_up and years[5] or residents[1] }
    for _, year in ipairs(list) do
      err = select(2, letters.build(year, { wording = wordings, facts = facts, date = "2020-07-22" }))
      if err then return err end
    end
    return nil
  end

  it("could hide nowhere: the letters together reach every branch", function()
    local missed = {}
    for _, year in ipairs(years) do
      local made = assert(letters.build(year, { wording = "examples/wording/annual_review_2020.lua", facts = FACTS, date = "2020-07-22" }))
      for _, note in ipairs(made.notes) do
        local key = ("%d %s"):format(note.line, note.value)
        missed[key] = (missed[key] or 0) + 1
      end
    end
    for key, times in pairs(missed) do assert.is_true(times < #years, key) end
  end)

  local report, kinds, rules = {}, {}, {}
  for _, row in ipairs(WORDINGS) do
    it("is caught, whatever it is: " .. row[1], function()
      local source = read_wording(row[1])
      assert.is_nil(caught(source, row), "none to begin with")
      local list = mutation.of_wording(source, row[2], row.welsh)
      for _, one in ipairs(list) do
        local err = caught(one.source, row)
        local _, line = source:sub(1, one.at):gsub("\n", "")
        local text = ("%-21s %-7s line %3d  %-22s %s -> %s"):format(row[1], one.kind, line + 1, err and err.code or "NOT CAUGHT",
          ("%q"):format(one.was):gsub("\\\n", "\\n"), ("%q"):format(one.now):gsub("\\\n", "\\n"))
        assert.truthy(err, text)
        report[#report + 1] = text
        kinds[one.kind] = (kinds[one.kind] or 0) + 1
        rules[err.code] = (rules[err.code] or 0) + 1
      end
      assert.is_true(#list >= row[3], #list .. " mutations")
    end)
  end

  it("is of every kind, and caught by many checks", function()
    helper.write(helper.build .. "/mutations-wording.txt", table.concat(report, "\n") .. "\n")
    for _, kind in ipairs { "number", "claim", "plural", "name", "text" } do assert.is_true(kinds[kind] >= (kind == "text" and 15 or 30), kind .. ": " .. kinds[kind]) end
    for _, code in ipairs { "typed-number", "typed-claim", "false-claim", "negated-claim", "claim-in-pieces", "number-without-source", "no-percentage",
      "bare-percentage", "double-percentage", "swapped-counts", "false-bound", "glued-number", "glued-word", "plural", "agreement", "article",
      "punctuation", "absent-name", "absent-fact" } do
      assert.is_true((rules[code] or 0) > 0, code)
    end
  end)
end)

describe("one change in a written letter", function()
  local register, folder, list, original
  setup(function()
    local years
    register, years = mutation.years()
    folder = helper.folder() .. "/letters"
    local made = assert(years[1]:letters { wording = "examples/wording/annual_review_2020.lua", facts = "examples/wording/facts_2020.lua",
      date = "2020-07-22" })
    assert(made:write(folder, { formats = { "html", "text", "trace" }, manifest = true }))
    list, original = {}, {}
    for name in assert(core.list_files(folder)):gmatch "[^%z]+" do
      original[name] = helper.read(folder .. "/" .. name)
      if name ~= "manifest.json" then list[#list + 1] = { name, original[name] } end
    end
  end)
  teardown(function()
    register:close()
    helper.cleanup()
  end)

  -- The codes of what is told of a changed file, then as it was again.
  local function codes_of(file, bytes, rehashed)
    helper.write(folder .. "/" .. file, bytes)
    if rehashed then -- as if whoever changed it had also mended the manifest
      helper.write(folder .. "/manifest.json", (original["manifest.json"]:gsub(core.sha256(original[file]), core.sha256(bytes))))
    end
    local result = assert(folder_check.run(folder, register))
    helper.write(folder .. "/" .. file, original[file])
    helper.write(folder .. "/manifest.json", original["manifest.json"])
    local seen, codes = {}, {}
    for _, one in ipairs(result.problems) do
      if not seen[one.code] then codes[#codes + 1] = one.code end
      seen[one.code] = true
    end
    assert.equal(#codes == 0, result.ok)
    return codes
  end

  it("is none to begin with", function()
    local result = assert(folder_check.run(folder, register))
    assert.same({ true, {} }, { result.ok, result.problems })
    assert.is_true(result.numbers > 100)
  end)

  it("is caught, whatever it is", function()
    local report, kinds = {}, {}
    for _, one in ipairs(mutation.of_letters(list, 8)) do
      local codes = codes_of(one.file, one.bytes)
      local text = ("%-7s %-15s %-40s %q -> %q"):format(one.kind, one.file, table.concat(codes, " "), one.was, one.now)
      assert.truthy(codes[1], text)
      report[#report + 1] = text
      kinds[one.kind] = (kinds[one.kind] or 0) + 1
    end
    helper.write(helper.build .. "/mutations-letters.txt", table.concat(report, "\n") .. "\n")
    for _, kind in ipairs { "number", "claim", "plural", "name" } do assert.is_true(kinds[kind] >= 8, kind .. ": " .. kinds[kind]) end
  end)

  it("of a number is caught in pages and traces also when the manifest was mended after it", function()
    local tried = 0
    for _, file in ipairs(list) do
      local name, bytes = file[1], file[2]
      local changed, times
      if name:find "html$" then changed, times = bytes:gsub('(value="%d+">)(%d)', function(a, d) return a .. (d + 1) % 10 end, 1)
      elseif name:find "json$" then
        changed, times = bytes:gsub('"text":"(%d+)%%","value":"%d+"', function(d) return ('"text":"%d%%","value":"%d"'):format(d + 1, d + 1) end, 1)
      end
      if times == 1 then
        tried = tried + 1
        local codes = codes_of(name, changed, true)
        assert.truthy(codes[1], name)
        for _, code in ipairs(codes) do assert.not_equal("changed-file", code) end
      end
    end
    assert.is_true(tried >= 20, tried)
  end)
end)
