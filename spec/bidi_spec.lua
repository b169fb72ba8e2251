-- Names with right-to-left letters and bidirectional controls: whatever they leave open, no figure after them is turned.
local bidi = require "upheld.markup.bidi"
local helper = require "helper_letters"
local letters = require "upheld.letters"

local NAMES = { "\u{202e}Turned Council", "\u{202d}\u{202e}Twice Council", "\u{2067}Isolated Council", "\u{2069}\u{202e}Ended Council",
  "A \u{2069}\u{2069}\u{202e} B\u{2067}", "\u{5d0}\u{5d1}\u{5d2} \u{5d3}", "Council \u{627}\u{628}", "\u{200f}Marked", "\u{1e900}\u{1e901} Council",
  "\u{202e}A Council with a name of very many words which no cell of a table has room for on a line of its own",
  ("\u{202e}\u{2067}"):rep(70) .. "deep" }

-- What is open at a place of a text: its isolates and embeddings (UAX 9). `at` ends the text.
local function open_at(text, at)
  local stack = {}
  for place, c in utf8.codes(text) do
    if place >= at then break end
    if c == 0xa then stack = {}
    elseif c >= 0x2066 and c <= 0x2068 then stack[#stack + 1] = "isolate"
    elseif c == 0x202a or c == 0x202b or c == 0x202d or c == 0x202e then stack[#stack + 1] = "embedding"
    elseif c == 0x202c then
      if stack[#stack] == "embedding" then stack[#stack] = nil end
    elseif c == 0x2069 then
      local isolate
      for i = #stack, 1, -1 do isolate = isolate or stack[i] == "isolate" and i end
      for i = #stack, isolate or #stack + 1, -1 do stack[i] = nil end
    end
  end
  return #stack
end

local function unpage(html)
  return (html:gsub("<style>.-</style>", ""):gsub("<bdi>", "\u{2068}"):gsub("</bdi>", "\u{2069}"):gsub("<%/?%w[^>]*>", ""))
end

local function bare(text)
  return (text:gsub("\u{2068}", ""):gsub("\u{2069}", ""))
end

describe("a value of right-to-left letters or controls", function()
  for _, name in ipairs(NAMES) do
    it(("is closed in itself: %q"):format(name), function()
      local made = bidi.isolated(name)
      assert.equal(0, open_at(made .. "60%", #made + 1))
      assert.truthy(made:find(name, 1, true))
      assert.equal("\u{2068}" .. bidi.closed(name) .. "\u{2069}", made)
    end)
  end

  it("is left as it is where nothing turns", function()
    for _, name in ipairs { "", "York", "Sir F\u{f4}n", "Caf\u{e9} \u{2013} \u{201c}x\u{201d}\u{2026}", "\u{4e2d}\u{6587}", "\u{1f600}", "\xff\u{202e}" } do
      assert.same({ name, false }, { bidi.isolated(name), bidi.closed(name) })
    end
  end)

  it("turns no figure in any form, nor in a cell beside it", function()
    finally(helper.clean)
    local councils = {}
    for i, name in ipairs(NAMES) do councils[i] = helper.council { code = "C" .. i, name = name } end
    local path = helper.file("return { name = 'Spec', title = '{{ council.name }}: {{ rate(council.upheld) }}', body = [==[\n# {{ council.name }} {{ rate(council.upheld) }}\n\n"
      .. "{{ council.name }} upheld **{{ council.name }} {{ rate(council.upheld) }}**.\n\n- {{ council.name }} {{ rate(council.upheld) }}\n\n"
      .. "Table: Of {{ council.name }}, {{ rate(council.upheld) }}\n| a | b | c |\n|---|---|---|\n"
      .. "| {{ council.name }} | {{ rate(council.upheld) }} | {{ council.name }} |\n| x | {{ rate(council.upheld) }} | {{ rate(council.upheld) }} |\n]==] }")
    for _, letter in ipairs(assert(letters.build(helper.year(councils), { wording = path, date = "2020-07-22" }))) do
      for form, text in pairs { html = unpage(letter.html), text = letter.text, markdown = letter.markdown, title = letter.title } do
        local count = 0
        for at in text:gmatch "()%d%d%%?" do
          count = count + 1
          assert.equal(0, open_at(text, at), form .. ": " .. text)
        end
        assert.is_true(count >= (form == "title" and 1 or 6), form)
        if form ~= "markdown" then assert.truthy(bare(text):gsub("%s+", " "):find(bare(letter.name), 1, true), form .. text) end
      end
    end
  end)
end)
