--- A housing ombudsman's words, as data: records are findings, and a case may have several.
-- Owns: the words of this scheme; upheld.scheme.lgsco describes the form of such a file.
--
-- Sources: the Housing Ombudsman's guide to its landlord performance reports
-- (housing-ombudsman.org.uk/residents/guide-to-landlord-performance-reports) and a consultant's account of them
-- (campbelltickell.com/2024/02/27). From these: reports for landlords with five or more determinations; determinations by
-- outcome, findings by category; the maladministration rate, which is severe maladministration, maladministration and service
-- failure over the findings considered; comparison by size and type of landlord; orders and compliance with them.
-- Inferred, so change it where you know better: the list of outcomes and its other spellings; that outside jurisdiction and
-- withdrawn are what is not "considered"; the names of the categories; the bounds of the size bands; the reference form; that
-- compliance is recorded per finding.

---@type upheld.Scheme
return {
  name = "housing",
  title = "Housing Ombudsman",
  year_start = { month = 4, day = 1 },
  reference = "999999999[a]", -- one case; a letter tells its findings apart: 202012345a, 202012345b. The first has a, or none.
  findings = true,

  outcomes = { -- of a finding
    { "Severe maladministration" },
    { "Maladministration" },
    { "Service failure" },
    { "Mediation", "Resolved with intervention", "Resolved by mediation" },
    { "Reasonable redress", "Redress" },
    { "No maladministration" },
    { "Outside jurisdiction", "Out of jurisdiction", "Outside of jurisdiction" },
    { "Withdrawn" },
  },
  investigated = { "Severe maladministration", "Maladministration", "Service failure", "Mediation", "Reasonable redress",
    "No maladministration" }, -- the findings considered
  remedying = { "Severe maladministration", "Maladministration", "Service failure" }, -- orders are made with these

  service_areas = { -- categories of complaint
    { "Property condition", "Repairs", "Responsive repairs" },
    { "Complaint handling", "Complaints handling" },
    { "Anti-social behaviour", "Antisocial behaviour", "ASB" },
    { "Charges", "Rent and service charges" },
    { "Estate management" },
    { "Health and safety", "Health & safety", "Health and safety (inc. building safety)" },
    { "Information and data management" },
    { "Moving to a property", "Allocations" },
    { "Occupancy rights" },
    { "Buying or selling property", "Buying or selling a property" },
    { "Reimbursement and payments" },
    { "Resident involvement" },
    { "Staff" },
    { "Other" },
  },

  compliance_outcomes = { -- orders made with a finding
    { "Orders complied with", "Complied" },
    { "Orders complied with late", "Complied late" },
    { "Orders not complied with", "Not complied" },
  },

  -- The size band of a landlord, by homes owned or managed: its peers are the landlords of the band.
  types = {
    { "Under 1,000 homes", "Small", "Less than 1,000 units", plural = "landlords with under 1,000 homes" },
    { "1,000 to 10,000 homes", "Medium", "Between 1,000 and 10,000 units", plural = "landlords with 1,000 to 10,000 homes" },
    { "Over 10,000 homes", "Large", "More than 10,000 units", plural = "landlords with over 10,000 homes" },
  },

  -- withhold_of cases: a landlord with fewer than five determinations gets no rate of its own, and still counts in its band's
  indicators = {
    { name = "maladministration", label = "Maladministration rate", clock = "decided",
      numerator = { outcomes = { "Severe maladministration", "Maladministration", "Service failure" } },
      denominator = { outcomes = { "Severe maladministration", "Maladministration", "Service failure", "Mediation",
        "Reasonable redress", "No maladministration" } },
      none = "no-findings", case_noun = "finding", good = "low", caution_below = 10,
      withhold_below = 5, withhold_of = { cases = true },
      definition = "Findings of severe maladministration, maladministration or service failure as a share of the findings "
        .. "considered (all but outside jurisdiction and withdrawn), by the date determined." },
    { name = "severe", label = "Severe maladministration", clock = "decided",
      numerator = { outcomes = { "Severe maladministration" } },
      denominator = { outcomes = { "Severe maladministration", "Maladministration", "Service failure", "Mediation",
        "Reasonable redress", "No maladministration" } },
      none = "no-findings", case_noun = "finding", good = "low", caution_below = 10,
      withhold_below = 5, withhold_of = { cases = true },
      definition = "Findings of severe maladministration as a share of the findings considered, by the date determined." },
    { name = "orders", label = "Orders complied with", clock = "compliance",
      numerator = { compliance = { "Orders complied with", "Orders complied with late" } },
      denominator = { compliance = { "Orders complied with", "Orders complied with late", "Orders not complied with" } },
      late = { compliance = { "Orders complied with late" } },
      none = "no-orders", case_noun = "compliance outcome", good = "high", caution_below = 10, withhold_below = 5,
      definition = "Findings whose orders were complied with, on time or late, as a share of those whose compliance was "
        .. "recorded, by the date recorded (else the due date)." },
  },

  published = {
    { name = "determinations", counts = { cases = true } },
    { name = "severe_maladministration", counts = { outcomes = { "Severe maladministration" } } },
    { name = "maladministration", counts = { outcomes = { "Maladministration" } } },
    { name = "service_failure", counts = { outcomes = { "Service failure" } } },
    { name = "failings", counts = { outcomes = { "Severe maladministration", "Maladministration", "Service failure" } } },
    { name = "findings", counts = { outcomes = { "Severe maladministration", "Maladministration", "Service failure",
      "Mediation", "Reasonable redress", "No maladministration" } } },
    { name = "maladministration_rate", rate = "maladministration" },
    { name = "maladministration_peer_rate", rate = "maladministration", peer = true },
    { name = "orders_rate", rate = "orders" },
  },
}
