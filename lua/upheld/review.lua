-- review.lua: a page for whoever signs a batch of letters off: what each letter says beside the others, and which to read.
-- Owns: which letters are samples: the highest and the lowest rate, the fewest cases, none, no peers, a caution, a gap of a draft.
-- Must not: make a rate, rank authorities, change a letter.

local html = require "upheld.markup.html"
local words = require "upheld.words"

local review = { NAME = "review.html" }

local MOST_RULES = 3 -- indicators that are shown, as charts have them

local STYLE = [[
main { max-width: 76rem; }
.samples li { margin-bottom: .25rem; }
.letters td, .letters th { padding-right: 1rem; }
.letters details { margin: 0; }
.letters ol { margin: .25rem 0 0; padding-left: 1.25rem; font-size: .8125rem; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .8125rem; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
.wide:focus-visible { outline: .1875rem solid #0b4f8a; }
]]

local escape = html.escape

-- The indicators that are shown: the scheme's first shares.
local function indicators(year)
  local list = {}
  for _, indicator in ipairs(year.scheme.indicators) do
    local share = not indicator.median_days and not indicator.denominator.residents
    if share and #list < MOST_RULES then list[#list + 1] = indicator end
  end
  return list
end

-- "67% (2 of 3), similar, few cases"
local function said(f)
  local class = f:class()
  local parts = { tostring(f) }
  if class then parts[#parts + 1] = class end
  if f.caution then parts[#parts + 1] = "few cases" end
  return table.concat(parts, ", ")
end

-- The conditional sentences that a letter took, in the order of the wording.
local function branches(letter)
  local list = {}
  for i, from in ipairs(letter.origin.taken or {}) do
    list[i] = ("<li>%s:%d <code>%s</code></li>"):format(escape(from.file:match "[^/\\]+$"), from.line, escape(from.source))
  end
  if #list == 0 then return "none" end
  return ("<details><summary>%d</summary><ol>%s</ol></details>"):format(#list, table.concat(list))
end

-- The letters that are worth reading: { why, letter }, each reason once.
local function samples(letters, name)
  local list, best, worst, smallest, none, no_peers, cautious = {}, nil, nil, nil, nil, nil, nil
  for _, letter in ipairs(letters) do
    local f = letter.origin.council:figure(name)
    if f.percent then
      if not worst or f.percent > worst.f.percent then worst = { letter = letter, f = f } end
      if not best or f.percent < best.f.percent then best = { letter = letter, f = f } end
      if not smallest or f.denominator < smallest.f.denominator then smallest = { letter = letter, f = f } end
      if f.caution then cautious = cautious or { letter = letter, f = f } end
    else
      none = none or { letter = letter, f = f }
    end
    if not f:peers() then no_peers = no_peers or { letter = letter, f = f } end
  end
  local function add(why, sample) if sample then list[#list + 1] = { why = why, letter = sample.letter, f = sample.f } end end
  add("highest rate", worst)
  add("lowest rate", best)
  add("fewest cases", smallest)
  add("no rate", none)
  add("no similar authorities", no_peers)
  add("a caution", cautious)
  return list
end

local function letter_link(letter)
  return ('<a href="%s.html">%s</a>'):format(escape(letter.code), escape(letter.name))
end

local function add_samples(out, letters, indicator)
  out[#out + 1] = "<h2>To read</h2>"
  out[#out + 1] = ("<p>By the figure %s.</p>\n<ul class=\"samples\">"):format(escape(indicator.label))
  for _, sample in ipairs(samples(letters, indicator.name)) do
    out[#out + 1] = ("<li>%s: %s, %s</li>"):format(sample.why, letter_link(sample.letter), escape(said(sample.f)))
  end
  out[#out + 1] = "</ul>"
end

local function add_notes(out, letters)
  if #(letters.notes or {}) == 0 then return end
  out[#out + 1] = "<h2>What no letter used</h2>\n<ul>"
  for _, note in ipairs(letters.notes) do
    out[#out + 1] = ("<li>%s:%s <code>%s</code> (%s)</li>"):format(escape((note.file or ""):match "[^/\\]*$"), note.line or "",
      escape(note.value or ""), escape(note.code))
  end
  out[#out + 1] = "</ul>"
end

local function add_table(out, letters, list)
  out[#out + 1] = "<h2>All letters</h2>"
  out[#out + 1] = '<div class="wide" tabindex="0" role="region" aria-label="All letters">\n<table class="letters">'
  out[#out + 1] = ("<caption>%s, with the rate, the class and the caution of each figure</caption>"):format(
    words.counted(#letters, "letter"))
  out[#out + 1] = '<thead>\n<tr>\n<th scope="col">Authority</th>\n<th scope="col">Type</th>'
  for _, indicator in ipairs(list) do out[#out + 1] = ('<th scope="col">%s</th>'):format(escape(indicator.label)) end
  out[#out + 1] = '<th scope="col">Conditions met</th>\n</tr>\n</thead>\n<tbody>'
  for _, letter in ipairs(letters) do
    local council = letter.origin.council
    out[#out + 1] = ('<tr>\n<th scope="row">%s</th>\n<td>%s</td>'):format(letter_link(letter), escape(council.type or ""))
    for _, indicator in ipairs(list) do out[#out + 1] = "<td>" .. escape(said(council:figure(indicator.name))) .. "</td>" end
    out[#out + 1] = "<td>" .. branches(letter) .. "</td>\n</tr>"
  end
  out[#out + 1] = "</tbody>\n</table>\n</div>"
end

--- The page.
---@param letters upheld.Letters   of a year of a register
---@return string
function review.page(letters)
  local batch, list = letters.batch, indicators(letters.batch.year)
  local title = ("Review of %s, year ending %s"):format(tostring(letters), words.date(batch.year.ends))
  local out = {
    "<!DOCTYPE html>", '<html lang="en-GB">', "<head>", '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">', "<title>" .. escape(title) .. "</title>",
    "<style>", html.STYLE .. STYLE .. "</style>", "</head>", "<body>", "<main>", "<h1>" .. escape(title) .. "</h1>",
    ("<p>Wording: %s. Letters of %s%s. The classes allow for chance; authorities stand in the order of their codes.</p>"):format(
      escape(letters[1].origin.wording), words.date(batch.date), batch.draft and "; drafts" or ""),
  }
  if list[1] then add_samples(out, letters, list[1]) end
  add_table(out, letters, list)
  add_notes(out, letters)
  out[#out + 1] = "</main>\n</body>\n</html>\n"
  return table.concat(out, "\n")
end

return review
