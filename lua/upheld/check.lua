--- What `upheld check` finds, counted and as text.
-- Owns: the summary. The comparisons are the core's.

local check = {}

---@class upheld.Check
---@field ok boolean               nothing disagrees and the file is whole
---@field agree integer            published rates that were recomputed and agree
---@field disagree integer         published rates that disagree
---@field not_checkable integer    published rates without a control, by reason in `reasons`
---@field counts_agree integer     published counts that equal the records
---@field counts_disagree integer
---@field counts_unchecked integer published counts beside which there are no complete records
---@field reasons { reason: string, count: integer }[]   why rates were not checkable
---@field disagreements table[]    findings that disagree
---@field unchecked table[]       findings that have no control, each with its reason
---@field balances upheld.Reconciliation[]   year by year: what is open, received and decided, and whether it adds up
---@field problems string[]        what SQLite's own checks and its second count of the records found
local Check = { __name = "upheld.check" }
Check.__index = Check

local MEANING = {
  ["counts-unknown"] = "numerator or denominator is not published",
  ["numerator-derived"] = "the numerator was found from this very per cent",
  ["peers-incomplete"] = "not every authority of the type is known",
  ["residents-unknown"] = "the residents of the year are not in the register",
  ["no-peers"] = "the authority's type has no peers",
  ["peers-without-rate"] = "no authority of the type has a rate",
  ["no-records"] = "there are no complete records of the authority and year",
  ["not-recorded"] = "the records do not have what it needs",
  ["counts-disagree"] = "the published counts cannot all be right",
}

--- A line for each reason why printed rates were not checkable.
---@return string[]
function Check:reason_lines()
  local lines = {}
  for i, r in ipairs(self.reasons) do
    lines[i] = ("%4d not checkable: %s (%s)"):format(r.count, MEANING[r.reason] or r.reason, r.reason)
  end
  return lines
end

function Check:__tostring()
  local lines = {}
  local function add(...) lines[#lines + 1] = string.format(...) end
  for _, problem in ipairs(self.problems) do add("problem: %s", problem) end
  for _, f in ipairs(self.disagreements) do
    add("disagrees: %s (%s), %d, %s: published %s, computed %s", f.name, f.code, f.year, f.item, f.published, f.computed)
  end
  add("%d decisions, %d corrections kept, %d withdrawn, %d in samples; recounted by SQLite: %s", self.held.decisions,
    self.held.corrections, self.held.withdrawn, self.held.samples,
    #self.problems == 0 and "the same" or "not the same, or the file is damaged")
  for _, balance in ipairs(self.balances) do
    local t = balance.total
    if t.received > 0 or t.decided > 0 then add("%s", (tostring(balance):gsub("\n.*", ""))) end
  end
  add("%d printed rates: %d recomputed and agree, %d disagree, %d not checkable", self.agree + self.disagree + self.not_checkable,
    self.agree, self.disagree, self.not_checkable)
  for _, line in ipairs(self:reason_lines()) do add("  %s", line) end
  add("%d published counts: %d equal the records, %d disagree, %d have no complete records beside them",
    self.counts_agree + self.counts_disagree + self.counts_unchecked, self.counts_agree, self.counts_disagree,
    self.counts_unchecked)
  return table.concat(lines, "\n")
end

--- A line for each published value without a control, with the reason.
---@return string[]
function Check:unchecked_lines()
  local lines = {}
  for i, f in ipairs(self.unchecked) do
    lines[i] = ("not checkable: %s (%s), %d, %s: published %s: %s (%s)"):format(f.name, f.code, f.year, f.item, f.published,
      MEANING[f.reason] or f.reason, f.reason)
  end
  return lines
end

-- Whether each year adds up; what does not is a problem.
local function reconciled(register, problems)
  local list, err = register:years()
  if not list then return nil, err end
  local balances = {}
  for i, number in ipairs(list) do
    local year, result
    year, err = register:year(number)
    if not year then return nil, err end
    result, err = year:reconcile()
    if not result then return nil, err end
    balances[i] = result
    for _, problem in ipairs(result.problems) do problems[#problems + 1] = problem end
  end
  return balances
end

--- Recounts everything and compares every published value with it.
---@param register upheld.Register
---@return upheld.Check? result, upheld.Error? err
function check.run(register)
  local problems, findings, held, err
  problems, err = register:verify()
  if not problems then return nil, err end
  local balances
  balances, err = reconciled(register, problems)
  if not balances then return nil, err end
  findings, err = register:findings()
  if not findings then return nil, err end
  held, err = register:counts()
  if not held then return nil, err end
  local self = setmetatable({ agree = 0, disagree = 0, not_checkable = 0, counts_agree = 0, counts_disagree = 0,
    counts_unchecked = 0, reasons = {}, disagreements = {}, unchecked = {}, problems = problems, held = held,
    balances = balances }, Check)
  local by_reason = {}
  for _, f in ipairs(findings) do
    if f.verdict == "disagrees" then
      self.disagreements[#self.disagreements + 1] = f
      if f.rate then self.disagree = self.disagree + 1 else self.counts_disagree = self.counts_disagree + 1 end
    elseif f.verdict == "agrees" then
      if f.rate then self.agree = self.agree + 1 else self.counts_agree = self.counts_agree + 1 end
    elseif not f.rate then
      self.unchecked[#self.unchecked + 1] = f
      self.counts_unchecked = self.counts_unchecked + 1
    else
      self.unchecked[#self.unchecked + 1] = f
      self.not_checkable = self.not_checkable + 1
      if not by_reason[f.reason] then
        by_reason[f.reason] = { reason = f.reason, count = 0 }
        self.reasons[#self.reasons + 1] = by_reason[f.reason]
      end
      by_reason[f.reason].count = by_reason[f.reason].count + 1
    end
  end
  table.sort(self.reasons, function(a, b) return a.reason < b.reason end)
  self.ok = #problems == 0 and #self.disagreements == 0
  return self
end

return check
