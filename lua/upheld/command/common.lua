-- command/common.lua: what every command of upheld shares: exit statuses, printing, opening a register, options that several take.
-- Owns: how an error value is printed and which status it gives.
-- Must not: compute; know a command.

local common = { DONE = 0, NOTHING = 1, USAGE = 2, PARTLY = 3 }

function common.out(...) io.stdout:write(...) end
function common.complain(...) io.stderr:write(...) end

-- Prints an error value; gives the status.
function common.failed(err, status)
  common.complain("upheld: ", tostring(err), "\n")
  return status or common.NOTHING
end

function common.usage(message)
  common.complain("upheld: ", message, "\n")
  return common.USAGE
end

function common.exists(path)
  local f = io.open(path, "rb")
  if f then f:close() end
  return f ~= nil
end

-- Opens a register that must be there already.
function common.open_existing(args)
  local upheld = require "upheld"
  if args.register ~= ":memory:" and not common.exists(args.register) then
    local core = require "upheld.core"
    return nil, core.error { code = "no-such-register", file = args.register, message = "there is no such register",
      hint = "upheld import makes one" }
  end
  return upheld.open(args.register, { scheme = args.scheme })
end

function common.disclosure_of(args)
  if not args.suppress_below and not args.round_to then return nil end
  local given = { suppress_below = args.suppress_below, round_to = args.round_to }
  local wrong = require("upheld.core").disclosure_fault(given)
  if wrong then return false, wrong end
  return given
end

-- Converts an option's text to a whole number from 0.
function common.whole(name)
  return function(text)
    local n = math.tointeger(tonumber(text))
    return n and n >= 0 and n <= 65535 and n or nil, name .. " takes a whole number"
  end
end

function common.add_boundaries(to)
  to:option("--boundaries", "then (default): authorities as they were; now: ended ones are counted with their successor")
    :choices { "then", "now" }
end

function common.add_replace(to)
  to:flag("--replace", "remove what upheld wrote into the folder before and does not write now, as its manifest has it; "
    .. "otherwise a folder with other letters is refused")
end

function common.add_disclosure(to)
  to:option("--suppress-below", "hide counts from 1 to below N, and what would give them back"):argname "N"
    :convert(common.whole "--suppress-below")
  to:option("--round-to", "then round counts to multiples of N, at most the threshold"):argname "N"
    :convert(common.whole "--round-to")
end

local ENOUGH = 256 * 1024 -- KiB

--- Letters live until the command ends, so that looking for what nobody needs any more finds little and takes as long as a sixth of
--- them: it begins only where there are very many.
---@return fun() progress   to be called from time to time
function common.without_collecting()
  collectgarbage "stop"
  return function()
    if collectgarbage "count" > ENOUGH then collectgarbage "restart" end
  end
end

function common.year_of(text)
  return text:find "^%d%d%d%d$" and math.tointeger(tonumber(text)) or nil, "a year has four digits"
end

return common
