-- scheme/words/cy.lua: Welsh for what the schemes that come with this module call their indicators, reasons and breaks.
-- Owns: these words alone; language/cy.lua has those that are of no scheme. A scheme of one's own gives its words to the chart:
-- rates_chart(council, { words = { labels = { ... } } }).
-- Must not: say more than the scheme's own text does.

return {
  labels = { -- by the English label: two schemes may have different ones for the same name
    ["Complaints upheld"] = "Cwynion a gadarnhawyd",
    ["Compliance with recommendations"] = "Cydymffurfio ag argymhellion",
    ["Satisfactory remedies provided by the authority"] = "Rhwymedïau boddhaol gan yr awdurdod",
    ["Upheld decisions per 100,000 residents"] = "Penderfyniadau i gadarnhau fesul 100,000 o drigolion",
    ["Maladministration rate"] = "Cyfradd camweinyddu",
    ["Severe maladministration"] = "Camweinyddu difrifol",
    ["Orders complied with"] = "Gorchmynion y cydymffurfiwyd â nhw",
    ["Complaints upheld, fully or partly"] = "Cwynion a gadarnhawyd, yn llawn neu'n rhannol",
    ["Premature complaints"] = "Cwynion cynamserol",
    ["Complaints received per 1,000 residents"] = "Cwynion a dderbyniwyd fesul 1,000 o drigolion",
  },
  reasons = {
    ["none-investigated"] = "ni chwblhawyd ymchwiliad manwl",
    ["no-compliance-outcomes"] = "ni chofnodwyd canlyniad cydymffurfio",
    ["none-upheld"] = "ni chadarnhawyd cwyn",
    ["no-residents"] = "nid oes trigolion",
    ["no-findings"] = "ni wnaed canfyddiad",
    ["no-orders"] = "ni wnaed gorchymyn",
    ["none-fit"] = "nid oedd achos yn addas",
    ["none-decided"] = "ni phenderfynwyd achos",
  },
  breaks = {
    pandemic = { name = "pandemig",
      text = "Rhwng mis Mawrth a mis Mehefin 2020 ni dderbyniwyd cwynion newydd ac ataliwyd y gwaith ar rai agored, felly mae "
        .. "llai o'r ddau yn y flwyddyn nag mewn un arferol." },
    ["after the pandemic"] = { name = "ar ôl y pandemig",
      text = "Blwyddyn o hyd arferol eto, ar ôl un y safodd y gwaith yn llonydd ynddi rhwng mis Mawrth a mis Mehefin 2020." },
    assessment = { name = "asesu",
      text = "O 2022-23 ymlaen ymchwilir yn llai aml i faterion ymylol: llai o ymchwiliadau, a rhan fwy ohonynt wedi'u "
        .. "cadarnhau. Cyngor yr ombwdsmon yw cymharu â chyfartaledd awdurdodau tebyg yn hytrach na blynyddoedd cynt." },
  },
}
