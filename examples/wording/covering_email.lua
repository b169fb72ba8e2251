-- The e-mail that brings an annual review letter, in words of our own: its title is the subject, the letter is attached.

return {
  name = "Covering e-mail",
  language = "en-GB",

  facts = {
    office_name = "name of the ombudsman's office",
    publication_date = "day on which the figures are published",
    contact = "who answers questions, and how to reach them",
  },

  title = "Annual review letter {{ year.year }}: {{ council.name }}",

  body = [[
# Your annual review letter

Dear {{ addressee.salutation }}

The annual review letter of the {{ facts.office_name }} to {{ council.name }} is attached. It sums up what we decided on
complaints in the year to {{ date(year.ends) }}, and sets your figures beside those of similar authorities.

We publish the figures and a copy of the letter on {{ date(facts.publication_date) }}. Until then we ask you to keep the
letter to those who need it.

If a figure does not agree with your own records, please tell us before that day: {{ facts.contact }}.

Yours sincerely

{{ facts.office_name }}
]],
}
