-- Facts for annual_review_2020_cy.lua: those of facts_2020.lua, with what is words in Welsh. INVENTED for demonstration: the
-- office, its addresses, its seminars and its signatory do not exist.

return {
  office_name = "Ombwdsmon Gwasanaethau Lleol Enghraifft",
  office_address = [[
1 Sgwâr Enghraifft
Exampleton EX1 1EX
www.ombudsman.example/cy]],
  delivery = "Drwy e-bost",

  publication_date = "2020-07-29",
  map_name = "Sut y gwnaeth eich cyngor",
  map_url = "https://www.ombudsman.example/cy/cynghorau",
  review_name = "Adolygiad o Gwynion Lleol",
  notes_url = "https://www.ombudsman.example/cy/darllen-y-ffigurau",

  training_url = "https://www.ombudsman.example/cy/hyfforddiant",
  courses = 118,
  courses_before = 71,
  people_trained = 1400,
  seminars = 4,
  seminar_delegates = 178,

  signatory_name = "Alex Example",
  signatory_role = "Ombwdsmon",
}
