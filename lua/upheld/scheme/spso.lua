--- A Scottish public services ombudsman's words, as data: several sectors under one roof, and no compliance outcomes.
-- Owns: the words of this scheme; upheld.scheme.lgsco describes the form of such a file.
--
-- Sources: the yearly statistics of the Scottish Public Services Ombudsman (spso.org.uk/statistics-2011-12, -2017-18,
-- -2018-19): received by subject and authority, determined by authority and outcome, the premature rate, upheld (fully or
-- partly) as a share of the cases "fit for SPSO", averages by sector. Received per 1,000 residents: the letters of the Welsh
-- ombudsman (ombudsman.wales/letters-mock-up), whose measure stands here for want of one of this scheme's own.
-- Inferred, so change it where you know better: the other spellings; that "fit" is what was investigated to a finding (not
-- upheld, partly, fully upheld); the choice of subjects; the reference form; that the year is that of the annual letters, to
-- 31 March.

---@type upheld.Scheme
return {
  name = "spso",
  title = "Scottish Public Services Ombudsman",
  year_start = { month = 4, day = 1 },
  reference = "999999999", -- 201804321

  outcomes = {
    { "Not duly made or withdrawn", "Not duly made", "Withdrawn" },
    { "Out of jurisdiction", "Outside jurisdiction" },
    { "Premature" },
    { "Outcome not achievable" },
    { "Resolved" },
    { "Not upheld" },
    { "Partly upheld", "Some upheld", "Upheld in part" },
    { "Fully upheld", "Upheld" },
  },
  investigated = { "Not upheld", "Partly upheld", "Fully upheld" },
  remedying = { "Partly upheld", "Fully upheld" },

  service_areas = { -- subjects, of all sectors
    { "Social work", "Social Work Services" },
    { "Education" },
    { "Housing" },
    { "Planning" },
    { "Roads and transport", "Roads & Transport" },
    { "Finance", "Council tax" },
    { "Environmental health and cleansing", "Environmental Health & Cleansing" },
    { "Legal and administration", "Legal & Admin" },
    { "Hospitals" },
    { "GP and GP practices", "GP & GP Practices" },
    { "Dental and orthodontic services" },
    { "Mental health and learning disability services" },
    { "Admissions and assessment", "Academic appeal, exam results or degree classification" },
    { "Student welfare and finance" },
    { "Other" },
  },

  -- Sectors. Everyone lives in one council's area: who is a health board's or a landlord's is not counted a second time.
  types = {
    { "Local Authority", "Council", plural = "local authorities" },
    { "Health Board", "NHS Board", plural = "health boards", within = "Local Authority" },
    { "Housing Association", "Registered social landlord", plural = "housing associations", within = "Local Authority" },
    { "University or College", "University/College", "University", "College", "Further and higher education",
      plural = "universities and colleges", within = "Local Authority" },
  },

  indicators = {
    { name = "upheld", label = "Complaints upheld, fully or partly", clock = "decided",
      numerator = { outcomes = { "Partly upheld", "Fully upheld" } },
      denominator = { outcomes = { "Not upheld", "Partly upheld", "Fully upheld" } },
      none = "none-fit", case_noun = "investigated case", good = "low", caution_below = 10,
      definition = "Cases upheld, fully or partly, as a share of the cases fit for investigation (not upheld, partly and "
        .. "fully upheld), by the date decided." },
    { name = "premature", label = "Premature complaints", clock = "decided",
      numerator = { outcomes = { "Premature" } }, denominator = { decided = true },
      none = "none-decided", case_noun = "decided case", good = "low", caution_below = 10,
      definition = "Cases that came before the authority had had its chance to answer, as a share of all cases decided, by the "
        .. "date decided." },
    { name = "received_per_1000", label = "Complaints received per 1,000 residents", clock = "received",
      numerator = { received = true }, denominator = { residents = true }, per = 1000, decimals = 2,
      none = "no-residents", case_noun = "resident", caution_below = 10, -- many complaints are neither good nor bad by themselves
      definition = "Complaints received per 1,000 residents of the year, by the date received." },
  },

  published = {
    { name = "received", counts = { received = true } },
    { name = "decided", counts = { decided = true } },
    { name = "premature", counts = { outcomes = { "Premature" } } },
    { name = "not_upheld", counts = { outcomes = { "Not upheld" } } },
    { name = "partly_upheld", counts = { outcomes = { "Partly upheld" } } },
    { name = "fully_upheld", counts = { outcomes = { "Fully upheld" } } },
    { name = "fit", counts = { outcomes = { "Not upheld", "Partly upheld", "Fully upheld" } } },
    { name = "upheld", counts = { outcomes = { "Partly upheld", "Fully upheld" } } },
    { name = "upheld_rate", rate = "upheld" },
    { name = "upheld_peer_rate", rate = "upheld", peer = true },
    { name = "premature_rate", rate = "premature" },
    { name = "premature_peer_rate", rate = "premature", peer = true },
  },
}
