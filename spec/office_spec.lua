-- DOCX, ODT and PDF by the programs that write them, read back by others: the same words. Needs pandoc, Chromium, LibreOffice and
-- poppler's tools, which make test-all installs.
local files = require "helper"
local letters_helper = require "helper_letters"
local upheld = require "upheld"

local function there(program)
  return (select(3, files.run("command -v " .. program)) == 0)
end

-- The words of a text: what has a letter or a digit in it, and is no link's address.
local function words_of(text, addresses)
  local list = {}
  if not addresses then text = text:gsub("%s%(https?://[^%s)]*%)", "") end
  text = text:gsub("^\239\187\191", ""):gsub("\u{2022}", " "):gsub("\f", " ")
  for word in text:gmatch "%S+" do
    if word:find "[%w\128-\255]" then list[#list + 1] = word end
  end
  return list
end

local function same_words(expected, found, what)
  for i = 1, math.max(#expected, #found) do
    if expected[i] ~= found[i] then
      local from = math.max(1, i - 3)
      error(("%s: word %d: %s instead of %s"):format(what, i, table.concat(found, " ", from, math.min(#found, i + 3)),
        table.concat(expected, " ", from, math.min(#expected, i + 3))), 2)
    end
  end
end

local NAMES = { "O'Brien & Sons <script>", "*Stars* [and](links) | bars", "=SUM(A1) Council", ("Long "):rep(100) .. "Council", "\u{202E}Turned Council" }

describe("letters by outside programs", function()
  local folder, made, hostile, hostile_path

  setup(function()
    folder = files.folder()
    local register = assert(upheld.open ":memory:")
    assert(register:import { authorities = "examples/data/authorities.csv", published = "examples/data/published.csv" })
    local wanted = { E06000014 = true, E06000001 = true, E07000115 = true }
    made = assert(assert(register:year(2024)):letters { wording = "examples/wording/annual_review_2020.lua",
      facts = "examples/wording/facts_demo.lua", date = "2024-07-24", where = function(c) return wanted[c.code] end })
    local councils = {}
    for i, name in ipairs(NAMES) do councils[i] = letters_helper.council { code = "N" .. i, name = name } end
    hostile_path = letters_helper.file("return { name = 'Spec', title = 'To {{ council.name }}', body = '# One\\n\\nTo {{ council.name }}: "
      .. "**{{ rate(council.upheld) }}**.\\n\\nTable: Rates of {{ council.name }}\\n| a | b |\\n|---|---|\\n| {{ council.name }} | {{ rate(council.upheld) }} |' }")
    hostile = assert(require "upheld.letters".build(letters_helper.year(councils), { wording = hostile_path, date = "2020-07-22" }))
  end)
  teardown(function()
    letters_helper.clean()
    files.cleanup()
  end)

  for _, form in ipairs { "docx", "odt" } do
    it("are " .. form:upper() .. " that LibreOffice reads back to the same words, the same bytes each time", function()
      if not (there "pandoc" and there "soffice") then return pending "needs pandoc and LibreOffice" end
      for name, batch in pairs { real = made, hostile = hostile } do
        local out = ("%s/%s-%s"):format(folder, form, name)
        assert(batch:write(out, { formats = { form } }))
        local _, err, status = files.run(("cd %s && HOME=%s env -u LD_PRELOAD soffice --headless --convert-to 'txt:Text (encoded):UTF8' --outdir back *.%s")
          :format(out, folder, form))
        assert.equal(0, status, err)
        for _, letter in ipairs(batch) do
          local expected, found = words_of(letter.text), words_of(files.read(("%s/back/%s.txt"):format(out, letter.code)))
          if name == "hostile" then -- a table's cells, filled side by side in text, follow one another here
            table.sort(expected)
            table.sort(found)
          end
          same_words(expected, found, letter.code)
        end
      end
      local again = folder .. "/" .. form .. "-again"
      assert(made:write(again, { formats = { form } }))
      assert.equal("", (files.run(("diff -r --exclude=back %s/%s-real %s"):format(folder, form, again))))
    end)
  end

  it("are PDF, tagged, with title and language, of the same words as the text letters", function()
    if not (there "chromium" and there "pdftotext") then return pending "needs chromium and poppler-utils" end
    for name, batch in pairs { real = made, hostile = hostile } do
      local out = folder .. "/pdf-" .. name
      assert(batch:write(out, { formats = { "pdf" } }))
      for i, letter in ipairs(batch) do
        local path = ("%s/%s.pdf"):format(out, letter.code)
        local text = files.run("pdftotext -nopgbrk " .. path .. " -")
        if name == "real" or i < 4 then same_words(words_of(letter.text, true), words_of(text, true), letter.code) end
        local info = files.run("pdfinfo " .. path)
        assert.truthy(info:find "Tagged: +yes", info)
        if name == "real" then assert.truthy(info:find("Title: +" .. letter.title:gsub("%p", "%%%0")), info) end
        assert.truthy(files.read(path):find "/Lang ?%(en%-GB%)", letter.code)
      end
    end
  end)

  it("have a title and a language in their properties, two languages each its own, and columns as wide as their words", function()
    if not (there "pandoc" and there "soffice") then return pending "needs pandoc and LibreOffice" end
    local register = assert(upheld.open ":memory:")
    assert(register:import { authorities = "examples/data/invented_authorities.csv", decisions = "examples/data/invented_decisions.csv" })
    local year = assert(register:year(2020))
    local both = assert(year:letters { wording = { "examples/wording/annual_review_2020.lua", "examples/wording/annual_review_2020_cy.lua" },
      facts = { "examples/wording/facts_2020.lua", "examples/wording/facts_2020_cy.lua" }, date = "2020-07-22", authority = "X06000002" })
    local wide = assert(year:letters { wording = "examples/wording/annual_review_2025.lua", facts = "examples/wording/facts_2020.lua", date = "2020-07-22",
      authority = "X06000002" })
    local out = folder .. "/both"
    assert(both:write(out, { formats = { "docx", "odt", "text" } }))
    assert(wide:write(folder .. "/wide", { formats = { "docx", "odt" } }))
    for form, part in pairs { docx = { "docProps/core.xml", "word/document.xml", 'w:lang w:val="cy"' }, odt = { "meta.xml", "content.xml", 'fo:language="cy"' } } do
      local path = ("%s/X06000002.%s"):format(out, form)
      local about = files.run(("python3 -c 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; "
        .. "sys.stdout.write(z.read(sys.argv[2]).decode())' %s %s"):format(path, part[1]))
      assert.truthy(about:find("<dc:title>" .. both[1].title .. "</dc:title>", 1, true), about)
      assert.truthy(about:find("<dc:language>en-GB</dc:language>", 1, true), about)
      local content = files.run(("python3 -c 'import sys, zipfile; sys.stdout.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]).decode())' %s %s"):format(path, part[2]))
      local english, welsh = content:find("Dear ", 1, true), content:find("Annwyl", 1, true)
      assert.is_true(english < welsh)
      assert.truthy(content:find(part[3], 1, true))
      if form == "docx" then assert.is_nil(content:sub(1, english):find(part[3], 1, true)) end
      local _, err, status = files.run(("cd %s && HOME=%s env -u LD_PRELOAD soffice --headless --convert-to 'txt:Text (encoded):UTF8' --outdir back X06000002.%s"):format(
        out, folder, form))
      assert.equal(0, status, err)
      local text = both[1].text:gsub("\n=+\n", "\n")
      same_words(words_of(text), words_of(files.read(out .. "/back/X06000002.txt")), form)
      -- no word of a table is on two lines, but what has blanks or hyphens in it
      _, err, status = files.run(("cd %s/wide && HOME=%s env -u LD_PRELOAD soffice --headless --convert-to pdf --outdir back X06000002.%s"):format(folder, folder, form))
      assert.equal(0, status, err)
      local printed = files.run(("pdftotext -layout %s/wide/back/X06000002.pdf -"):format(folder))
      for _, word in ipairs { "Complaints", "recommendations", "authorities", "100%", "Rate" } do assert.truthy(printed:find(word, 1, true), form .. printed) end
      local cells = printed:match "Figure.-\n(.-)Comparing years"
      for line in cells:gmatch "[^\n]+" do assert.is_nil(line:find "^%s*%l%s" or line:find "%s%l%s*$" or line:find "%s%%", line) end
    end
    register:close()
  end)

  -- How often each word is there: cells are filled side by side in text, and a drawing stands where it stands on paper.
  local function bag_of(list, bag, step)
    for _, word in ipairs(list) do
      local count = (bag[word] or 0) + step
      bag[word] = count ~= 0 and count or nil
    end
    return bag
  end

  for _, year in ipairs { 2024, 2025 } do
    it(("are PDF with charts, their sentences and tables open: the letter of %d"):format(year), function()
      if not (there "chromium" and there "pdftotext") then return pending "needs chromium and poppler-utils" end
      local register = assert(upheld.open ":memory:")
      assert(register:import { authorities = "examples/data/authorities.csv", published = "examples/data/published.csv" })
      local batch = assert(assert(register:year(year)):letters { wording = ("examples/wording/annual_review_%d.lua"):format(year),
        facts = "examples/wording/facts_2020.lua", date = year .. "-07-24", authority = "E06000014" })
      local letter, out = batch[1], folder .. "/pdf-" .. year
      assert(batch:write(out, { formats = { "pdf", "print", "print-pdf" } }))
      assert.is_nil(files.read(out .. "/all-letters.html"):find("<details>", 1, true))
      for _, name in ipairs { "E06000014.pdf", "all-letters.pdf" } do
        local rest = bag_of(words_of((files.run(("pdftotext -nopgbrk %s/%s -"):format(out, name))), true), {}, 1)
        bag_of(words_of(letter.text, true), rest, -1)
        local drawn = 0
        for svg in letter.html:gmatch "<svg.-</svg>" do
          for text in svg:gsub("<title.->.-</title>", ""):gmatch "<text[^>]*>(.-)</text>" do
            bag_of(words_of(text, true), rest, -1)
            drawn = drawn + 1
          end
        end
        assert.same({}, rest)
        assert.is_true(drawn > 20)
      end
      -- who does not see the drawing is told what it shows
      local pdf = files.read(out .. "/E06000014.pdf"):gsub("\\([()])", "%1")
      for title, description in letter.html:gmatch "<title id=[^>]*>(.-)</title>\n<desc id=[^>]*>(.-)</desc>" do
        assert.truthy(pdf:find("/Alt (" .. title .. " " .. description .. ")", 1, true), description)
      end
      register:close()
    end)
  end

  it("are one PDF of all letters, each on paper of its own", function()
    if not (there "chromium" and there "pdftotext") then return pending "needs chromium and poppler-utils" end
    local out = folder .. "/print"
    assert(made:write(out, { formats = { "print-pdf", "pdf" } }))
    local pages = 0
    for _, letter in ipairs(made) do
      pages = pages + tonumber((files.run(("pdfinfo %s/%s.pdf"):format(out, letter.code)):match "Pages: +(%d+)"))
    end
    assert.equal(pages, tonumber((files.run(("pdfinfo %s/all-letters.pdf"):format(out)):match "Pages: +(%d+)")))
    local expected = {}
    for _, letter in ipairs(made) do
      for _, word in ipairs(words_of(letter.text, true)) do expected[#expected + 1] = word end
    end
    same_words(expected, words_of((files.run(("pdftotext -nopgbrk %s/all-letters.pdf -"):format(out))), true), "all letters")
  end)

  it("say what is to be installed where a program is not there, and write nothing", function()
    local bin, script = files.folder(), files.folder() .. "/x.lua"
    for _, program in ipairs { "sh", "mktemp", "tail", "rm", "id", "stdbuf", "tr", "test" } do
      files.run(("ln -s $(command -v %s) %s/%s"):format(program, bin, program))
    end
    files.write(script, ([[
      local letters = require "upheld.letters"
      local helper = require "helper_letters"
      local path = helper.file "return { name = 'Spec', title = 'T', body = '# One' }"
      local made = assert(letters.build(helper.year { helper.council() }, { wording = path, date = "2020-07-22" }))
      for _, form in ipairs { "docx", "odt", "pdf", "print-pdf" } do
        local ok, err = made:write(%q, { formats = { "text", form } })
        print(ok, err.code, err)
      end
      helper.clean()]]):format(folder .. "/none"))
    local out, err, status = files.run(("lua=$(command -v %s); PATH=%s $lua %s"):format(files.lua, bin, script))
    assert.equal(0, status, err)
    local lines = files.lines(out)
    assert.equal("nil\toutside-program\tdocx: pandoc, which writes it, is not there (outside-program); install it (Debian: apt install pandoc), "
      .. "or leave this format out", lines[1])
    assert.matches("apt install pandoc", lines[2], 1, true)
    assert.matches("pdf: Chromium, which prints it, is not there (outside-program); install it (Debian: apt install chromium)", lines[3], 1, true)
    assert.matches("apt install chromium", lines[4], 1, true)
    assert.is_false(files.exists(folder .. "/none"))
  end)

  it("leave no folder and no program behind, also when a program fails", function()
    local bin = files.folder()
    for _, program in ipairs { "pandoc", "chromium" } do
      files.write(bin .. "/" .. program, "#!/bin/sh\necho broken >&2\nexit 3\n")
      files.run("chmod +x " .. bin .. "/" .. program)
    end
    local temporary, script = files.folder(), files.folder() .. "/x.lua"
    files.write(script, ([[
      local root = %q
      local letters = require "upheld.letters"
      local helper = require "helper_letters"
      local path = %q
      local made = assert(letters.build(helper.year { helper.council() }, { wording = path, date = "2020-07-22" }))
      for _, form in ipairs { "docx", "pdf" } do
        local ok, err = made:write(root .. "/none", { formats = { form } })
        print(ok, err)
      end]]):format(temporary, files.write(files.folder() .. "/w.lua", "return { name = 'Spec', title = 'T', body = '# One' }")))
    local out, err, status = files.run(("TMPDIR=%s PATH=%s:$PATH timeout 60 %s %s"):format(temporary, bin, files.lua, script))
    assert.equal(0, status, err)
    assert.matches("docx: pandoc failed: broken", out, 1, true)
    assert.matches("pdf: Chromium printed 0 of 1 pages, then ended or took too long", out, 1, true)
    assert.equal("", (files.run("ls -A " .. temporary)))
    assert.equal("", (files.run(("env -u LD_PRELOAD ps ax -o args | grep -F -- %s | grep -v grep || true"):format(temporary))))
  end)

  it("are the same whatever whoever writes them has set up for pandoc", function()
    if not there "pandoc" then return pending "needs pandoc" end
    local home = files.folder()
    files.run(("mkdir -p %s/.pandoc/templates %s/.local/share/pandoc/templates"):format(home, home))
    for _, place in ipairs { "/.pandoc", "/.local/share/pandoc" } do
      files.write(home .. place .. "/templates/default.opendocument", "own template")
      files.write(home .. place .. "/reference.docx", "no archive")
    end
    local quoted = {}
    for i, name in ipairs(NAMES) do quoted[i] = ("%q"):format(name) end
    assert(hostile:write(folder .. "/usual", { formats = { "docx", "odt" } }))
    local script = files.write(files.folder() .. "/x.lua", ([[
      local letters = require "upheld.letters"
      local helper = require "helper_letters"
      local councils = {}
      for i, name in ipairs { %s } do councils[i] = helper.council { code = "N" .. i, name = name } end
      assert(assert(letters.build(helper.year(councils), { wording = %q, date = "2020-07-22" })):write(%q, { formats = { "docx", "odt" } }))]]):format(
      table.concat(quoted, ", "), hostile_path, folder .. "/other"))
    local _, err, status = files.run(("HOME=%s XDG_DATA_HOME=%s/.local/share %s %s"):format(home, home, files.lua, script))
    assert.equal(0, status, err)
    assert.equal("", (files.run(("diff -r %s/usual %s/other"):format(folder, folder))))
  end)

  -- A script that writes one letter as PDF and prints what came of it.
  local function one_pdf(out)
    return files.write(files.folder() .. "/x.lua", ([[
      local letters = require "upheld.letters"
      local helper = require "helper_letters"
      local path = helper.file "return { name = 'Spec', title = 'T', body = '# One' }"
      local made = assert(letters.build(helper.year { helper.council() }, { wording = path, date = "2020-07-22" }))
      print(made:write(%q, { formats = { "pdf" } }))
      helper.clean()]]):format(out))
  end

  it("are PDF of the letters, also from a folder whose name means something in an address", function()
    if not (there "chromium" and there "pdftotext") then return pending "needs chromium and poppler-utils" end
    local temporary = files.folder() .. "/w %20#a?b'c"
    files.run("mkdir", temporary)
    local out, err = files.run(("TMPDIR=%s %s %s"):format(files.quote(temporary), files.lua, one_pdf(folder .. "/odd")))
    assert.equal("true\n", out, err)
    assert.matches("^One", (files.run(("pdftotext %s/odd/E07000115.pdf -"):format(folder))))
  end)

  it("are no page of the browser's own: what it cannot load stops the batch", function()
    if not there "chromium" then return pending "needs chromium" end
    local bin, temporary = files.folder(), files.folder()
    files.write(bin .. "/chromium", ("#!/bin/sh\nrm -f %s/*/*.html\nexec %s \"$@\"\n"):format(temporary, (files.run "command -v chromium"):match "%S+"))
    files.run("chmod +x " .. bin .. "/chromium")
    local out, err = files.run(("TMPDIR=%s PATH=%s:$PATH %s %s"):format(temporary, bin, files.lua, one_pdf(folder .. "/none")))
    assert.matches("nil\tpdf: Chromium could not load page 1 of 1: net::ERR_FILE_NOT_FOUND (outside-program); may it read the temporary folder (TMPDIR)?\n",
      out, 1, true, err)
    assert.is_false(files.exists(folder .. "/none"))
  end)

  it("leave no browser and no folder behind when they are killed", function()
    local bin, temporary = files.folder(), files.folder()
    files.write(bin .. "/chromium", ("#!/bin/sh\ntouch %s/begun\nexec sleep 987\n"):format(bin))
    files.run("chmod +x " .. bin .. "/chromium")
    local script = one_pdf(folder .. "/none")
    local out = files.run(("TMPDIR=%s PATH=%s:$PATH %s %s >/dev/null 2>&1 & killed=$!; until [ -f %s/begun ]; do sleep 0.1; done; ls %s | wc -l; "
      .. "kill -9 $killed; i=0; while [ -n \"$(ls %s)\" ] && [ $i -lt 100 ]; do sleep 0.1; i=$((i+1)); done; ls %s | wc -l; "
      .. "ps ax -o args | grep -c '^sleep 98[7]'"):format(temporary, bin, files.lua, script, bin, temporary, temporary, temporary))
    assert.same({ "1", "0", "0" }, { out:match "^(%d+)%s+(%d+)%s+(%d+)" })
  end)

  it("end a browser that hangs", function()
    local bin = files.folder()
    files.write(bin .. "/chromium", "#!/bin/sh\nexec sleep 1000\n")
    files.run("chmod +x " .. bin .. "/chromium")
    local script = files.write(files.folder() .. "/x.lua", ([[
      local letters = require "upheld.letters"
      local helper = require "helper_letters"
      require("upheld.office").patience = { start = 1, page = 0 }
      local path = helper.file "return { name = 'Spec', title = 'T', body = '# One' }"
      local made = assert(letters.build(helper.year { helper.council() }, { wording = path, date = "2020-07-22" }))
      print(made:write(%q, { formats = { "pdf" } }))
      helper.clean()]]):format(files.folder() .. "/none"))
    local out, err, status = files.run(("PATH=%s:$PATH timeout 60 %s %s"):format(bin, files.lua, script))
    assert.equal(0, status, err)
    assert.matches("pdf: Chromium printed 0 of 1 pages, then ended or took too long", out, 1, true)
  end)
end)
