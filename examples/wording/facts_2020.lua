-- Facts for annual_review_2020.lua: what a batch of letters says that is no
-- figure of an authority. INVENTED for demonstration: the office, its addresses,
-- its seminars and its signatory do not exist.

return {
  office_name = "Example Local Services Ombudsman",
  office_address = [[
1 Example Square
Exampleton EX1 1EX
www.ombudsman.example]],
  delivery = "By email",

  publication_date = "2020-07-29",
  map_name = "How your council did",
  map_url = "https://www.ombudsman.example/councils",
  review_name = "Review of Local Complaints",
  notes_url = "https://www.ombudsman.example/reading-the-figures",

  training_url = "https://www.ombudsman.example/training",
  courses = 118,
  courses_before = 71,
  people_trained = 1400,
  seminars = 4,
  seminar_delegates = 178,

  signatory_name = "Alex Example",
  signatory_role = "Ombudsman",
}
