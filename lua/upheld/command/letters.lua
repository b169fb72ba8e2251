-- command/letters.lua: the command that writes letters: its options and what it prints.
-- Owns: the order in which the options of a batch are checked, before a register is opened.
-- Must not: compute; know what a letter says.

local common = require "upheld.command.common"

local command = { run = {} }

local out, failed, usage = common.out, common.failed, common.usage

-- An option that can be given twice: what was given, or the list of both.
local function one_or_both(list)
  if #list > 1 then return list end
  return list[1]
end

function command.run.letters(args)
  local seen, formats, known = {}, {}, require("upheld.letters").formats()
  for format in args.format:gmatch "[^,]+" do
    if not known[format] then
      return usage(('--format: there is no "%s"; %s'):format(format, require("upheld.words").list(known, "or")))
    end
    if seen[format] then return usage(('--format: "%s" stands twice'):format(format)) end
    seen[format] = true
    formats[#formats + 1] = format
  end
  if #formats == 0 then return usage "--format: html, text or both" end
  if #args.facts > #args.wording or #args.notice > #args.wording then
    return usage "--facts and --notice: at most as many as --wording"
  end
  if args.out == "" or not args.out and not args.diff then return usage "--out: a folder is needed" end
  if not require("upheld.core").date(args.date) or not args.date:find "^%d%d%d%d%-%d%d%-%d%d$" then
    return usage(("--date: %s is not a date such as 2020-07-22"):format(args.date))
  end
  local register, err = common.open_existing(args)
  if not register then return failed(err) end
  local year, letters, written
  local disclosure, bad = common.disclosure_of(args)
  if bad then return usage(bad) end
  if disclosure and args.boundaries == "now" then
    return usage "--boundaries now: not with --suppress-below, since two views of one year could be subtracted"
  end
  year, err = register:year(args.year, { disclosure = disclosure, boundaries = args.boundaries })
  if not year then return failed(err) end
  letters, err = year:letters { wording = one_or_both(args.wording), facts = one_or_both(args.facts), date = args.date,
    authority = args.authority, notice = one_or_both(args.notice), strict = args.strict, draft = args.draft }
  if not letters then return failed(err) end
  if args.notes then
    for _, note in ipairs(letters.notes) do common.complain("note: ", tostring(note), "\n") end
  end
  if args.diff then
    local changes
    changes, err = letters:diff(args.diff)
    if not changes then return failed(err) end
    out(args.json and changes:json() or tostring(changes) .. "\n")
    if not args.out then return common.DONE end
  elseif args.json then
    return usage "--json is for --diff"
  end
  written, err = letters:write(args.out, { formats = formats, review = args.review, manifest = not args.no_manifest })
  if not written then return failed(err) end
  out(("%s in %s\n"):format(tostring(letters), args.out))
  if #letters.notes > 0 and not args.notes and not args.authority then
    local parts = require("upheld.words").counted(#letters.notes, "part")
    out(("%s of the wording that no letter used; --notes lists them\n"):format(parts))
  end
  return common.DONE
end

--- Adds the options to the parser.
---@param add fun(name: string, text: string, example: string): table
---@param year fun(sub: table, needed: boolean?)
function command.add(add, year)
  local letters = add("letters", "write the year's letters",
    "upheld letters review.db --year 2020 --wording annual_review_2020.lua --facts facts.lua --date 2020-07-22 --out letters")
  letters:argument("register", "the register")
  year(letters, true)
  letters:option("--wording", "the wording, a Lua file; twice for one letter in two languages"):argname "FILE"
    :count "1-2":overwrite(false)
  letters:option("--facts", "the facts, a Lua file; twice: of each wording"):argname "FILE":count "0-2":overwrite(false)
  letters:option("--date", "date of the letters, YYYY-MM-DD"):argname "D":count "1"
  letters:option("--out", "folder for CODE.html and CODE.txt"):argname "DIR"
  letters:option("--diff", "what changed in words and numbers since the letters in this folder; without --out nothing is written")
    :argname "DIR"
  letters:flag("--json", "with --diff: as JSON")
  letters:option("--authority", "only this one"):argname "A"
  letters:option("--format", "html, text, trace, markdown, docx, odt, pdf, print, print-pdf: any of them, with commas")
    :argname "LIST":default "html,text"
  common.add_disclosure(letters)
  common.add_boundaries(letters)
  letters:flag("--review", "review.html beside the letters: rates, classes, cautions, conditions met, and which letters to read")
  letters:flag("--no-manifest", "without manifest.json, by which upheld check DIR finds what was changed since")
  letters:flag("--notes", "list what no letter used of the wording: facts, partials, branches never reached")
  letters:flag("--draft", "what is missing (a fact, a value) leaves a visible gap instead of stopping; the letters say that "
    .. "they are drafts")
  letters:flag("--strict", "such a note stops the letters")
  letters:option("--notice", "a line at the top and end of every letter, such as: invented data; twice: of each wording")
    :argname "TEXT":count "0-2":overwrite(false)
end

return command
