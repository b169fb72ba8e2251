-- A letter for a body that has no similar authorities to be compared with (a national park, a fire authority), in words of our own.
-- It names no average, and for a body that has peers it is refused: that one's averages would be missing.
--
-- It changes annual_review_2020.lua.

-- luacheck: read globals kept_back

local functions = {}

-- Stops the letter of a body of a type that has averages.
function functions.without_peers(council)
  if council.upheld:peers() then
    error("this wording is for bodies without similar authorities; this one's type has averages")
  end
  return council
end

-- No averages, whatever the panels ask for.
function functions.peers_of() return false end
function functions.has_average() return false end

return {
  base = "annual_review_2020.lua",
  name = "Annual review letter, bodies without peers",
  functions = functions,

  partials = {
    opening = [[
This letter sums up what we decided on complaints about {{ without_peers(council).name }} in the year to
{{ date(year.ends) }}. There are few bodies of your kind, and their work differs: so we set your figures beside nobody
else's. They stand for themselves, and with few cases they say little about a service as a whole.
]],
  },
}
