-- forms.lua: the forms that letters are written in, each by its name.
-- Owns: the list of forms, the name of each form's files.
-- Must not: know what a letter says; write a file itself; load what a form needs before that form is asked for.

local fault = require "upheld.fault"
local markup = require "upheld.markup"

local forms = {}

---@class upheld.Form
---@field name string
---@field extension string?   of a form with one file a letter: CODE.html
---@field file string?        of a form with one file for all letters
---@field usual boolean?      written when no form is asked for
---@field of (fun(letter: upheld.Letter): string?, upheld.Fault?)?             a letter's bytes
---@field sides (fun(letter: upheld.Letter): string?, upheld.Fault?)|true|nil  of a letter in two languages; true: as of one
---@field all (fun(letters: upheld.Letters): string[]|string|nil, upheld.Fault?)?   of all letters at once: with an extension
---   a list in their order, else the one file

-- All letters as one page, each on paper of its own; in two languages, each language.
local function print_page(letters)
  local list = {}
  for _, letter in ipairs(letters) do
    local origin, prefix = letter.origin, letter.code .. "-"
    for _, one in ipairs(origin.sides or { { document = origin.documents.body, options = origin.options } }) do
      list[#list + 1] = { document = one.document, options = one.options, prefix = prefix }
    end
  end
  return markup.to_page(list, ("%s (%s)"):format(letters[1].origin.wording, tostring(letters)))
end

-- A letter in two languages, one after the other with a rule between.
local function both_in_markdown(letter)
  local parts = {}
  for i, side in ipairs(letter.origin.sides) do parts[i] = markup.to_markdown(side.document, side.options) end
  return table.concat(parts, "\n---\n\n")
end

---@type upheld.Form[]
local FORMS = {
  { name = "html", extension = ".html", usual = true,
    of = function(letter) return markup.to_html(letter.origin.documents.body, letter.origin.options) end,
    sides = function(letter) return require("upheld.markup.sides").to_html(letter.origin.sides) end },
  { name = "text", extension = ".txt", usual = true,
    of = function(letter) return markup.to_text(letter.origin.documents.body, letter.origin.options) end,
    sides = function(letter) return require("upheld.markup.sides").to_text(letter.origin.sides) end },
  { name = "markdown", extension = ".md",
    of = function(letter) return markup.to_markdown(letter.origin.documents.body, letter.origin.options) end,
    sides = both_in_markdown },
  { name = "docx", extension = ".docx", sides = true, all = function(letters) return require("upheld.office").docx(letters) end },
  { name = "odt", extension = ".odt", sides = true, all = function(letters) return require("upheld.office").odt(letters) end },
  { name = "pdf", extension = ".pdf", sides = true, all = function(letters) return require("upheld.office").pdf(letters) end },
  { name = "print", file = "all-letters.html", sides = true, all = print_page },
  { name = "print-pdf", file = "all-letters.pdf", sides = true,
    all = function(letters) return require("upheld.office").page(print_page(letters)) end },
  { name = "trace", extension = ".trace.json", sides = true, usual = true,
    of = function(letter) return require("upheld.trace").of_letter(letter) end },
}

local by_name = {}
for _, form in ipairs(FORMS) do by_name[form.name] = form end

--- The names of the forms: a list that is a set of names as well.
---@return table<integer|string, string|true>
function forms.names()
  local known = {}
  for i, form in ipairs(FORMS) do known[i], known[form.name] = form.name, true end
  return known
end

--- The names of those that are written when none is asked for.
---@return string[]
function forms.usual()
  local list = {}
  for _, form in ipairs(FORMS) do
    if form.usual then list[#list + 1] = form.name end
  end
  return list
end

--- The form of this name, or nil.
---@param name string
---@return upheld.Form?
function forms.get(name)
  return by_name[name]
end

-- What is wrong with a form for these letters: not every one knows two languages.
local function one_language(form, letter)
  if not letter or not letter.origin.sides or form.sides then return nil end
  return fault.new { code = "one-language", value = form.name,
    message = ('the form "%s" is of letters in one language'):format(form.name), hint = "write each language by itself" }
end

--- A letter's bytes in a form that has one file a letter; or nil and what is missing.
---@param form upheld.Form
---@param letter upheld.Letter
---@return string? bytes, upheld.Fault? err
function forms.make(form, letter)
  local err = one_language(form, letter)
  if err then return nil, err end
  if letter.origin.sides and form.sides ~= true then return form.sides(letter) end
  return form.of(letter)
end

--- Checks a list of names; raises what is wrong with it, at the caller's caller.
---@param names string[]
---@param what string   the function that was called
function forms.check(names, what)
  if type(names) ~= "table" or #names == 0 then error(what .. ": formats is to be a list", 3) end
  for i, name in ipairs(names) do
    if not by_name[name] then
      error(('%s: unknown format "%s"; %s'):format(what, tostring(name), fault.suggestion(name, forms.names())), 3)
    end
    for j = 1, i - 1 do
      if names[j] == name then error(('%s: the format "%s" twice'):format(what, name), 3) end
    end
  end
end

--- The files of letters in these forms: a list of { name, bytes } for core.write_files; or nil and what is missing.
---@param letters upheld.Letters
---@param names string[]   checked
---@return { [1]: string, [2]: string }[]? files, upheld.Fault? err
function forms.files(letters, names)
  local files, made = {}, {}
  for _, name in ipairs(names) do
    local wrong = one_language(by_name[name], letters[1])
    if wrong then return nil, wrong end
    if by_name[name].all then
      local bytes, err = by_name[name].all(letters)
      if not bytes then return nil, err end
      made[name] = bytes
    end
  end
  for i, letter in ipairs(letters) do
    for _, name in ipairs(names) do
      local form = by_name[name]
      if not form.file then
        local bytes = made[name] and made[name][i] or not made[name] and letter[name]
        if not bytes then return nil, letter.failure end
        files[#files + 1] = { letter.code .. form.extension, bytes }
      end
    end
  end
  for _, name in ipairs(names) do
    if by_name[name].file then files[#files + 1] = { by_name[name].file, made[name] } end
  end
  return files
end

--- The code in the name of a letter's file or of its e-mail draft; nil where the name is of no form.
---@param name string
---@return string?
function forms.code_of(name)
  for _, form in ipairs(FORMS) do
    local extension = form.extension or form.file:match "%.%w+$"
    if #name > #extension and name:sub(-#extension) == extension then return name:sub(1, -#extension - 1) end
  end
  return name:match "^(.+)%.eml$"
end

--- Codes that no letter may have, since a form's one file has that name.
---@return table<string, true>
function forms.taken()
  local taken = { review = true }
  for _, form in ipairs(FORMS) do
    if form.file then taken[form.file:match "^[^.]+":lower()] = true end
  end
  return taken
end

return forms
