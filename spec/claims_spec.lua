-- Words that claim something of a figure, in English: which they are, typed and printed, and which are none where they stand.
local claims = require "upheld.claims"
local cy = require "upheld.language.cy"
local en = require "upheld.language.en"
local helper = require "helper_letters"

-- The claims of a text: "higher:high".
local function claimed(text, typed, spoken)
  local list = {}
  for i, claim in ipairs(claims.of(text, typed, spoken or en)) do
    list[i] = claim.word .. ":" .. claim.kind
    assert.equal(claim.word, text:sub(claim.from, claim.to))
  end
  return table.concat(list, " ")
end

describe("a claim that is typed", function()
  for _, row in ipairs {
    { "Your rate rises to ", "rises:rise" }, { "The rate falls.", "falls:fall" }, { "a fall in complaints", "fall:fall" }, { "It improves.", "improves:better" },
    { "an improvement on last year", "improvement:better" }, { "This is an improvement.", "improvement:better" }, { "It worsens each year", "worsens:worse" },
    { "It declines.", "declines:fall" }, { "Your rate declined since then", "declined:fall" }, { "It reduces to ", "reduces:fall" }, { "It grows.", "grows:rise" },
    { "the growth of it", "growth:rise" }, { "It drops by ", "drops:fall" }, { "a reduction", "reduction:fall" }, { "more than others", "more than others:high" },
    { "fewer than the average", "fewer than the average:low" }, { "less than last year", "less than last:fall" }, { "more complaints than last year", "more complaints than:never" },
    { "more than half", "more than half:most" }, { "fewer than half", "fewer than half:minority" }, { "a minority", "minority:minority" }, { "few of them", "few of:minority" },
    { "the worst in the region", "worst:never" }, { "the best rate", "best:never" }, { "the largest share", "largest:never" }, { "the smallest", "smallest:never" },
    { "the least number", "least:never" }, { "the same as before", "the same as:same" }, { "in line with the average", "in line with the average:similar" },
    { "it remained steady", "remained steady:same" }, { "it went up", "went up:rise" }, { "We upheld no complaints", "no complaints:none" },
    { "no upheld complaints", "no upheld complaints:none" }, { "You always complied", "always:all" }, { "You never carried it out", "never:none" },
    { "half of them", "half of:half" }, { "half the cases", "half the:half" }, { "both of them", "both of them:both" }, { "both complaints", "both:both" },
    { "comparable to others", "comparable to:similar" }, { "every one of them", "every one:all" }, { "double the rate", "double the:never" },
  } do
    it(("is found: %q"):format(row[1]), function() assert.equal(row[2], claimed(row[1], true)) end)
  end

  for _, text in ipairs {
    "We want services to improve, and we recommend improvements.", "improvements that councils have agreed", "an improvement to your procedures",
    "It helps you to improve how you deal with complaints.", "cases that fall outside our powers", "It falls to the council to say so.",
    "We declined to investigate.", "The council declined our offer.", "It reduces the delay.", "to reduce delays", "It gives rise to injustice.",
    "That gave rise to delay.", "a rise to the challenge", "Please drop us a line.", "Children grow up.", "At least, and not least, at best, we ask.",
    "with best wishes and best practice", "We always ask; we never guess.", "As above, the notes below say so.", "Every complaint is read.",
    "both your officers and ours", "half a day", "We work in line with the law.", "one more or one fewer would have changed it", "the same type in the same year",
    "It takes no more than a day.", "no doubt, no rate, no average", "In no case did we say so.", "the largest councils", "those least able to complain",
    "council tax reduction", "more than one with few", "for more than ", "less than ", "a few of us", "an ethnic minority", "the best way to complain",
    "similar authorities and comparable bodies", "Greater Manchester", "high-rise blocks", "the worst case", "you may fall behind", "a drop-in centre",
  } do
    it("is none in ordinary prose: " .. text, function()
      local found = claimed(text, true)
      assert.equal(text:find "^a rise" and "rise:rise" or "", found)
    end)
  end
end)

describe("a claim that is printed", function()
  for word in ([[rises falls fall improve improves improvement worsen worsens decline declines reduces grow grows growth drop drops reduction worst
    best largest smallest least minority always never half both declined comparable twice]]):gmatch "%a+" do
    it("is any word that may be one: " .. word, function()
      if word == "twice" then return assert.equal("", claimed(word)) end -- a number
      assert.matches("^" .. word .. ":", claimed("was " .. word .. " others"))
    end)
  end

  for _, row in ipairs { -- kind, numerator, denominator, class, whether it holds
    { "both", 2, 2, nil, true }, { "both", 1, 1, nil, false }, { "both", 3, 3, nil, false }, { "both", 1, 2, nil, false }, { "both", 0, 0, nil, false },
    { "minority", 1, 3, nil, true }, { "minority", 0, 3, nil, false }, { "minority", 2, 4, nil, false }, { "all", 1, 1, nil, true },
    { "high", 9, 10, "high 95", true }, { "high", 9, 10, "similar", false }, { "never", 9, 10, "high 99.8", nil },
  } do
    it(("of %d of %d, class %s, %s: %s"):format(row[2], row[3], tostring(row[4]), row[1], tostring(row[5])), function()
      assert.equal(row[5], claims.holds(row[1], helper.figure("upheld", row[2], row[3], { class_name = row[4] })))
    end)
  end
end)

describe("a claim in Welsh", function()
  for _, row in ipairs {
    { "Tyfodd y gyfradd", "Tyfodd:rise", true }, { "y twf", "twf:rise", true }, { "gwelliant mawr", "gwelliant:better", true }, { "lleiafrif", "lleiafrif:minority", true },
    { "llai na hanner", "llai na hanner:minority", true }, { "fwy na'r cyfartaledd", "fwy na'r cyfartaledd:high", true }, { "dim cwynion", "dim cwynion:none", true },
    { "hanner yr achosion", "hanner yr achosion:half", true }, { "yr uchaf", "uchaf:never" }, { "y gorau", "gorau:never" }, { "bob amser", "bob amser:all" },
    { "arfer gorau, o leiaf, ar y gorau", "", true }, { "gwella gwasanaethau", "", true }, { "y gwelliannau a wnaed", "", true }, { "bob amser", "", true },
    { "yn unol â'r gyfraith", "", true }, { "hanner diwrnod", "", true },
  } do
    it(("%s%q: %s"):format(row[3] and "typed " or "", row[1], row[2]), function() assert.equal(row[2], claimed(row[1], row[3], cy)) end)
  end
end)
