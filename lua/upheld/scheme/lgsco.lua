--- The words of the Local Government and Social Care Ombudsman (England), as data.
-- Owns: every word that the core turns into a code, and every indicator. The core knows none of them. A further ombudsman is a
-- further file of this shape. Each list entry is a label followed by its other spellings; case and doubled blanks never matter.

---@type upheld.Scheme
return {
  name = "lgsco",
  title = "Local Government and Social Care Ombudsman",
  year_start = { month = 4, day = 1 }, -- the year 2020 is 1 April 2019 to 31 March 2020
  reference = "99 999 999[a]", -- 9 a digit, a blank stands for a blank or hyphen, [a] an optional lower-case letter

  outcomes = {
    { "Invalid or incomplete", "Incomplete/Invalid", "Invalid/Incomplete", "Incomplete or invalid",
      "Invalid or incomplete complaint", "Insufficient information to proceed and PA advised" },
    { "Advice given", "Advice Given - signposted" },
    { "Referred back for local resolution", "Referred back", "Premature", "Premature complaint" },
    { "Closed after initial enquiries", "Closed after initial enquiries - out of jurisdiction",
      "Closed after initial enquiries - no further action", "Closed after initial enquiries: out of jurisdiction",
      "Closed after initial enquiries: no further action" },
    { "Not upheld", "Not upheld: no fault", "Not upheld: no mal", "Not upheld: no maladministration",
      "Not upheld: no further action" },
    { "Upheld", "Upheld: fault & inj", "Upheld: fault and injustice", "Upheld: fault no inj",
      "Upheld: fault & no inj", "Upheld: fault, no injustice", "Upheld: mal & inj", "Upheld: mal no inj",
      "Upheld: maladministration and injustice", "Upheld: maladministration & injustice",
      "Upheld: maladministration, no injustice", "Upheld: maladministration no injustice",
      "Upheld: no further action",
      { spelling = "Upheld: fault & inj - no further action, organisation already remedied", remedied_before = true },
      { spelling = "Upheld: fault and injustice - no further action, organisation already remedied",
        remedied_before = true },
      { spelling = "Upheld: no further action, organisation already remedied", remedied_before = true } },
  },
  investigated = { "Not upheld", "Upheld" },
  remedying = { "Upheld" }, -- a satisfactory remedy and a compliance outcome stand with these only

  -- the nine of the received table; after each, the spellings of the decisions web site and of earlier years
  service_areas = {
    { "Adult Care Services", "Adult care", "Adult social care" },
    { "Benefits & Tax", "Benefits and tax", "Benefits", "Public finance incl. local taxation" },
    { "Corporate & Other Services", "Corporate and other services", "Corporate & Other" },
    { "Education & Children's Services", "Education and children's services", "Education",
      "Children's care services", "Childrens care services", "Children and family services", "Children's services" },
    { "Environmental Services & Public Protection & Regulation", "Environment and regulation",
      "Environmental services and public protection and regulation", "Environment Services",
      "Environmental Services, Public Protection & Regulation" },
    { "Highways & Transport", "Highways and transport", "Transport and highways" },
    { "Housing" },
    { "Planning & Development", "Planning and development", "Planning", "Planning and building control" },
    { "Other", "Other Categories", "Health" },
  },

  compliance_outcomes = {
    { "Remedy complete and satisfied", "Complete and satisfied", "Remedy completed", "Satisfied" },
    { "Remedy completed late", "Completed late", "Remedy complete but late" },
    { "Remedy not complete", "Not complete", "Remedy not completed", "Not satisfied" },
  },

  -- types with peers; any other type of authority has none. Residents of a type that lies within another are counted there.
  types = {
    { "County", "County Council", plural = "County Councils" },
    { "District", "District Council", "Borough", plural = "District Councils", within = "County" },
    { "Metropolitan", "Metropolitan Borough", "Metropolitan District", plural = "Metropolitan Boroughs" },
    { "Unitary", "Unitary Authority", "Unitary Council", plural = "Unitary Councils" },
    { "London Borough", plural = "London Boroughs" },
  },

  -- caution_below: with fewer than ten cases one more or one less moves a share by ten points or more
  indicators = {
    { name = "upheld", label = "Complaints upheld", clock = "decided",
      numerator = { outcomes = { "Upheld" } }, denominator = { outcomes = { "Not upheld", "Upheld" } },
      none = "none-investigated", case_noun = "detailed investigation", good = "low", caution_below = 10,
      definition = "Upheld decisions as a share of detailed investigations (upheld and not upheld), by the date decided." },
    { name = "compliance", label = "Compliance with recommendations", clock = "compliance",
      numerator = { compliance = { "Remedy complete and satisfied", "Remedy completed late" } },
      denominator = { compliance = { "Remedy complete and satisfied", "Remedy completed late", "Remedy not complete" } },
      late = { compliance = { "Remedy completed late" } }, -- counts as complied, and is shown beside the rate
      none = "no-compliance-outcomes", case_noun = "compliance outcome", good = "high", caution_below = 10,
      definition = "Remedies completed, on time or late, as a share of all compliance outcomes, by the date recorded "
        .. "(else the due date)." },
    { name = "satisfactory_remedy", label = "Satisfactory remedies provided by the authority", clock = "decided",
      numerator = { remedied_before = true }, denominator = { outcomes = { "Upheld" } },
      none = "none-upheld", case_noun = "upheld decision", good = "high", caution_below = 10,
      definition = "Upheld decisions that the authority had put right before the complaint came to the ombudsman, as a "
        .. "share of upheld decisions, by the date decided." },
    { name = "upheld_per_100k", label = "Upheld decisions per 100,000 residents", clock = "decided",
      numerator = { outcomes = { "Upheld" } }, denominator = { residents = true }, per = 100000, decimals = 1,
      none = "no-residents", case_noun = "resident", good = "low", caution_below = 10,
      definition = "Upheld decisions per 100,000 residents of the year, by the date decided." },
  },

  -- Breaks of definition: each stands before its year, and a change across it is no trend. Without `indicators` it concerns all.
  -- The stop of 2020: the note printed in the annual letters of 2021. The change of 2022-23: the annual letters of 2023, quoted in
  -- the reports of councils (Buckinghamshire 2022-23, sections 9 and 13). The four classes of the letters from 2025 rename the six
  -- classes that are stored, and are no break.
  breaks = {
    { year = 2021, name = "pandemic",
      text = "From March to June 2020 no new complaints were accepted and work on open ones stopped, so the year has fewer of "
        .. "both than a usual one." },
    { year = 2022, name = "after the pandemic",
      text = "A year of usual length again, after one in which work stood still from March to June 2020." },
    { year = 2023, name = "assessment", indicators = { "upheld", "upheld_per_100k" },
      text = "From 2022-23 borderline issues are investigated less often: fewer investigations, a larger part of them upheld. "
        .. "The ombudsman advises to compare with the average of similar authorities rather than with earlier years." },
  },

  -- columns of published.csv: a count names what it counts, a rate names its indicator
  published = {
    { name = "received", counts = { received = true } },
    { name = "decided", counts = { outcomes = { "Invalid or incomplete", "Advice given",
      "Referred back for local resolution", "Closed after initial enquiries", "Not upheld", "Upheld" } } },
    { name = "invalid_or_incomplete", counts = { outcomes = { "Invalid or incomplete" } } },
    { name = "advice_given", counts = { outcomes = { "Advice given" } } },
    { name = "referred_back", counts = { outcomes = { "Referred back for local resolution" } } },
    { name = "not_for_us", counts = { outcomes = { "Invalid or incomplete", "Advice given",
      "Referred back for local resolution" } } },
    { name = "closed_after_initial_enquiries", counts = { outcomes = { "Closed after initial enquiries" } } },
    { name = "not_upheld", counts = { outcomes = { "Not upheld" } } },
    { name = "upheld", counts = { outcomes = { "Upheld" } } },
    { name = "investigated", counts = { outcomes = { "Not upheld", "Upheld" } } },
    { name = "compliance_outcomes", counts = { compliance = { "Remedy complete and satisfied",
      "Remedy completed late", "Remedy not complete" } } },
    { name = "complied", counts = { compliance = { "Remedy complete and satisfied", "Remedy completed late" } } },
    { name = "complied_late", counts = { compliance = { "Remedy completed late" } } },
    { name = "satisfactory_remedies", counts = { remedied_before = true } },
    { name = "upheld_rate", rate = "upheld" },
    { name = "upheld_peer_rate", rate = "upheld", peer = true },
    { name = "upheld_per_100k", rate = "upheld_per_100k" },
    { name = "upheld_per_100k_peer", rate = "upheld_per_100k", peer = true },
    { name = "compliance_rate", rate = "compliance" },
    { name = "compliance_peer_rate", rate = "compliance", peer = true },
    { name = "satisfactory_remedy_rate", rate = "satisfactory_remedy" },
    { name = "satisfactory_remedy_peer_rate", rate = "satisfactory_remedy", peer = true },
  },
}
