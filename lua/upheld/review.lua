-- review.lua: a page for whoever signs a batch of letters off: what each letter says beside the others, and which to read.
-- Owns: which letters are samples: of each indicator that the wording prints the highest and the
-- lowest rate, the fewest cases, none, no peers, a caution.
-- Must not: make a rate, rank authorities, change a letter.

local bidi = require "upheld.markup.bidi"
local forms = require "upheld.forms"
local html = require "upheld.markup.html"
local trace = require "upheld.trace"
local words = require "upheld.words"

local review = { NAME = "review.html" }

local MOST_USUAL = 3 -- indicators that are shown of a wording that prints none, as charts have them

local STYLE = [[
main { max-width: 76rem; }
.samples li { margin-bottom: .25rem; }
.letters td, .letters th { padding-right: 1rem; }
.letters details { margin: 0; }
.letters ol { margin: .25rem 0 0; padding-left: 1.25rem; font-size: .8125rem; }
.letters li { margin-bottom: .5rem; }
.letters .place { color: #33414e; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .8125rem; overflow-wrap: anywhere; }
]]

local escape = html.escape

-- The indicators that are shown, in the scheme's order: those of which a letter prints a number; of a wording that prints none the
-- first shares.
local function indicators(letters)
  local printed, list, shares = {}, {}, {}
  for _, letter in ipairs(letters) do
    for _, number in ipairs(letter.origin.numbers or {}) do
      local source = number.mark.source
      local figure = trace.figure_of(source)
      local name = figure and figure.name or source and source.kind == "series" and source.name
      if name then printed[name] = true end
    end
  end
  for _, indicator in ipairs(letters.batch.year.scheme.indicators) do
    if printed[indicator.name] then list[#list + 1] = indicator end
    local share = not indicator.median_days and not indicator.denominator.residents
    if share and #shares < MOST_USUAL then shares[#shares + 1] = indicator end
  end
  return #list > 0 and list or shares
end

-- "67% (2 of 3), similar, few cases"
local function said(f)
  local class = f:class()
  local parts = { tostring(f) }
  if class then parts[#parts + 1] = class end
  if f.caution then parts[#parts + 1] = "few cases" end
  return table.concat(parts, ", ")
end

-- A branch: the beginning of what it says, and where it stands with its condition.
local function branch_html(from)
  local condition = escape(from.source)
  if from.unless and from.unless ~= "" then condition = ("%s, not: %s"):format(condition, escape(from.unless)) end
  local says = from.follows ~= "" and from.follows:gsub("^#+ ", ""):gsub("%*%*", "") -- marks of headings and of emphasis
  return ("<li>%s<span class=\"place\">%s:%d</span> <code>%s</code></li>"):format(says and escape(says) .. "<br>" or "",
    escape(from.file:match "[^/\\]+$"), from.line, condition)
end

-- The conditional sentences that a letter took, in the order of the wording.
local function branches(letter)
  local list = {}
  for i, from in ipairs(letter.origin.taken or {}) do list[i] = branch_html(from) end
  if #list == 0 then return "none" end
  return ("<details><summary>%d</summary><ol>%s</ol></details>"):format(#list, table.concat(list))
end

-- How many cases a figure is of; a base that is not known is none.
local function cases(f) return f.denominator or f.numerator or 0 end

-- Whether a figure comes before another: by what `more` compares; of equal ones that of the most cases.
local function before(f, other, more)
  local a, b = more(f), more(other)
  if a ~= b then return a > b end
  return cases(f) > cases(other)
end

local function has_rate(f) return f.plotted ~= nil or f.value ~= nil end
local function rate_of(f) return f.plotted or tonumber(f.value) or 0 end

-- The samples of one indicator: why each is to be read, and by what it is found: the first of those that it is true of, or the one of
-- the most.
local SAMPLES = {
  { "highest rate", has_rate, rate_of },
  { "lowest rate", has_rate, function(f) return -rate_of(f) end },
  { "fewest cases", function(f) return f.denominator ~= nil and has_rate(f) end, function(f) return -cases(f) end },
  { "no rate", function(f) return not has_rate(f) end },
  { "no similar authorities", function(f) return not f:peers() end },
  { "a caution", function(f) return f.caution ~= nil end },
}

-- The letters that are worth reading for an indicator: { why, letter, f }.
local function samples(letters, name)
  local list = {}
  for _, sample in ipairs(SAMPLES) do
    local best
    for _, letter in ipairs(letters) do
      local f = letter.origin.council:figure(name)
      if sample[2](f) and (not best or sample[3] and before(f, best.f, sample[3])) then
        best = { why = sample[1], letter = letter, f = f }
      end
    end
    list[#list + 1] = best
  end
  return list
end

-- The form that a letter's name leads to: the first of these that is written.
local LINKED = { "html", "pdf", "text", "markdown", "docx", "odt" }

local function extension_of(formats)
  for _, form in ipairs(LINKED) do
    for _, written in ipairs(formats) do
      if written == form then return forms.get(form).extension end
    end
  end
  return nil
end

local function name_html(name)
  local closed = bidi.closed(name)
  return closed and "<bdi>" .. escape(closed) .. "</bdi>" or escape(name)
end

local function letter_link(letter, extension)
  if not extension then return name_html(letter.name) end
  return ('<a href="%s%s">%s</a>'):format(escape(letter.code), extension, name_html(letter.name))
end

local function add_samples(out, letters, list, extension)
  out[#out + 1] = "<h2>To read</h2>"
  for _, indicator in ipairs(list) do
    out[#out + 1] = ("<h3>%s</h3>\n<ul class=\"samples\">"):format(escape(indicator.label))
    for _, sample in ipairs(samples(letters, indicator.name)) do
      out[#out + 1] = ("<li>%s: %s, %s</li>"):format(sample.why, letter_link(sample.letter, extension), escape(said(sample.f)))
    end
    out[#out + 1] = "</ul>"
  end
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

local function add_table(out, letters, list, extension)
  out[#out + 1] = "<h2>All letters</h2>"
  out[#out + 1] = '<div class="wide" tabindex="0" role="region" aria-label="All letters">\n<table class="letters">'
  out[#out + 1] = ("<caption>%s, with the rate, the class and the caution of each figure</caption>"):format(
    words.counted(#letters, "letter"))
  out[#out + 1] = '<thead>\n<tr>\n<th scope="col">Authority</th>\n<th scope="col">Type</th>'
  for _, indicator in ipairs(list) do out[#out + 1] = ('<th scope="col">%s</th>'):format(escape(indicator.label)) end
  out[#out + 1] = '<th scope="col">Conditions met</th>\n</tr>\n</thead>\n<tbody>'
  for _, letter in ipairs(letters) do
    local council = letter.origin.council
    out[#out + 1] = ('<tr>\n<th scope="row">%s</th>\n<td>%s</td>'):format(letter_link(letter, extension),
      escape(council.type or ""))
    for _, indicator in ipairs(list) do out[#out + 1] = "<td>" .. escape(said(council:figure(indicator.name))) .. "</td>" end
    out[#out + 1] = "<td>" .. branches(letter) .. "</td>\n</tr>"
  end
  out[#out + 1] = "</tbody>\n</table>\n</div>"
end

--- The page.
---@param letters upheld.Letters   of a year of a register
---@param formats string[]         the forms that are written beside it: a name leads to the first of html, pdf, text ... among them
---@return string
function review.page(letters, formats)
  local batch, list, extension = letters.batch, indicators(letters), extension_of(formats)
  local title = ("Review of %s, year ending %s"):format(tostring(letters), words.date(batch.year.ends))
  local out = {
    "<!DOCTYPE html>", '<html lang="en-GB">', "<head>", '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">', "<title>" .. escape(title) .. "</title>",
    "<style>", html.STYLE .. STYLE .. "</style>", "</head>", "<body>", "<main>", "<h1>" .. escape(title) .. "</h1>",
    ("<p>Wording: %s. Letters of %s%s. The classes allow for chance; authorities stand in the order of their codes.</p>"):format(
      escape(letters[1].origin.wording), words.date(batch.date), batch.draft and "; drafts" or ""),
  }
  add_samples(out, letters, list, extension)
  add_table(out, letters, list, extension)
  add_notes(out, letters)
  out[#out + 1] = "</main>\n</body>\n</html>\n"
  return table.concat(out, "\n")
end

return review
