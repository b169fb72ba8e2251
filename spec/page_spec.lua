-- HTML of one's own: upheld.page. The templates themselves are template_spec's.
local upheld = require "upheld"

describe("a page", function()
  for _, row in ipairs { -- text, values, html
    { "<p>{{ name }}</p>\n", { name = "O'Brien & Sons <script>" }, "<p>O&#39;Brien &amp; Sons &lt;script&gt;</p>\n" },
    { "{% for i, one in ipairs(list) do %}{{ i }}. {{ one }};{% end %}", { list = { "a", "b" } }, "1. a;2. b;" },
    { "{{ counted(n, 'complaint') }} of {{ number(m) }}\n\n", { n = 1, m = 12345 }, "1 complaint of 12,345\n" },
    { "{{ twice(n) }}", { n = 4 }, "8" },
    { "{{ rate(f) }}", { f = { percent = 0, rounded_to_bound = true } }, "less than 1%" },
  } do
    it(("puts its values in: %q"):format(row[1]), function()
      local page = assert(upheld.page(row[1], { functions = { twice = function(n) return n * 2 end } }))
      assert.equal(row[3], page(row[2]))
      assert.equal(row[3], page:render(row[2]))
    end)
  end

  for _, row in ipairs { -- text, values, what is told
    { "<p>\n{{ nane }}", { name = "x" }, 'p.html:2: the name "nane" is absent (absent-name); did you mean "name"?' },
    { "{{ name }}", { name = false }, 'p.html:1: the value of "name" is a boolean (unprintable-value); use it in {% if %}' },
    { "{{ name.first }}", { name = {} }, 'p.html:1: the value of "name.first" is absent (nil) (absent-value)' },
    { "{% if name then %}", { name = 1 }, "p.html:1:" },
  } do
    it(("tells what is wrong, with its line: %q"):format(row[1]), function()
      local page, err = upheld.page(row[1], { file = "p.html" })
      local html
      if page then html, err = page(row[2]) end
      assert.is_nil(html)
      assert.truthy(tostring(err):find(row[3], 1, true), tostring(err))
    end)
  end

  it("is misused with an error at the caller's line", function()
    for _, row in ipairs { { function() upheld.page(3) end, "a text is expected, not a number" },
      { function() upheld.page("x", { fle = "y" }) end, 'unknown key "fle"; did you mean "file"?' },
      { function() assert(upheld.page "x")(7) end, "a table of values is expected, not a number" } } do
      local ok, message = pcall(row[1])
      assert.is_false(ok)
      assert.truthy(message:find(row[2], 1, true), message)
      assert.truthy(message:find("page_spec.lua", 1, true), message)
    end
  end)
end)
