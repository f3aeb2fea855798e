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


#: What a fair linker should mostly get right.
EASY = Recipe("easy")
#: Nobody is met twice: whatever is linked is wrong, so it measures false links.
NULL = Recipe("null", known_again=False, lent=0.0, siblings=0.0, same_event=0.0, story=False)

RECIPES = {recipe.name: recipe for recipe in (EASY, NULL)}
