"""What people are called on the street, and how those who only heard it write it."""

from synthetic.chance import Chance
from synthetic.names import LISTS

#: Few enough that several people of a world answer to the same one, as in life.
NICKNAMES = (*LISTS["nicknames"].split(), *LISTS["nicknames_of_two_words"])


def _spellings(nickname: str) -> tuple[str, ...]:
    """How it gets written: mostly as it is, else as it sounds. Always the same tuple."""
    heard = [
        nickname.replace("Uncle ", "Unc ").replace("Little ", "Lil ").replace("Big ", "Bigg "),
        nickname[:-1] + ("s" if nickname.endswith("z") else "z") if nickname[-1] in "sz" else "",
        nickname + nickname[-1] if nickname[-1].isalpha() and len(nickname) > 2 else "",
        nickname.replace("ie", "y") if "ie" in nickname else "",
        nickname[:-1] + "ie" if nickname.endswith("y") and len(nickname) > 3 else "",
        nickname.lower(),
        nickname.replace("ck", "k") if "ck" in nickname else "",
        nickname.replace("ff", "f").replace("pp", "p").replace("nn", "n"),
    ]
    others = [form for form in dict.fromkeys(heard) if form and form != nickname]
    return (nickname,) * (2 * len(others)) + tuple(others)


_SPELLINGS = {nickname: _spellings(nickname) for nickname in NICKNAMES}


def heard(nickname: str, chance: Chance) -> str:
    """The nickname as somebody writes it down."""
    forms = _SPELLINGS.get(nickname)
    return chance.one(forms) if forms else nickname
