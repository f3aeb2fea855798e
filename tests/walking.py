"""Every address of the system, with every id that somebody could have overheard."""

import re
import uuid
from collections.abc import Collection, Iterator

from tests.test_architecture import doors


def addresses(ids: Collection[uuid.UUID]) -> Iterator[tuple[str, str]]:
    """The name of each door, and its address with each of `ids` where it asks for one."""
    for route, name, _ in doors():
        if "<uuid:" not in route:
            yield name, f"/{route}"
            continue
        for pk in ids:
            yield name, "/" + re.sub(r"<uuid:\w+>", str(pk), route)
