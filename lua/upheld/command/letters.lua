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

-- Which of the authorities get a letter, or nil for all of them.
local function chosen(args)
  local types
  if #args.type > 0 then
    types = {}
    for _, name in ipairs(args.type) do types[name] = true end
  end
  if not types and not args.with_peers and not args.without_peers then return nil end
  return function(council)
    if types and not types[council.peer_type or council.type] and not types[council.type] then return false end
    if args.with_peers then return council.peer_type ~= nil end
    return not args.without_peers or council.peer_type == nil
  end
end

-- The register and the letters that the options describe; or nil and the status to end with.
local function letters_of(args)
  local register, err = common.open_existing(args)
  if not register then return nil, failed(err) end
  local year, letters
  if args.with_peers and args.without_peers then return nil, usage "choose --with-peers or --without-peers" end
  local disclosure, bad = common.disclosure_of(args)
  if bad then return nil, usage(bad) end
  if disclosure and args.boundaries == "now" then
    return nil, usage "--boundaries now: not with --suppress-below, since two views of one year could be subtracted"
  end
  year, err = register:year(args.year, { disclosure = disclosure, boundaries = args.boundaries })
  if not year then return nil, failed(err) end
  for _, name in ipairs(args.type) do
    local known, why = pcall(year.authorities, year, { type = name })
    if not known then return nil, failed("--type: " .. tostring(why):gsub("^.-:%d+: ", "")) end
  end
  letters, err = year:letters { wording = one_or_both(args.wording), facts = one_or_both(args.facts), date = args.date,
    authority = args.authority, where = chosen(args), notice = one_or_both(args.notice), strict = args.strict, draft = args.draft,
    progress = common.without_collecting() }
  if not letters then return nil, failed(err) end
  return register, letters
end

local function is_date(text)
  return require("upheld.core").date(text) ~= nil and text:find "^%d%d%d%d%-%d%d%-%d%d$" ~= nil
end

-- The letters that are approved as they are; the others are listed. Nil and a status where none is.
local function approved_of(letters, register)
  local approved, others = letters:approved(register)
  if not approved then return nil, failed(others) end
  for _, other in ipairs(others) do
    common.complain(("%s (%s): %s\n"):format(other.name, other.code, require("upheld.approvals").reason(other)))
  end
  if #approved == 0 then
    common.complain "upheld: no letter is approved as it is now; nothing was written\n"
    return nil, common.NOTHING
  end
  return approved, nil, #others
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
  if not is_date(args.date) then return usage(("--date: %s is not a date such as 2020-07-22"):format(args.date)) end
  local register, letters = letters_of(args)
  if not register then return letters end
  local written, err, left_out
  if args.notes then
    for _, note in ipairs(letters.notes) do common.complain("note: ", tostring(note), "\n") end
  end
  if args.diff then
    local changes
    changes, err = letters:diff(args.diff, { part = args.authority ~= nil or chosen(args) ~= nil })
    if not changes then return failed(err) end
    out(args.json and changes:json() or tostring(changes) .. "\n")
    if not args.out then return common.DONE end
  elseif args.json then
    return usage "--json is for --diff"
  end
  if args.approved_only then
    local status
    letters, status, left_out = approved_of(letters, register)
    if not letters then return status end
  end
  written, err = letters:write(args.out, { formats = formats, review = args.review, manifest = not args.no_manifest,
    replace = args.replace })
  if not written then return failed(err) end
  out(("%s in %s\n"):format(tostring(letters), args.out))
  if #letters.notes > 0 and not args.notes and not args.authority then
    local parts = require("upheld.words").counted(#letters.notes, "part")
    out(("%s of the wording that no letter used; --notes lists them\n"):format(parts))
  end
  return (left_out or 0) > 0 and common.PARTLY or common.DONE
end

-- Takes the approvals of one authority back.
local function unapprove(args)
  if not args.authority then return usage "--withdraw: of which authority? --authority A" end
  if not (args.note and args.note:find "%S") then return usage "--withdraw: a withdrawal needs a reason: --note TEXT" end
  local register, err = common.open_existing(args)
  if not register then return failed(err) end
  local count
  count, err = register:withdraw_approval { year = args.year, authority = args.authority, by = args.by, reason = args.note }
  if not count then return failed(err) end
  out(("%s withdrawn\n"):format(require("upheld.words").counted(count, "approval")))
  return common.DONE
end

function command.run.approve(args)
  if not args.by:find "%S" then return usage "--by: a name is needed" end
  if args.withdraw then return unapprove(args) end
  if (args.authority ~= nil) == (args.all or false) then return usage "approve takes --authority A, or --all" end
  if #args.wording == 0 or not args.date then return usage "approve needs --wording and --date: the letters are made again" end
  if not is_date(args.date) then return usage(("--date: %s is not a date such as 2020-07-22"):format(args.date)) end
  local register, letters = letters_of(args)
  if not register then return letters end
  local count, err = letters:approve(register, { by = args.by, note = args.note, letters = args.letters })
  if not count then return failed(err) end
  out(("%s approved by %s\n"):format(require("upheld.words").counted(count, "letter"), args.by))
  return common.DONE
end

-- What letters are made of: the same words give the same letters.
local function add_batch(sub, year, needed)
  sub:argument("register", "the register")
  year(sub, true)
  sub:option("--wording", "the wording, a Lua file; twice for one letter in two languages"):argname "FILE"
    :count(needed and "1-2" or "0-2"):overwrite(false)
  sub:option("--facts", "the facts, a Lua file; twice: of each wording"):argname "FILE":count "0-2":overwrite(false)
  sub:option("--date", "date of the letters, YYYY-MM-DD"):argname "D":count(needed and "1" or "0-1")
  sub:option("--authority", "only this one"):argname "A"
  sub:option("--type", "only authorities of this type, as often as wished"):argname "T":count "*"
  sub:flag("--with-peers", "only authorities of types that have peers")
  sub:flag("--without-peers", "only bodies without peers, which need a wording of their own (no_peers.lua)")
  common.add_disclosure(sub)
  common.add_boundaries(sub)
  sub:option("--notice", "a line at the top and end of every letter, such as: invented data; twice: of each wording")
    :argname "TEXT":count "0-2":overwrite(false)
end

--- Adds the options to the parser.
---@param add fun(name: string, text: string, example: string): table
---@param year fun(sub: table, needed: boolean?)
function command.add(add, year)
  local letters = add("letters", "write the year's letters",
    "upheld letters review.db --year 2020 --wording annual_review_2020.lua --facts facts.lua --date 2020-07-22 --out letters")
  add_batch(letters, year, true)
  letters:option("--out", "folder for CODE.html and CODE.txt"):argname "DIR"
  letters:option("--diff", "what changed in words and numbers since the letters in this folder; without --out nothing is written")
    :argname "DIR"
  letters:flag("--json", "with --diff: as JSON")
  letters:option("--format", "html, text, trace, markdown, docx, odt, pdf, print, print-pdf: any of them, with commas")
    :argname "LIST":default "html,text,trace"
  letters:flag("--approved-only", "write no letter but those that are approved as they are now; the others are listed")
  common.add_replace(letters)
  letters:flag("--review", "review.html beside the letters: rates, classes, cautions, conditions met, and which letters to read")
  letters:flag("--no-manifest", "without manifest.json, by which upheld check DIR finds what was changed since")
  letters:flag("--notes", "list what no letter used of the wording: facts, partials, branches never reached")
  letters:flag("--draft", "what is missing (a fact, a value) leaves a visible gap instead of stopping; the letters say that "
    .. "they are drafts")
  letters:flag("--strict", "such a note stops the letters")

  local approve = add("approve", "record that somebody approved letters as they are; or take an approval back",
    "upheld approve review.db --year 2020 --wording annual_review_2020.lua --facts facts.lua --date 2020-07-22 --all "
    .. "--by 'A Name'")
  add_batch(approve, year, false)
  approve:flag("--all", "every letter of the year")
  approve:option("--letters", "the folder that was read: refused where a letter there is not the one that would be approved")
    :argname "DIR"
  approve:option("--by", "who approves"):argname "NAME":count "1"
  approve:option("--note", "kept with it; of a withdrawal the reason"):argname "TEXT"
  approve:flag("--withdraw", "take back what was approved of --authority's letters of the year")
end

-- Of the e-mails that the same letters go with (command/mail.lua).
command.letters_of, command.approved_of, command.add_batch = letters_of, approved_of, add_batch
command.is_date, command.one_or_both = is_date, one_or_both

return command
