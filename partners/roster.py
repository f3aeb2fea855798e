"""Who takes part: agencies and the areas they belong to, from a list, and their keys.

Each agency has a machine user that nobody can sign in as: its tokens and its files act as it.
Runs as the owner: the web login may not change who the partners are. Keys alone are also made and
ended by an agency's lead, on a page.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from partners import audit, policy
from partners.models import Agency, ApiToken, Area, LocalPlace, User
from partners.policy import Action, NotPermittedError, Role

#: The columns of a list of agencies, and how long each may be.
COLUMNS = {"code": 32, "name": 200, "kind": 20, "force_area": 32}


@dataclass
class Loaded:
    """What a list changed. `agencies` are those it names, as they stand now."""

    added: int = 0
    updated: int = 0
    areas: int = 0
    agencies: list[Agency] = field(default_factory=list)


class NoMachineError(Exception):
    """The agency has no machine user for a key to act as: `load_agencies` makes it."""


class BadListError(Exception):
    """The list cannot be taken; `errors` says everything that is wrong, with its line."""

    def __init__(self, errors: Sequence[str]) -> None:
        self.errors = list(errors)
        super().__init__("; ".join(self.errors))


@transaction.atomic
def load_agencies(rows: Iterable[Mapping[str, str]], *, by: User | None) -> Loaded:
    """Add or update agencies, the areas they name and their machine users.

    `rows` are those of `agencies.csv`, the first on line 2. `by` is None at the command line.
    Raises BadListError, with every error, before anything is written.
    """
    wanted = [{name: (row.get(name) or "").strip() for name in COLUMNS} for row in rows]
    if errors := [error for line, row in enumerate(wanted, 2) for error in _wrong(line, row)]:
        raise BadListError(errors + _repeated(wanted))
    if errors := _repeated(wanted):
        raise BadListError(errors)
    loaded = Loaded()
    areas = _areas(sorted({row["force_area"] for row in wanted}), loaded)
    held = {agency.code: agency for agency in Agency.objects.all()}
    for row in wanted:
        agency = held.get(row["code"]) or Agency(code=row["code"])
        _put(agency, row, areas[row["force_area"]], loaded)
    _name_hubs(areas.values())
    audit.record(
        by=by,
        operation="configuration",
        verb="load agencies",
        object_type="agency",
        object_ids=[agency.pk for agency in loaded.agencies],
        detail={"added": loaded.added, "updated": loaded.updated},
    )
    return loaded


def _wrong(line: int, row: Mapping[str, str]) -> Iterable[str]:
    for name, most in COLUMNS.items():
        if not row[name]:
            yield f"line {line}: “{name}” is missing"
        elif len(row[name]) > most:
            yield f"line {line}: “{name}” has more than {most} characters"
        elif "\x00" in row[name]:
            yield f"line {line}: “{name}” holds a NUL"
    if row["kind"] and row["kind"] not in Agency.Kind.values:
        yield f"line {line}: “{row['kind']}” is no kind of agency"


def _repeated(wanted: Sequence[Mapping[str, str]]) -> list[str]:
    first: dict[str, int] = {}
    errors = []
    for line, row in enumerate(wanted, 2):
        if row["code"] and first.setdefault(row["code"], line) != line:
            errors.append(f"line {line}: “{row['code']}” is on line {first[row['code']]} already")
    return errors


def _areas(codes: Sequence[str], loaded: Loaded) -> dict[str, Area]:
    areas = {area.code: area for area in Area.objects.filter(code__in=codes)}
    for code in codes:
        if code not in areas:
            areas[code] = Area.objects.create(code=code, name=code.replace("-", " ").title())
            loaded.areas += 1
    return areas


def _put(agency: Agency, row: Mapping[str, str], area: Area, loaded: Loaded) -> None:
    values = {"name": row["name"], "kind": row["kind"], "area_id": area.pk}
    if agency._state.adding or any(
        getattr(agency, name) != value for name, value in values.items()
    ):
        loaded.added += agency._state.adding
        loaded.updated += not agency._state.adding
        agency.name, agency.kind, agency.area = row["name"], row["kind"], area
        agency.save()
    machine(agency)
    loaded.agencies.append(agency)


def _name_hubs(areas: Iterable[Area]) -> None:
    """An area without a safeguarding hub gets its first local authority's; see `name_hub`."""
    for area in areas:
        if area.hub_id is None:
            councils = area.agencies.filter(kind=Agency.Kind.LOCAL_AUTHORITY)
            area.hub = councils.order_by("code").first()
            area.save(update_fields=["hub"])


@transaction.atomic
def name_hub(area: Area, agency: Agency, *, by: User | None) -> Agency | None:
    """Make an agency the safeguarding hub of its area; return which one was.

    The caller hands over what that one held. Raises BadListError where it is of another area.
    """
    if agency.area_id != area.pk:
        raise BadListError([f"{agency} is not of the area {area}"])
    before, area.hub = area.hub, agency
    area.save(update_fields=["hub"])
    _configured(by, "name hub", area, agency)
    return before


@transaction.atomic
def name_route(of: Area | Agency, words: str, *, by: User | None) -> None:
    """Say whom the people of an area, or of an agency, call about a child at risk.

    Raises BadListError where the words do not fit.
    """
    of.referral_route = _line(words, "a route")
    of.save(update_fields=["referral_route"])
    _configured(by, "name referral route", of)


@transaction.atomic
def name_contact(agency: Agency, words: str, *, by: User | None) -> None:
    """Say how police and the hub reach an agency. Raises BadListError."""
    agency.contact = _line(words, "a contact")
    agency.save(update_fields=["contact"])
    _configured(by, "name contact", agency)


def _line(words: str, what: str) -> str:
    line = " ".join(words.split())
    if not 0 < len(line) <= 300:
        raise BadListError([f"{what} has 1 to 300 characters"])
    return line


def _configured(by: User | None, verb: str, *objects: Area | Agency) -> None:
    audit.record(
        by=by,
        operation="configuration",
        verb=verb,
        object_type=type(objects[0]).__name__.lower(),
        object_ids=[one.pk for one in objects],
    )


@transaction.atomic
def load_places(rows: Iterable[Mapping[str, str]], *, by: User | None) -> int:
    """Add places that people know, from rows `force_area,name`; return how many are new.

    Raises BadListError, with every error, before anything is written.
    """
    wanted = [{key: (row.get(key) or "").strip() for key in ("force_area", "name")} for row in rows]
    areas = {area.code: area for area in Area.objects.all()}
    errors = [
        f"line {line}: there is no force area “{row['force_area']}”, or no short name"
        for line, row in enumerate(wanted, 2)
        if row["force_area"] not in areas
        or not 0 < len(row["name"]) <= 200
        or "\x00" in row["name"]
    ]
    if errors:
        raise BadListError(errors)
    before = LocalPlace.objects.count()
    LocalPlace.objects.bulk_create(
        [LocalPlace(area=areas[row["force_area"]], name=row["name"]) for row in wanted],
        ignore_conflicts=True,
    )
    added = LocalPlace.objects.count() - before
    audit.record(
        by=by,
        operation="configuration",
        verb="load places",
        object_type="place",
        detail={"added": added},
    )
    return added


def machine(agency: Agency) -> User:
    """The machine user of an agency, made where there is none. It may send and nothing else."""
    found = _held_machine(agency)
    if found is None:
        found = User(
            username=f"machine:{agency.code}",
            name=f"{agency.name[:80]} (system)",
            agency=agency,
            role=Role.SUBMITTER,
            is_machine=True,
        )
        found.set_unusable_password()
        found.save()
    return found


def _held_machine(agency: Agency) -> User | None:
    return User.objects.filter(agency=agency, is_machine=True).first()


@transaction.atomic
def issue_token(
    agency: Agency,
    *,
    by: User | None,
    days: int = 365,
    scopes: Sequence[str] = ApiToken.Scope.values,
    name: str = "",
) -> tuple[ApiToken, str]:
    """A new token of the agency's machine user, and its key. Only the SHA-256 of the key is kept:
    this is the one showing. `name` says for which system it is.

    Raises NotPermittedError where `by` does not lead the agency, NoMachineError.
    """
    _require_lead(by, agency)
    bearer = machine(agency) if by is None else _held_machine(agency)
    if bearer is None:
        raise NoMachineError
    key = secrets.token_urlsafe(32)
    now = timezone.now()
    token = ApiToken.objects.create(
        user=bearer,
        name=name,
        digest=hashlib.sha256(key.encode()).digest(),
        scopes=sorted(set(scopes)),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    audit.record(
        by=by,
        operation="configuration",
        verb="issue token",
        object_type="token",
        object_ids=[token.pk],
        detail={"agency": agency.code, "days": days, "scopes": token.scopes},
    )
    return token, key


@transaction.atomic
def end_token(token: ApiToken, *, by: User | None) -> None:
    """A token that opens nothing from now on. Ending it again changes nothing.

    Raises NotPermittedError where `by` does not lead the agency.
    """
    _require_lead(by, token.user.agency)
    if token.revoked_at is not None:
        return
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    audit.record(
        by=by,
        operation="configuration",
        verb="end token",
        object_type="token",
        object_ids=[token.pk],
    )


def _require_lead(by: User | None, agency: Agency) -> None:
    """At the command line it is whoever runs the service."""
    if by is not None:
        policy.require(by, Action.LEAD_TEAM)
        if by.agency_id != agency.pk:
            raise NotPermittedError("another agency's")


@transaction.atomic
def open_community(area: Area, *, by: User | None) -> Agency:
    """Let people without an account write in this area: name the agency they write as, made where
    there is none. Doing it again changes nothing.
    """
    code = f"community-{area.code}"[:32]
    held = Agency.objects.filter(code=code).first()
    agency = held or Agency.objects.create(
        code=code, name=f"People of {area.name}", kind=Agency.Kind.OTHER, area=area
    )
    machine(agency)
    if not agency.contact:  # what the hub reads where a message has alarmed it
        police = area.agencies.filter(kind=Agency.Kind.POLICE).order_by("code").first()
        desk = f"the desk of {police.name}" if police else "the police"
        agency.contact = f"They write without an account. Call {desk}, which took it in."
        agency.save(update_fields=["contact"])
    area.community = agency
    area.save(update_fields=["community"])
    _log_community(area, agency, "open", by)
    return agency


@transaction.atomic
def close_community(area: Area, *, by: User | None) -> None:
    """Take nothing more from people without an account; what waits is still read."""
    agency, area.community = area.community, None
    area.save(update_fields=["community"])
    if agency is not None:
        _log_community(area, agency, "close", by)


def _log_community(area: Area, agency: Agency, what: str, by: User | None) -> None:
    audit.record(
        by=by,
        operation="configuration",
        verb=f"{what} community route",
        object_type="agency",
        object_ids=[agency.pk],
        detail={"area": area.code},
    )
