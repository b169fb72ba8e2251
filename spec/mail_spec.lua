-- E-mail drafts: headers and parts, hostile names, and what is refused. Read back here, and by Python's own reader where it is.
local helper = require "helper"
local letters_helper = require "helper_letters"
local letters = require "upheld.letters"
local council = letters_helper.council

local there = pcall(require, "mime")

local FROM = "Example Ombudsman <reviews@ombudsman.example>"

local function batch(list)
  local councils = {}
  for i, one in ipairs(list) do
    councils[i] = council { code = "C" .. i, name = one.name or "Alpha Council",
      recipient = { name = one.to or "Ms J Example", role = "Chief Executive", salutation = "Ms Example", email = one.email } }
  end
  local path = letters_helper.file "return { name = 'Spec', title = 'Letter', body = '# One\\n\\nTo {{ council.name }}: {{ rate(council.upheld) }}.' }"
  return assert(letters.build(letters_helper.year(councils), { wording = path, date = "2020-07-22" }))
end

local function emails(list, more)
  local opts = { covering = "examples/wording/covering_email.lua", facts = "examples/wording/facts_email.lua", from = FROM }
  for key, value in pairs(more or {}) do opts[key] = value end
  return batch(list):emails(opts)
end

local function header(message, name)
  local head = "\r\n" .. message:match "^(.-)\r\n\r\n":gsub("\r\n[ \t]+", " ") .. "\r\n"
  return head:match("\r\n" .. name:gsub("%p", "%%%0") .. ": *([^\r]*)\r\n")
end

describe("an e-mail draft", function()
  after_each(function()
    letters_helper.clean()
    helper.cleanup()
  end)

  it("has sender, recipient, subject and date of the letter, and no clock's", function()
    if not there then return pending "needs lua-socket" end
    local one = assert(emails({ { email = "chief@alpha.example" } }, { reply_to = "answers@ombudsman.example" }))[1]
    assert.same({ "C1", "chief@alpha.example", "Annual review letter 2020: Alpha Council" }, { one.code, one.to, one.subject })
    assert.same({ FROM, "answers@ombudsman.example", "Ms J Example <chief@alpha.example>", "Annual review letter 2020: Alpha Council",
      "Wed, 22 Jul 2020 09:00:00 +0000", "1.0" }, { header(one.message, "From"), header(one.message, "Reply-To"), header(one.message, "To"),
      header(one.message, "Subject"), header(one.message, "Date"), header(one.message, "MIME-Version") })
    assert.equal("<" .. one.id .. ">", header(one.message, "Message-ID"))
    assert.truthy(one.id:find "^%x+@ombudsman%.example$")
    for line in one.message:gmatch "([^\r\n]*)\r\n" do assert.is_true(#line <= 78, line) end
    assert.is_nil(one.message:gsub("\r\n", ""):find "[\r\n]")
    assert.equal(one.message, assert(emails({ { email = "chief@alpha.example" } }, { reply_to = "answers@ombudsman.example" }))[1].message)
  end)

  it("has the covering text, the same as a page, and the letter", function()
    if not there then return pending "needs lua-socket" end
    local mime = require "mime"
    for form, kind in pairs { html = "text/html; charset=utf-8", text = "text/plain; charset=utf-8", markdown = "text/markdown; charset=utf-8" } do
      local list = batch { { email = "a@b.example" } }
      local message = assert(list:emails { covering = "examples/wording/covering_email.lua", facts = "examples/wording/facts_email.lua", from = FROM,
        attach = form })[1].message
      local types = {}
      for one in message:gmatch "\nContent%-Type: ([^\r]*)" do types[#types + 1] = one:gsub('boundary="[^"]*"', "boundary") end
      assert.same({ "multipart/mixed; boundary", "multipart/alternative; boundary", "text/plain; charset=utf-8", "text/html; charset=utf-8", kind }, types)
      local encoded = message:match 'filename="C1[^\r]*\r\n\r\n(.-)\r\n%-%-'
      assert.equal(list[1][form], (mime.unb64(encoded:gsub("%s", ""))))
      local boundaries = {}
      for boundary in message:gmatch 'boundary="([^"]*)"' do boundaries[#boundaries + 1] = boundary end
      assert.equal(4, select(2, message:gsub("\r\n%-%-" .. boundaries[1]:gsub("%p", "%%%0"), "")) + 1)
      assert.matches("Dear Ms Example", message, 1, true)
    end
  end)

  local HOSTILE = { "O'Brien & Sons <script>", 'A "quoted" \\ name, Esq.', "Siân Ŵyn-Žižek", ("Long "):rep(100) .. "end", "=?UTF-8?B?eA==?=",
    "\u{202E}turned\u{202C}", "x\u{2028}y", "a@b.example, c@d.example", "=cmd|x" }

  it("lets no name add a header, an address or a part", function()
    if not there then return pending "needs lua-socket" end
    local list = {}
    for i, name in ipairs(HOSTILE) do list[i] = { name = name, to = name, email = ("r%d@alpha.example"):format(i) } end
    local made = assert(emails(list))
    local folder = helper.folder()
    for i, one in ipairs(made) do
      assert.equal(("r%d@alpha.example"):format(i), header(one.message, "To"):match "<([^<>]*)>$")
      local head = one.message:match "^(.-)\r\n\r\n"
      for line in (head .. "\r\n"):gmatch "(.-)\r\n" do assert.truthy(#line <= 78 and not line:find "[^ -~]", line) end
      helper.write(("%s/%d.eml"):format(folder, i), one.message)
    end
    if select(3, helper.run "command -v python3") ~= 0 then return end
    local script = helper.write(folder .. "/read.py", [==[
import email, email.header, email.policy, email.utils, sys, json
for path in sys.argv[1:]:
    m = email.message_from_binary_file(open(path, 'rb'), policy=email.policy.default)
    assert not m.defects, m.defects
    for part in m.walk():
        assert not part.defects, part.defects
    to = m['to'].addresses
    assert len(to) == 1, to
    parts = [p for p in m.walk() if not p.is_multipart()]
    assert len(parts) == 3 and parts[2].get_filename().startswith('C'), parts
    # names by the older reader: the newer one puts a space between encoded words (RFC 2047, 6.2 has none)
    old = email.message_from_binary_file(open(path, 'rb'))
    name = email.utils.parseaddr(old['to'].replace('\\r\\n', ''))[0]
    name = str(email.header.make_header(email.header.decode_header(name)))
    print(json.dumps([name, m['subject'], parts[0].get_content()[:60]]))
]==])
    local out, err, status = helper.run(("env -u LD_PRELOAD python3 %s $(ls %s/*.eml | sort -V)"):format(script, folder))
    assert.equal(0, status, err)
    local i = 0
    for line in out:gmatch "[^\n]+" do
      i = i + 1
      local decoded = require "helper_json".decode(line)
      assert.equal(require "upheld.markup.bidi".isolated(HOSTILE[i]), decoded[1])
      assert.equal("Annual review letter 2020: " .. require "upheld.markup.bidi".isolated(HOSTILE[i]), decoded[2])
    end
    assert.equal(#HOSTILE, i)
  end)

  for _, row in ipairs { "nobody", "a b@c.example", "a@b", "a@@b.example", ".a@b.example", "a..b@c.example", "a@-.b", "a@b..example", "<a@b.example>",
    "a@b.example\r\nBcc: x@y.example", ("x"):rep(65) .. "@b.example", "a@b.example,c@d.example" } do
    it(("is refused for the address %q"):format(row), function()
      if not there then return pending "needs lua-socket" end
      local made, err = emails { { email = row } }
      assert.is_nil(made)
      assert.equal("bad-address", err.code)
      assert.is_nil(tostring(err):find("\nBcc", 1, true))
      local one, why = emails({ { email = "a@b.example" } }, { from = row == "<a@b.example>" and "x <>" or row })
      assert.is_nil(one)
      assert.equal("bad-address", why.code)
    end)
  end

  it("is wanting where a recipient has no address: told, or left out and listed", function()
    if not there then return pending "needs lua-socket" end
    local made, err = emails { { email = "a@b.example" }, { email = nil }, { email = "" } }
    assert.is_nil(made)
    assert.same({ "no-address", 2, "C2" }, { err.code, #err.faults, err.faults[1].letter })
    assert.matches("the recipient has no e-mail address", tostring(err), 1, true)
    made = assert(emails({ { email = "a@b.example" }, { email = nil }, { email = "" } }, { skip_without_address = true }))
    assert.same({ 1, { "C2", "C3" } }, { #made, made.without })
    assert.equal("1 e-mail", tostring(made))
  end)

  it("is written by the command, of recipients in a register", function()
    if not there then return pending "needs lua-socket" end
    local root = helper.folder()
    helper.write(root .. "/r.csv", "code,name,role,salutation,email\nX06000001,Ms A Example,Chief Executive,Ms Example,a@x.example\n"
      .. "X06000002,,Head of Paid Service,,b@x.example\n")
    local db = root .. "/r.db"
    assert.equal(0, select(3, helper.upheld("import", db, "-q", "--authorities", "examples/data/invented_authorities.csv", "--decisions",
      "examples/data/invented_decisions.csv", "--recipients", root .. "/r.csv")))
    local given = { "emails", db, "--year", "2020", "--wording", "examples/wording/annual_review_2020.lua", "--facts", "examples/wording/facts_2020.lua",
      "--date", "2020-07-22", "--covering", "examples/wording/covering_email.lua", "--covering-facts", "examples/wording/facts_email.lua",
      "--from", FROM, "--out", root .. "/drafts" }
    local out, err, status = helper.upheld(table.unpack(given))
    assert.same({ 1, "" }, { status, out })
    assert.truthy(err:find("323 letters, 321 faults: no e-mail can be used", 1, true), err)
    given[#given + 1] = "--skip-without-address"
    out, err, status = helper.upheld(table.unpack(given))
    assert.equal(0, status, err)
    assert.truthy(out:find "^without an address: X06000003, .*\n2 e%-mails in ", out)
    local one, two = helper.read(root .. "/drafts/X06000001.eml"), helper.read(root .. "/drafts/X06000002.eml")
    assert.same({ "Ms A Example <a@x.example>", "b@x.example" }, { header(one, "To"), header(two, "To") })
    assert.matches("Dear Ms Example", one, 1, true)
    assert.matches("Dear Head of Paid Service", two, 1, true)
    assert.is_false(helper.exists(root .. "/drafts/X06000003.eml"))
  end)

  describe("of a register", function()
    local root, db, given
    before_each(function()
      root = helper.folder()
      db = root .. "/r.db"
      helper.write(root .. "/a.csv", "code,name,type,region\nD1,Alpha Council,District,North\nD2,Beta Council,District,North\nD3,Gamma Council,District,North\n")
      local rows = { "reference,authority_code,received_date,decided_date,outcome,remedied_before" }
      for i = 1, 40 do
        local outcome = i % 3 == 0 and "Upheld" or "Not upheld"
        rows[#rows + 1] = ("19 000 %03d,D%d,2019-05-01,2019-06-01,%s,%s"):format(i, i % 3 + 1, i % 6 < 3 and outcome or "Upheld",
          (i % 6 < 3 and outcome or "Upheld") == "Upheld" and "no" or "")
      end
      helper.write(root .. "/d.csv", table.concat(rows, "\n") .. "\n")
      helper.write(root .. "/m.csv", "code,name,role,salutation,email\nD1,,,,a@x.example\nD2,,,,b@x.example\nD3,,,,c@x.example\n")
      assert.equal(0, select(3, helper.upheld("import", db, "-q", "--authorities", root .. "/a.csv", "--decisions", root .. "/d.csv", "--recipients", root .. "/m.csv")))
      given = { "--year", "2020", "--wording", "examples/wording/annual_review_2020.lua", "--facts", "examples/wording/facts_2020.lua", "--date", "2020-07-22" }
    end)

    local function run(command, ...)
      local list = { command, db }
      for _, from in ipairs { given, { ... } } do table.move(from, 1, #from, #list + 1, list) end
      return helper.upheld(table.unpack(list))
    end
    local function drafts(...)
      return run("emails", "--covering", "examples/wording/covering_email.lua", "--covering-facts", "examples/wording/facts_email.lua", "--from", FROM,
        "--out", root .. "/drafts", ...)
    end
    -- The letter attached to a draft.
    local function attached(code)
      local body = helper.read(root .. "/drafts/" .. code .. ".eml"):match 'filename="[^"]*"\r\n\r\n([%w+/=\r\n]*)'
      return require "mime".unb64((body:gsub("%s", "")))
    end

    it("are of the letters that were approved only, and of none that was before", function()
      if not there then return pending "needs lua-socket" end
      local out, err, status = drafts()
      assert.same({ 0, "3 e-mails in " .. root .. "/drafts\n" }, { status, out }, err)
      assert.equal(0, select(3, run("approve", "--authority", "D2", "--by", "A Name")))
      out, err, status = drafts "--approved-only"
      assert.same({ 1, "" }, { status, out })
      assert.truthy(err:find("the folder holds letters that this run does not write: D1.eml and D3.eml (other-letters); take an empty folder, or --replace", 1, true), err)
      out, err, status = drafts("--approved-only", "--replace")
      assert.same({ 3, "1 e-mail in " .. root .. "/drafts\n" }, { status, out }, err)
      assert.truthy(err:find("Alpha Council (D1): not approved\nGamma Council (D3): not approved\n", 1, true), err)
      assert.equal("D2.eml\nmanifest.json\n", (helper.run("ls " .. root .. "/drafts")))
      out, err, status = helper.upheld("check", root .. "/drafts")
      assert.same({ 0, true }, { status, out:find("1 file as written", 1, true) ~= nil }, out .. err)
      out, err, status = helper.upheld("check", root .. "/drafts", "--register", db)
      assert.same({ 0, "1 file as written\nno number was recomputed: drafts have no traces, their letters have\n" }, { status, out }, err)
      helper.write(root .. "/drafts/D2.eml", "changed")
      out, err, status = helper.upheld("check", root .. "/drafts")
      assert.same({ 1, true }, { status, out:find("D2.eml: the file is not the one that was written", 1, true) ~= nil }, out .. err)
    end)

    it("hide small counts, in letter and text, as letters do", function()
      if not there then return pending "needs lua-socket" end
      given[#given + 1], given[#given + 2] = "--suppress-below", "20"
      assert.equal(0, select(3, run("letters", "--format", "html", "--out", root .. "/letters")))
      local _, err, status = drafts()
      assert.equal(0, status, err)
      assert.equal(helper.read(root .. "/letters/D1.html"), attached "D1")
      assert.is_nil(attached("D1"):find("(%d+) of (%d+) cases"))
      given[#given + 1], given[#given + 2] = "--boundaries", "now"
      err = select(2, drafts())
      assert.truthy(err:find("--boundaries now: not with --suppress-below", 1, true), err)
    end)

    it("have a letter in two languages, and a text in one or two", function()
      if not there then return pending "needs lua-socket" end
      for _, word in ipairs { "--wording", "examples/wording/annual_review_2020_cy.lua", "--facts", "examples/wording/facts_2020_cy.lua" } do given[#given + 1] = word end
      assert.equal(0, select(3, run("letters", "--format", "html", "--out", root .. "/letters")))
      local _, err, status = drafts()
      assert.equal(0, status, err)
      assert.equal(helper.read(root .. "/letters/D1.html"), attached "D1")
      local manifest = helper.read(root .. "/drafts/manifest.json")
      for _, name in ipairs { "annual_review_2020.lua", "annual_review_2020_cy.lua", "covering_email.lua", "facts_email.lua" } do
        assert.truthy(manifest:find('"file":"' .. name .. '"', 1, true), name)
      end
    end)
  end)

  it("rejects options that it does not know", function()
    for options, message in pairs { [{ attach = "htm" }] = 'did you mean "html"?', [{ form = "x" }] = 'unknown key "form"' } do
      local ok, err = pcall(emails, { { email = "a@b.example" } }, options)
      assert.is_false(ok)
      assert.matches(message, err, 1, true)
    end
  end)
end)
