-- Wording of one's own: the shipped letter with two sentences changed, for one council, printed as text.
--   lua5.4 examples/own_wording.lua
-- The rest of the letter stays as it is; a partial that the wording does not have, or a misspelt name in a text, is an error.

local upheld = require "upheld"

local register <close> = assert(upheld.open ":memory:")
assert(register:import { authorities = "examples/data/invented_authorities.csv",
  decisions = "examples/data/invented_decisions.csv" })
local year = assert(register:year(2020))

local wording = assert(upheld.wording "examples/wording/annual_review_2020.lua")
wording = assert(wording:with { partials = {
  opening = [[
Dear reader: this is what we found in the complaints about {{ council.name }} that
we decided in the year to {{ date(year.ends) }}.
]],
  not_complied = [[
Please tell us by the end of next month what went wrong in the
{{ counted_words(remainder(f), "case") }} in which our recommendations were not carried out.
]],
} })

-- a council whose compliance was below 100%
local council
for each in year:authorities() do
  local f = each.compliance
  if not council and f.percent and f.numerator < f.denominator then council = each end
end

local letters = assert(year:letters { wording = wording, facts = "examples/wording/facts_2020.lua", date = "2020-07-22",
  authority = council.code, notice = "Invented data: no real authority, decision or figure is in this letter." })
print(letters[1].text)
