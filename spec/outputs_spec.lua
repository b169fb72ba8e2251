-- The folder that letters are written into: nothing of an earlier run stays among them unseen, and nothing that is not upheld's is removed.
local helper = require "helper"
local letters_helper = require "helper_letters"
local letters = require "upheld.letters"

describe("a folder of letters", function()
  local folder
  local function batch(...)
    local councils = {}
    for i, code in ipairs { ... } do councils[i] = letters_helper.council { code = code, name = "Council " .. code } end
    local path = letters_helper.file "return { name = 'Spec', title = 'Letter', body = '# One\\n\\nTo {{ council.name }}.' }"
    local year = letters_helper.year(councils)
    -- A, B and C are authorities of the register, whether they get a letter or not; O was one in other years.
    function year.authority(_, name)
      if name:find "^[ABC]$" then return { code = name } end
      return nil, { code = name == "O" and "not-in-year" or "unknown-authority" }
    end
    return assert(letters.build(year, { wording = path, date = "2020-07-22" }))
  end
  local function write(made, options)
    options = options or {}
    options.formats, options.manifest = options.formats or { "html", "text" }, options.manifest ~= false
    return made:write(folder, options)
  end
  local function names() return (helper.run("ls " .. folder):gsub("\n", " ")) end

  before_each(function() folder = helper.folder() .. "/out" end)
  after_each(function()
    letters_helper.clean()
    helper.cleanup()
  end)

  it("is written again and again", function()
    for _ = 1, 2 do assert(write(batch("A", "B"))) end
    assert.equal("A.html A.txt B.html B.txt manifest.json ", names())
  end)

  for _, row in ipairs { -- what is there, what is written then, what is told
    { "letters of more authorities", { "A", "B", "C" }, {}, { "A", "C" }, {}, "B.html and B.txt" },
    { "letters of other forms", { "A" }, { formats = { "html", "text", "markdown" } }, { "A" }, { formats = { "text" } }, "A.html and A.md" },
    { "all letters in one page", { "A" }, { formats = { "print" } }, { "A" }, { formats = { "text" } }, "all-letters.html" },
    { "very many", { "A", "B", "C" }, { formats = { "html", "text", "markdown" } }, { "A" }, {}, "A.md, B.html, B.md, B.txt, C.html and 2 more" },
  } do
    it("is refused with " .. row[1] .. ", and cleared when asked", function()
      assert(write(batch(table.unpack(row[2])), row[3]))
      local before = names()
      local done, err = write(batch(table.unpack(row[4])), row[5])
      assert.is_nil(done)
      assert.equal(("%s: the folder holds letters that this run does not write: %s (other-letters); take an empty folder, or --replace (replace = true), "
        .. "which removes what upheld wrote there"):format(folder, row[6]), tostring(err))
      assert.equal(before, names())
      row[5].replace = true
      assert(write(batch(table.unpack(row[4])), row[5]))
      row[5].replace = nil
      assert(write(batch(table.unpack(row[4])), row[5]))
    end)
  end

  it("keeps what is not upheld's: such letters are never removed, other files never minded", function()
    assert(write(batch("A", "B")))
    for _, name in ipairs { "notes.txt", "logo.png", "B" } do helper.write(folder .. "/" .. name, "x") end
    assert(write(batch("A", "B")))
    helper.write(folder .. "/B.txt", "changed by hand")
    helper.write(folder .. "/O.html", "from elsewhere")
    local before = names()
    local done, err = write(batch "A", { replace = true })
    assert.is_nil(done)
    assert.matches("are not as upheld wrote them there, or were never: B.txt and O.html (other-letters); they are not removed", tostring(err), 1, true)
    assert.equal(before, names())
    os.remove(folder .. "/B.txt")
    os.remove(folder .. "/O.html")
    assert(write(batch "A", { replace = true }))
    assert.equal("A.html A.txt B logo.png manifest.json notes.txt ", names())
  end)

  it("without a manifest is known by the names of authorities", function()
    assert(write(batch("A", "B"), { manifest = false }))
    local _, err = write(batch "A", { replace = true })
    assert.matches("or were never: B.html and B.txt", tostring(err), 1, true)
    assert(write(batch("A", "B"), {}))
    _, err = write(batch("A", "B"), { manifest = false }) -- which would say otherwise of what is written then
    assert.matches("does not write: manifest.json", tostring(err), 1, true)
    assert(write(batch("A", "B"), { manifest = false, replace = true }))
    assert.equal("A.html A.txt B.html B.txt ", names())
  end)
end)
