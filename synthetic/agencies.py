"""Who reports: three forces in the North Sea, and the partners of each. None of them exists."""

from typing import NamedTuple


class Town(NamedTuple):
    """A council's area: its share of what happens, and where it lies (degrees, WGS 84)."""

    name: str
    area: str
    outward: str
    share: float
    latitude: float
    longitude: float


#: On Dogger Bank and its surroundings: open sea, so that a pin never falls on a home.
TOWNS = (
    Town("Silverpit", "dogger", "ZX1", 0.22, 54.42, 1.80),
    Town("Outer Well", "dogger", "ZX2", 0.16, 54.50, 1.95),
    Town("Cleaver Bank", "dogger", "ZX3", 0.14, 54.58, 1.75),
    Town("Brown Ridge", "dogger", "ZX4", 0.12, 54.36, 1.98),
    Town("Markham Hole", "dogger", "ZX5", 0.09, 54.46, 1.62),
    Town("Oyster Ground", "dogger", "ZX6", 0.07, 54.30, 1.72),
    Town("Ekofisk Moor", "ekofisk", "ZY1", 0.08, 54.66, 2.30),
    Town("Long Forties", "ekofisk", "ZY2", 0.05, 54.72, 2.42),
    Town("Swarte Bank", "broad-fourteens", "ZW1", 0.04, 54.30, 2.34),
    Town("Leman Sand", "broad-fourteens", "ZW2", 0.03, 54.25, 2.46),
)
AREAS = ("dogger", "ekofisk", "broad-fourteens")


class Agency(NamedTuple):
    """One partner, as a line of `agencies.csv`."""

    code: str
    name: str
    kind: str
    force_area: str


#: Those that the accounts of the demonstration belong to.
POLICE = "dogger-police"
NEIGHBOUR_POLICE = "ekofisk-police"
SCHOOL = "silverpit-academy"
CLINIC = "silverpit-sexual-health"
LICENSING = "silverpit-licensing"
#: The safeguarding hub sits with the first council of an area by code.
HUB = "brown-ridge-council"
CHARITY = "lantern-project"
OUTREACH = "tideway-outreach"
HOME = "gull-house"
COMMISSIONER = "dogger-commissioner"

AGENCIES = tuple(
    Agency(*(part.strip() for part in line.split("|")))
    for line in """\
dogger-police | Dogger Constabulary | police | dogger
brown-ridge-council | Brown Ridge Council, Dogger safeguarding hub | local_authority | dogger
cleaver-bank-council | Cleaver Bank Council children's social care | local_authority | dogger
outer-well-council | Outer Well Council children's social care | local_authority | dogger
silverpit-council | Silverpit Council children's social care | local_authority | dogger
silverpit-academy | Silverpit Academy | education | dogger
outer-well-high | Outer Well High School | education | dogger
cleaver-bank-college | Cleaver Bank College | education | dogger
markham-hole-school | Markham Hole School | education | dogger
oyster-ground-school | Oyster Ground School | education | dogger
silverpit-sexual-health | Silverpit Sexual Health Clinic | health | dogger
dogger-hospital | Dogger General Hospital | health | dogger
dogger-school-nursing | Dogger School Nursing | health | dogger
dogger-youth-justice | Dogger Youth Justice Service | youth_offending | dogger
dogger-probation | Dogger Probation | probation | dogger
lantern-project | The Lantern Project | third_sector | dogger
harbour-light | Harbour Light Rape Support | third_sector | dogger
tideway-outreach | Tideway Outreach | third_sector | dogger
compass-return | Compass Return Interviews | third_sector | dogger
silverpit-licensing | Silverpit Licensing Team | licensing | dogger
outer-well-licensing | Outer Well Licensing Team | licensing | dogger
shoal-housing | Shoal Housing | housing | dogger
spindrift-homes | Spindrift Homes | housing | dogger
bank-and-pit-buses | Bank and Pit Buses | transport | dogger
dogger-trams | Dogger Trams | transport | dogger
gull-house | Gull House children's home | care_provider | dogger
sandpiper-house | Sandpiper House children's home | care_provider | dogger
tern-fostering | Tern Fostering | care_provider | dogger
dogger-commissioner | Office of the Dogger Commissioner | commissioning_body | dogger
north-sea-online-safety | North Sea Online Safety | other | dogger
ekofisk-police | Ekofisk Police | police | ekofisk
ekofisk-moor-council | Ekofisk Moor Council children's social care | local_authority | ekofisk
ekofisk-moor-academy | Ekofisk Moor Academy | education | ekofisk
ekofisk-health | Ekofisk Young People's Health | health | ekofisk
long-forties-licensing | Long Forties Licensing Team | licensing | ekofisk
petrel-house | Petrel House children's home | care_provider | ekofisk
ekofisk-probation | Ekofisk Probation | probation | ekofisk
fourteens-police | Broad Fourteens Police | police | broad-fourteens
swarte-bank-council | Swarte Bank Council children's social care | local_authority | broad-fourteens
leman-sand-high | Leman Sand High School | education | broad-fourteens
fourteens-health | Broad Fourteens Health | health | broad-fourteens
curlew-trust | The Curlew Trust | third_sector | broad-fourteens
fourteens-ferries | Fourteens Ferries | transport | broad-fourteens
""".splitlines()
)
