-- helper_mutation.lua: a wording with one thing made wrong in it, over and over: which check notices?
-- No program can tell some mistakes: two facts exchanged (seminars for courses), one figure in another's sentence, one date for another,
-- a negation typed or left out where nothing claims anything ("did carry out"), a singular where either number can be said ("the case that
-- we upheld"), a name that is another's. None of them is made here.
-- Each mutation is found in the source of the wording by a rule, never written out by hand, so that a change of the
-- wording changes the mutations with it.
local upheld = require "upheld"
local files = require "helper"
local fakes = require "helper_letters"

local mutation = {}

-- upheld, not upheld, remedied before, complied, late, not complied
local COUNCILS = {
  { "D01", "District", 0, 0, 0, 0, 0, 0 }, { "D02", "District", 1, 0, 0, 1, 0, 0 }, { "D03", "District", 0, 1, 0, 0, 1, 0 },
  { "D04", "District", 2, 0, 2, 0, 0, 1 }, { "D05", "District", 3, 1, 1, 2, 1, 0 }, { "D06", "District", 0, 5, 0, 3, 0, 2 },
  { "D07", "District", 12, 9, 2, 8, 3, 1 }, { "D08", "District", 31, 4, 5, 19, 6, 1 },
  { "D09", "District", 4, 38, 0, 2, 2, 0 },
  { "D11", "District", 1, 0, 0, 0, 1, 0 }, { "D10", "District", 20, 10, 0, 18, 0, 0 },
  { "C01", "County", 23, 17, 3, 14, 2, 0 }, { "C02", "County", 1, 1, 1, 1, 0, 1 }, { "P01", "National Park", 5, 3, 1, 2, 1, 0 },
  { "L01", "London Borough", 503, 510, 40, 480, 12, 0 }, { "L02", "London Borough", 9, 2, 0, 9, 0, 0 },
}

-- A year of published counts only, some of them: averages over part of a type, as published or not; rates that give their counts.
local PUBLISHED = [[
authority_code,year,upheld,not_upheld,investigated,upheld_rate,upheld_peer_rate,compliance_outcomes,complied,compliance_rate,compliance_peer_rate,satisfactory_remedies
D07,2024,3,2,5,60,,4,3,75,,1
D08,2024,,,10,70,,,,,,
D09,2024,4,0,4,100,,2,2,100,,0
L01,2024,6,5,11,55,61,3,3,100,99,2
]]

local function decisions()
  local d, serial = { "reference,authority_code,received_date,decided_date,outcome,remedied_before,compliance_date,compliance_outcome" }, 0
  local function add(code, outcome, remedied, compliance)
    serial = serial + 1
    d[#d + 1] = ("19 %03d %03d,%s,2019-05-01,2019-06-01,%s,%s,%s,%s"):format(serial // 1000, serial % 1000, code, outcome,
      remedied, compliance ~= "" and "2019-09-01" or "", compliance)
  end
  for _, c in ipairs(COUNCILS) do
    local outcomes = {}
    for _ = 1, c[6] do outcomes[#outcomes + 1] = "Remedy complete and satisfied" end
    for _ = 1, c[7] do outcomes[#outcomes + 1] = "Remedy completed late" end
    for _ = 1, c[8] do outcomes[#outcomes + 1] = "Remedy not complete" end
    for k = 1, c[3] do add(c[1], "Upheld", k <= c[5] and "yes" or "no", outcomes[k] or "") end
    for _ = 1, c[4] do add(c[1], "Not upheld", "", "") end
    add(c[1], "Advice given", "", "")
  end
  return table.concat(d, "\n") .. "\n"
end

-- Residents of the districts and counties, so that complaints are counted for them.
local function population()
  local p = { "code,year,population" }
  for i, c in ipairs(COUNCILS) do
    if c[2] == "District" or c[2] == "County" then p[#p + 1] = ("%s,2020,%d"):format(c[1], 90000 + 7100 * i) end
  end
  return table.concat(p, "\n") .. "\n"
end

--- A register and its years, in which every branch of the letter of 2020 has an authority.
---@return table register, table[] years   of records; of published counts; with small counts hidden, and the others rounded or not;
---   and one whose peers have no average
---@param with_residents boolean?   complaints are counted for the residents too; with so much known, less may be printed of small counts
function mutation.years(with_residents)
  local a = { "code,name,type,region" }
  for _, c in ipairs(COUNCILS) do a[#a + 1] = ("%s,%s Council,%s,North"):format(c[1], c[1], c[2]) end
  local folder = files.folder()
  local register = assert(upheld.open ":memory:")
  assert(register:import { authorities = files.write(folder .. "/a.csv", table.concat(a, "\n") .. "\n"),
    decisions = files.write(folder .. "/d.csv", decisions()),
    population = with_residents and files.write(folder .. "/pop.csv", population()) or nil, published = files.write(folder .. "/p.csv", PUBLISHED) })
  return register, { assert(register:year(2020)), assert(register:year(2024)),
    assert(register:year(2020, { disclosure = { suppress_below = 5, round_to = 5 } })),
    assert(register:year(2020, { disclosure = { suppress_below = 5 } })),
    fakes.year { fakes.council { upheld = fakes.figure("upheld", 2, 3, { peer = fakes.peers(nil, { reason = "too-few-peers" }) }) } } }
end

-- Every place where a pattern of the wording's source stands: position, length, captures.
local function places(source, pattern, each)
  local at = 1
  while true do
    local found = table.pack(source:find(pattern, at))
    if not found[1] then return end
    each(found[1], found[2], table.unpack(found, 3, found.n))
    at = found[2] + 1
  end
end

-- The texts of the wording: between [[ and ]], with positions in the source.
local function texts(source)
  local list = {}
  places(source, "()%[%[\n(.-)\n%]%]", function(from, to) list[#list + 1] = { from = from, to = to } end)
  return list
end

local function within(list, at)
  for _, one in ipairs(list) do
    if at >= one.from and at <= one.to then return true end
  end
  return false
end

local function always(text) return function() return text end end

-- What each kind of mistake makes of what it finds: { kind, pattern, replacement(captures) }.
local ENGLISH = {
  -- numbers: counts as rates, rates as counts or without their sign, in words, with a power of ten typed after them, the whole as a part
  { "number", "{{ ?rate%(f%) ?}}", always "{{ f.numerator .. '%' }}" }, { "number", "{{ ?rate%(f%) ?}}", always "{{ f.numerator }} per cent" },
  { "number", "{{ ?rate%(f%) ?}}", always "{{ f.denominator }}%" }, { "number", "{{ ?rate%(f%) ?}}", always "{{ f.percent }}" },
  { "number", "{{ ?rate%(f%) ?}}", always "{{ f.percent }} complaints" }, { "number", "{{ ?rate%(f%) ?}}", always "{{ rate(f) }}%" },
  { "number", "{{ ?rate%(f%) ?}}", always "sixty-seven per cent" }, { "number", "{{ ?rate%(f%) ?}}", always "two thirds" },
  { "number", "{{ ?rate%(f%) ?}}", always "{{ f.percent }} in a hundred" }, { "number", "{{ ?rate%(f%) ?}}", always "more than {{ rate(f) }}" },
  { "number", "{{ ?peer_rate%(p%) ?}}", always "{{ p.percent }} percentage points" }, { "number", "{{ ?peer_rate%(p%) ?}}", always "{{ 'half' }}" },
  { "number", "({{ ?number%(.-%) ?}})", function(x) return x .. " thousand" end }, { "number", "({{ ?number%(.-%) ?}})", function(x) return x .. "m" end },
  { "number", "({{ ?number%(.-%) ?}})", function(x) return "a dozen or " .. x end }, { "number", "({{ ?counted%(.-%) ?}})", always "twelve of them" },
  { "number", 'number%(f%.numerator%) %.%. " of " %.%. number%(f%.denominator%)', always 'number(f.denominator) .. " of " .. number(f.numerator)' },
  { "number", "{{ number%(remainder%(f%)%) }} of {{ number%(f%.denominator%) }}", always "{{ number(f.denominator) }} of {{ number(remainder(f)) }}" },
  { "number", "{{ number%(p%.authorities%) }} of\n{{ number%(p%.of%) }}", always "{{ number(p.of) }} of\n{{ number(p.authorities) }}" },
  -- claims: in other words, turned round, in pieces
  { "claim", "was %*%*", always "rises to **" }, { "claim", "was %*%*", always "falls to **" }, { "claim", "was %*%*", always "was in line with others, **" },
  { "claim", "was %*%*", always "was, as for the largest share of them, **" }, { "claim", '"none of "', always '"few of "' },
  { "claim", '"none of "', always '"no more than half of "' },
  { "claim", "We upheld {{", always "We upheld fewer than others, {{" }, { "claim", "{{ counted_words%(f%.denominator, .-%) }}", always "no complaints" },
  { "claim", "{{ compared%(f%) }}", always "not {{ compared(f) }}" }, { "claim", "{{ compared%(f%) }}", always "{{ 'not ' .. compared(f) }}" },
  { "claim", "{{ compared%(f%) }}", always "far from {{ compared(f) }}" }, { "claim", "{{ compared%(f%) }}", always "high{{ 'er' }} than" },
  { "claim", "is {{ compared%(f%) }}", always "was not, in our view, {{ compared(f) }}" }, { "claim", "%. (%u%l)", function(x) return ". Your rate falls. " .. x end },
  -- plurals and agreement
  { "plural", "How many complaints", always "How many complaint" }, { "plural", "few cases", always "few case" }, { "plural", "%. (%u%l)", function(x) return ". The complaints was late. " .. x end },
  { "plural", "%. (%u%l)", function(x) return ". One of the complaint came late. " .. x end }, { "plural", "%. (%u%l)", function(x) return ". This complaints came late. " .. x end },
  { "plural", " ({{ ?counted_?w?o?r?d?s?%()", function(x) return x end }, { "plural", "A single case", always "A single cases were there. Each cases" },
  -- names: glued to a word, with the wrong article
  { "name", " ({{ ?council%.name ?}})", function(x) return " to" .. x end }, { "name", "({{ ?facts%.%l+_name ?}})", function(x) return x .. "and" end },
  { "name", "{{ ?council%.name ?}}", always "an {{ council.type }}" }, { "name", "your authority", always "this authority.Your authority" },
}

local WELSH = {
  { "number", "{{ ?rate%(f%) ?}}", always "{{ f.numerator .. '%' }}" }, { "number", "{{ ?rate%(f%) ?}}", always "{{ f.numerator }} y cant" },
  { "number", "{{ ?rate%(f%) ?}}", always "{{ f.percent }}" }, { "number", "{{ ?rate%(f%) ?}}", always "pum deg pump y cant" },
  { "number", "{{ ?rate%(f%) ?}}", always "dau draean" }, { "number", "{{ ?rate%(f%) ?}}", always "{{ peer_rate(f:peers()) }}" },
  { "number", 'number%(f%.numerator%) %.%. " o\'r " %.%. number%(f%.denominator%)', always 'number(f.denominator) .. " o\'r " .. number(f.numerator)' },
  { "number", "{{ ?counted_of%((.-), ", function(x) return "{{ counted_of(" .. x .. " * 1009 + 5003, " end },
  { "claim", "oedd %*%*", always "cynyddodd i **" }, { "claim", "oedd %*%*", always "gostyngodd i **" }, { "claim", "oedd %*%*", always "oedd yn uwch, **" },
  { "claim", "oedd %*%*", always "oedd yn is, **" }, { "claim", '"dim un o\'r "', always '"pob un o\'r "' }, { "claim", '"pob un o\'r "', always '"dim un o\'r "' },
  { "claim", "eich awdurdod", always "eich awdurdod, y rhan fwyaf," }, { "plural", "{{ ?counted%(f%.denominator, one%) ?}}", always "{{ number(f.denominator) }} {{ one.many }}" },
  { "plural", "{{ ?counted%(f%.denominator, one%) ?}}", always "{{ number(f.denominator) }} cwynion" }, { "name", "facts%.([%w_]+)", function(x) return "facts." .. x:sub(1, -2) end },
  { "name", "council%.([%a_]+)", function(x) return "council." .. x .. "x" end }, { "name", 'noun%("(%l+)"%)', function(x) return 'noun("' .. x .. 's")' end },
  { "name", " ({{ ?council%.name ?}})", function(x) return " i" .. x end },
}

local RULES = {
  -- numbers: typed in place of a figure, made by arithmetic, of another magnitude
  { "number", "{{ ?rate%(f%) ?}}", function() return "67%" end },
  { "number", "{{ ?peer_rate%(p%) ?}}", function() return "54%" end },
  { "number", "{{ ?rate%(f%) ?}}", function() return '{{ "67%" }}' end },
  { "number", "{{ ?peer_rate%(p%) ?}}", function() return "{{ p.percent * 3 + 301 }}%" end },
  { "number", "{{ ?number%((.-)%) ?}}", function(x) return "{{ number(" .. x .. " + 7011) }}" end },
  { "number", "{{ ?number%((.-)%) ?}}", function() return "17" end },
  { "number", "{{ ?counted%((.-), ", function(x) return "{{ counted(" .. x .. " * 1009 + 5003, " end },
  { "number", "{{ ?counted_words%((.-), ", function() return "{{ counted_words(9, " end },
  { "number", "{{ ?date%(.-%) ?}}", function() return "31 March 2019" end },
  { "number", "{{ ?facts%.[%w_]+ ?}}", function(x) return x and x or "in 1 place" end },
  { "number", "{{ ?literal \"(%d+%%)\" ?}}", function(x) return x end },
  { "number", "({{ ?year%.year) ?}}", function(x) return x .. " + 1 }}" end },
  -- claims: typed, or of another figure
  { "claim", " of complaints ", function() return " of all complaints " end },
  { "claim", "of the complaints about", function() return "of most of the complaints about" end },
  { "claim", "The average of similar authorities was", function() return "The average was higher and was" end },
  { "claim", "We upheld %*%*", function() return "The rate rose to **" end },
  { "claim", '"none of "', function() return '"all "' end },
  { "claim", '"both" or "all "', function() return '"both" or "none of "' end },
  { "claim", 'or "all " %.%.', function() return 'or "most of " ..' end },
  { "claim", "f%.numerator == 0 then return", function() return "f.numerator <= 2 then return" end },
  { "claim", "f%.numerator == f%.denominator then return", function() return "f.numerator < f.denominator then return" end },
  { "claim", "%. (%u%l)", function(x) return ". Most of it improved. " .. x end },
  { "claim", "{{ ?share%(f%) ?}}", function() return "{{ compared(f) }} others" end },
  { "claim", "your authority", function() return "your authority, worse than others," end },
  -- plurals
  { "plural", '{{ ?counted%((.-), "([%a ]+)"%) ?}}', function(x, noun) return "{{ number(" .. x .. ") }} " .. noun end },
  { "plural", '{{ ?counted_words%((.-), "([%a ]+)"%) ?}}', function(x, noun) return "{{ in_words(" .. x .. ") }} " .. noun end },
  { "plural", " a (%l)", function(x) return " an " .. x end },
  { "plural", '({{ ?counted%()(.-)(, ")(%a+ ?%a*)(")', function(a, x, b, noun, c) return a .. x .. b .. noun .. "s" .. c end,
  },
  { "plural", '{{ ?plural%(remainder%(f%), "case"%) ?}}', function() return "{{ number(remainder(f)) }} cases" end },
  { "plural", "{{ ?counted%(f%.denominator, one%) ?}}", function() return "{{ number(f.denominator) }} {{ one }}" end },
  { "plural", "{{ ?counted%(f%.denominator, one%) ?}}", function() return "{{ number(f.denominator) }} {{ one }}s" end },
  { "plural", "carried out our recommendations in %*%*", function() return "carried out a advice in **" end },
  { "plural", "With so few cases", function() return "With one cases" end },
  -- names: of values, facts, functions, partials, fields
  { "name", "facts%.([%w_]+)", function(x) return "facts." .. x:sub(1, -2) end },
  { "name", "council%.([%a_]+)", function(x) return "council." .. x .. "x" end },
  { "name", "year%.([%a_]+)", function(x) return "year." .. x:sub(2) end },
  { "name", "addressee%.([%a_]+)", function(x) return "addressee." .. x .. "s" end },
  { "name", "f%.([%a_]+)", function(x) return "f." .. x:sub(1, 2) .. "q" .. x:sub(3) end },
  { "name", "p%.([%a_]+)", function(x) return "p." .. x:sub(1, 2) .. "q" .. x:sub(3) end },
  { "name", 'include%(?"([%a_]+)"', function(x) return 'include("' .. x:sub(1, -2) .. '"' end, closes = true },
  { "name", "{{ ?(%a[%w_]+)%(", function(x) return "{{ " .. x .. "e(" end },
  -- the letter's own text
  { "text", "%.\n", function() return " .\n" end },
  { "text", " our ", function() return " our our " end },
  { "text", "%.\n\n", function() return "\n\n" end, sentence = true },
  { "text", " the ", function() return " the { " end },
}

-- Adds at most `most` of what was found, spread over all of it.
local function spread(found, most, list)
  local step, k = math.max(1, #found / most), 1.0
  while math.floor(k) <= #found and k < 1 + step * most do
    list[#list + 1] = found[math.floor(k)]
    k = k + step
  end
end

for _, rule in ipairs(ENGLISH) do RULES[#RULES + 1] = rule end

--- All mutations of a wording's source: { kind, rule, at, was, now, source }.
---@param source string
---@param most integer   at most so many places a rule, spread over the source
---@param welsh boolean?
function mutation.of_wording(source, most, welsh)
  local list, prose = {}, texts(source)
  for number, rule in ipairs(welsh and WELSH or RULES) do
    local found = {}
    places(source, rule[2], function(from, to, ...)
      local was = source:sub(from, to)
      local now = rule[3](...)
      if rule.closes and was:find "^include \"" then now = was:sub(1, -3) .. '"' end
      if (rule[1] == "name" or within(prose, from) or source:sub(from, to):find '[="]') and now ~= was
        and not source:sub(1, from):find "%-%-[^\n]*$" and not source:sub(1, from):find "{#[^}]*$" then
        found[#found + 1] = { kind = rule[1], rule = number, at = from, was = was, now = now,
          source = source:sub(1, from - 1) .. now .. source:sub(to + 1) }
      end
    end)
    spread(found, most, list)
  end
  return list
end

-- What can be changed in a written letter: { kind, pattern, replacement }.
local WRITTEN = {
  { "number", "(%d)%%", function(d) return tostring((d + 3) % 10) .. "%" end },
  { "number", " (%d+) of (%d+)", function(a, b) return " " .. b .. " of " .. a + 1 end },
  { "number", 'value="(%d+)"', function(d) return 'value="' .. d + 1 .. '"' end },
  { "number", "Based on", function() return "Based on 2 more than" end },
  { "claim", " all ", function() return " none of " end },
  { "claim", " average ", function() return " lower average " end },
  { "claim", " rare ", function() return " common " end },
  { "plural", "complaints", function() return "complaint" end },
  { "plural", " cases", function() return " case" end },
  { "plural", "investigations", function() return "investigation" end },
  { "name", "[DCPL]%d%d Council", function(x) return (x or "D04 Council"):gsub("4", "5") end },
  { "name", "Ombudsman", function() return "Ombudsperson" end },
}

--- Changes to written letters: { kind, file, was, now, bytes }, at most `most` a rule, spread over files.
---@param written { [1]: string, [2]: string }[]   name and bytes
---@param most integer
function mutation.of_letters(written, most)
  local list = {}
  for _, rule in ipairs(WRITTEN) do
    local found = {}
    for _, file in ipairs(written) do
      local first = true
      places(file[2], rule[2], function(from, to, ...)
        local was, now = file[2]:sub(from, to), rule[3](...)
        if first and now ~= was then
          found[#found + 1] = { kind = rule[1], file = file[1], was = was, now = now,
            bytes = file[2]:sub(1, from - 1) .. now .. file[2]:sub(to + 1) }
        end
        first = false
      end)
    end
    spread(found, most, list)
  end
  return list
end

return mutation
