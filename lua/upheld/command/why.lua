-- command/why.lua: the command that says where a number comes from: of a figure, of a letter that was written, of one decision.
-- Owns: its options, and how a number of a letter that is of no figure is told.
-- Must not: compute.

local common = require "upheld.command.common"

local command = { run = {} }

local out, failed, usage = common.out, common.failed, common.usage

-- A number of a letter as the register has it now: its figure where it is of one, whether it still is the same (nil where it is nothing of
-- the register's), and what it is now. Years as the letters had them. Nil and an error where the register does not know the authority.
local function number_again(args, found)
  local folder = require "upheld.check.folder"
  local register, err = common.open_existing(args)
  if not register then return nil, err end
  local directory = args.letter:match "^(.*)/[^/]*$" or "."
  local written = require("upheld.manifest").read(directory)
  local year, council
  year, err = folder.year(register, found.written, written)
  if year then council, err = year:authority(found.code) end
  if not council then return nil, err end
  local again = {}
  again.same, again.now = folder.again(council, found.entry)
  if found.year ~= found.written then -- an entry of a series
    year, err = folder.year(register, found.year, written)
    if year then council, err = year:authority(found.code) end
    if not council then return nil, err end
  end
  again.figure = found.figure and council:figure(found.figure)
  return again
end

-- What is said of a number, or of a part of one, that is no figure's.
local function read_from(line)
  local value = require("upheld.trace").value
  local kind, field = value(line, "kind"), value(line, "field")
  local text
  if kind == "outcomes" then text = ("decisions of the year with the outcome %s"):format(field)
  elseif kind == "received" then text = ("cases received in the year, service area %s"):format(field)
  elseif kind == "figure" or kind == "peers" or kind == "series" then
    text = ("%s of %s (%s)"):format(field, value(line, "figure"), value(line, "read"))
  else text = value(line, "read") == field and field or ("%s.%s"):format(value(line, "read"), field) end
  local list = line:match '"references":%[(.-)%]'
  if not list or list == "" then return text end
  return text .. ":\n  " .. list:gsub('"', ""):gsub(",", ", ")
end

-- How a number that is of no figure was made.
local function made_how(found)
  local value = require("upheld.trace").value
  local parts, lines = found.entry:match '"made_of":(%b[])', {}
  if not parts then
    if found.kind == "outcomes" or found.kind == "received" then return ("It counts %s\n"):format(read_from(found.entry)) end
    return ("It is of no figure but read from %s.\n"):format(found.read)
  end
  for part in parts:gmatch "%b{}" do
    lines[#lines + 1] = ("%s %s  %s"):format(value(part, "sign"), value(part, "value"), read_from(part))
  end
  return ("It is the %s of:\n%s\n"):format(found.field, table.concat(lines, "\n"))
end

-- What is behind one number of a letter that was written before.
local function why_letter(args)
  if not args.number then return usage "why --letter needs --number" end
  local found, err = require("upheld.trace").find(args.letter, args.number)
  if not found then return failed(err) end
  local again
  again, err = number_again(args, found)
  if not again then return failed(err) end
  if args.json then
    local text = require "upheld.json_text"
    out(('{"letter":%s,"number":%s,"same":%s,"now":%s,"figure":%s}\n'):format(text.value(found.code), found.entry,
      text.value(again.same), text.value(again.now),
      again.figure and again.figure:why { format = "json" }:gsub("\n$", "") or "null"))
    return common.DONE
  end
  out(("Number %d of the letter to %s: %s (%s), printed by {{ %s }} (%s%s)\n"):format(args.number, found.code, found.text,
    found.field, found.expression, found.wording, found.line and ":" .. found.line or ""))
  if again.same == false then out(("The register no longer says so: it has %s.\n"):format(again.now)) end
  if again.figure then out(again.figure:why { format = "text" }) else out(made_how(found)) end
  return common.DONE
end

function command.run.why(args)
  if args.letter then return why_letter(args) end
  if args.reference and (args.figure or args.year) then return usage "why takes --reference, or --year and --figure" end
  if not args.authority then return usage "why needs --authority" end
  if not args.reference and not (args.figure and args.year) then return usage "why needs --year and --figure, or --reference" end
  local register, err = common.open_existing(args)
  if not register then return failed(err) end
  if args.reference then
    local history
    history, err = register:history { reference = args.reference, authority = args.authority }
    if not history then return failed(err) end
    out(args.json and history:json() or tostring(history))
    return common.DONE
  end
  local year, council
  year, err = register:year(args.year, { boundaries = args.boundaries })
  if not year then return failed(err) end
  council, err = year:authority(args.authority)
  if not council then return failed(err) end
  local ok, figure = pcall(council.figure, council, args.figure)
  if not ok then return usage((tostring(figure):gsub("^.-:%d+: ", ""))) end
  out(figure:why { format = args.json and "json" or "text" })
  return common.DONE
end

--- Adds the command to the parser.
---@param add fun(name: string, text: string, example: string): table
---@param year fun(sub: table, needed: boolean?)
function command.add(add, year)
  local why = add("why", "where a figure comes from; or with --reference what happened to one decision",
    'upheld why review.db --year 2020 --authority "Tonbridge and Malling Borough Council" --figure upheld')
  why:argument("register", "the register")
  year(why)
  why:option("--authority", "name, alias or code"):argname "A"
  why:option("--figure", "the indicator"):argname "NAME"
  why:option("--letter", "a letter's trace (CODE.trace.json), or the letter beside it; with --number"):argname "FILE"
  why:option("--number", "which number of the letter"):argname "K":convert(common.whole "--number")
  why:option("--reference", "a decision instead: what stands, its earlier versions, where each came from"):argname "R"
  common.add_boundaries(why)
  why:flag("--json", "as JSON")
end

return command
