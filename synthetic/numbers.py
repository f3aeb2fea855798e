"""Telephone numbers, registrations and postcodes that nobody has, and how they are half read.

Telephones: country code 999 is assigned to no country (ITU-T E.164 list), with 10^8 numbers after
the prefix 7700, so that no two people share one by accident; 07700 900000 to 900999 (set aside by
Ofcom for drama) for the few lines that many people share. Registrations: Q and Z are never the
first letter of a current mark (DVLA), and 00, 01 and 30 to 49 are no age identifiers yet.
Postcodes: areas ZX, ZY and ZW do not exist.
"""

from synthetic.chance import Chance

#: Without I and O, which are read as 1 and 0; without Q, which no mark has after its first letter.
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_AGES = ("00", "01", *(str(age) for age in range(30, 50)))
#: Of the inward part of a postcode.
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"


def mobile(chance: Chance) -> str:
    """The eight digits by which a person's number differs from another's."""
    return chance.digits(8)


def shared_line(number: int) -> str:
    """The number of a home or a business, from the thousand kept for drama."""
    return f"07700 900{number % 1000:03d}"


def written_phone(number: str, chance: Chance, blur: float) -> str:
    """A number as one of many people writes it, now and then wrong or partly unread."""
    if len(number) != 8:
        return number
    roll = chance.random()
    if roll < 0.09 * blur:
        return _half_read_phone(number, chance)
    shape = chance.below(6)
    if shape < 2:
        return f"+999 7700 {number}"
    if shape == 2:
        return f"+9997700{number}"
    if shape == 3:
        return f"00999 7700 {number[:4]} {number[4:]}"
    if shape == 4:
        return f"+999-7700-{number[:4]}-{number[4:]}"
    return f"+999 77 00 {number[:2]} {number[2:4]} {number[4:6]} {number[6:]}"


def _half_read_phone(number: str, chance: Chance) -> str:
    slip = chance.below(9)
    place = chance.below(8)
    if slip < 5:
        return f"+999 7700 {number[:place]}?{number[place + 1 :]}"
    if slip < 7:
        return f"*{number[-chance.between(4, 6) :]}"
    return f"+999 7700 {number[:place]}{chance.below(10)}{number[place + 1 :]}"


def registration(chance: Chance) -> str:
    """A registration mark of a form never issued, e.g. `QX31 ABC`."""
    return (
        f"{'QZ'[chance.below(2)]}{chance.one(_LETTERS)}{chance.one(_AGES)} "
        f"{chance.one(_LETTERS)}{chance.one(_LETTERS)}{chance.one(_LETTERS)}"
    )


def seen_plate(mark: str, chance: Chance, unread: float, blur: float) -> str:
    """A registration as somebody saw it; `unread` is the share of which only a part is read."""
    if chance.random() < unread:
        return _half_read_plate(mark, chance)
    slip = chance.random()
    if slip < 0.02 * blur:
        return mark.replace("0", "O")
    if slip < 0.04 * blur:
        place = 4 + chance.below(4)
        return mark[:place] + chance.one(_LETTERS) + mark[place + 1 :] if place > 4 else mark
    return mark if slip < 0.7 else mark.replace(" ", "")


def _half_read_plate(mark: str, chance: Chance) -> str:
    shape = chance.below(10)
    if shape < 4:
        place = chance.one((0, 1, 2, 3, 5, 6, 7))
        return mark[:place] + "?" + mark[place + 1 :]
    if shape < 6:
        return f"{mark[:6]}??"
    if shape == 6:
        return f"{mark[:1]}?{mark[2:6]}?{mark[7:]}"
    if shape < 9:
        return f"{mark[:4]}*"
    return f"*{mark[5:]}"


def postcode(outward: str, chance: Chance) -> str:
    """A postcode in a district of a town that does not exist."""
    return (
        f"{outward}{chance.below(10)} {chance.below(10)}{chance.one(_INWARD)}{chance.one(_INWARD)}"
    )
