"""How names go wrong between a mouth and a form."""

from synthetic.chance import Chance
from synthetic.names import VARIANTS

#: Letters that are heard or typed for one another.
_HEARD = "ph-f ck-k ee-ea ie-ei y-i s-z c-k oo-u w-v ll-l nn-n tt-t ss-s th-t e-a o-u m-n d-t b-p"
_SOUNDS = tuple((sound, other) for sound, _, other in (p.partition("-") for p in _HEARD.split()))
#: Letters that forms without the right keyboard lose.
_PLAIN = str.maketrans(
    "ąćęłńóśźżĄĆĘŁŃÓŚŹŻăâîșțĂÂÎȘȚçğıöşüÇĞİÖŞÜ",
    "acelnoszzACELNOSZZaaistAAISTcgiosuCGIOSU",
)


def plain(name: str) -> str:
    """`name` without the marks that many systems drop."""
    return name.translate(_PLAIN)


def mistyped(name: str, chance: Chance) -> str:
    """`name` with one slip: a letter left out, doubled or swapped, or a sound for a sound."""
    if len(name) < 4:
        return name
    slip = chance.below(5)
    place = 1 + chance.below(len(name) - 2)
    if slip == 0:
        return name[:place] + name[place + 1 :]
    if slip == 1:
        return name[:place] + name[place] + name[place:]
    if slip == 2:
        return name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    start = chance.below(len(_SOUNDS))
    for sound, other in _SOUNDS[start:] + _SOUNDS[:start]:
        if sound in name[1:]:
            return name[0] + name[1:].replace(sound, other, 1)
    return name


def called(given: str, chance: Chance) -> str:
    """Another form of a given name, where it has one."""
    forms = VARIANTS.get(given)
    return chance.one(forms) if forms else given
