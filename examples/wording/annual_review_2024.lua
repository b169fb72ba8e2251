-- The annual review letter of 2024, in words of our own: the three panels of 2020, the number of upheld complaints for the
-- residents there are, the rates and the years drawn, and how to compare years.
--
-- It changes annual_review_2020.lua, which has what is not here: the three panels, the letterhead and the footer.

-- luacheck: read globals part_known year peers_of date kept_back

local functions = {}

-- Years of a series that have a rate: one alone is no series.
function functions.years_known(trend)
  local count = 0
  for _, entry in ipairs(trend.entries) do
    if entry.percent then count = count + 1 end
  end
  return count
end

return {
  base = "annual_review_2020.lua",
  name = "Annual review letter 2024",
  functions = functions,

  body = [[
{{ date(letter.date) }}

{{ facts.delivery }}

{{ lines(addressee.name, addressee.role, council.name) }}

Dear {{ addressee.salutation }}

# Annual review letter {{ year.year }}

{% include "opening" %}

{% include "standing" %}

{% include("upheld", { f = council.upheld, p = peers_of(council.upheld) }) %}

{% include("for_residents", { f = council.upheld_per_100k, p = peers_of(council.upheld_per_100k) }) %}

{% include("compliance", { f = council.compliance, p = peers_of(council.compliance) }) %}

{% include("satisfactory_remedy", { f = council.satisfactory_remedy, p = peers_of(council.satisfactory_remedy) }) %}

{% if council.upheld.percent or council.compliance.percent or council.satisfactory_remedy.percent then %}
## The rates side by side

{{ rates_chart(council) }}
{% end %}

{# a year with hidden counts has no series: earlier years are printed in full #}
{% include("years", { trend = council:trend("upheld", { to = year.year }) or false }) %}

{% if has_average(council) then %}
## How the averages are made

An average takes the cases of the authorities of your type together, yours among
them where its figures are known.
{% end %}

## Where the figures are published

On {{ date(facts.publication_date) }} we publish these figures and a copy of this
letter in [{{ facts.map_name }}]({{ facts.map_url }}). Our
[notes on reading the figures]({{ facts.notes_url }}) say how each of them is
counted. They are about the complaints that reached us, which are few beside those
that you deal with yourselves: please read them together with your own.

## Learning from complaints

We held {{ counted(facts.courses, "training course") }} this year, for more than
{{ number(facts.people_trained) }} people, {{ more_courses(facts.courses, facts.courses_before) }}
last year, and {{ counted_words(facts.seminars, "seminar") }} for link officers, with
{{ counted(facts.seminar_delegates, "delegate") }}. What we offer is described at
[{{ facts.training_url }}]({{ facts.training_url }}).

Yours sincerely

{{ lines(facts.signatory_name, facts.signatory_role) }}
]],

  partials = {

    -- Where the uphold rate stands beside the others', by the class that allows for chance.
    standing = [[
{% local f = council.upheld %}
{% if f:class() then %}
## In one sentence

Your uphold rate of **{{ rate(f) }}** is {{ compared(f) }} that of the other authorities of your
type{% if f:class() == "similar" then %}, as far as chance lets one say.{% else %}, by more than chance would easily
bring about.{% end %}
{% end %}
]],

    for_residents = [[
{% if f.value and not kept_back(f) then %}
For the number of people who live in your area, that is **{{ rate(f) }}** upheld
{{ f.value == "1" and "complaint" or "complaints" }} for every {{ literal "100,000" }} residents.
{% if p and p.value and not part_known(p) then %}
The average of similar authorities was **{{ peer_rate(p) }}**.
{% end %}
{% end %}
]],

    years = [[
## Comparing years

{% if trend and years_known(trend) > 1 then %}
{{ years_chart(trend) }}

{% end %}
We advise you to compare your rate with the average of similar authorities in the same
year before you compare it with your own of earlier years.
{% for _, change in ipairs(trend and trend.breaks or {}) do %}
{{ change.text }}
{% end %}
Where there are few cases, one decision more or less moves a rate a good deal.
]],
  },
}
