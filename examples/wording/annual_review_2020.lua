-- The annual review letter of 2020, in words of our own: what the ombudsman
-- decided on complaints about one authority in the year to 31 March.
--
-- Text: CommonMark in a small part (headings, paragraphs, lists, **strong**,
-- *emphasis*, [links](https://...), tables). {{ ... }} prints a value, {% ... %}
-- is Lua. A letter sees council, year, facts, letter and addressee.

-- luacheck: read globals part_known date year number difference counted

-- The average that the letter compares with; the section "How the averages are made" describes it.
local AVERAGE = { average = "pooled", include_self = true }

local functions = {}

-- "between 1 April 2019 and 31 March 2020"
function functions.period()
  return "between " .. date(year.starts) .. " and " .. date(year.ends)
end

-- "2 of 3", "none of 3", "all 3", "both"
function functions.share(f)
  if f.numerator == 0 then return "none of " .. number(f.denominator) end
  if f.numerator == f.denominator then return f.denominator == 2 and "both" or "all " .. number(f.denominator) end
  return number(f.numerator) .. " of " .. number(f.denominator)
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

-- "47 more courses than", "1 fewer course than", "as many courses as"
function functions.more_courses(now, before)
  local change = difference(now, before)
  if change == 0 then return "as many courses as" end
  if change > 0 then return counted(change, "more course") .. " than" end
  return counted(-change, "fewer course") .. " than"
end

return {
  name = "Annual review letter 2020",
  language = "en-GB",

  facts = {
    office_name = "name of the ombudsman's office",
    office_address = "postal address and web address, one line each",
    delivery = "how the letter is sent, such as By email",
    publication_date = "day on which the figures are published",
    map_name = "name of the web pages with every authority's figures",
    map_url = "their address",
    review_name = "name of the national review",
    notes_url = "address of the notes on reading the figures",
    training_url = "address of the training pages",
    courses = "training courses held this year",
    courses_before = "training courses held last year",
    people_trained = "people trained this year, rounded down",
    seminars = "link officer seminars held this year",
    seminar_delegates = "delegates at those seminars",
    signatory_name = "who signs",
    signatory_role = "the office of who signs",
  },

  functions = functions,

  title = "Annual review letter {{ year.year }}: {{ council.name }}",

  letterhead = [[
**{{ facts.office_name }}**\
{{ lines(facts.office_address) }}
]],

  body = [[
{{ date(letter.date) }}

{{ facts.delivery }}

{{ lines(addressee.name, addressee.role, council.name) }}

Dear {{ addressee.salutation }}

# Annual review letter {{ year.year }}

{% include "opening" %}

## What the figures show

How many complaints there are says little about how well they are dealt with.
So we report the following.

- **Complaints upheld.** We uphold a complaint when we find fault in what an
  authority did. Cases in which the authority had accepted the fault before we
  looked at them are among these.
- **Compliance with recommendations.** Where a fault has caused injustice, we
  recommend how to put it right, so that people are as nearly as can be where
  they would have been without it. We then check that it is done.
- **Satisfactory remedies provided by the authority.** We want complaints to be
  settled early. We give credit for those that the authority had upheld, and had
  offered a fair remedy for, before they came to us.

{% include("upheld", { f = council.upheld, p = peers_of(council.upheld) }) %}

{% include("compliance", { f = council.compliance, p = peers_of(council.compliance) }) %}

{% include("satisfactory_remedy", { f = council.satisfactory_remedy, p = peers_of(council.satisfactory_remedy) }) %}

{% if has_average(council) then %}
## How the averages are made

We compare an authority with those of its own type: county councils, district
councils, metropolitan boroughs, unitary councils and London boroughs each have
averages of their own. An average takes the cases of the authorities of the type
together, yours among them where its figures are known, so an authority with many
cases counts for more than one with few.
{% end %}

## Where the figures are published

On {{ date(facts.publication_date) }} we publish these figures and a copy of this
letter in [{{ facts.map_name }}]({{ facts.map_url }}), together with our
{{ facts.review_name }}. Our [notes on reading the figures]({{ facts.notes_url }})
say how each of them is counted.

## Resources and training

[{{ facts.map_name }}]({{ facts.map_url }}) brings together what we have decided
about each council, our public reports, the improvements that councils have
agreed to make, and the letters of earlier years. Please show it to
colleagues and councillors: it helps those who look after audit, risk and
scrutiny to see early where something is going wrong.

We held {{ counted_words(facts.seminars, "seminar") }} for link officers this
year, with {{ counted(facts.seminar_delegates, "delegate") }}, on bringing the
right people to a complaint early enough, and on learning from it.

We also held {{ counted(facts.courses, "training course") }}, for more than
{{ number(facts.people_trained) }} people. That is
{{ more_courses(facts.courses, facts.courses_before) }} last year. What we offer
is described at [{{ facts.training_url }}]({{ facts.training_url }}).

Yours sincerely

{{ lines(facts.signatory_name, facts.signatory_role) }}
]],

  footer = [[
Percentages are rounded to whole numbers, a half upwards. "Less than {{ literal "1%" }}" and "more
than {{ literal "99%" }}" stand where rounding alone would make {{ literal "0%" }} or {{ literal "100%" }}.
]],

  partials = {

    -- What the letter is for: the first paragraph.
    opening = [[
This letter sums up what we decided on complaints about your authority in the
year to {{ date(year.ends) }}. It is meant for you, for your councillors and for
those who answer complaints: what residents told us, and what came of it, show
where a service works and where it can be put right. We know how much is asked of
local authorities in these times, and we hope that these figures help you to plan
what comes next.
]],

    -- Only where compliance is below 100%.
    not_complied = [[
It is rare that our recommendations are not carried out. Please look again at the
{{ plural(remainder(f), "case") }} in which this happened
{% if f.denominator > 1 then %}
({{ number(remainder(f)) }} of {{ number(f.denominator) }})
{% end %}
and see what is to be learned from {{ plural(remainder(f), "it", "them") }}.
]],

    upheld = [[
## Complaints upheld

{% if f.denominator == 0 then %}
We completed {{ counted_words(f.denominator, "detailed investigation") }} of complaints
about your authority {{ period() }}, so there is no rate to give.
{% elseif kept_back(f) then %}
{% include "suppressed" %}

{% elseif f.percent == nil then %}
It is not recorded how many complaints about your authority we investigated in
detail this year and how many of them we upheld, so we give no rate.
{% elseif f.denominator == 1 then %}
The only complaint about your authority that we investigated in detail was
{% if f.numerator == 0 then %}
not
{% end %}
upheld, a rate of **{{ rate(f) }}**.
{% else %}
We upheld **{{ rate(f) }}** of the complaints about your authority that we
investigated in detail: {{ share(f) }}.
{% end %}
{% include("average", { p = p, f = f }) %}

{% include("base", { f = f, one = "detailed investigation", counts = "complaints upheld" }) %}
]],

    compliance = [[
## Compliance with recommendations

{% if f.denominator == 0 then %}
In no case did we record {{ period() }} whether your
authority carried out our recommendations, so there is no rate to give.
{% elseif kept_back(f) then %}
{% include "suppressed" %}

{% elseif f.percent == nil then %}
It is not recorded in how many cases your authority carried out our
recommendations this year, so we give no rate.
{% elseif f.denominator == 1 then %}
In the only case in which we checked this, your authority
{% if below_full(f) then %}
did not carry out our recommendations,
{% else %}
carried out our recommendations,
{% end %}
a rate of **{{ rate(f) }}**.
{% else %}
Your authority carried out our recommendations in **{{ rate(f) }}** of the cases
in which we checked this: {{ share(f) }}.
{% end %}
{% if f.percent ~= nil and f.late ~= nil and f.late > 0 then %}
{% if f.denominator == 1 then %}
It did so late.
{% else %}
In {{ counted_words(f.late, "case") }} it did so late.
{% end %}
{% end %}
{% include("average", { p = p, f = f }) %}

{% if f.percent ~= nil and below_full(f) then %}
{% include("not_complied", { f = f }) %}
{% end %}

{% include("base", { f = f, one = "compliance outcome", counts = "cases that complied" }) %}
]],

    satisfactory_remedy = [[
## Satisfactory remedies provided by the authority

{% if f.denominator == 0 then %}
We upheld {{ counted_words(f.denominator, "complaint") }} about your authority {{ period() }}, so there is
no rate to give.
{% elseif kept_back(f) then %}
{% include "suppressed" %}

{% elseif f.percent == nil then %}
It is not recorded how many complaints your authority had put right this year
before they reached us, so we give no rate.
{% elseif f.denominator == 1 then %}
In the only case that we upheld, your authority had
{% if f.numerator == 0 then %}
not
{% end %}
provided a satisfactory remedy before the complaint reached us, a rate of
**{{ rate(f) }}**.
{% else %}
In **{{ rate(f) }}** of the cases that we upheld, your authority had provided a
satisfactory remedy before the complaint reached us: {{ share(f) }}.
{% end %}
{% include("average", { p = p, f = f }) %}

{% include("base", { f = f, one = "upheld complaint", counts = "satisfactory remedies" }) %}
]],

    -- Where small numbers are hidden (a year with disclosure control).
    suppressed = [[
We do not publish this figure for your authority: its numbers are small, or would
let small numbers be worked out.
]],

    -- One sentence, or none where the type has no peers.
    average = [[
{% if p then %}
{% if part_known(p) and p.as_published then %}
The average of similar authorities was **{{ printed(p.as_published) }}%**, as published.
{% elseif kept_back(p) then %}
{% if f.percent ~= nil then %}
We do not publish the average of similar authorities, since it would let small numbers be worked out.
{% end %}
{% elseif p.percent == nil then %}
{% if f.percent ~= nil then %}
There is no average of similar authorities to compare with.
{% end %}
{% elseif part_known(p) then %}
The average of the similar authorities whose figures we have, {{ number(p.authorities) }} of
{{ number(p.of) }}, was **{{ peer_rate(p) }}**.
{% else %}
The average of similar authorities was **{{ peer_rate(p) }}**.
{% end %}
{% end %}
]],

    base = [[
{% if f.percent ~= nil then %}
Based on {{ counted(f.denominator, one) }} {{ period() }}.
{% if f.basis == "published" then %}
The counts are those published.
{% elseif f.basis == "derived" then %}
The number of {{ counts }} is worked out from the published rate.
{% end %}
{% if f.rounded_to then %}
Counts are rounded to multiples of {{ number(f.rounded_to) }}, so that small numbers cannot be worked out, and the rate is
made from the rounded counts.
{% end %}
{% if f.caution and f.denominator == 1 then %}
A single case says little by itself.
{% elseif f.caution then %}
With so few cases, one more or one fewer would have changed the rate a good deal.
{% end %}
{% end %}
]],
  },
}
