-- Three indicators beside those of the scheme lgsco: all that is needed is this table. Registers stay as they are.
--   upheld figures review.db --year 2020 --scheme examples/own_indicators_scheme.lua
return {
  extends = "lgsco",
  indicators = {
    { name = "referred_back", label = "Referred back for local resolution", good = "low", caution_below = 10,
      numerator = { outcomes = { "Referred back for local resolution" } }, denominator = { decided = true },
      none = "none-decided", case_noun = "decision", definition = "Cases referred back, as a share of all decided." },

    { name = "late_share", label = "Late among the remedies carried out", clock = "compliance", good = "low", caution_below = 10,
      numerator = { compliance = { "Remedy completed late" } }, case_noun = "remedy", none = "none-complied",
      denominator = { compliance = { "Remedy complete and satisfied", "Remedy completed late" } },
      definition = "Remedies completed late, as a share of those completed." },

    { name = "days_to_decision", label = "Days from received to decided", good = "low", caution_below = 10,
      median_days = { decided = true }, none = "none-decided", case_noun = "decision",
      definition = "Median of the days from the day a complaint was received to the day it was decided." },
  },
}
