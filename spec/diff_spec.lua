-- What changed in letters since another run: words, numbers, letters that came or went.
local helper = require "helper"
local json = require "helper_json"
local upheld = require "upheld"
local diff = require "upheld.diff"

describe("words", function()
  for _, row in ipairs { -- old, new, the changes as before|old|new|after
    { "a b c", "a b c", {} }, { "a b c", "a x c", { "a|b|x|c" } }, { "a b", "a b c", { "a b||c|" } }, { "a b c", "b c", { "|a||b c" } },
    { "", "a b", { "||a b|" } }, { "a", "", { "|a||" } }, { "a b c d e", "a x c y e", { "a|b|x|c y e", "a x c|d|y|e" } },
    { "one two three four five six seven eight", "one two three four five six seven nine", { "four five six seven|eight|nine|" } },
    { "We upheld 67%\nof them.\n====", "We  upheld 75% of them.\n---", { "We upheld|67%|75%|of them." } }, { "a a b a", "a b a a", nil },
  } do
    it(("from %q to %q"):format(row[1], row[2]), function()
      local list = {}
      for i, w in ipairs(diff.words(row[1], row[2])) do list[i] = ("%s|%s|%s|%s"):format(w.before, w.old, w.new, w.after) end
      if row[3] then assert.same(row[3], list) else assert.equal(2, #list) end
    end)
  end

  it("have what is common to both at its longest, as the plain table of lengths finds it", function()
    local state = 11
    local function random(n)
      state = (state * 1103515245 + 12345) % 2147483648
      return state // 65536 % n
    end
    for round = 1, 120 do
      local function list(most)
        local made = {}
        for i = 1, random(most) do made[i] = ("w%d"):format(random(round % 3 == 0 and 40 or 4)) end
        return made
      end
      local a, b = list(200), list(200)
      local before = {}
      for j = 0, #b do before[j] = 0 end
      for i = 1, #a do
        local row = { [0] = 0 }
        for j = 1, #b do row[j] = a[i] == b[j] and before[j - 1] + 1 or math.max(before[j], row[j - 1]) end
        before = row
      end
      local gone, come = 0, 0
      for _, w in ipairs(diff.words(table.concat(a, " "), table.concat(b, " "))) do
        gone, come = gone + select(2, w.old:gsub("%S+", "")), come + select(2, w.new:gsub("%S+", ""))
      end
      assert.same({ #a - before[#b], #b - before[#b] }, { gone, come }, round)
    end
  end)

  it("put back and taken away give the other text, for any two", function()
    local state = 7
    local function random(n)
      state = (state * 1103515245 + 12345) % 2147483648
      return state // 65536 % n
    end
    for _ = 1, 300 do
      local function text()
        local list = {}
        for i = 1, random(12) do list[i] = ("abcd"):sub(random(4) + 1):sub(1, 1) end
        return list
      end
      local a, b = text(), text()
      local old, new = {}, {}
      local changes = diff.words(table.concat(a, " "), table.concat(b, " "))
      for _, w in ipairs(changes) do
        for word in w.old:gmatch "%S+" do old[#old + 1] = word end
        for word in w.new:gmatch "%S+" do new[#new + 1] = word end
      end
      assert.equal(#a - #old, #b - #new) -- what is left is common to both
      assert.equal(#changes == 0, table.concat(a, " ") == table.concat(b, " "))
    end
  end)
end)

describe("letters since another run", function()
  local root, register, first
  local function decisions(outcome, extra)
    local rows = { "reference,authority_code,received_date,decided_date,outcome,remedied_before" }
    for i = 1, 12 do
      local said = i == 1 and outcome or i % 3 == 0 and "Upheld" or "Not upheld"
      rows[#rows + 1] = ("19 000 %03d,D%d,2019-05-01,2019-06-01,%s,%s"):format(i, i % 2 + 1, said, said == "Upheld" and "no" or "")
    end
    return table.concat(rows, "\n") .. "\n" .. (extra or "")
  end
  local function letters(where)
    return assert(assert(register:year(2020)):letters { wording = "examples/wording/annual_review_2020.lua",
      facts = "examples/wording/facts_2020.lua", date = "2020-07-22", where = where })
  end

  before_each(function()
    root = helper.folder()
    register = assert(upheld.open(root .. "/r.db"))
    assert(register:import { authorities = helper.write(root .. "/a.csv", "code,name,type,region\nD1,Alpha Council,District,North\nD2,Beta Council,District,North\n"
      .. "D3,Gamma Council,District,North\n"), decisions = helper.write(root .. "/d.csv", decisions "Upheld") })
    first = letters()
    assert(first:write(root .. "/first", { formats = { "text", "trace" } }))
  end)
  after_each(function()
    register:close()
    helper.cleanup()
  end)

  it("are the same when nothing has changed", function()
    for _, other in ipairs { first, root .. "/first" } do
      local result = assert(letters():diff(other))
      assert.same({ 3, {} }, { result.same, result.changes })
      assert.equal("0 letters with changes, 3 the same", tostring(result))
    end
  end)

  it("show each number and each word that a correction has changed", function()
    assert(register:import { decisions = helper.write(root .. "/d2.csv", decisions "Not upheld"), reason = "decided again" })
    local result = assert(letters():diff(root .. "/first"))
    local text = tostring(result)
    assert.truthy(text:find("D2\n  upheld (figure, rate): 50% -> 33%\n  upheld (figure, numerator): 3 -> 2\n", 1, true), text)
    assert.truthy(text:find("  ... Complaints upheld We upheld [-50%] [+33%] of the complaints about ...\n", 1, true), text)
    assert.truthy(text:find("D1\n  upheld (peers, rate): 42% -> 33%\n", 1, true), text) -- an average is another too
    assert.same({ 0, 3 }, { result.same, #result.changes })
    local tree = json.decode(result:json())
    assert.same({ "D1", "changed", "upheld", "42%", "33%" }, { tree.changes[1].code, tree.changes[1].state, tree.changes[1].numbers[1].figure,
      tree.changes[1].numbers[1].old, tree.changes[1].numbers[1].new })
  end)

  it("show letters that came and went", function()
    local result = assert(letters(function(c) return c.code ~= "D3" end):diff(letters(function(c) return c.code ~= "D1" end)))
    assert.equal("D1: new\nD3: gone\n2 letters with changes, 1 the same", tostring(result))
  end)

  it("of some are not said to be gone, the others", function()
    local one = assert(assert(register:year(2020)):letters { wording = "examples/wording/annual_review_2020.lua", facts = "examples/wording/facts_2020.lua",
      date = "2020-07-22", authority = "D1" })
    assert.equal("0 letters with changes, 1 the same, 2 of others not compared", tostring(one:diff(root .. "/first", { part = true })))
    assert.error_matches(function() one:diff(root .. "/first", { parts = true }) end, 'did you mean "part"?', 1, true)
    local given = { "letters", root .. "/r.db", "--year", "2020", "--wording", "examples/wording/annual_review_2020.lua", "--facts",
      "examples/wording/facts_2020.lua", "--date", "2020-07-22", "--diff", root .. "/first" }
    for _, more in ipairs { { "--authority", "D1" }, { "--type", "District", "--authority", "D2" } } do
      local list = table.move(given, 1, #given, 1, {})
      table.move(more, 1, #more, #list + 1, list)
      assert.same({ "0 letters with changes, 1 the same, 2 of others not compared\n", "", 0 }, { helper.upheld(table.unpack(list)) })
    end
  end)

  it("of which no word is another one differ where signs, emphasis, links or charts do", function()
    local function write(body)
      local path = helper.write(root .. "/w.lua", "return { name = 'Spec', title = 'Letter', body = [==[\n# One\n\n" .. body .. "\n]==] }")
      return assert(assert(register:year(2020)):letters { wording = path, date = "2020-07-22", authority = "D1" })
    end
    local usual = write "We write to [the office](https://a.example) - today."
    assert(usual:write(root .. "/form", { formats = { "html", "text" } }))
    for body, changed in pairs { ["We write to [the office](https://a.example) - today."] = false, ["We write to [the office](https://a.example) today."] = true,
      ["We **write** to [the office](https://a.example) - today."] = true } do
      for _, other in ipairs { usual, root .. "/form" } do
        local result = assert(write(body):diff(other))
        assert.same({ changed and 0 or 1, changed and { true } or {} }, { result.same, { result.changes[1] and result.changes[1].form } }, body)
        if changed then
          assert.equal("D1\n  no word: blanks, lines or signs of the text, or emphasis, links or charts of the page\n1 letter with changes, 0 the same", tostring(result))
        end
      end
    end
  end)

  it("are compared by the command, which then writes nothing", function()
    local given = { "letters", root .. "/r.db", "--year", "2020", "--wording", "examples/wording/annual_review_2020.lua", "--facts",
      "examples/wording/facts_2020.lua", "--date", "2020-07-22", "--diff", root .. "/first" }
    local out, err, status = helper.upheld(table.unpack(given))
    assert.same({ 0, "0 letters with changes, 3 the same\n" }, { status, out }, err)
    given[#given + 1] = "--json"
    assert.same(3, json.decode((helper.upheld(table.unpack(given)))).same)
    given[#given - 1] = root .. "/none"
    out, err, status = helper.upheld(table.unpack(given))
    assert.same({ 1, "" }, { status, out })
    assert.truthy(err:find("there is no such folder", 1, true), err)
    helper.run("mkdir " .. root .. "/none")
    err = select(2, helper.upheld(table.unpack(given)))
    assert.truthy(err:find("there is no text letter (CODE.txt) in this folder", 1, true), err)
    given[#given - 2] = "--notice"
    out, err, status = helper.upheld(table.unpack(given))
    assert.same({ 2, "" }, { status, out })
    assert.truthy(err:find("--out: a folder is needed", 1, true), err)
  end)
end)
