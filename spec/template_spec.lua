local template = require "upheld.template"

-- Renders a text and gives it with the values in place, and the faults.
local function render(text, values, options)
  options = options or {}
  local env = template.environment(options.helpers or {})
  local compiled, err = env:compile(text, { name = "body", file = "w.lua", line = options.line or 1 })
  if not compiled then return nil, err end
  local partials = {}
  for name, partial in pairs(options.partials or {}) do
    partials[name] = assert(env:compile(partial, { name = name, file = "w.lua", line = 100 }))
  end
  env:enter(values or {}, options.functions or {}, partials)
  local rendered = env:render(compiled)
  local shown = rendered.text:gsub("\2(%d+)\3", function(n)
    local value = rendered.values[tonumber(n)]
    return "<" .. (value.text or table.concat(value.lines, "/")) .. ">"
  end)
  return shown, env.faults, rendered
end

local function messages(faults)
  local list = {}
  for i, one in ipairs(faults) do list[i] = tostring(one) end
  return list
end

describe("a template", function()
  local rows = {
    { "plain text", "plain text" },
    { "a {{ name }} b", "a <Kent> b" },
    { "{{ n }}", "<3>" },
    { "{{ n + 1 }} {{ ('x'):rep(n) }}", "<4> <xxx>" },
    { "{{ ({ a = { b = 'in braces' } }).a.b }}", "<in braces>" },
    { "{{ '}}' }} {{ \"{%\" }} {{ [[ }} ]] }}", "<}}> <{%> < }} >" },
    { "{{ n -- a remark\n}}", "<3>" },
    { "{{ n --[[ }} ]] }}", "<3>" },
    { "a{# gone }} #}b", "ab" },
    { "{% if n == 3 then %}three{% else %}other{% end %}", "three" },
    { "{% if n == 4 then %}four{% elseif n == 3 then %}three{% end %}", "three" },
    { "{% for i = 1, n do %}{{ i }},{% end %}", "<1>,<2>,<3>," },
    { "{% for _, x in ipairs(list) do %}{{ x }}{% end %}", "<a><b>" },
    { "{% local x = n * 2 %}{{ x }}", "<6>" },
    { "{% local x, y = 1, 2 %}{{ x + y }}", "<3>" },
    { "{% local x = 1; local y = x %}{{ y }}", "<1>" },
    { "{% local i = 0 while i < 2 do i = i + 1 %}{{ i }}{% end %}", "<1><2>" },
    { "{% local function f(x) return x .. '!' end %}{{ f('a') }}", "<a!>" },
    { "{% -- a remark %}x", "x" },
    { "{{ maybe(nil) }}{{ maybe('') }}{{ maybe('x') }}", "<x>" },
    { "{{ lines('a', nil, '', ' b ', 'c\\nd') }}", "<a/b/c/d>" },
    { "{ single } and % {", "{ single } and % {" },
    { "{% for k, v in pairs { b = 1, a = 2, [1] = 3 } do %}{{ k }}{{ v }}{% end %}", "<1><3><a><2><b><1>" },
  }
  for _, row in ipairs(rows) do
    it("renders " .. row[1]:gsub("\n", "\\n"), function()
      local text, faults = render(row[1], { name = "Kent", n = 3, list = { "a", "b" } })
      assert.same({}, messages(faults))
      assert.equal(row[2], text)
    end)
  end
end)

describe("a line of statements alone", function()
  local rows = {
    { "a\n{% if true then %}\nb\n{% end %}\nc", "a\nb\nc" },
    { "a\n  {% if false then %}  \nb\n  {% end %}\nc", "a\nc" },
    { "{% if true then %}\nb\n{% end %}", "b\n" },
    { "a\n{% if true then %}{% if true then %}\nb\n{% end %} {% end %}\nc", "a\nb\nc" },
    { "a\n{# remark #}\nb", "a\nb" },
    { "a {% if true then %}\nb\n{% end %} c", "a \nb\n c" },
    { "a\n\n{% local x = 1 %}\n\nb", "a\n\n\nb" },
    { "a\r\n{% if true then %}\r\nb\r\n{% end %}\r\nc", "a\nb\nc" },
    { "a\n{% for i = 1, 2 do %}\n- {{ i }}\n{% end %}\nb", "a\n- <1>\n- <2>\nb" },
    { "a\n{{ maybe('') }}\nb", "a\n\nb" },
  }
  for _, row in ipairs(rows) do
    it("leaves nothing in " .. row[1]:gsub("\r?\n", "\\n"), function()
      local text, faults = render(row[1])
      assert.same({}, messages(faults))
      assert.equal(row[2], text)
    end)
  end
end)

describe("partials", function()
  local partials = { line = "one\ntwo\n", name = "{{ x }}", none = "{% if false then %}\nx\n{% end %}\n",
    outer = "[{{ include('name', { x = 'in' }) }}]", loop = "{% include 'loop' %}", wrong = "{{ y }}" }
  local rows = {
    { "a\n{% include 'line' %}\nb", "a\none\ntwo\nb" },
    { "a {{ include 'line' }}.", "a one\ntwo." },
    { "{% include('name', { x = 'v' }) %}", "<v>\n" },
    { "{{ include 'outer' }}{{ x }}", "[<in>]<out>" },
    { "a\n{% include 'none' %}\nb", "a\nb" },
  }
  for _, row in ipairs(rows) do
    it("stand in " .. row[1]:gsub("\n", "\\n"), function()
      local text, faults = render(row[1], { x = "out" }, { partials = partials })
      assert.same({}, messages(faults))
      assert.equal(row[2], text)
    end)
  end

  it("have faults of their own place, and the rest goes on", function()
    local text, faults = render("{% include 'wrong' %}\n{{ 'after' }}{{ include 'lime' }}", {}, { partials = partials })
    assert.equal("<after>", text)
    assert.same({
      'w.lua:100: the name "y" is absent (absent-name); called from line 1',
      'w.lua:2: there is no partial "lime" (absent-partial); did you mean "line"?',
    }, messages(faults))
  end)

  it("that include each other are stopped", function()
    local _, faults = render("{% include 'loop' %}", {}, { partials = partials })
    assert.equal(1, #faults)
    assert.equal("partial-depth", faults[1].code)
  end)
end)

describe("what cannot be printed", function()
  local rows = {
    { "{{ nme }}", 'the name "nme" is absent (absent-name); did you mean "name"?' },
    { "{{ rec.x }}", 'the value of "rec.x" is absent (nil) (absent-value)' },
    { "{{ rec }}", 'the value of "rec" is a table (unprintable-value)' },
    { "{{ f }}", 'the value of "f" is a function (unprintable-value); the call\'s brackets are missing' },
    { "{{ true }}", 'the value of "true" is a boolean (unprintable-value)' },
    { "{{ '' }}", "the value of \"''\" is an empty text (empty-value)" },
    { "{{ 2 / 3 }}", 'the value of "2 / 3" is a number with a fraction' },
    { "{{ 'a\\nb' }}", "holds a line break (control-character)" },
    { "{{ 'a\\0b' }}", "holds a control character (byte 0) (control-character)" },
    { "{{ '\\xff' }}", "is not valid UTF-8 (bad-utf8)" },
    { "{{ lines('a\\2b') }}", "holds a control character (byte 2)" },
    { "{{ lines(nil, '') }}", "lines: every line is absent or empty (wording-error)" },
    { "{{ maybe(false) }}", "is a boolean (unprintable-value)" },
    { "{{ os.time() }}", 'the name "os" is absent' },
    { "{{ io }}", 'the name "io" is absent' },
    { "{{ _G }}", 'the name "_G" is absent' },
    { "{{ require 'os' }}", 'the name "require" is absent' },
    { "{{ math.random(3) }}", "attempt to call a nil value (field 'random')" },
    { "{{ tostring({}) }}", "tostring: a table has no text of its own" },
    { "{{ tostring(print) }}", 'the name "print" is absent' },
    { "{% x = 1 %}", '"x" would be a global name (global-name); write "local" before it' },
    { "{% string.x = 1 %}", "x: a library is not to be changed (wording-error)" },
    { "{% error({}) %}", "an error that is a table (wording-error)" },
    { "{{ rec.x.y }}", "attempt to index a nil value (field 'x')" },
    { "{% if nme then %}{% end %}", 'the name "nme" is absent' },
    { "{% for x in pairs(nme) do %}{% end %}", 'the name "nme" is absent' },
    { "{% local x = rec.x.y %}{{ x }}{{ x.z }}{{ x + 1 }}", "attempt to index a nil value (field 'x')" },
    { "{% error('stop') %}", "stop (wording-error)" },
  }
  for _, row in ipairs(rows) do
    it(row[1], function()
      local _, faults = render("one\n\n" .. row[1], { name = "x", rec = {}, f = function() end }, { line = 10 })
      assert.equal(1, #faults, table.concat(messages(faults), "\n"))
      assert.is_truthy(tostring(faults[1]):find(row[2], 1, true), tostring(faults[1]))
      assert.equal("w.lua", faults[1].file)
      assert.equal(12, faults[1].line)
    end)
  end

  it("is all reported in one run", function()
    local _, faults = render("{{ a }}\n{% if b then %}\n{% end %}\n{{ c }} {{ d }}\n{% for x in e do %}\n{% end %}\n{{ g.h }}")
    local lines = {}
    for i, one in ipairs(faults) do lines[i] = one.value .. one.line end
    assert.same({ "a1", "b2", "c4", "d4", "e5", "g7" }, lines)
  end)

  it("an error in a function called from a template names both lines", function()
    local env = template.environment {}
    env:add_source "w.lua"
    local f = load("local function inner(x)\n local y = x.a\n return y\nend\nreturn inner", "@w.lua", "t", env.globals)()
    local compiled = assert(env:compile("\n{{ f(nil) }}", { name = "body", file = "w.lua", line = 30 }))
    env:enter({}, { f = f }, {})
    env:render(compiled)
    assert.same({ "w.lua:2: attempt to index a nil value (local 'x') (wording-error); called from line 31" },
      messages(env.faults))
  end)
end)

describe("a template that cannot be compiled", function()
  local rows = {
    { "a\n{{ x", '"}}" is missing', 2 }, { "{% if x then", '"%}" is missing', 1 }, { "a {# b", '"#}" is missing', 1 },
    { "a\nb }} c", '"}}" without its beginning', 2 }, { "a %} c", '"%}" without its beginning', 1 },
    { "{% %}", "there is nothing between the braces", 1 },
    { "{{ -- x\n }}", "there is nothing between the braces", 1 }, { "{{ a, b }}", "expected", 1 },
    { "{{ }}", "there is nothing between the braces", 1 },
    { "a\n{{ 1 + }}", "unexpected symbol", 2 }, { "a\n\n{{ end }}", "near 'end'", 3 },
    { "{{ 'a }}", "a string is not closed", 1 }, { "a\n{{ x) (y }}", "expected", 2 },
    { "a\n{% if x then %}\nb\n", "'end' expected", nil }, { "a\n{% end %}", "<eof> expected near 'end'", 2 },
    { "a\tb", "control character", 1 }, { "a\n\2b", "control character", 2 }, { "a\n\xff", "not valid UTF-8", 2 },
    { "{{ _u_put }}", "names beginning with \"_u_\" are kept", 1 },
    { "a\n{% if x %}\nb{% end %}", "'then' expected", nil },
  }
  for _, row in ipairs(rows) do
    it(row[1]:gsub("[\n\t\2\xff]", "?"), function()
      local text, err = render(row[1], {}, { line = 5 })
      assert.is_nil(text)
      assert.equal("bad-template", err.code)
      assert.is_truthy(err.message:find(row[2], 1, true), err.message)
      assert.equal("w.lua", err.file)
      if row[3] then assert.equal(4 + row[3], err.line) end
    end)
  end
end)

describe("the lines of a rendered text", function()
  it("are those of the template they came from", function()
    local source = "one\n{% for i = 1, 3 do %}\ntwo {{ i }}\nthree\n{% end %}\n\n{% include 'p' %}\nlast"
    local _, faults, rendered = render(source, {}, { line = 11, partials = { p = "p one\np {{ 'x' }}\np three" } })
    assert.same({}, faults)
    local got = {}
    local n = 0
    for line in (rendered.text .. "\n"):gmatch "(.-)\n" do
      n = n + 1
      local _, at = rendered:place(n)
      got[n] = line:gsub("\2%d+\3", "V") .. " " .. at
    end
    assert.same({ "one 11", "two V 13", "three 14", "two V 13", "three 14", "two V 13", "three 14", " 16", "p one 100",
      "p V 101", "p three 102", "last 18" }, got)
  end)
end)

describe("every line of a long template", function()
  it("is the line its error names", function()
    for bad = 1, 40 do
      local lines = {}
      for i = 1, 40 do
        if i == bad then lines[i] = "{{ absent }}"
        elseif i % 7 == 0 then lines[i] = "{% local x" .. i .. " = 1 --[[ a\n remark ]] %}"
        elseif i % 5 == 0 then lines[i] = "{# a\nremark #}"
        elseif i % 3 == 0 then lines[i] = "{{ 'v' ..\n 'w' }}"
        else lines[i] = "text" end
      end
      local before = table.concat(lines, "\n", 1, bad - 1)
      local _, newlines = before:gsub("\n", "")
      local _, faults = render(table.concat(lines, "\n"), {}, { line = 3 })
      assert.equal(1, #faults)
      assert.equal(3 + newlines + (bad > 1 and 1 or 0), faults[1].line)
    end
  end)
end)

-- A template that is HTML: by the short way where it is of the plain kind, else by the longer one.
describe("a template of HTML", function()
  local values = { name = "O'Brien & Sons <b>", n = 3, list = { "a", 'b"' }, empty = "", long = ("x"):rep(500), greek = "Ωμέγα" }

  local function html(text, options)
    options = options or {}
    local env = template.environment(options.helpers or {})
    local compiled = assert(env:compile(text, { name = "page", file = "p.html", line = 7 }))
    env:enter(values, options.functions or {}, { row = assert(env:compile("<i>{{ n }}</i>", { name = "row", file = "p.html", line = 1 })) })
    if options.longer then compiled.plain = nil end
    return env:html(compiled), env.faults, compiled.plain ~= nil
  end

  local PLAIN, LONGER = true, false
  local ROWS = { -- text, HTML, way
    { "<p>{{ name }}</p>", "<p>O&#39;Brien &amp; Sons &lt;b&gt;</p>", PLAIN },
    { '<a title="{{ list[2] }}">{{ n }}</a>', '<a title="b&quot;">3</a>', PLAIN },
    { "{% for _, x in ipairs(list) do %}\n<li>{{ x }}</li>\n{% end %}\n", "<li>a</li>\n<li>b&quot;</li>\n", PLAIN },
    { "{% if n == 3 then %}three{% else %}other{% end %}", "three", PLAIN },
    { "{% local x = n * 2 %}{{ x }} {{ greek }}", "6 Ωμέγα", PLAIN },
    { "{% for i = 1, n do %}{{ i }}{% end %}", "123", PLAIN },
    { ("{{ n }} "):rep(300) .. ".", ("3 "):rep(300) .. ".", PLAIN },
    { "{{ long }}", ("x"):rep(500), PLAIN },
    { "{{ shout(name) }}", "O&#39;Brien &amp; Sons &lt;b&gt;!", PLAIN },
    { "{{ maybe(empty) }}|{{ maybe(name) }}", "|O&#39;Brien &amp; Sons &lt;b&gt;", PLAIN },
    { "{{ lines('a<', 'b') }}", "a&lt;<br>\nb", PLAIN },
    { "{% include 'row' %}!", "<i>3</i>!", LONGER },
    { "{% local i = 0 while i < 2 do i = i + 1 %}{{ i }}{% end %}", "12", LONGER },
    { "{% local f = function(x) return x end %}{{ f('a') }}", "a", LONGER },
  }
  for _, row in ipairs(ROWS) do
    it("is written " .. row[1]:sub(1, 60):gsub("\n", "\\n"), function()
      local functions = { shout = function(s) return s .. "!" end }
      local made, faults, way = html(row[1], { functions = functions })
      assert.same({}, messages(faults))
      assert.equal((row[2]:gsub("\n+$", "")), (made:gsub("\n+$", "")))
      assert.equal(row[3], way)
      assert.equal(made, (html(row[1], { functions = functions, longer = true })), "both ways give the same")
    end)
  end

  it("tells what is wrong with its place, as other templates do", function()
    local FAULTS = {
      { "<p>\n{{ nmae }}", 'p.html:8: the name "nmae" is absent (absent-name)' },
      { "{{ list[3] }}", 'p.html:7: the value of "list[3]" is absent (nil) (absent-value); print what may be absent by maybe(...)' },
      { "{{ n / 2 }}", 'p.html:7: the value of "n / 2" is a number with a fraction, 1.5 (fraction); figures come rounded from the core; '
        .. 'other such numbers are given as text' },
      { "{{ empty }}", 'p.html:7: the value of "empty" is an empty text (empty-value); print what may be empty by maybe(...)' },
      { "{{ 'a\\nb' }}", "p.html:7: the value of \"'a\\nb'\" holds a line break (control-character); lines(...) prints several lines" },
      { "{{ '\\xff' }}", "p.html:7: the value of \"'\\xff'\" is not valid UTF-8 (bad-utf8)" },
      { "{% x = 1 %}", 'p.html:7: "x" would be a global name (global-name); write "local" before it' },
      { "{% for i = 1, 2^53 do %}{% end %}", "p.html:7: the wording has not come to an end after 20 million steps (endless-loop); a loop does not end" },
    }
    for _, row in ipairs(FAULTS) do
      local made, faults = html(row[1])
      assert.is_nil(made)
      assert.same({ row[2] }, messages(faults))
    end
  end)

  it("leaves the host's hook alone, and sees each letter's values only", function()
    local env = template.environment {}
    local compiled = assert(env:compile("{{ a }}{{ b }}", { name = "page", file = "p.html", line = 1 }))
    env:enter({ a = "1", b = "2" }, {}, {})
    local function hook() end
    debug.sethook(hook, "", 1000000)
    local made = env:html(compiled)
    assert.equal(hook, (debug.gethook()))
    debug.sethook()
    assert.equal("12", made)
    assert.equal("12", env:html(compiled))
    assert.is_nil(debug.gethook())
    env:enter({ a = "3" }, {}, {})
    assert.is_nil(env:html(compiled))
    assert.same({ 'p.html:1: the name "b" is absent (absent-name)' }, { (tostring(env.faults[1]):gsub("; did you mean.*", "")) })
  end)
end)
