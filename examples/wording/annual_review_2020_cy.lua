-- The annual review letter of 2020 in Welsh, in words of our own: it says what annual_review_2020.lua says, panel by panel, so
-- that the two can be sent as one letter side by side. Only its text facts differ (facts_2020_cy.lua).
--
-- A counted noun has its forms and gender: numbers and mutations follow from them ("3 chanlyniad", "dwy gŵyn").

-- luacheck: read globals part_known date year number difference counted_of ac mutated

-- The average that the letter compares with; the section "Sut y gwneir y cyfartaleddau" describes it.
local AVERAGE = { average = "pooled", include_self = true }

local COURSE = { one = "cwrs hyfforddi", many = "cyrsiau hyfforddi", gender = "m" }

local functions = {}

-- What is counted in each place.
local NOUNS = {
  case = { one = "achos", many = "achosion", gender = "m" },
  complaint = { one = "cwyn", many = "cwynion", gender = "f" },
  course = COURSE,
  delegate = { one = "cynrychiolydd", many = "cynrychiolwyr", gender = "m" },
  investigation = { one = "ymchwiliad manwl", many = "ymchwiliadau manwl", gender = "m" },
  outcome = { one = "canlyniad cydymffurfio", many = "canlyniadau cydymffurfio", gender = "m" },
  seminar = { one = "seminar", many = "seminarau", gender = "m" },
  upheld = { one = "cwyn a gadarnhawyd", many = "cwynion a gadarnhawyd", gender = "f" },
}

function functions.noun(name)
  return NOUNS[name]
end

-- "rhwng 1 Ebrill 2019 a 31 Mawrth 2020"
function functions.period()
  return "rhwng " .. date(year.starts) .. " " .. ac(date(year.ends))
end

-- "2 o'r 3", "dim un o'r 3", "pob un o'r 3"; of two "y ddau", or of complaints "y ddwy"
function functions.share(f, both)
  if f.numerator == 0 then return "dim un o'r " .. number(f.denominator) end
  if f.numerator == f.denominator then return f.denominator == 2 and both or "pob un o'r " .. number(f.denominator) end
  return number(f.numerator) .. " o'r " .. number(f.denominator)
end

-- After "Annwyl" an office is mutated, a name is not: "Annwyl Brif Weithredwr".
function functions.salutation(to)
  return to.salutation == to.role and mutated(to.role, "soft") or to.salutation
end

-- Whether small numbers are why there is no rate, or no average, to print.
function functions.kept_back(f)
  return f.reason == "suppressed" or f.reason == "rounded"
end

-- The authority's peers for a figure, or false where its type has none.
function functions.peers_of(f)
  return f:peers(AVERAGE) or false
end

-- Whether any average stands in the letter.
function functions.has_average(c)
  for _, f in ipairs { c.upheld, c.compliance, c.satisfactory_remedy } do
    local p = f:peers(AVERAGE)
    if p and (p.percent or (part_known(p) and p.as_published)) then return true end
  end
  return false
end

-- "47 o gyrsiau hyfforddi yn fwy na'r", "1 cwrs hyfforddi yn llai na'r", "yr un nifer o gyrsiau â'r"
function functions.more_courses(now, before)
  local change = difference(now, before)
  if change == 0 then return "yr un nifer o gyrsiau â'r" end
  if change > 0 then return counted_of(change, COURSE) .. " yn fwy na'r" end
  return counted_of(-change, COURSE) .. " yn llai na'r"
end

return {
  name = "Llythyr adolygiad blynyddol 2020",
  language = "cy",

  facts = {
    office_name = "name of the ombudsman's office, in Welsh",
    office_address = "postal address and web address, one line each",
    delivery = "how the letter is sent, such as Drwy e-bost",
    publication_date = "day on which the figures are published",
    map_name = "name of the web pages with every authority's figures, in Welsh",
    map_url = "their address",
    review_name = "name of the national review, in Welsh",
    notes_url = "address of the notes on reading the figures",
    training_url = "address of the training pages",
    courses = "training courses held this year",
    courses_before = "training courses held last year",
    people_trained = "people trained this year, rounded down",
    seminars = "link officer seminars held this year",
    seminar_delegates = "delegates at those seminars",
    signatory_name = "who signs",
    signatory_role = "the office of who signs, in Welsh",
  },

  functions = functions,

  title = "Llythyr adolygiad blynyddol {{ year.year }}: {{ council.name }}",

  letterhead = [[
**{{ facts.office_name }}**\
{{ lines(facts.office_address) }}
]],

  body = [[
{{ date(letter.date) }}

{{ facts.delivery }}

{{ lines(addressee.name, addressee.role, council.name) }}

Annwyl {{ salutation(addressee) }}

# Llythyr adolygiad blynyddol {{ year.year }}

{% include "opening" %}

## Yr hyn y mae'r ffigurau'n ei ddangos

Ychydig y mae nifer y cwynion yn ei ddweud am ba mor dda yr ymdrinnir â nhw.
Felly rydym yn adrodd ar y canlynol.

- **Cwynion a gadarnhawyd.** Rydym yn cadarnhau cwyn pan welwn fai yn yr hyn a
  wnaeth awdurdod. Mae achosion yr oedd yr awdurdod wedi derbyn y bai ynddynt cyn
  inni edrych arnynt ymhlith y rhain.
- **Cydymffurfio ag argymhellion.** Pan fo bai wedi achosi anghyfiawnder, rydym
  yn argymell sut i'w gywiro, fel bod pobl mor agos ag y bo modd at y sefyllfa y
  byddent ynddi hebddo. Yna rydym yn gwirio bod hynny'n cael ei wneud.
- **Rhwymedïau boddhaol gan yr awdurdod.** Rydym am i gwynion gael eu setlo'n
  gynnar. Rhown glod am y rhai yr oedd yr awdurdod wedi'u cadarnhau, ac wedi
  cynnig rhwymedi teg ar eu cyfer, cyn iddynt ddod atom.

{% include("upheld", { f = council.upheld, p = peers_of(council.upheld) }) %}

{% include("compliance", { f = council.compliance, p = peers_of(council.compliance) }) %}

{% include("satisfactory_remedy", { f = council.satisfactory_remedy, p = peers_of(council.satisfactory_remedy) }) %}

{% if has_average(council) then %}
## Sut y gwneir y cyfartaleddau

Rydym yn cymharu awdurdod â rhai o'r un math: mae gan gynghorau sir, cynghorau
dosbarth, bwrdeistrefi metropolitan, cynghorau unedol a bwrdeistrefi Llundain eu
cyfartaleddau eu hunain. Mae cyfartaledd yn cymryd achosion awdurdodau'r math
gyda'i gilydd, a'ch rhai chi yn eu plith lle mae'r ffigurau'n hysbys, felly mae
awdurdod â llawer o achosion yn cyfrif mwy nag un ag ychydig.
{% end %}

## Ble y cyhoeddir y ffigurau

Ar {{ date(facts.publication_date) }} byddwn yn cyhoeddi'r ffigurau hyn a chopi o'r
llythyr hwn ar y tudalennau [{{ facts.map_name }}]({{ facts.map_url }}), ynghyd â'r
cyhoeddiad {{ facts.review_name }}. Mae ein
[nodiadau ar ddarllen y ffigurau]({{ facts.notes_url }}) yn dweud sut y cyfrifir pob
ffigur.

## Adnoddau a hyfforddiant

Mae tudalennau [{{ facts.map_name }}]({{ facts.map_url }}) yn dwyn ynghyd yr hyn a
benderfynwyd gennym am bob cyngor, ein hadroddiadau cyhoeddus, y gwelliannau y mae
cynghorau wedi cytuno i'w gwneud, a llythyrau'r blynyddoedd cynt. Dangoswch nhw i
gydweithwyr a chynghorwyr: maent yn helpu'r rhai sy'n gofalu am archwilio, risg a
chraffu i weld yn gynnar ble mae rhywbeth yn mynd o'i le.

Cynhaliwyd {{ counted_words(facts.seminars, noun("seminar")) }} i swyddogion cyswllt
eleni, gyda {{ counted_of(facts.seminar_delegates, noun("delegate")) }}, ar
ddod â'r bobl gywir at gŵyn yn ddigon cynnar, ac ar ddysgu ohoni.

Cynhaliwyd {{ counted_of(facts.courses, noun("course")) }} hefyd, i fwy na
{{ number(facts.people_trained) }} o bobl. Mae hynny
{{ more_courses(facts.courses, facts.courses_before) }} llynedd. Disgrifir yr hyn a
gynigiwn yn [{{ facts.training_url }}]({{ facts.training_url }}).

Yn gywir

{{ lines(facts.signatory_name, facts.signatory_role) }}
]],

  footer = [[
Talgrynnir canrannau i rifau cyfan, a hanner i fyny. Saif "llai na {{ literal "1%" }}" a "mwy na
{{ literal "99%" }}" lle byddai talgrynnu ar ei ben ei hun yn rhoi {{ literal "0%" }} neu {{ literal "100%" }}.
]],

  partials = {

    -- What the letter is for: the first paragraph.
    opening = [[
Mae'r llythyr hwn yn crynhoi'r hyn a benderfynwyd gennym ynghylch cwynion am eich
awdurdod yn y flwyddyn hyd at {{ date(year.ends) }}. Fe'i bwriedir i chi, i'ch
cynghorwyr ac i'r rhai sy'n ateb cwynion: mae'r hyn a ddywedodd trigolion wrthym,
a'r hyn a ddeilliodd o hynny, yn dangos ble mae gwasanaeth yn gweithio a ble y
gellir ei gywiro. Gwyddom faint a ofynnir gan awdurdodau lleol y dyddiau hyn, a
gobeithiwn y bydd y ffigurau hyn yn eich helpu i gynllunio'r hyn sydd i ddod.
]],

    -- Only where compliance is below 100%.
    not_complied = [[
Anaml na weithredir ein hargymhellion. Edrychwch eto ar yr
{{ plural(remainder(f), "achos", "achosion") }} y digwyddodd hyn
{{ plural(remainder(f), "ynddo", "ynddynt") }}
{% if f.denominator > 1 then %}
({{ number(remainder(f)) }} o'r {{ number(f.denominator) }})
{% end %}
a gwelwch beth sydd i'w ddysgu {{ plural(remainder(f), "ohono", "ohonynt") }}.
]],

    upheld = [[
## Cwynion a gadarnhawyd

{% if f.denominator == 0 then %}
Ni chwblhawyd {{ counted_words(f.denominator, noun("investigation")) }} i gwynion am
eich awdurdod {{ period() }}, felly nid oes cyfradd i'w rhoi.
{% elseif kept_back(f) then %}
{% include "suppressed" %}

{% elseif f.percent == nil then %}
Nid yw wedi'i gofnodi sawl cwyn am eich awdurdod yr ymchwiliwyd iddi'n fanwl eleni,
na sawl cwyn a gadarnhawyd, felly nid ydym yn rhoi cyfradd.
{% elseif f.denominator == 1 then %}
{% if f.numerator == 0 then %}
Ni chadarnhawyd
{% else %}
Cadarnhawyd
{% end %}
yr unig gŵyn am eich awdurdod yr ymchwiliwyd iddi'n fanwl, sef cyfradd o
**{{ rate(f) }}**.
{% else %}
Cadarnhawyd **{{ rate(f) }}** o'r cwynion am eich awdurdod yr ymchwiliwyd iddynt yn
fanwl: {{ share(f, "y ddwy") }}.
{% end %}
{% include("average", { p = p, f = f }) %}

{% include("base", { f = f, one = noun("investigation"), counts = "cwynion a gadarnhawyd" }) %}
]],

    compliance = [[
## Cydymffurfio ag argymhellion

{% if f.denominator == 0 then %}
Ni chofnodwyd mewn unrhyw achos {{ period() }} a oedd eich awdurdod wedi gweithredu
ein hargymhellion, felly nid oes cyfradd i'w rhoi.
{% elseif kept_back(f) then %}
{% include "suppressed" %}

{% elseif f.percent == nil then %}
Nid yw wedi'i gofnodi mewn sawl achos y gweithredodd eich awdurdod ein hargymhellion
eleni, felly nid ydym yn rhoi cyfradd.
{% elseif f.denominator == 1 then %}
Yn yr unig achos y gwnaethom wirio hyn ynddo,
{% if below_full(f) then %}
ni weithredodd eich awdurdod ein hargymhellion,
{% else %}
gweithredodd eich awdurdod ein hargymhellion,
{% end %}
sef cyfradd o **{{ rate(f) }}**.
{% else %}
Gweithredodd eich awdurdod ein hargymhellion mewn **{{ rate(f) }}** o'r achosion y
gwnaethom wirio hyn ynddynt: {{ share(f, "y ddau") }}.
{% end %}
{% if f.percent ~= nil and f.late ~= nil and f.late > 0 then %}
{% if f.denominator == 1 then %}
Gwnaeth hynny'n hwyr.
{% else %}
Gwnaeth hynny'n hwyr mewn {{ counted_words(f.late, noun("case")) }}.
{% end %}
{% end %}
{% include("average", { p = p, f = f }) %}

{% if f.percent ~= nil and below_full(f) then %}
{% include("not_complied", { f = f }) %}
{% end %}

{% include("base", { f = f, one = noun("outcome"), counts = "achosion o gydymffurfio" }) %}
]],

    satisfactory_remedy = [[
## Rhwymedïau boddhaol gan yr awdurdod

{% if f.denominator == 0 then %}
Ni chadarnhawyd {{ counted_words(f.denominator, noun("complaint")) }} am eich awdurdod
{{ period() }}, felly nid oes cyfradd i'w rhoi.
{% elseif kept_back(f) then %}
{% include "suppressed" %}

{% elseif f.percent == nil then %}
Nid yw wedi'i gofnodi sawl cwyn yr oedd eich awdurdod wedi'i chywiro eleni cyn iddi
ein cyrraedd, felly nid ydym yn rhoi cyfradd.
{% elseif f.denominator == 1 then %}
Yn yr unig achos a gadarnhawyd,
{% if f.numerator == 0 then %}
nid oedd
{% else %}
roedd
{% end %}
eich awdurdod wedi darparu rhwymedi boddhaol cyn i'r gŵyn ein cyrraedd, sef cyfradd
o **{{ rate(f) }}**.
{% else %}
Mewn **{{ rate(f) }}** o'r achosion a gadarnhawyd, roedd eich awdurdod wedi darparu
rhwymedi boddhaol cyn i'r gŵyn ein cyrraedd: {{ share(f, "y ddau") }}.
{% end %}
{% include("average", { p = p, f = f }) %}

{% include("base", { f = f, one = noun("upheld"), counts = "rhwymedïau boddhaol" }) %}
]],

    -- Where small numbers are hidden (a year with disclosure control).
    suppressed = [[
Nid ydym yn cyhoeddi'r ffigur hwn ar gyfer eich awdurdod: mae ei rifau'n fach, neu
byddai modd cyfrifo rhifau bach ohonynt.
]],

    -- One sentence, or none where the type has no peers.
    average = [[
{% if p then %}
{% if part_known(p) and p.as_published then %}
Cyfartaledd awdurdodau tebyg oedd **{{ printed(p.as_published) }}%**, fel y'i cyhoeddwyd.
{% elseif kept_back(p) then %}
{% if f.percent ~= nil then %}
Nid ydym yn cyhoeddi cyfartaledd awdurdodau tebyg, gan y byddai modd cyfrifo rhifau bach ohono.
{% end %}
{% elseif p.percent == nil then %}
{% if f.percent ~= nil then %}
Nid oes cyfartaledd awdurdodau tebyg i gymharu ag ef.
{% end %}
{% elseif part_known(p) then %}
Cyfartaledd yr awdurdodau tebyg y mae eu ffigurau gennym, {{ number(p.authorities) }} o'r
{{ number(p.of) }}, oedd **{{ peer_rate(p) }}**.
{% else %}
Cyfartaledd awdurdodau tebyg oedd **{{ peer_rate(p) }}**.
{% end %}
{% end %}
]],

    base = [[
{% if f.percent ~= nil then %}
Ar sail {{ counted(f.denominator, one) }} {{ period() }}.
{% if f.basis == "published" then %}
Y niferoedd yw'r rhai a gyhoeddwyd.
{% elseif f.basis == "derived" then %}
Cyfrifwyd nifer y {{ counts }} o'r gyfradd a gyhoeddwyd.
{% end %}
{% if f.rounded_to then %}
Talgrynnir y niferoedd i luosrifau o {{ number(f.rounded_to) }}, fel na ellir cyfrifo rhifau bach, a gwneir y gyfradd o'r
niferoedd a dalgrynnwyd.
{% end %}
{% if f.caution and f.denominator == 1 then %}
Ychydig y mae un achos yn ei ddweud ar ei ben ei hun.
{% elseif f.caution then %}
Gyda chyn lleied o achosion, byddai un yn fwy neu un yn llai wedi newid y gyfradd gryn dipyn.
{% end %}
{% end %}
]],
  },
}
