-- Drafts: what is missing is a visible gap; what is wrong still stops the letters.
local helper = require "helper_letters"
local files = require "helper"
local letters = require "upheld.letters"
local council, figure = helper.council, helper.figure

local FACTS = "{ when_published = 'a day', url = 'an address', name = 'a name', count = 'a number' }"

local function build(body, given, more)
  local path = helper.file(("return { name = 'Spec', title = 'Letter', facts = %s, body = [==[\n# One\n\n%s\n]==] }"):format(FACTS, body))
  return letters.build(helper.year { council(given) }, { wording = path, facts = more and more.facts or {}, date = "2020-07-22", draft = true,
    notice = more and more.notice })
end

after_each(function()
  helper.clean()
  files.cleanup()
end)

describe("a draft", function()
  for _, row in ipairs { -- body, what the text says in place of it
    { "It is {{ facts.name }}.", "It is [missing: facts.name]." }, { "On {{ date(facts.when_published) }} it is so.", "On [missing: date(facts.when_published)] it is so." },
    { "See [the map]({{ facts.url }}) of it.", "See the map [missing: facts.url] of it." }, { "We held {{ counted(facts.count, 'course') }}.", "We held [missing: counted(facts.count, 'course')]." },
    { "It is {{ council.upheld.percent }} per cent.", "It is [missing: council.upheld.percent] per cent." },
    { "| a | b |\n|---|---|\n| x | {{ facts.name }} |", nil },
  } do
    it("shows a gap: " .. row[1]:gsub("\n", " "), function()
      local made, err = build((row[2] and "" or "Table: it\n") .. row[1], { upheld = figure("upheld") })
      assert(made, tostring(err))
      local letter = made[1]
      assert.is_true(letter.draft)
      assert.matches(row[2] or "x  [missing: facts.name]", letter.text, 1, true)
      assert.matches('<mark class="gap">[missing: ', letter.html, 1, true)
      assert.matches("\\[missing: ", letter.markdown, 1, true)
    end)
  end

  it("says so at the top and the end, before any other notice", function()
    local letter = assert(build("Nothing is missing.", nil, { notice = "Invented data." }))[1]
    local notice = "Draft: not for sending. What is missing stands in brackets. Invented data."
    assert.equal(2, select(2, letter.text:gsub(notice:gsub("%p", "%%%0"), "")))
    assert.equal(2, select(2, letter.html:gsub(notice:gsub("%p", "%%%0"), "")))
  end)

  it("is stopped still by what is wrong and not missing", function()
    for body, code in pairs { ["It is 7."] = "typed-number", ["{{ nowhere }} it is."] = false, ["We saw {{ number(council.upheld.numerator) }} complaint."] = "plural",
      ["{% while true do %}{% end %}"] = "endless-loop", ["It is {{ number(7) }}."] = "number-without-source" } do
      local made, err = build(body)
      if code then
        assert.is_nil(made, body)
        assert.equal(code, (err.faults and err.faults[1] or err).code)
      else
        assert.matches("[missing: nowhere]", assert(made)[1].text, 1, true)
      end
    end
  end)

  it("is not for sending, and its manifest says what it is", function()
    local made = assert(build "It is {{ facts.name }}.")
    local emails, err = made:emails { covering = "examples/wording/covering_email.lua", from = "a@b.example" }
    assert.is_nil(emails)
    assert.equal("draft", err.code)
    local out = files.folder() .. "/out"
    assert(made:write(out, { formats = { "text" }, manifest = true }))
    assert.matches('"draft":true', files.read(out .. "/manifest.json"), 1, true)
  end)

  it("that has every fact is as the letter, but for the notice", function()
    local facts = { when_published = "2020-07-22", url = "https://a.example", name = "Name", count = 7 }
    local body = "On {{ date(facts.when_published) }} {{ facts.name }} held {{ counted(facts.count, 'course') }} ([map]({{ facts.url }}))."
    local draft = assert(build(body, nil, { facts = facts }))[1]
    assert.matches("On 22 July 2020 Name held 7 courses (map (https://a.example)).", draft.text, 1, true)
    assert.is_nil(draft.html:find('<mark class="gap"', 1, true))
  end)
end)
