-- Facts for covering_email.lua. INVENTED for demonstration: the office and its address do not exist.

return {
  office_name = "Example Local Services Ombudsman",
  publication_date = "2020-07-29",
  contact = "Review team, reviews@ombudsman.example",
}
