-- The annual review letter of 2025, in words of our own: what became of all the complaints that were dealt with, in four classes, then
-- the panels of the letter of 2024.
--
-- It changes annual_review_2024.lua, which changes annual_review_2020.lua.

-- luacheck: read globals sum kept_back

local functions = {}

-- Whether every count of the outcomes is known and may be printed.
function functions.outcomes_known(council)
  if not council.outcomes then return false end
  for _, count in pairs(council.outcomes) do
    if math.type(count) ~= "integer" then return false end
  end
  return true
end

-- The four classes: how many were dealt with, and of these not for the ombudsman, assessed and closed, investigated.
function functions.not_for_us(outcomes)
  return sum(outcomes["Invalid or incomplete"], outcomes["Advice given"], outcomes["Referred back for local resolution"])
end

function functions.investigated(outcomes)
  return sum(outcomes.Upheld, outcomes["Not upheld"])
end

function functions.dealt_with(outcomes)
  return sum(functions.not_for_us(outcomes), outcomes["Closed after initial enquiries"], functions.investigated(outcomes))
end

return {
  base = "annual_review_2024.lua",
  name = "Annual review letter 2025",
  functions = functions,

  partials = {

    standing = [[
{% if outcomes_known(council) and dealt_with(council.outcomes) > 0 then %}
{% local o = council.outcomes %}
## What became of complaints

Between {{ date(year.starts) }} and {{ date(year.ends) }} we dealt with
**{{ counted(dealt_with(o), "complaint") }}** about your authority.

Table: What became of the complaints that we dealt with
| Class | Complaints | What it means |
|:------|-----------:|:--------------|
| Not for us | {{ number(not_for_us(o)) }} | incomplete, answered with advice, or sent back to you for a first answer |
| Assessed and closed | {{ number(o["Closed after initial enquiries"]) }} | looked at, and closed without an investigation |
| Investigated | {{ number(investigated(o)) }} | investigated in detail: upheld or not upheld |

How many complaints there are says little about how well they are dealt with; what is upheld, and what is done about it,
says more.
{% end %}
]],
  },
}
