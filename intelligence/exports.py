"""What leaves the system as a file. Each is a disclosure and is written down as one."""

import json
from typing import IO

from django.db import connection, transaction

from intelligence import ihub
from intelligence.models import Audience, Original
from partners import audit
from partners.models import Agency, User
from partners.policy import Desk

#: A mention that was not processed, or whose submission is parked, stands alone: under a name that
#: follows from its submission and its ref, so that it is the same each time.
_LINKS = """
COPY (
  SELECT a.code AS agency, s.reference, p.value ->> 'ref' AS person_ref,
    coalesce(g.cluster_id, md5(s.id::text || (p.value ->> 'ref'))::uuid) AS profile
  FROM intelligence_submission s
  JOIN partners_agency a ON a.id = s.agency_id
  JOIN intelligence_original o ON o.submission_id = s.id
  CROSS JOIN LATERAL jsonb_array_elements(o.payload -> 'persons') p
  LEFT JOIN intelligence_mention m ON m.submission_id = s.id AND m.ref = p.value ->> 'ref'
  LEFT JOIN intelligence_membership g ON g.mention_id = m.id AND g.area_id IS NULL
  ORDER BY 1, 2, 3
) TO STDOUT WITH (FORMAT csv, HEADER)
"""


@transaction.atomic
def links(file: IO[str], *, by: User | None) -> int:
    """Write the cluster of every person mention, over the whole system; return how many.

    Runs as the owner. `by` is None at the command line.
    """
    with connection.cursor() as cursor:
        cursor.copy_expert(_LINKS, file)
        rows: int = cursor.rowcount
    audit.record(
        by=by,
        operation="disclosure",
        verb="export links",
        object_type="mention",
        detail={"rows": rows},
    )
    return rows


@transaction.atomic
def submissions(agency: Agency, file: IO[str], *, by: User | None) -> int:
    """Write what `agency` sent as bundles, one a line, without who told it; return how many.

    Runs as the owner. What was withdrawn is left out, and what is kept from the agency for naming
    somebody who works there. `by` is None at the command line.
    """
    open_to_it = Audience._base_manager.filter(agency=agency, desk=Desk.OWN).values("submission")
    rows = Original._base_manager.filter(
        submission__in=open_to_it,
        submission__agency=agency,
        submission__reports__withdrawal=None,
    )
    written = []
    for row in rows.order_by("submission__received_at", "pk").iterator(chunk_size=500):
        told = {"agency": agency.code, **ihub.bundle(row.payload)}
        file.write(json.dumps(told, ensure_ascii=False) + "\n")
        written.append(row.pk)
    audit.record(
        by=by,
        operation="disclosure",
        verb="export submissions",
        object_type="submission",
        object_ids=written,
        detail={"agency": agency.code, "rows": len(written)},
    )
    return len(written)
