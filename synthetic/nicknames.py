"""What people are called on the street, and how those who only heard it write it."""

from synthetic.chance import Chance

#: Few enough that several people of a world answer to the same one, as in life.
NICKNAMES = tuple(
    """
Taz Biscuit Red Moss Blink Tiny Smiler Ghost Dutch Fizz Rocky Spud Chalky Ginge Bear Ace Sparky Jinx Duke Shadow Twitch Rusty
Diesel Prince Buster Mack Chip Pepper Smokes Lanky Stretch Domino Echo Frosty Gizmo Hawk Itch Jester Kipper Lofty Mouse Nails
Otter Pigeon Quiff Rabbit Skip Toffee Viper Wolf Yoyo Ziggy Banjo Comet Dash Ember Flash Goose Hutch Inky Jaffa Koko Lucky Magpie
Nemo Onyx Pluto Rio Scout Turbo Vinny Whisper Zeus Cash Dizzy Fox Gringo Heron Joker Kenzo Lenny Mango Nutty Oz Panda Rambo Sonic
Tango Vegas Wiz Yogi Zippy Bronx Cobra Dex Elvis Fudge Gash Hoops Indy Jet Kong Lex Mace Ninja Pops Quake Raz Saint Tank Uno Vex
Woody Axel Bubbles Casper Dodge Eagle Faz Gaz Haz Jazza Kaz Laz Maz Naz Paz Shaz Waz Baz Chaz Daz""".split()
) + (
    "Uncle Moss", "Uncle Taz", "Big Red", "Big Dave", "Big Mo", "Big K", "Little D", "Little Mo", "Young Prince", "Fat Tony",
    "Mad Max", "Slim Jay", "Mister B", "Aunty Jo", "Captain", "The Doctor", "The Barber", "The Dutchman", "Two Phones",
    "Cousin Vin", "Old Nick", "Silver", "White Van Man", "Taxi Tel", "Nice One", "Auntie Bee", "Mama T", "Miss Kay", "Queenie",
    "Jay Jay", "AJ", "KC", "TJ", "MJ", "DJ Kipper", "JB", "LJ", "PK", "Teeks", "Skeng",
)  # fmt: skip


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
