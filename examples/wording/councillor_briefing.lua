-- A page for councillors: the three rates, what they mean, and what to ask, in words of our own. It fits one sheet of A4.
--
-- It changes annual_review_2020.lua, of which it takes the facts and the functions.

-- luacheck: read globals part_known share peers_of kept_back rate peer_rate printed

local functions = {}

-- "67% (2 of 3)", or why there is none.
function functions.said(f)
  if f.percent == nil then return kept_back(f) and "not published" or f.denominator == 0 and "no cases" or "not recorded" end
  return rate(f) .. " (" .. share(f) .. ")"
end

-- "45%", "45% (as published)", or that there is none.
function functions.said_of_peers(p)
  if not p or kept_back(p) then return "no average" end
  if part_known(p) then return p.as_published and printed(p.as_published) .. "% (as published)" or "not known" end
  return p.percent and peer_rate(p) or "no average"
end
-- The three rates, each with what it is of.
function functions.rows(council)
  return {
    { what = "Complaints upheld, of those investigated in detail", f = council.upheld },
    { what = "Recommendations carried out, of cases checked", f = council.compliance },
    { what = "Put right before we were asked, of those upheld", f = council.satisfactory_remedy },
  }
end

return {
  base = "annual_review_2020.lua",
  name = "Briefing for councillors",
  functions = functions,
  title = "Briefing for councillors {{ year.year }}: {{ council.name }}",

  letterhead = [[
**{{ facts.office_name }}**
]],

  body = [[
# {{ council.name }}: complaints in the year to {{ date(year.ends) }}

Table: The rates of the year
| What we looked at | Your authority | Similar authorities |
|:------------------|---------------:|--------------------:|
{% for _, row in ipairs(rows(council)) do %}
| {{ row.what }} | {{ said(row.f) }} | {{ said_of_peers(peers_of(row.f)) }} |
{% end %}

{% if council.upheld.caution then %}
Your authority had few cases: one more or one fewer would have moved these rates a good deal. Read the cases themselves rather
than the rates.
{% end %}

## What they mean

- **Upheld** means that we found fault, or that your authority had found it before we looked. A high rate can come of
  poor service, or of answering complaints so well that only hard ones reach us.
- **Carried out** means that your authority did what we recommended, and we checked it. Anything less than the whole needs an
  answer.
- **Put right before we were asked** means that your authority had upheld the complaint itself and offered a fair remedy. Here a
  high rate is good.

## What to ask your officers

1. Which services did the upheld complaints come from, and what was done about it?
2. What did we recommend, by when was it done, and who checked?
3. How many complaints did the authority itself receive, and how many of them did it uphold?
4. What do residents hear of what was learned?

The figures and the letter are published on {{ date(facts.publication_date) }} at
[{{ facts.map_url }}]({{ facts.map_url }}).
]],

  footer = [[
Figures are those of our annual review letter; percentages are rounded to whole numbers.
]],
}
