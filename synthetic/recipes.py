"""What makes one world differ from another: a set of numbers, and nothing else.

Shares are between 0 and 1. A new world is a new recipe here.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """How a world is made.

    `known_again`: whether anybody is met twice; where not, every mention is of another person.
    `per_network`: submissions for each network of suspects and children.
    `lone_suspects`, `lone_children`: how many there are for each person in a network.
    `strangers`: share of those taking part who are never met again.
    `blur`: multiplies every kind of mistake.
    `enough`: share of mentions too poor to be matched that get one more detail.
    `new_phone`, `new_car`: share of suspects who change it within the time told of.
    `lent`: share of network suspects who use the phone of another of them.
    `siblings`: share of children who have a brother or sister in the world.
    `shared_phones`: share of children's telephones that are their care home's.
    `elsewhere`: share of events in a network that another force hears of.
    `same_event`: share of events that two to five agencies report.
    `story`: whether the man of the demonstration (`synthetic.story`) is reported.

    What makes a world hard; none of it in the easy one (`synthetic.likeness` plants most of it):
    `few_names`: share of people who bear one of the few commonest names of their heritage.
    `namesakes`: share of people who bear the whole name of somebody else.
    `relatives`: share of people who are the brother or sister of another, in one home.
    `aliases`: share of suspects who also go by another name.
    `burners`: share of suspects who use another telephone each month.
    `movers`: share of people who move within the time told of.
    `lines`: share of people often reached through a line that many people share.
    `firms`: share of suspects who drive the cars of a firm that others drive too.
    `residents`: share of networks whose children live together in one home.
    `passengers`: share of reports in which the others present are tied to the car and the phone.
    `crossed`: share of mentions that tell of somebody in another role, or of the other gender.
    `late`: share of reports sent weeks after what they tell.
    `own_origins`: share of reports of a shared event that do not say which event it was.
    """

    name: str
    known_again: bool = True
    per_network: int = 250
    lone_suspects: float = 1.2
    lone_children: float = 1.5
    strangers: float = 0.1
    blur: float = 1.0
    enough: float = 0.95
    new_phone: float = 0.2
    new_car: float = 0.1
    lent: float = 0.05
    siblings: float = 0.05
    shared_phones: float = 0.05
    elsewhere: float = 0.12
    same_event: float = 0.12
    story: bool = True
    few_names: float = 0.0
    namesakes: float = 0.0
    relatives: float = 0.0
    aliases: float = 0.0
    burners: float = 0.0
    movers: float = 0.0
    lines: float = 0.0
    firms: float = 0.0
    residents: float = 0.0
    passengers: float = 0.0
    crossed: float = 0.0
    late: float = 0.0
    own_origins: float = 0.0


#: What a fair linker should mostly get right.
EASY = Recipe("easy")
#: Nobody is met twice: whatever is linked is wrong, so it measures false links.
NULL = Recipe("null", known_again=False, lent=0.0, siblings=0.0, same_event=0.0, story=False)

#: What tells people apart is shared, changed, mistaken or missing. No linker gets all of it right.
HARD = Recipe(
    "hard",
    strangers=0.15,
    blur=1.6,
    enough=0.4,
    new_phone=0.4,
    new_car=0.25,
    lent=0.12,
    siblings=0.1,
    shared_phones=0.6,
    elsewhere=0.18,
    same_event=0.2,
    few_names=0.2,
    namesakes=0.08,
    relatives=0.12,
    aliases=0.12,
    burners=0.15,
    movers=0.12,
    lines=0.22,
    firms=0.12,
    residents=0.3,
    passengers=0.25,
    crossed=0.04,
    late=0.3,
    own_origins=0.5,
)

RECIPES = {recipe.name: recipe for recipe in (EASY, HARD, NULL)}
