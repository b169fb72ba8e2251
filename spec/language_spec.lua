-- Languages: Welsh words, claims and checks; the choice of a language by a wording, and a language from a file.
local claims = require "upheld.claims"
local cy = require "upheld.language.cy"
local en = require "upheld.language.en"
local helper = require "helper_letters"
local helpers = require "upheld.helpers"
local language = require "upheld.language"
local letters = require "upheld.letters"
local wording = require "upheld.wording"

local figure, council = helper.figure, helper.council
local welsh = helpers.of(cy)

-- One letter in a language from a body, or nil and the fault.
local function letter_of(body, given, extra)
  local path = helper.file(("return { name = 'Spec', language = 'cy', title = 'Llythyr', %s body = [==[\n# Un\n\n%s\n]==] }"):format(
    extra or "", body))
  local made, err = letters.build(helper.year { council(given) }, { wording = path, date = "2020-07-22" })
  return made and made[1], err and (err.faults and err.faults[1] or err), path
end

after_each(helper.clean)

--------------------------------------------------------------------------------

describe("Welsh number words", function()
  local UNITS = { "un", "dau", "tri", "pedwar", "pump", "chwech", "saith", "wyth", "naw" }
  local TENS = { "deg", "dau ddeg", "tri deg", "pedwar deg", "pum deg", "chwe deg", "saith deg", "wyth deg", "naw deg" }

  it("are those of the decimal system from 0 to 100", function()
    assert.equal("dim", welsh.in_words(0))
    for n = 1, 9 do assert.equal(UNITS[n], welsh.in_words(n)) end
    for n = 10, 99 do
      local tens, rest = n // 10, n % 10
      local expected = tens == 1 and rest > 0 and "un deg " .. UNITS[rest] or TENS[tens] .. (rest > 0 and " " .. UNITS[rest] or "")
      assert.equal(expected, welsh.in_words(n))
    end
    assert.equal("cant", welsh.in_words(100))
  end)

  for _, row in ipairs { -- number, of a masculine noun, of a feminine one
    { 2, "dau", "dwy" }, { 3, "tri", "tair" }, { 4, "pedwar", "pedair" }, { 12, "un deg dau", "un deg dwy" },
    { 22, "dau ddeg dau", "dau ddeg dwy" }, { 94, "naw deg pedwar", "naw deg pedair" }, { 101, "cant ac un", "cant ac un" },
    { 103, "cant a thri", "cant a thair" }, { 110, "cant a deg", "cant a deg" }, { 118, "cant un deg wyth", "cant un deg wyth" },
    { 205, "dau gant a phump", "dau gant a phump" }, { 342, "tri chant pedwar deg dau", "tri chant pedwar deg dwy" },
    { 600, "chwe chant", "chwe chant" }, { 1000, "mil", "mil" }, { 1008, "mil ac wyth", "mil ac wyth" },
    { 1056, "mil a phum deg chwech", "mil a phum deg chwech" }, { 1400, "mil pedwar cant", "mil pedwar cant" },
    { 2000, "dwy fil", "dwy fil" }, { 5000, "pum mil", "pum mil" }, { 17409, "un deg saith mil pedwar cant a naw",
      "un deg saith mil pedwar cant a naw" }, { 21000, "dau ddeg un fil", "dau ddeg un fil" },
    { 67000, "chwe deg saith mil", "chwe deg saith mil" }, { 100000, "can mil", "can mil" },
    { 300000, "tri chan mil", "tri chan mil" }, { 1000000, "miliwn", "miliwn" },
  } do
    it(("%d: %s, %s"):format(row[1], row[2], row[3]), function()
      assert.equal(row[2], welsh.in_words(row[1]))
      assert.equal(row[3], welsh.in_words(row[1], "f"))
    end)
  end

  it("differ for every number", function()
    local seen = {}
    for n = 0, 20000 do
      local said = welsh.in_words(n)
      assert.is_nil(seen[said], said)
      seen[said] = n
    end
  end)

  for _, bad in ipairs { -1, 1000001, 1.5, "3" } do
    it("refuse " .. tostring(bad), function() assert.error(function() welsh.in_words(bad) end) end)
  end

  it("refuse a gender that there is not", function()
    assert.error_matches(function() welsh.in_words(2, "n") end, 'a gender is "m" or "f", not n')
  end)
end)

describe("Welsh ordinals", function()
  local SHORT = { "1af", "2il", "3ydd", "4ydd", "5ed", "6ed", "7fed", "8fed", "9fed", "10fed", "11eg", "12fed", "13eg", "14eg",
    "15fed", "16eg", "17eg", "18fed", "19eg", "20fed", "21ain", "22ain", "23ain", "24ain", "25ain", "26ain", "27ain", "28ain",
    "29ain", "30ain", "31ain" }
  local LONG = { "cyntaf", "ail", "trydydd", "pedwerydd", "pumed", "chweched", "seithfed", "wythfed", "nawfed", "degfed",
    "unfed ar ddeg", "deuddegfed", "trydydd ar ddeg", "pedwerydd ar ddeg", "pymthegfed", "unfed ar bymtheg", "ail ar bymtheg",
    "deunawfed", "pedwerydd ar bymtheg", "ugeinfed", "unfed ar hugain", "ail ar hugain", "trydydd ar hugain",
    "pedwerydd ar hugain", "pumed ar hugain", "chweched ar hugain", "seithfed ar hugain", "wythfed ar hugain", "nawfed ar hugain",
    "degfed ar hugain", "unfed ar ddeg ar hugain" }
  for n = 1, 31 do
    it(("%s, %s"):format(SHORT[n], LONG[n]), function()
      assert.equal(SHORT[n], welsh.ordinal(n))
      assert.equal(LONG[n], welsh.ordinal_words(n))
    end)
  end

  it("have a feminine of the third and fourth", function()
    assert.same({ "3edd", "4edd", "13eg" }, { welsh.ordinal(3, "f"), welsh.ordinal(4, "f"), welsh.ordinal(13, "f") })
    assert.same({ "trydedd", "pedwaredd ar ddeg" }, { welsh.ordinal_words(3, "f"), welsh.ordinal_words(14, "f") })
  end)

  it("are written in digits beyond 31", function()
    assert.same({ "40fed", "41ain", "100fed", "101fed", "1,000fed" },
      { welsh.ordinal(40), welsh.ordinal(41), welsh.ordinal(100), welsh.ordinal(101), welsh.ordinal(1000) })
    assert.error_matches(function() welsh.ordinal_words(32) end, "written in digits: ordinal%(32%)")
  end)
end)

describe("Welsh dates", function()
  local MONTHS = { "Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin", "Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd",
    "Rhagfyr" }
  for m, month in ipairs(MONTHS) do
    it(month, function() assert.equal("1 " .. month .. " 2019", welsh.date(("2019-%02d-01"):format(m))) end)
  end
  it("that are none are refused", function() assert.error(function() welsh.date("2019-02-29") end) end)
end)

describe("a Welsh noun", function()
  local cwyn = { one = "cwyn", many = "cwynion", gender = "f" }
  local cyngor = { one = "cyngor", many = "cynghorau", gender = "m" }
  local penderfyniad = { one = "penderfyniad", many = "penderfyniadau", gender = "m" }
  local blwyddyn = { one = "blwyddyn", after = "blynedd", many = "blynyddoedd", gender = "f", time = true }
  local rheol = { one = "rheol", many = "rheolau", gender = "f" }
  local blog = { one = "blog", many = "blogiau", gender = "m", mutates = false }
  for _, row in ipairs { -- number, noun, after digits, after words, with "o"
    { 0, cwyn, "0 cwyn", "dim cwynion", "0 o gwynion" }, { 1, cwyn, "1 gŵyn", "un gŵyn", "1 gŵyn" },
    { 2, cwyn, "2 gŵyn", "dwy gŵyn", "2 o gwynion" }, { 3, cwyn, "3 cwyn", "tair cwyn", "3 o gwynion" },
    { 5, cwyn, "5 cwyn", "pum cwyn", "5 o gwynion" }, { 6, cwyn, "6 chŵyn", "chwe chŵyn", "6 o gwynion" },
    { 10, cwyn, "10 cwyn", "10 cwyn", "10 o gwynion" }, { 1400, cwyn, "1,400 cwyn", "1,400 cwyn", "1,400 o gwynion" },
    { 1, cyngor, "1 cyngor", "un cyngor", "1 cyngor" }, { 2, cyngor, "2 gyngor", "dau gyngor", "2 o gynghorau" },
    { 3, cyngor, "3 chyngor", "tri chyngor", "3 o gynghorau" }, { 4, cyngor, "4 cyngor", "pedwar cyngor", "4 o gynghorau" },
    { 2, penderfyniad, "2 benderfyniad", "dau benderfyniad", "2 o benderfyniadau" },
    { 3, penderfyniad, "3 phenderfyniad", "tri phenderfyniad", "3 o benderfyniadau" },
    { 1, blwyddyn, "1 flwyddyn", "un flwyddyn", "1 flwyddyn" }, { 2, blwyddyn, "2 flynedd", "dwy flynedd", "2 o flynyddoedd" },
    { 3, blwyddyn, "3 blynedd", "tair blynedd", "3 o flynyddoedd" }, { 5, blwyddyn, "5 mlynedd", "pum mlynedd", "5 o flynyddoedd" },
    { 20, blwyddyn, "20 mlynedd", "20 mlynedd", "20 o flynyddoedd" }, { 1, rheol, "1 rheol", "un rheol", "1 rheol" },
    { 2, rheol, "2 reol", "dwy reol", "2 o reolau" }, { 2, blog, "2 blog", "dau blog", "2 o blogiau" },
  } do
    it(("%d: %s"):format(row[1], row[3]), function()
      assert.equal(row[3], welsh.counted(row[1], row[2]))
      assert.equal(row[4], welsh.counted_words(row[1], row[2]))
      assert.equal(row[5], welsh.counted_of(row[1], row[2]))
    end)
  end

  it("without its number is one or many", function()
    assert.same({ "cwyn", "cwynion", "cwynion" }, { welsh.plural(1, cwyn), welsh.plural(0, cwyn), welsh.plural(2, cwyn) })
    assert.same({ "ynddo", "ynddynt" }, { welsh.plural(1, "ynddo", "ynddynt"), welsh.plural(3, "ynddo", "ynddynt") })
  end)

  for _, row in ipairs { { "cwyn", '"cwyn"' }, { { one = "cwyn", many = "cwynion" }, "without one of these" }, { 3, '"3"' } } do
    it("is refused as " .. row[2], function()
      assert.error_matches(function() welsh.counted(5, row[1]) end, 'a noun is given as { one = "cwyn", many = "cwynion"', 1, true)
    end)
  end

  it("is mutated by the first letter, names like words", function()
    for _, row in ipairs {
      { "soft", "pwynt", "bwynt" }, { "soft", "tŷ", "dŷ" }, { "soft", "gŵr", "ŵr" }, { "soft", "llythyr", "lythyr" },
      { "soft", "chwech", "chwech" }, { "soft", "Cwyn", "Gŵyn" }, { "soft", "Prif Weithredwr", "Brif Weithredwr" },
      { "aspirate", "tŷ", "thŷ" }, { "aspirate", "cwyn", "chŵyn" }, { "aspirate", "ombwdsmon", "ombwdsmon" },
      { "nasal", "cyngor", "nghyngor" }, { "nasal", "blynedd", "mlynedd" }, { "nasal", "gardd", "ngardd" },
    } do assert.equal(row[3], welsh.mutated(row[2], row[1])) end
    assert.error(function() welsh.mutated("cwyn", "hard") end)
  end)
end)

describe("Welsh lists, days and rates", function()
  for _, row in ipairs {
    { { "a" }, "a" }, { { "a", "b" }, "a a b" }, { { "a", "b", "c" }, "a, b a c" }, { { "cwyn", "awdurdod" }, "cwyn ac awdurdod" },
    { { "cwyn", "cyngor" }, "cwyn a chyngor" }, { { "Leeds", "Tonbridge" }, "Leeds a Tonbridge" },
    { { "Leeds", "East Kent" }, "Leeds ac East Kent" }, { { "tŷ", "ŵyl" }, "tŷ ac ŵyl" }, { { "2018", "2019" }, "2018 a 2019" },
    { { "7", "8" }, "7 ac 8" }, { { "10", "11" }, "10 ac 11" }, { { "7", "1,000" }, "7 a 1,000" }, { { "7", "11,000" }, "7 ac 11,000" },
  } do
    it(row[2], function() assert.equal(row[2], welsh.list(row[1])) end)
  end

  it("take another conjunction", function() assert.equal("a neu b", welsh.list({ "a", "b" }, "neu")) end)

  for value, expected in pairs { ["1"] = "1 diwrnod", ["2"] = "2 ddiwrnod", ["87"] = "87 diwrnod", ["12.5"] = "12.5 diwrnod" } do
    it(expected, function()
      assert.equal(expected, cy.days(value))
      assert.equal(expected, welsh.rate(figure("days", 1, 1, { value = value, unit = "days" })))
    end)
  end

  it("say bounds and points", function()
    assert.equal("llai na 1%", welsh.rate(figure("upheld", 1, 999)))
    assert.equal("mwy na 99%", welsh.rate(figure("upheld", 998, 999)))
    assert.equal("67%", welsh.rate(figure("upheld", 2, 3)))
    assert.equal("mwy na 99%", welsh.peer_rate(helper.peers(100, { numerator = 999, denominator = 1000 })))
    assert.same({ "1 pwynt canran", "2 bwynt canran", "3 phwynt canran", "-9.5 pwynt canran" },
      { welsh.points("1"), welsh.points("2"), welsh.points("3"), welsh.points("-9.5") })
  end)

  it("compare by the class", function()
    for class, expected in pairs { similar = "yn debyg i", ["low 95"] = "yn is na", ["high 99.8"] = "yn uwch na" } do
      assert.equal(expected, welsh.compared(figure("upheld", 1, 2, { class_name = class })))
    end
  end)

  it("compare with what follows, which decides the word before it and takes its mutation", function()
    for _, row in ipairs { { "high 95", "eraill", "yn uwch nag eraill" }, { "low 95", "cynghorau eraill", "yn is na chynghorau eraill" },
      { "similar", "cynghorau eraill", "yn debyg i gynghorau eraill" }, { "high 95", "'r cyfartaledd", "yn uwch na'r cyfartaledd" },
      { "high 95", "Leeds", "yn uwch na Leeds" }, { "similar", "Leeds", "yn debyg i Leeds" } } do
      assert.equal(row[3], welsh.compared(figure("upheld", 1, 2, { class_name = row[1] }), row[2]))
    end
    assert.equal("higher than others", helpers.compared(figure("upheld", 1, 2, { class_name = "high 95" }), "others"))
    assert.error_matches(function() welsh.compared(figure("upheld", 1, 2, { class_name = "high 95" }), "") end,
      "compared: what follows is to be a text", 1, true)
  end)

  it("begin with a capital, also with an accent", function()
    assert.same({ "Cwyn", "Ŵyl", "Êl" }, { welsh.capital("cwyn"), welsh.capital("ŵyl"), welsh.capital("êl") })
  end)
end)

--------------------------------------------------------------------------------

describe("a claim in Welsh", function()
  for _, row in ipairs { -- text, words and kinds, as printed
    { "yn uwch na'r cyfartaledd", "uwch:high" }, { "Is na 5", "Is:low" }, { "yn debyg iawn", "debyg:similar" },
    { "awdurdodau tebyg", "" }, { "cyngor tebyg", "" }, { "is-bwyllgor", "" }, { "dim un o'r 3", "dim un:none" },
    { "dim o'r 3", "dim o:none" }, { "dim", "dim:none" }, { "dim cwynion", "" }, { "dim ond 3", "" }, { "y ddau", "y ddau:both" },
    { "o'r ddwy", "r ddwy:both" }, { "pob un o'r 3", "pob un:all" }, { "ym mhob achos", "mhob:all" }, { "y rhan fwyaf", "rhan fwyaf:most" },
    { "mwy na hanner", "mwy na hanner:most" }, { "hanner yr achosion", "hanner yr achosion:half" }, { "hanner y lleill", "hanner:half" }, { "ar y cyfan", "" }, { "y cyfan", "y cyfan:all" },
    { "cynnydd", "cynnydd:rise" }, { "gostyngodd", "gostyngodd:fall" }, { "wedi gwella", "wedi gwella:better" },
    { "heb  newid", "heb  newid:same" }, { "y mwyafrif â gŵyn uwch", "mwyafrif:most uwch:high" }, { "yr isafswm", "" },
  } do
    it(("%q: %s"):format(row[1], row[2]), function()
      local found = {}
      for i, claim in ipairs(claims.of(row[1], false, cy)) do
        found[i] = claim.word .. ":" .. claim.kind
        assert.equal(claim.word, row[1]:sub(claim.from, claim.to))
      end
      assert.equal(row[2], table.concat(found, " "))
    end)
  end

  it("is another one than in English", function()
    assert.same({}, claims.of("uwch", false, en))
    assert.same({}, claims.of("higher", false, cy))
  end)

  local FUNCTIONS = "functions = { said = function(f, text) return text .. ' ' .. number(f.denominator) end },"
  for _, row in ipairs { -- text before the number, numerator, denominator, class, the fault's code or nil
    { "dim un o'r", 0, 3 }, { "dim un o'r", 1, 3, nil, "false-claim" }, { "pob un o'r", 3, 3 },
    { "pob un o'r", 2, 3, nil, "false-claim" }, { "y rhan fwyaf o'r", 2, 3 }, { "y rhan fwyaf o'r", 1, 3, nil, "false-claim" },
    { "mwy na hanner y", 2, 3 }, { "mwy na hanner y", 1, 3, nil, "false-claim" }, { "hanner y", 3, 6 }, { "hanner y", 3, 7, nil, "false-claim" },
    { "yn uwch na", 9, 10, "high 95" }, { "yn uwch na", 9, 10, "similar", "false-claim" }, { "yn is na", 1, 10, "low 99.8" },
    { "yn is na", 9, 10, "high 95", "false-claim" }, { "yn debyg i", 9, 10, "similar" }, { "yn debyg i", 9, 10, "low 95", "false-claim" },
    { "y ddau o'r", 2, 2 }, { "y ddau o'r", 1, 2, nil, "false-claim" },
  } do
    it(("is %s of %d of %d, %s: %s"):format(row[5] or "true", row[2], row[3], row[4] or "no class", row[1]), function()
      local letter, one = letter_of(('Cyfradd: {{ said(council.upheld, "%s") }}.'):format(row[1]),
        { upheld = figure("upheld", row[2], row[3], { class_name = row[4] }) }, FUNCTIONS)
      if row[5] then
        assert.is_nil(letter)
        assert.equal(row[5], one.code)
      else
        assert(letter, tostring(one))
        assert.matches(row[1], letter.text, 1, true)
      end
    end)
  end

  for _, row in ipairs { { "Roedd y gyfradd yn uwch eleni.", "uwch" }, { "Nid oedd dim un.", "dim un" }, { "Y rhan fwyaf o gwynion.", "rhan fwyaf" } } do
    it("typed by hand is refused: " .. row[2], function()
      local _, one = letter_of(row[1])
      assert.same({ "typed-claim", row[2] }, { one.code, one.value })
    end)
  end

  it("is none in common words that are typed", function()
    assert(letter_of("Ysgrifennwn at bob cyngor, awdurdodau tebyg, a hanner y lleill, a dim ond y rhain."))
  end)
end)

describe("a number in Welsh words", function()
  for _, row in ipairs { -- expression, number, as it stands in the page
    { "counted_words(council.upheld.denominator, { one = 'cwyn', many = 'cwynion', gender = 'f' })", 2, ">dwy<" },
    { "counted_words(council.upheld.denominator, { one = 'achos', many = 'achosion', gender = 'm' })", 5, ">pum<" },
    { "mutated(in_words(council.upheld.denominator), 'soft')", 3, ">dri<" },
    { "capital(in_words(council.upheld.denominator))", 22, ">Dau ddeg dau<" },
    { "counted_words(council.upheld.numerator, { one = 'cwyn', many = 'cwynion', gender = 'f' })", 0, ">dim<" },
  } do
    it("is traced: " .. row[3], function()
      local letter = assert(letter_of("Cyfanswm: {{ " .. row[1] .. " }}.", { upheld = figure("upheld", 0, row[2] > 0 and row[2] or 4) }))
      assert.matches(('value="%d"%s'):format(row[2], row[3]), letter.html, 1, true)
    end)
  end
end)

describe("a finished letter in Welsh", function()
  for _, row in ipairs { -- body, the fault's code, what it shows; without code there is none
    { "Cawsom {{ number(council.upheld.denominator) }} cwynion.", "plural", '"3 cwynion"' },
    { "Cawsom {{ number(council.upheld.denominator) }} o gwynion." }, { "Cawsom {{ number(council.upheld.denominator) }} cwyn." },
    { "Yn {{ year.year }} cwynion oedd y rhain." },
    { "Cwyn ac penderfyniad.", "conjunction", '"ac penderfyniad"' }, { "Cwyn ac mae'n bwysig." }, { "Cwyn ac roedd yn bwysig." },
    { "Cynghorau a awdurdodau.", "conjunction", '"a awdurdodau"' }, { "Y llythyr a anfonwyd." }, { "Cyngor ac awdurdod." },
    { 'Cwyn ac {{ literal "5" }}.', "conjunction", '"ac 5"' }, { 'Cwyn a {{ literal "8" }}.', "conjunction", '"a 8"' },
    { 'Cwyn a {{ literal "5" }}, ac {{ literal "11" }}.' }, { "Y cyngor ac GIG." },
    { "Mae'n {{ compared(council.upheld) }} eraill.", "than", '"uwch na eraill"' },
    { "Mae'n {{ compared(council.upheld, 'eraill') }}, ac yn {{ literal 'llai na' }} 'r rhai hynny a mwy na chynghorau." },
    { "Mae'n fwy nag cynghorau.", "than", '"fwy nag cynghorau"' }, { "Mae'n fwy nag awdurdodau." },
    { "Nid oedd y gyfradd {{ compared(council.upheld) }} eraill.", "negated-claim", '"nid" before the claim "uwch"' },
    { "Y gŵyn gŵyn hon.", "doubled-word", '"gŵyn gŵyn"' }, { "Cwyn , a mwy.", "punctuation", "Cwyn ," },
    { "Mae hon yn frawddeg hir iawn heb atalnod llawn", "unclosed-sentence", "atalnod llawn" },
  } do
    it(row[1] .. (row[2] and " is refused: " .. row[2] or " is let through"), function()
      local letter, one = letter_of(row[1], { upheld = figure("upheld", 2, 3, { class_name = "high 95" }) })
      if row[2] then
        assert.is_nil(letter)
        assert.equal(row[2], one.code)
        assert.matches(row[3], one.message, 1, true)
      else
        assert(letter, tostring(one))
      end
    end)
  end

  it("goes to the Prif Weithredwr, also by the register's own word", function()
    local body = "Annwyl {{ addressee.salutation }},\n\n{{ addressee.role }}."
    assert.matches("Annwyl Prif Weithredwr,\n\nPrif Weithredwr.", assert(letter_of(body, { recipient = false })).text, 1, true)
    local letter = assert(letter_of(body, { recipient = { name = "Ms Example", role = "Managing Director" } }))
    assert.matches("Annwyl Ms Example,\n\nRheolwr Gyfarwyddwr.", letter.text, 1, true)
  end)

  it("says whose authorities its figures are of", function()
    local year = helper.year { council { predecessors = { "Corby", "Kettering", "East Northants" } } }
    year.boundaries = "as it is now"
    local path = helper.file "return { name = 'S', language = 'cy', title = 'T', body = '# Un' }"
    local made = assert(letters.build(year, { wording = path, date = "2020-07-22" }))
    assert.matches("Mae'r ffigurau'n ymwneud ag awdurdodau fel y maent yn awr, gan gynnwys achosion Corby, Kettering ac East Northants.",
      made[1].text:gsub("\n", " "), 1, true)
  end)
end)

--------------------------------------------------------------------------------

describe("the texts of charts", function()
  it("are the same names in every language, with the same values in them", function()
    local function values(text)
      local list = {}
      for name in text:gmatch "{([%a_]+)}" do list[#list + 1] = name end
      table.sort(list)
      return table.concat(list, " ")
    end
    for name, text in pairs(en.chart) do
      assert.equal(type(text), type(cy.chart[name]), name)
      if type(text) == "string" then assert.equal(values(text), values(cy.chart[name]), name) end
    end
    for name in pairs(cy.chart) do assert.is_not_nil(en.chart[name], name) end
    for code in pairs(en.chart.reasons) do assert.is_string(cy.chart.reasons[code], code) end
  end)

  it("have Welsh for every indicator, reason and break of the schemes, and for nothing else", function()
    local used = {}
    for _, name in ipairs { "lgsco", "housing", "spso" } do
      local scheme = require("upheld.scheme." .. name)
      for _, each in ipairs(scheme.breaks or {}) do
        local said = cy.chart.breaks[each.name]
        assert.is_table(said, each.name)
        -- the years that a break tells of are no words
        for year in each.text:gmatch "%d%d%d%d" do assert.matches(year, said.text, 1, true) end
      end
      for _, indicator in ipairs(scheme.indicators) do
        assert.is_string(cy.chart.labels[indicator.label], indicator.label)
        assert.is_string(cy.chart.reasons[indicator.none], indicator.none)
        used[indicator.label] = true
      end
    end
    for label in pairs(cy.chart.labels) do assert.is_true(used[label], label) end
  end)

  it("are the wording's where it gives some, and the language's otherwise", function()
    local made = language.chart_words(cy, { rate = "Canran", reasons = { ["too-few"] = "prin" } })
    assert.same({ "Canran", "Achosion", "prin", "ni chadarnhawyd cwyn" },
      { made.rate, made.counts, made.reasons["too-few"], made.reasons["none-upheld"] })
    assert.equal("Cyfradd", cy.chart.rate)
  end)
end)

describe("the language of a wording", function()
  it("is English without a tag, and by the tag's first part", function()
    for _, row in ipairs { { "", "English", "en-GB" }, { "language = 'en',", "English", "en" }, { "language = 'cy-GB',", "Welsh", "cy-GB" } } do
      local made = assert(wording.load(helper.file("return { name = 'n', title = 't', body = 'b', " .. row[1] .. " }")))
      assert.same({ row[2], row[3] }, { made.spoken.name, made.language })
    end
  end)

  it("holds for what runs while the file is read, also where the tag is computed", function()
    local made = assert(wording.load(helper.file [[
local tag = "c" .. "y"
local when = date("2020-07-22")
return { name = when, language = tag, title = 't', body = 'b' }]]))
    assert.equal("22 Gorffennaf 2020", made.name)
  end)

  it("that there is not is refused, with those that there are and how to add one", function()
    local path = helper.file "return {\n  name = 'n', title = 't', body = 'b',\n  language = 'gd',\n}"
    local made, err = wording.load(path)
    assert.is_nil(made)
    assert.same({ "unknown-language", path, 3, "gd" }, { err.code, err.file, err.line, err.value })
    assert.matches('no words for the language "gd"', err.message, 1, true)
    assert.matches('known: cy (Welsh), en (English); another is a Lua file that returns a table as language/en.lua has it: '
      .. 'language_file = "gd.lua"', err.hint, 1, true)
  end)
end)

describe("a language from a file", function()
  local FILE = [[
local UNITS = { "aon", "dà", "trì" }
local function said(n) return UNITS[n] or number(n) end
local function counted(n, one, many) return number(n) .. " " .. (n == 1 and one or many) end
return {
  name = "Scottish Gaelic", own = "Gàidhlig",
  helpers = { in_words = said, ordinal = said, ordinal_words = said, plural = counted, counted = counted, counted_words = counted,
    list = function(items) return table.concat(items, " agus ") end,
    date = function(iso) local y, m, d = parse_date(iso) return ("%d/%d/%d"):format(d, m, y) end,
    whole = function(f) return "uile " .. number(f.denominator) end },
  days = function(value) return value .. " latha" end,
  phrases = { under = "nas lugha na 1%", over = "barrachd air 99%", similar = "coltach ri", lower = "nas ìsle na",
    higher = "nas àirde na", chief = "Àrd-oifigear", now = "Mar a tha iad an-dràsta.", now_with = "An-dràsta, le {predecessors}." },
  claims = { kinds = { uile = "all", ["àrd"] = "high" } },
}]]

  local function wording_of(body, content)
    local file = helper.file(content or FILE)
    return helper.file(("return { name = 'n', title = 'Litir', language = 'gd', language_file = %q, body = [==[\n# Aon\n\n%s\n]==] }"):format(
      file:match "[^/]+$", body)), file
  end

  it("gives its words, claims and phrases", function()
    local path = wording_of("{{ date(letter.date) }}: {{ in_words(council.upheld.numerator) }}, {{ rate(council.upheld) }}, "
      .. "{{ addressee.role }}, {{ whole(council.compliance) }}.")
    local made = assert(letters.build(helper.year { council { recipient = false } }, { wording = path, date = "2020-07-22" }))
    assert.matches("22/7/2020: dà, 67%, Àrd-oifigear, uile 2.", made[1].text, 1, true)
    assert.matches('<html lang="gd">', made[1].html, 1, true)
    assert.matches('value="2">dà<', made[1].html, 1, true)
  end)

  it("is a source of the letters, as the wording is", function()
    local path, file = wording_of "a"
    local made = assert(wording.load(path))
    assert.same({ path, file, FILE }, { made.sources[1].path, made.sources[2].path, made.sources[2].bytes })
  end)

  it("finds a false claim in it, and one that is typed with an accent", function()
    local _, err = letters.build(helper.year { council() }, { wording = wording_of "{{ whole(council.upheld) }}.", date = "2020-07-22" })
    assert.equal("false-claim", err.code)
    _, err = wording.load((wording_of "Àrd."))
    assert.same({ "typed-claim", "Àrd" }, { err.code, err.value })
  end)

  it("has no charts without texts for them", function()
    local path = wording_of "{{ rates_chart(council) }}"
    local _, err = letters.build(helper.year { council() }, { wording = path, date = "2020-07-22" })
    assert.same({ "no-chart-words", path }, { err.code, err.file })
  end)

  for _, row in ipairs { -- what is changed, by what, code, message
    { 'days = function', 'dayz = function', "bad-language", 'unknown key "dayz"' },
    { 'own = "Gàidhlig"', 'own = ""', "bad-language", 'the language needs "own", a text' },
    { 'ordinal = said, ', '', "bad-language", 'helpers have no function "ordinal"' },
    { 'chief = "Àrd-oifigear", ', '', "bad-language", 'phrases have no text "chief"' },
    { 'kinds = { uile = "all", ["àrd"] = "high" }', 'kinds = {}', "bad-language", "claims have no kinds" },
    { 'uile = "all",', 'uile = "al",', "bad-language", '"uile" claims "al"' },
    { 'claims = {', 'numerals = 3, claims = {', "bad-language", 'the language\'s "numerals" is a number and not a function' },
    { 'return {', 'return 3, {', "bad-wording", "returns a number and not a table" },
  } do
    it("is refused: " .. row[4], function()
      local from = FILE:find(row[1], 1, true)
      local path, file = wording_of("a", FILE:sub(1, from - 1) .. row[2] .. FILE:sub(from + #row[1]))
      local made, err = wording.load(path)
      assert.is_nil(made)
      assert.same({ row[3], file }, { err.code, err.file })
      assert.matches(row[4], err.message, 1, true)
    end)
  end

  it("that is not there is told by its path", function()
    local _, err = wording.load(helper.file "return { name = 'n', title = 't', body = 'b', language = 'gd', language_file = 'no_such.lua' }")
    assert.equal("no-such-file", err.code)
    assert.matches("no_such.lua", err.file, 1, true)
  end)
end)
