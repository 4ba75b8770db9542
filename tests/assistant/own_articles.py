"""Articles of an invented region, written for the tests of checking: rich in numbers, dates, names and quotations."""

from __future__ import annotations

from datetime import date

OWN_ARTICLES: tuple[tuple[str, str, date | None], ...] = (
    (
        "Council approves harbour tunnel after nine hours of debate",
        "The regional council approved the harbour tunnel on Tuesday by 31 votes to 24, ending nine hours of "
        "debate in the "
        "assembly hall. The tunnel will cost $1.4 billion, a rise of 12 percent since the first estimate was "
        "published in "
        "2019.\n\nCouncil leader Greta Olsson told reporters that “nobody who has stood on that bridge in "
        "February will ask "
        "why we need it” and promised that digging would begin on March 14. About 3,400 workers will be hired over six "
        "years, and two schools will have to move.\n\nOpponents led by the trader Hamid Karimi said the "
        "money should go to "
        "the buses. “We are spending a fortune to save seven minutes for people who already own cars,” he "
        "said on Wednesday. "
        "A petition against the plan has gathered 18,250 names since October 2023.",
        date(2024, 2, 8),
    ),
    (
        "Flood toll rises in the Ansel valley",
        "At least 17 people have died and 2,300 have left their homes since the Ansel burst its banks on Sunday, the "
        "emergency service said. Rescue teams with eight boats and three helicopters brought 410 residents "
        "to safety in the "
        "town of Merrin alone.\n\nThe river stood at 6.8 metres on Monday, the highest level since records "
        "began in 1931. "
        "“The water came up the stairs faster than we could carry the children,” said Lucia Ferrante, a "
        "nurse, who spent "
        "eleven hours on her roof with four neighbours. Damage is put at $85 million.\n\nPrime minister "
        "Anders Holt visited "
        "Merrin on Wednesday and promised 40 million for repairs within ten days. The weather service "
        "expects another 55 "
        "millimetres of rain by May 3, when the dam at Kessel may have to be opened for the second time in 20 years.",
        date(2024, 4, 25),
    ),
    (
        "Strike closes the Corvin copper mine for a third week",
        "Production at the Corvin mine stayed at zero for a third week as 1,260 miners rejected an offer of "
        "7.5% more pay. "
        "The union is asking for 11% and a bonus of $900, said its secretary Paulo Mendes on Friday after "
        "talks that lasted "
        "until 4 a.m.\n\nThe company loses about $2 million a day, according to its report of August 9. “We have put "
        "everything on the table that this mine can earn in a good year,” said director Ruth Adeyemi, who "
        "took over in 2021 "
        "and has closed two other pits since. Copper rose 3.2 percent to $9,480 a tonne on "
        "Thursday.\n\nShops in Corvin, a "
        "town of 15,000 people, give miners credit. The baker said she was owed money by 62 families and "
        "could wait “until "
        "the first frost but not one day longer” for it.",
        date(2025, 8, 16),
    ),
)
