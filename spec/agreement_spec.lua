-- What a finished English text is read for: number, noun and verb, articles, marks without a blank.
local en = require "upheld.language.en"
local helper = require "helper_letters"
local letters = require "upheld.letters"

local function found_in(text)
  local list = {}
  en.proof.read(text, function(code, found)
    if found then list[#list + 1] = code .. ": " .. found end
  end)
  return table.concat(list, "; ")
end

describe("number, noun and verb", function()
  for _, row in ipairs {
    { "There were several complaint.", "plural: several complaint" }, { "We had many complaint about it.", "plural: many complaint" },
    { "This complaints was upheld.", "plural: This complaints" }, { "These complaint came.", "plural: These complaint" }, { "Those upheld complaint came.", "plural: Those upheld complaint" },
    { "One of the complaint was upheld.", "plural: One of the complaint" }, { "8 of the complaint came.", "plural: 8 of the complaint" },
    { "Each of these investigation was late.", "plural: these investigation" }, { "Each complaints is read.", "plural: Each complaints" },
    { "Both complaint were upheld.", "plural: Both complaint" }, { "Another decisions came.", "plural: Another decisions" }, { "Some came. A complaints came.", "plural: A complaints" },
    { "The complaints was upheld.", "agreement: The complaints was" }, { "Complaints is how we learn.", "agreement: Complaints is" },
    { "In our view, the decisions was right.", "agreement: the decisions was" }, { "We found that the cases is closed.", "agreement: the cases is" },
    { "The council's decisions has changed.", "agreement: The council's decisions has" }, { "8 complaints was upheld.", "agreement: 8 complaints was" },
    { "The complaint were upheld.", "agreement: The complaint were" }, { "1 complaint were upheld.", "agreement: 1 complaint were" }, { "Your case have come.", "agreement: Your case have" },
    { "1 were upheld.", "agreement: 1 were" }, { "There is 8 complaints.", "agreement: There is 8 complaints" },
    { "There was several upheld complaints.", "agreement: There was several upheld complaints" },
    { "We trained 1 people.", "plural: 1 people" }, { "We saw 1 children.", "plural: 1 children" }, { "We made one enquiries.", "plural: one enquiries" }, { "One people came.", "plural: One people" },
    { "We upheld 1 new serious complaints.", "plural: 1 new serious complaints" }, { "We upheld 8 new serious complaint.", "plural: 8 new serious complaint" },
    { "We saw 2 childs.", "plural: childs" }, { "zero detailed investigation", "plural: zero detailed investigation" },
    { "a x-ray", "article: a x-ray" }, { "a F grade", "article: a F" }, { "an NATO base", "article: an NATO" }, { "an District", "article: an District" },
  } do
    it("do not agree: " .. row[1], function() assert.equal(row[2], found_in(row[1])) end)
  end

  for text in ([[
The number of complaints was small.
How we handle complaints is important.
One of the complaints was upheld. Each of the complaints was looked at.
These complaints were upheld; this complaint was not.
This complaints procedure was new, and a complaints team is ready.
These case studies were useful. Several complaint handlers were trained.
Many council officers came. A complaints and remedies guide is there.
In some cases it is so, and in 1 case it was not.
The council were right, and the council was right. Your authority have said so.
Dealing with complaints is hard. The handling of the complaints was poor.
If the complaint were upheld, it would be so.
Most of the case was heard. All of the day was lost. Some of the council were there.
Your complaints process is good. This includes complaints about it.
This year's decisions were few. A few cases came. A great many complaints came.
Each case's outcome is noted. Last year 2020 was hard.
Section 1 are rules. Of these, 1 was upheld, and 2 were not.
What the complaints say is plain.
A single case says little by itself.
With so few cases, one more or one fewer would have changed the rate.
On 1 April complaints came. In 2020 the case was heard.
The average of similar authorities was 54%.
No complaints were upheld. Every complaint is read.
The days were long. The day was long. There are 8 complaints. There is 1 complaint. There is 80% of them.
1 fewer course than last year; 47 more courses than last year.
Plan A complaints are those that we looked at. An 8% rate, a UK body, an MP, an F grade, a SEND plan, a one-off.
The news is good. One series is done. 1 person came; 2 people came; one child came.
The page about the decisions has its own address.
Among the complaints was one about housing.
Where a fault has caused injustice, we recommend how to put it right.]]):gmatch "[^\n]+" do
    it("agree: " .. text, function() assert.equal("", found_in(text)) end)
  end
end)

describe("a finished letter", function()
  after_each(helper.clean)

  local function letter_of(body)
    local path = helper.file(("return { name = 'Spec', title = 'T', body = [==[\n# One\n\n%s\n]==] }"):format(body))
    local made, err = letters.build(helper.year { helper.council() }, { wording = path, date = "2020-07-22" })
    return made and made[1], err and (err.faults and err.faults[1] or err)
  end

  for _, row in ipairs {
    { "The complaints was upheld.", "agreement", 'subject and verb do not agree: "The complaints was"' }, { "This is {{ council.name }}.Then more.", "punctuation", '"....Then"' },
    { "We said,it is so.", "punctuation", '"said,it"' }, { "We said so.Then more.", "punctuation", '"so.Then"' }, { "It is {{ council.upheld.numerator }}.Then more.", "punctuation", '"2.Then"' },
    { "We said so;then more.", "punctuation", '"so;then"' }, { "Is it so?Then more.", "punctuation", '"so?Then"' }, { "It is 'so'. It,{{ council.name }} is.", "punctuation", '"It,..."' },
  } do
    it("is refused: " .. row[1], function()
      local letter, one = letter_of(row[1])
      assert.is_nil(letter)
      assert.same({ row[2], 4 }, { one.code, one.line })
      assert.matches(row[3], one.message, 1, true)
    end)
  end

  it("may have stops and commas within addresses and abbreviations", function()
    for _, body in ipairs { "See www.Example.org, or [https://x.uk/A.B,c](https://x.uk/A.B,c).", "That is e.g. so, i.e. it; a Ph.D. of A.B. Smith wrote to a.b@C.uk.",
      "It is 10.30 or No.{{ literal(4) }}, at {{ council.name }}, and {{ council.name }}. Then more." } do
      local letter, one = letter_of((body:gsub("10%.30", '{{ literal "10.30" }}')))
      assert(letter, tostring(one))
    end
  end)
end)
