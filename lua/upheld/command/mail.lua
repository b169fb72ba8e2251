-- command/mail.lua: the commands that write e-mail drafts and send them.
-- Owns: their options and what they print.
-- Must not: compute; know what an e-mail says.

local common = require "upheld.command.common"
local letters_command = require "upheld.command.letters"

local command = { run = {} }

local out, failed, usage = common.out, common.failed, common.usage
local one_or_both = letters_command.one_or_both

function command.run.emails(args)
  if not letters_command.is_date(args.date) then
    return usage(("--date: %s is not a date such as 2020-07-22"):format(args.date))
  end
  if #args.facts > #args.wording or #args.notice > #args.wording or #args.covering_facts > #args.covering then
    return usage "--facts and --notice: at most as many as --wording; --covering-facts: as --covering"
  end
  local register, letters, emails, left_out, written, err
  register, letters = letters_command.letters_of(args)
  if not register then return letters end
  if args.approved_only then
    local status
    letters, status, left_out = letters_command.approved_of(letters, register)
    if not letters then return status end
  end
  emails, err = letters:emails { covering = one_or_both(args.covering), facts = one_or_both(args.covering_facts),
    from = args.from, reply_to = args.reply_to, attach = args.attach, skip_without_address = args.skip_without_address }
  if not emails then return failed(err) end
  written, err = emails:write(args.out, { replace = args.replace })
  if not written then return failed(err) end
  if #emails.without > 0 then out("without an address: ", table.concat(emails.without, ", "), "\n") end
  out(("%s in %s\n"):format(tostring(emails), args.out))
  return (left_out or 0) > 0 and common.PARTLY or common.DONE
end

function command.run.send(args)
  if not args.dry_run and not args.smtp then return usage "send needs --smtp HOST:PORT, or --dry-run" end
  if args.rate and args.rate < 1 then return usage "--rate takes a whole number from 1" end
  -- A password on a command line could be read by everybody on the machine.
  local result, err = require("upheld.send").run(args.folder, { server = args.smtp, log = args.log, dry_run = args.dry_run,
    rate = args.rate, uncertain = args.uncertain, again = args.again, user = args.user,
    password = args.user and os.getenv "UPHELD_SMTP_PASSWORD" or nil, helo = args.helo })
  if not result then return failed(err) end
  out(tostring(result), "\n")
  return (result.ok or result.dry) and common.DONE or common.NOTHING
end

--- Adds the commands to the parser.
---@param add fun(name: string, text: string, example: string): table
---@param year fun(sub: table, needed: boolean?)
function command.add(add, year)
  local emails = add("emails", "write an e-mail draft for each letter, with the letter attached",
    "upheld emails review.db --year 2020 --wording annual_review_2020.lua --facts facts.lua --date 2020-07-22\n"
    .. "    --covering covering_email.lua --covering-facts facts_email.lua "
    .. "--from 'Example Ombudsman <reviews@ombudsman.example>' --out drafts")
  letters_command.add_batch(emails, year, true)
  emails:option("--covering", "the wording of the e-mail; its title is the subject; twice for one in two languages")
    :argname "FILE":count "1-2":overwrite(false)
  emails:option("--covering-facts", "the facts of the e-mail; twice: of each wording"):argname "FILE":count "0-2":overwrite(false)
  emails:option("--from", "sender: 'Name <a@b>'"):argname "ADDRESS":count "1"
  emails:option("--reply-to", "where answers go"):argname "ADDRESS"
  emails:option("--attach", "form of the letter: html (default), pdf, docx, odt, text, markdown"):argname "FORM"
    :choices { "html", "pdf", "docx", "odt", "text", "markdown" }
  emails:option("--out", "folder for CODE.eml and their manifest.json, by which upheld send and upheld check know them")
    :argname "DIR":count "1"
  emails:flag("--approved-only", "an e-mail for no letter but those that are approved as they are now; the others are listed")
  common.add_replace(emails)
  emails:flag("--skip-without-address", "leave out authorities whose recipient has no address, and list them")

  local send = add("send", "send the drafts of a folder; a second run sends nothing twice",
    "upheld send drafts --smtp localhost:25 --log sent.log --rate 60")
  send:argument("folder", "the folder that upheld emails wrote: nothing is sent where a draft is not as it was written")
  send:option("--smtp", "the mail server"):argname "HOST:PORT"
  send:option("--log", "what was sent; keep it: it is what a second run goes by"):argname "FILE":count "1"
  send:flag("--dry-run", "list what would be sent, send nothing")
  send:option("--rate", "at most so many messages a minute"):argname "N":convert(common.whole "--rate")
  send:option("--uncertain", "messages whose run ended before the server's answer: they were sent, or are to be sent again")
    :choices { "sent", "resend" }
  send:flag("--again", "send also what was sent before with other words")
  send:option("--user", "log in by this name; the password is taken from UPHELD_SMTP_PASSWORD"):argname "NAME"
  send:option("--helo", "the name by which this machine greets"):argname "NAME"
end

return command
