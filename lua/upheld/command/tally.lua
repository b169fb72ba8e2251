-- command/tally.lua: the command that counts decisions by keys.
-- Owns: its options and what it prints.
-- Must not: compute.

local common = require "upheld.command.common"

local command = { run = {} }

local out, failed, usage = common.out, common.failed, common.usage

local function json_value(core, value)
  if value == false or value == nil then return "null" end
  if math.type(value) == "integer" then return ("%d"):format(value) end
  return core.json_string(value)
end

local TALLY_LISTS = { "authority", "type", "region", "outcome", "service_area", "remedied_before", "compliance_outcome" }

function command.run.tally(args)
  local core = require "upheld.core"
  if args.json and args.csv then return usage "choose --json or --csv" end
  local register, err = common.open_existing(args)
  if not register then return failed(err) end
  local asked = register
  if args.year then
    asked, err = register:year(args.year)
    if not asked then return failed(err) end
  end
  local keys, where = {}, { from = args.from, to = args.to }
  for key in args.by:gmatch "[^,]+" do keys[#keys + 1] = key:match "^%s*(.-)%s*$" end
  for _, key in ipairs(TALLY_LISTS) do
    if args[key] and #args[key] > 0 then where[key] = args[key] end
  end
  local ok, tally, message = pcall(asked.tally, asked, { by = keys, clock = args.clock, where = where })
  if not ok then return usage((tostring(tally):gsub("^.-:%d+: ", ""))) end
  if not tally then return failed(message) end
  keys[#keys + 1] = "count"
  local lines = {}
  for i, row in ipairs(tally:rows()) do
    local cells = {}
    for k, key in ipairs(keys) do
      local value = row[key]
      if args.json then cells[k] = core.json_string(key) .. ":" .. json_value(core, value)
      else cells[k] = value == false and (args.csv and "" or "not recorded") or tostring(value) end
      if args.csv then cells[k] = core.csv_field(cells[k]) end
    end
    lines[i] = args.json and "{" .. table.concat(cells, ",") .. "}" or table.concat(cells, args.csv and "," or " | ")
  end
  if args.json then
    out('{"year":', args.year and tostring(args.year) or "null", ',"rows":[\n', table.concat(lines, ",\n"), "]}\n")
  else
    out(table.concat(keys, args.csv and "," or " | "), "\n")
    out(table.concat(lines, "\n"), #lines > 0 and "\n" or "")
    if #lines == 0 and not args.csv then
      out("no complete records", args.year and " of that year" or "", " (samples and published counts are not tallied)\n")
    end
  end
  return common.DONE
end

--- Adds the command to the parser.
---@param add fun(name: string, text: string, example: string): table
---@param year fun(sub: table, needed: boolean?)
function command.add(add, year)
  local tally = add("tally", "count decisions by keys", "upheld tally review.db --year 2020 --by service_area,outcome --csv")
  tally:argument("register", "the register")
  year(tally)
  tally:option("--by", "up to four of authority, type, region, service_area, outcome, remedied_before, compliance_outcome, year, "
    .. "month")
    :argname "KEYS":count "1"
  tally:option("--clock", "decided (default), received or compliance"):choices { "decided", "received", "compliance" }
  tally:option("--from", "only from this day on, by the clock"):argname "D"
  tally:option("--to", "only up to this day"):argname "D"
  for _, each in ipairs { { "authority", "A" }, { "type", "T" }, { "region", "R" }, { "outcome", "O" }, { "service-area", "S" },
    { "remedied-before", "yes|no" }, { "compliance-outcome", "C" } } do
    tally:option("--" .. each[1], "only this one; may be given several times"):argname(each[2]):count "*"
  end
  tally:flag("--json", "as JSON")
  tally:flag("--csv", "as CSV")
end

return command
