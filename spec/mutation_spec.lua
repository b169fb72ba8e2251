-- A wording with one thing made wrong in it, some two hundred times: each time some check stops the letters. Which one, is written to
-- build/mutations.txt.
local helper = require "helper"
local letters = require "upheld.letters"
local mutation = require "helper_mutation"
local wording = require "upheld.wording"

describe("one mistake in the wording of 2020", function()
  local register, years, source, folder
  setup(function()
    register, years = mutation.years()
    source, folder = helper.read "examples/wording/annual_review_2020.lua", helper.folder()
  end)
  teardown(function()
    register:close()
    helper.cleanup()
  end)

  -- What stops the letters, or nil.
  local function caught(text)
    local loaded, err = wording.load(helper.write(folder .. "/wording.lua", text))
    if not loaded then return err end
    for _, year in ipairs(years) do
      err = select(2, letters.build(year, { wording = loaded, facts = "examples/wording/facts_2020.lua", date = "2020-07-22" }))
      if err then return err end
    end
    return nil
  end

  it("is none to begin with", function() assert.is_nil(caught(source)) end)

  it("could hide nowhere: the letters together reach every branch", function()
    local missed = {}
    for _, year in ipairs(years) do
      local made = assert(letters.build(year, { wording = "examples/wording/annual_review_2020.lua",
        facts = "examples/wording/facts_2020.lua", date = "2020-07-22" }))
      for _, note in ipairs(made.notes) do
        local key = ("%d %s"):format(note.line, note.value)
        missed[key] = (missed[key] or 0) + 1
      end
    end
    for key, times in pairs(missed) do assert.is_true(times < #years, key) end
  end)

  it("is caught, whatever it is", function()
    local list, report, kinds = mutation.of_wording(source, 12), {}, {}
    for _, one in ipairs(list) do
      local err = caught(one.source)
      local _, line = source:sub(1, one.at):gsub("\n", "")
      local text = ("%-7s line %3d  %-22s %s -> %s"):format(one.kind, line + 1, err and err.code or "NOT CAUGHT",
        ("%q"):format(one.was):gsub("\\\n", "\\n"), ("%q"):format(one.now):gsub("\\\n", "\\n"))
      assert.truthy(err, text)
      report[#report + 1] = text
      kinds[one.kind] = (kinds[one.kind] or 0) + 1
    end
    helper.write(helper.build .. "/mutations.txt", table.concat(report, "\n") .. "\n")
    assert.is_true(#list >= 200, #list .. " mutations")
    for _, kind in ipairs { "number", "claim", "plural", "name" } do
      assert.is_true(kinds[kind] >= 15, kind .. ": " .. kinds[kind])
    end
  end)
end)
