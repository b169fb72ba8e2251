--- The upheld command, for those who never write Lua.
-- Owns: arguments, printed forms and exit statuses: 0 done; 1 nothing was done, or check found a disagreement; 2 wrong usage; 3 done,
-- but some rows were rejected. It needs argparse, which nothing else does. It computes nothing.

local command = {}

local common = require "upheld.command.common"

local DONE, NOTHING, USAGE, PARTLY = common.DONE, common.NOTHING, common.USAGE, common.PARTLY
local out, complain, failed, usage = common.out, common.complain, common.failed, common.usage
local exists, open_existing, disclosure_of, whole, year_of = common.exists, common.open_existing, common.disclosure_of,
  common.whole, common.year_of
local add_boundaries, add_disclosure = common.add_boundaries, common.add_disclosure

--------------------------------------------------------------------------------
-- Arguments

-- "outcome=decision,decided_date=decision_date" -> { outcome = "decision", ... }, or nil and what is wrong
local function columns_of(list)
  local map = {}
  for _, text in ipairs(list or {}) do
    for part in text:gmatch "[^,]+" do
      local column, heading = part:match "^%s*([%w_]+)%s*=%s*(.-)%s*$"
      if not column or heading == "" then return nil, ('--columns: "%s" is not COLUMN=HEADING'):format(part) end
      if map[column] then return nil, ('--columns: "%s" is mapped twice'):format(column) end
      map[column] = heading
    end
  end
  return next(map) and map or nil
end

-- Progress on stderr when it is a terminal: one line, rewritten.
local function progress_of(args)
  if args.quiet or not io.stderr then return nil end
  local ok = os.getenv "TERM" and os.getenv "TERM" ~= "dumb" and os.execute "test -t 2 2>/dev/null"
  if not ok then return nil end
  return function(bytes, total)
    if total and total > 0 then complain(("\rreading %3d%%"):format(bytes * 100 // total))
    else complain(("\rreading %d MB"):format(bytes // 1000000)) end
    if total == bytes then complain "\r            \r" end
  end
end

-- Threads of a one-off by default: more of them wait for the disk, or for each other.
local MOST_THREADS = 8

local function nonempty(list)
  if list and #list > 0 then return list end
end

local function file_options(args)
  local columns, wrong = columns_of(args.columns)
  if wrong then return nil, wrong end
  if args.dates and args.dates ~= "uk" and args.dates ~= "iso" then return nil, "--dates takes uk or iso" end
  if args.encoding and args.encoding ~= "windows-1252" and args.encoding ~= "utf-8" then
    return nil, "--encoding takes utf-8 or windows-1252"
  end
  local options = { columns = columns, dates = args.dates, encoding = args.encoding, strict = args.strict,
    rejects = args.rejects, progress = progress_of(args) }
  local files = 0
  for _, kind in ipairs { "authorities", "population", "recipients", "decisions", "compliance", "published" } do
    options[kind] = nonempty(args[kind])
    files = files + (options[kind] and #options[kind] or 0)
  end
  if files == 0 then return nil, "no file is given" end
  return options
end

--------------------------------------------------------------------------------
-- Commands

local commands = {}
for _, several in ipairs { "tally", "letters", "mail", "why" } do
  for name, run in pairs(require("upheld.command." .. several).run) do commands[name] = run end
end

local function print_report(report, args)
  if args.json then
    out(report.json, "\n")
    return
  end
  for one in report:faults() do complain(one.severity, ": ", tostring(one), "\n") end
  if report.unlisted > 0 then complain(("and %d more faults that are not listed\n"):format(report.unlisted)) end
  out(tostring(report), "\n")
  if not report.written then out(args.dry_run and "dry run: nothing was written\n" or "nothing was written\n") end
end

function commands.import(args)
  local upheld = require "upheld"
  local options, wrong = file_options(args)
  if not options then return usage(wrong) end
  options.sample, options.dry_run, options.reason = args.sample, args.dry_run, args.reason
  -- A dry run must not make a register.
  local path = args.register
  if args.dry_run and not exists(path) then path = ":memory:" end
  local register, err = upheld.open(path, { scheme = args.scheme })
  if not register then return failed(err) end
  local report
  report, err = register:import(options)
  register:close()
  if not report then
    if err.report then
      print_report(err.report, args)
      if err.code == "strict" then failed(err) end
      return NOTHING
    end
    return failed(err)
  end
  print_report(report, args)
  for _, file in ipairs(report.files) do
    if file.rejected > 0 then return PARTLY end
  end
  return DONE
end

-- Reasons as people say them; the codes are for scripts (--json, --csv). Those of a scheme ("none-investigated") are words already.
local REASONS = {
  ["counts-disagree"] = "the published counts disagree", ["not-defined"] = "not defined in this year",
  ["too-few"] = "too few cases for a rate", ["suppressed"] = "not shown, a small number",
  ["rounded"] = "the rounded counts do not give it closely enough",
}

local function figure_line(f, args)
  local p = f:peers { average = args.average, include_self = not args.exclude_self, group = args.peers,
    minimum = args.minimum_peers }
  local text = tostring(f)
  if f.reason then
    text = text:gsub("^no rate: " .. f.reason:gsub("%p", "%%%0"), "no rate: " .. (REASONS[f.reason] or f.reason:gsub("-", " ")))
  end
  if f.late and f.late > 0 then text = ("%s, %d of them late"):format(text, f.late) end
  if p and p.as_published and p.unknown > 0 then
    text = ("%s; similar authorities %s, as published"):format(text, p.as_published)
  elseif p and p.authorities > 0 then
    text = ("%s; similar authorities %s"):format(text, tostring(p))
  end
  local class = f:class { group = args.peers, method = args.limits, overdispersion = args.overdispersion }
  if class then text = ("%s; %s"):format(text, class) end
  return f.caution and text .. "; few cases" or text
end

-- The rule of averages and classes, once a year: it holds for every line below it.
local function rule_line(args)
  local average = args.average == "mean" and "mean of the rates" or args.average == "median" and "median of the rates" or "pooled"
  local over = args.overdispersion and args.overdispersion ~= "none"
    and (", %s allowance for spread beyond chance"):format(args.overdispersion) or ""
  return ("Similar authorities: %s, by %s, the authority %s it%s. Classes: %s limits, against the others%s.\n"):format(average,
    args.peers or "type", args.exclude_self and "not in" or "in",
    args.minimum_peers and (", at least %d"):format(args.minimum_peers) or "", args.limits or "exact", over)
end

-- Whose authorities the figures are of, and who could not be counted with a successor.
local function boundaries_line(year)
  if year.boundaries == "as it was" then return "Authorities as they were in the year.\n" end
  local left = {}
  for i, index in ipairs(year.evidence:left_as_it_was()) do
    local a = year.evidence:authority(index)
    left[i] = ("%s (%s)"):format(a.name, a.code)
  end
  return ("Authorities as they are now: one that has ended is counted with its successor%s.\n"):format(#left > 0
    and "; as they were, without one successor: " .. table.concat(left, ", ") or "")
end

-- The option disclosure of the command's arguments, nil for none; or false and what is wrong.
local function figures_text(book, args)
  local list, err
  local wanted, shown = nil, 0
  if args.type then
    wanted, err = book:type_named(args.type)
    if not wanted then return nil, err end
  end
  if args.year then list = { args.year } else list, err = book:years() end
  if not list then return nil, err end
  for _, number in ipairs(list) do
    local year, only
    year, err = book:year(number, { disclosure = disclosure_of(args) or nil, boundaries = args.boundaries })
    if not year then return nil, err end
    if args.authority then
      only, err = year:authority(args.authority)
      if not only and err.code ~= "not-in-year" then return nil, err end
    end
    if only or not args.authority then
      out(("Year ending %s\n"):format(year.ends), rule_line(args), boundaries_line(year))
      if year.disclosure then
        out(("Counts below %d, and what would give them back, are not shown%s.\n"):format(year.disclosure.suppress_below,
          (year.disclosure.round_to or 0) > 1 and ("; the others are rounded to multiples of %d"):format(year.disclosure.round_to)
          or ""))
      end
      for a in year:authorities() do
        if (not only or a.code == only.code) and (not wanted or a.peer_type == wanted) then
          shown = shown + 1
          out(("%s  %s (%s)\n"):format(a.code, a.name, a.type))
          for _, part in ipairs(a.predecessors) do out(("  with the cases of %s\n"):format(part)) end
          for _, indicator in ipairs(book.scheme.indicators) do
            out(("  %-21s %s\n"):format(indicator.name, figure_line(a:figure(indicator.name), args)))
          end
        end
      end
    end
  end
  if shown == 0 and err then return nil, err end
  return true
end

function commands.figures(args)
  local upheld = require "upheld"
  if args.json and args.csv then return usage "choose --json or --csv" end
  local disclosure, bad = disclosure_of(args)
  if bad then return usage(bad) end
  local book, err, status
  if nonempty(args.decisions) then
    if args.register then return usage "figures takes a register, or --decisions and --authorities" end
    local options, wrong = file_options(args)
    if not options then return usage(wrong) end
    options.scheme = args.scheme
    options.threads = args.threads or math.min(require("upheld.core").processors(), MOST_THREADS)
    book, err = upheld.read(options)
    if not book then
      for one in (err.report and err.report:faults() or function() end) do
        complain(one.severity, ": ", tostring(one), "\n")
      end
      return err.report and NOTHING or failed(err)
    end
    local report = err
    for one in report:faults() do complain(one.severity, ": ", tostring(one), "\n") end
    status = report.errors > 0 and PARTLY or DONE
  else
    if not args.register then return usage "figures takes a register, or --decisions and --authorities" end
    for _, name in ipairs { "authorities", "compliance", "population", "published", "columns", "dates", "encoding", "strict",
      "rejects" } do
      local value = args[name]
      if value == true or type(value) == "string" or nonempty(type(value) == "table" and value or nil) then
        return usage(("figures: --%s goes with --decisions, not with a register"):format(name))
      end
    end
    book, err = open_existing(args)
    if not book then return failed(err) end
    status = DONE
  end
  local options = { year = args.year, authority = args.authority, type = args.type, average = args.average,
    exclude_self = args.exclude_self, group = args.peers, minimum = args.minimum_peers, method = args.limits,
    overdispersion = args.overdispersion, disclosure = disclosure, boundaries = args.boundaries }
  if disclosure and args.boundaries == "now" then
    return usage "--boundaries now: not with --suppress-below, since two views of one year could be subtracted"
  end
  local text
  if args.json then text, err = book:json(options)
  elseif args.csv then text, err = book:csv(options)
  else
    text, err = figures_text(book, args)
    if text then text = "" end
  end
  if not text then return failed(err) end
  out(text)
  return status
end

function commands.trend(args)
  if args.json and args.csv then return usage "choose --json or --csv" end
  if args.exclude_self and not args.pooled then return usage "--exclude-self goes with --pooled: it is of the pooled average" end
  local register, err = open_existing(args)
  if not register then return failed(err) end
  local options = { figure = args.figure, authority = args.authority, from = args.from, to = args.to,
    boundaries = args.boundaries }
  local made
  if args.pooled then
    options.include_self = not args.exclude_self
    made, err = register:pooled(options)
  else
    made, err = register:trend(options)
  end
  if not made then return failed(err) end
  if args.json then out(made:json())
  elseif args.csv then out(made:csv())
  else out(tostring(made), "\n") end
  return DONE
end

function commands.withdraw(args)
  local register, err = open_existing(args)
  if not register then return failed(err) end
  if not args.reason:find "%S" then return usage "--reason: a withdrawal needs a reason" end
  local done
  done, err = register:withdraw { reference = args.reference, authority = args.authority, reason = args.reason }
  if not done then return failed(err) end
  local stored = require("upheld.core").reference(register.scheme.compiled, args.reference)
  out(("%s of %s is withdrawn\n"):format(stored, args.authority))
  return DONE
end

-- A folder of letters.
local function check_folder(args)
  local register, result, err
  if args.with_register then
    register, err = open_existing { register = args.with_register, scheme = args.scheme }
    if not register then return failed(err) end
  end
  result, err = require("upheld.check.folder").run(args.register, register)
  if not result then return failed(err) end
  out(tostring(result), "\n")
  return result.ok and DONE or NOTHING
end

function commands.check(args)
  if args.register ~= ":memory:" and require("upheld.core").list_files(args.register) then return check_folder(args) end
  if args.with_register then return usage(("--register is for a folder of letters, and %s is none"):format(args.register)) end
  local register, err = open_existing(args)
  if not register then return failed(err) end
  local result
  result, err = require("upheld.check").run(register)
  if not result then return failed(err) end
  if args.list then out(table.concat(result:unchecked_lines(), "\n"), #result.unchecked > 0 and "\n" or "") end
  out(tostring(result), "\n")
  return result.ok and DONE or NOTHING
end

--------------------------------------------------------------------------------
-- The parser

local function add_files(sub, which)
  for _, kind in ipairs(which) do
    sub:option("--" .. kind, kind .. ".csv; may be given several times"):argname "FILE":count "*"
  end
  sub:option("--columns", "map of columns, such as outcome=decision,decided_date=decision_date"):argname "MAP":count "*"
  sub:option("--dates", "uk: take 31/03/2020 too"):argname "FORM"
  sub:option("--encoding", "utf-8 (default) or windows-1252"):argname "NAME"
  sub:flag("--strict", "one rejected row keeps everything out")
  sub:option("--rejects", "write rejected rows here, with the reasons; a second file's go to FILE with -KIND in its name (in a "
    .. "dry run too)"):argname "FILE"
end

-- The commands that read files or print figures.
local function add_reading(add, year)
  local import = add("import", "read files into a register",
    "upheld import review.db --authorities authorities.csv --decisions decisions.csv")
  import:argument("register", "the register (a file; made when absent)")
  add_files(import, { "authorities", "decisions", "compliance", "population", "recipients", "published" })
  import:flag("--sample", "the decisions are a sample: for drill-down, never in a figure")
  import:flag("--dry-run", "do everything but write")
  import:option("--reason", "why rows are corrected; kept with the old versions"):argname "TEXT"
  import:flag("--json", "the report as JSON")

  local figures = add("figures", "print figures", "upheld figures review.db --year 2020 --json")
  figures:argument("register", "the register"):args "?"
  add_files(figures, { "authorities", "decisions", "compliance", "population", "published" })
  year(figures)
  figures:option("--authority", "only this one (name, alias or code)"):argname "A"
  figures:option("--type", "only this type"):argname "T"
  figures:option("--average", "pooled (default), mean or median of the authorities' rates"):choices { "pooled", "mean", "median" }
  figures:flag("--exclude-self", "averages without the authority itself")
  figures:option("--peers", 'type (default), region, "type in region", or a peer set of the scheme'):argname "GROUP"
  figures:option("--minimum-peers", "fewer authorities with a rate make no average"):argname "N":convert(whole "--minimum-peers")
  figures:option("--limits", "of the class: exact (default) or score"):choices { "exact", "score" }
  figures:option("--overdispersion", "allow for spread among the peers beyond chance: none (default), additive or multiplicative")
    :choices { "none", "additive", "multiplicative" }
  add_disclosure(figures)
  add_boundaries(figures)
  figures:option("--threads", ("that read --decisions, to the same figures (default: one for each processor, at most %d)")
    :format(MOST_THREADS)):argname "N"
    :convert(function(text)
      local n = math.tointeger(tonumber(text))
      return n and n >= 1 and n or nil, "--threads takes a whole number from 1"
    end)
  figures:flag("--json", "as JSON")
  figures:flag("--csv", "as CSV, one row a figure")
end

local function add_trend(add)
  local trend = add("trend", "a figure over years: gaps, breaks of definition, tested changes; or the years pooled",
    'upheld trend review.db --figure upheld --authority "City of York Council" --from 2019')
  trend:argument("register", "the register")
  trend:option("--figure", "the indicator"):argname "NAME":count "1"
  trend:option("--authority", "name, alias or code; without it all authorities together"):argname "A"
  trend:option("--from", "first year (default: the register's)"):argname "Y":convert(year_of)
  trend:option("--to", "last year (default: the register's)"):argname "Y":convert(year_of)
  trend:flag("--pooled", "the years as one: sum of numerators over sum of denominators")
  trend:flag("--exclude-self", "with --pooled: the average without the authority itself")
  add_boundaries(trend)
  trend:flag("--json", "as JSON")
  trend:flag("--csv", "as CSV, one row a year")
end

-- The commands that look into a register, or write from it.
local function add_using(add, year)
  require("upheld.command.tally").add(add, year)
  require("upheld.command.why").add(add, year)
  require("upheld.command.letters").add(add, year)
  require("upheld.command.mail").add(add, year)

  local withdraw = add("withdraw", "withdraw a decision: kept with the reason, counted no more",
    'upheld withdraw review.db --reference "20 001 225" --authority E07000115 --reason "decided in error"')
  withdraw:argument("register", "the register")
  withdraw:option("--reference", "the decision"):argname "R":count "1"
  withdraw:option("--authority", "name, alias or code"):argname "A":count "1"
  withdraw:option("--reason", "why"):argname "TEXT":count "1"

  local check = add("check",
    "recount everything and compare with every published figure; or check a folder of letters against its manifest",
    "upheld check review.db --list\n  upheld check letters --register review.db")
  check:argument("register", "the register, or a folder that letters were written into")
  check:option("--register", "of a folder: make every number again from this register"):argname "FILE":target "with_register"
  check:flag("--list", "also list every published value that could not be checked, and why")
end

local function build(argparse)
  local parser = argparse("upheld", "An ombudsman's decision records, the figures of the annual review letter, and the letters.")
    :epilog("Exit status: 0 done; 1 nothing was done, or check found a disagreement; 2 wrong usage; 3 done, but some rows "
      .. "were rejected.\n\nExample:\n  upheld import review.db --authorities authorities.csv --decisions decisions.csv\n"
      .. "  upheld figures review.db --year 2020 --json")
  parser:flag("--version", "print the version"):action(function()
    out("upheld ", require("upheld.core").version, "\n")
    os.exit(DONE, true)
  end)
  parser:require_command(true)
  parser:command_target "command"
  local function add(name, text, example)
    local sub = parser:command(name, text):epilog("Example:\n  " .. example)
    sub:flag("-q --quiet", "no progress")
    sub:option("--scheme", "name or Lua file of the ombudsman's words (the register remembers its own)"):argname "NAME"
    return sub
  end
  local function year(sub, needed)
    local o = sub:option("--year", "reporting year, named after the calendar year in which it ends"):argname "Y":convert(year_of)
    if needed then o:count "1" end
  end

  add_reading(add, year)
  add_trend(add)
  add_using(add, year)
  return parser
end

--- Runs the command.
---@param argv string[]
---@return integer status
function command.main(argv)
  local found, argparse = pcall(require, "argparse")
  if not found then
    complain("upheld: the command needs the Lua module argparse; install lua-argparse (Debian) or argparse (LuaRocks)\n")
    return NOTHING
  end
  local list = {}
  for i = 1, #argv do list[i] = argv[i] end
  local parser = build(argparse)
  local ok, args = parser:pparse(list)
  if not ok then
    complain("upheld: ", tostring(args), "\n", parser:get_usage(), "\n")
    return USAGE
  end
  collectgarbage("setpause", 400) -- a command ends soon: memory is cheaper than looking for some
  local done, status = pcall(commands[args.command], args)
  if not done then
    -- what a script would have got as a raised misuse is here the words on the command line
    local message = tostring(status)
    local misuse = message:gsub("^[^\n]-%.lua:%d+: ", "")
    complain("upheld: ", misuse, "\n")
    return (message:find "not enough memory" or message:find "attempt to ") and NOTHING or USAGE
  end
  if not io.stdout:flush() then -- a full disk or a closed pipe behind stdout
    local writes = args.command == "import" or args.command == "withdraw" or args.command == "letters"
    complain("upheld: the output could not be written", writes and "; the work itself is done\n" or "\n")
    return writes and status or NOTHING
  end
  return status
end

return command
