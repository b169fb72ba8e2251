-- A short letter on the indicators of own_indicators_scheme.lua: how long decisions took, and what came too early or late.
return {
  name = "own indicators",
  title = "How long it took: {{ council.name }}",

  body = [[
# How long it took

{% local f = council.days_to_decision %}
{% local p = f:peers() %}
{% if f.value then %}
In the year to {{ date(year.ends) }} {{ literal "half" }} of the {{ counted(f.denominator, f.case_noun) }} on complaints about
{{ council.name }} took no more than **{{ rate(f) }}**; a quarter took no more than
{{ f.lower_quartile }} days, and a quarter {{ f.upper_quartile }} days or more.
{% if p and p.value then %}
Of the decisions on similar authorities, {{ literal "half" }} took no more than {{ peer_rate(p) }}.
{% end %}
{% else %}
The days that decisions took in the year to {{ date(year.ends) }} are not known.
{% end %}

{% include("share", { f = council.referred_back, what = "Sent back to you for a first answer" }) %}

{% include("share", { f = council.late_share, what = "Carried out, but late" }) %}
]],

  partials = {
    share = [[
{% local p = f:peers() %}
{% if f.percent then %}
{{ what }}: **{{ rate(f) }}** of {{ counted(f.denominator, f.case_noun) }}.
{% if p and p.percent then %}
The average of similar authorities was {{ peer_rate(p) }}.
{% end %}
{% else %}
{{ what }}: no rate this year.
{% end %}
]],
  },
}
