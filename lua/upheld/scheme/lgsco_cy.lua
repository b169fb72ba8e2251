-- scheme/lgsco_cy.lua: words of the scheme lgsco in Welsh, for charts.
-- Owns: nothing but these words; what they stand for is lgsco.lua's.

return {
  reasons = {
    ["none-investigated"] = "ni chwblhawyd ymchwiliad manwl",
    ["no-compliance-outcomes"] = "ni chofnodwyd canlyniad cydymffurfio",
    ["none-upheld"] = "ni chadarnhawyd cwyn",
  },
  labels = {
    upheld = "Cwynion a gadarnhawyd", compliance = "Cydymffurfio ag argymhellion",
    satisfactory_remedy = "Rhwymedi boddhaol gan yr awdurdod",
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
