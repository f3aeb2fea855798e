"""Every address, method and person against a declared table. A new address without a row fails.

Read the table as a data protection officer would: `in` asks to sign in, 302 goes on to another
page after the work is done, 403 is not open to the role, 404 is hidden or missing alike.
"""

import inspect
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import reverse

from intelligence import community
from partners.models import User
from partners.web import Api
from problem_profile.models import Release
from tests.conftest import PASSWORD, WebClient
from tests.factories import submission
from tests.scene import PEOPLE, Scene, bearer, make_scene
from tests.test_architecture import doors, view_class
from tests.worlds_of_forms import MESSAGE

pytestmark = pytest.mark.django_db

TABLE = """
door           does  of what               -   tea col hea nur hub ana sup int inv com aud adm nei
livez          GET   -                     200 200 200 200 200 200 200 200 200 200 200 200 200 200
readyz         GET   -                     200 200 200 200 200 200 200 200 200 200 200 200 200 200
sign-in        GET   -                     200 302 302 302 302 302 302 302 302 302 302 302 302 302
sign-in        POST  -                     302 302 302 302 302 302 302 302 302 302 302 302 302 302
sign-out       POST  -                     in  302 302 302 302 302 302 302 302 302 302 302 302 302
language       POST  -                     302 302 302 302 302 302 302 302 302 302 302 302 302 302
danger         GET   -                     200 200 200 200 200 200 200 200 200 200 200 200 200 200
privacy        GET   -                     200 200 200 200 200 200 200 200 200 200 200 200 200 200
accessibility  GET   -                     200 200 200 200 200 200 200 200 200 200 200 200 200 200
away           GET   -                     200 200 200 200 200 200 200 200 200 200 200 200 200 200
away           POST  -                     302 302 302 302 302 302 302 302 302 302 302 302 302 302
home           GET   -                     in  200 200 200 200 200 200 200 200 200 200 200 200 200

begin          GET   -                     in  200 200 200 200 200 200 200 200 200 403 403 403 200
submit         GET   -                     in  302 302 302 302 302 302 302 302 302 403 403 403 302
submit         POST  -                     in  302 302 302 302 302 302 302 302 302 403 403 403 302
draft          GET   teacher's draft       in  200 404 404 404 404 404 404 404 404 403 403 403 404
draft          GET   missing               in  404 404 404 404 404 404 404 404 404 403 403 403 404
draft          POST  teacher's draft       in  302 404 404 404 404 404 404 404 404 403 403 403 404
draft          POST  missing               in  404 404 404 404 404 404 404 404 404 403 403 403 404
quick          GET   -                     in  302 302 302 302 302 302 302 302 302 403 403 403 302
quick          POST  -                     in  400 400 400 400 400 400 400 400 400 403 403 403 400
submissions    GET   -                     in  200 200 200 200 200 200 200 200 200 403 403 403 200
submission     GET   school's submission   in  200 404 200 404 404 404 404 404 404 403 403 403 404
submission     GET   shared submission     in  404 404 404 200 404 404 404 404 404 403 403 403 404
submission     GET   opened submission     in  404 404 404 200 404 404 404 404 404 403 403 403 404
submission     GET   missing               in  404 404 404 404 404 404 404 404 404 403 403 403 404
nothing-to-share POST -                    in  302 302 302 302 403 403 403 403 403 403 403 403 403
correct        GET   school's submission   in  200 404 200 404 404 404 404 404 404 403 403 403 404
correct        GET   shared submission     in  404 404 404 200 404 404 404 404 404 403 403 403 404
correct        GET   missing               in  404 404 404 404 404 404 404 404 404 403 403 403 404
correct        POST  school's submission   in  302 404 302 404 404 404 404 404 404 403 403 403 404
correct        POST  missing               in  404 404 404 404 404 404 404 404 404 403 403 403 404
copy           GET   school's submission   in  200 404 404 404 404 404 404 404 404 403 403 403 404
copy           GET   shared submission     in  404 404 404 200 404 404 404 404 404 403 403 403 404
copy           GET   missing               in  404 404 404 404 404 404 404 404 404 403 403 403 404
withdraw       GET   school's submission   in  200 404 200 404 404 404 404 404 404 403 403 403 404
withdraw       GET   shared submission     in  404 404 404 200 404 404 404 404 404 403 403 403 404
withdraw       GET   missing               in  404 404 404 404 404 404 404 404 404 403 403 403 404
withdraw       POST  school's submission   in  302 404 302 404 404 404 404 404 404 403 403 403 404
withdraw       POST  missing               in  404 404 404 404 404 404 404 404 404 403 403 403 404
question       GET   teacher's question    in  200 404 200 404 404 404 404 404 404 403 403 403 404
question       GET   question not due      in  404 404 404 404 404 404 404 404 404 403 403 403 404
question       GET   missing               in  404 404 404 404 404 404 404 404 404 403 403 403 404
question       POST  teacher's question    in  400 404 400 404 404 404 404 404 404 403 403 403 404
question       POST  question not due      in  404 404 404 404 404 404 404 404 404 403 403 403 404
question       POST  missing               in  404 404 404 404 404 404 404 404 404 403 403 403 404

uploads         GET  -                     in  200 200 200 200 200 200 200 200 200 403 403 403 200
uploads         POST -                     in  302 302 302 302 302 302 302 302 302 403 403 403 302
upload-template GET  -                     in  200 200 200 200 200 200 200 200 200 403 403 403 200
upload          GET  teacher's file        in  200 404 404 404 404 404 404 404 404 403 403 403 404
upload          GET  missing               in  404 404 404 404 404 404 404 404 404 403 403 403 404
upload          POST teacher's file        in  302 404 404 404 404 404 404 404 404 403 403 403 404
upload          POST missing               in  404 404 404 404 404 404 404 404 404 403 403 403 404
upload-errors   GET  teacher's file        in  200 404 404 404 404 404 404 404 404 403 403 403 404
upload-errors   GET  missing               in  404 404 404 404 404 404 404 404 404 403 403 403 404

absence        GET   -                     in  200 200 200 200 200 200 200 200 200 403 403 403 200
absence        POST  -                     in  302 302 302 302 302 302 302 302 302 403 403 403 302
missing        GET   -                     in  200 200 200 200 200 200 200 200 200 403 403 403 200
missing-new    GET   -                     in  200 200 200 200 200 200 200 200 200 403 403 403 200
missing-new    POST  -                     in  302 302 302 302 302 302 302 302 302 403 403 403 302
episode        GET   school's episode      in  200 200 200 404 200 404 404 404 404 403 403 403 404
episode        GET   missing               in  404 404 404 404 404 404 404 404 404 403 403 403 404
episode-change GET   school's episode      in  200 200 200 404 404 404 404 404 404 403 403 403 404
episode-change GET   missing               in  404 404 404 404 404 404 404 404 404 403 403 403 404
episode-change POST  school's episode      in  302 302 302 404 404 404 404 404 404 403 403 403 404
episode-change POST  missing               in  404 404 404 404 404 404 404 404 404 403 403 403 404
interview      GET   school's episode      in  200 200 200 404 404 404 404 404 404 403 403 403 404
interview      GET   missing               in  404 404 404 404 404 404 404 404 404 403 403 403 404
interview      POST  school's episode      in  302 302 302 404 404 404 404 404 404 403 403 403 404
interview      POST  missing               in  404 404 404 404 404 404 404 404 404 403 403 403 404
episode-send   GET   school's episode      in  200 200 200 404 404 404 404 404 404 403 403 403 404
episode-send   GET   missing               in  404 404 404 404 404 404 404 404 404 403 403 403 404
episode-send   POST  school's episode      in  302 302 302 404 404 404 404 404 404 403 403 403 404
episode-send   POST  missing               in  404 404 404 404 404 404 404 404 404 403 403 403 404

alarms         GET   -                     in  403 403 200 403 200 403 403 403 403 403 403 403 403
alarm          GET   alarm                 in  403 403 404 403 200 403 403 403 403 403 403 403 403
alarm          GET   missing               in  403 403 404 403 404 403 403 403 403 403 403 403 403
alarm          POST  alarm                 in  403 403 404 403 302 403 403 403 403 403 403 403 403
alarm          POST  missing               in  403 403 404 403 404 403 403 403 403 403 403 403 403

visits         GET   -                     in  200 200 200 200 200 200 200 200 200 403 403 403 200
visits         POST  -                     in  302 302 302 302 302 302 302 302 302 403 403 403 302
visits-send    GET   -                     in  302 302 302 302 302 302 302 302 302 403 403 403 302
visits-send    POST  -                     in  302 302 302 302 302 302 302 302 302 403 403 403 302
confidential   GET   -                     in  200 200 200 200 200 200 200 200 200 403 403 403 200
confidential   POST  -                     in  302 302 302 302 302 302 302 302 302 403 403 403 302
outreach       GET   -                     in  200 200 200 200 200 200 200 200 200 403 403 403 200
outreach       POST  -                     in  302 302 302 302 302 302 302 302 302 403 403 403 302
tell           GET   -                     200 302 302 302 302 302 302 302 302 302 302 302 302 302
tell           POST  -                     200 302 302 302 302 302 302 302 302 302 302 302 302 302
messages       GET   -                     in  403 403 403 403 403 200 200 200 403 403 403 403 200
message        GET   message               in  403 403 403 403 403 200 200 200 403 403 403 403 404
message        GET   missing               in  403 403 403 403 403 404 404 404 403 403 403 403 404
message        POST  message               in  403 403 403 403 403 302 302 302 403 403 403 403 404
message        POST  missing               in  403 403 403 403 403 404 404 404 403 403 403 403 404

reports        GET   -                     in  403 403 200 403 200 200 200 200 200 403 403 403 200
report         GET   school's report       in  403 403 200 403 200 200 200 200 404 403 403 403 404
report         GET   shared report         in  403 403 200 403 200 200 200 200 404 403 403 403 404
report         GET   opened report         in  403 403 404 403 404 200 200 200 200 403 403 403 404
report         GET   clinic's report       in  403 403 404 403 404 200 200 200 404 403 403 403 404
report         GET   missing               in  403 403 404 403 404 404 404 404 404 403 403 403 404
report         POST  school's report       in  403 403 403 403 403 302 302 302 404 403 403 403 404
report         POST  opened report         in  403 403 404 403 404 302 302 302 403 403 403 403 404
report         POST  missing               in  403 403 404 403 404 404 404 404 404 403 403 403 404
sharing        GET   school's report       in  403 403 403 403 403 200 200 200 403 403 403 403 404
sharing        GET   opened report         in  403 403 403 403 403 200 200 200 403 403 403 403 404
sharing        GET   missing               in  403 403 403 403 403 404 404 404 403 403 403 403 404
sharing        POST  school's report       in  403 403 403 403 403 302 302 302 403 403 403 403 404
sharing        POST  missing               in  403 403 403 403 403 404 404 404 403 403 403 403 404
answer-sender  GET   school's report       in  403 403 403 403 403 200 200 200 403 403 403 403 404
answer-sender  GET   opened report         in  403 403 403 403 403 200 200 200 403 403 403 403 404
answer-sender  GET   missing               in  403 403 403 403 403 404 404 404 403 403 403 403 404
answer-sender  POST  school's report       in  403 403 403 403 403 302 302 302 403 403 403 403 404
answer-sender  POST  missing               in  403 403 403 403 403 404 404 404 403 403 403 403 404

review         GET   -                     in  403 403 403 403 403 200 200 200 403 403 403 403 200
proposal       GET   core                  in  403 403 403 403 403 200 200 200 403 403 403 403 404
proposal       GET   missing               in  403 403 403 403 403 404 404 404 403 403 403 403 404
proposal       POST  core                  in  403 403 403 403 403 302 302 302 403 403 403 403 302
decision       GET   act                   in  403 403 403 403 403 200 200 200 403 403 403 403 404
decision       GET   missing               in  403 403 403 403 403 404 404 404 403 403 403 403 404
decision       POST  act                   in  403 403 403 403 403 302 302 302 403 403 403 403 404
decision       POST  missing               in  403 403 403 403 403 404 404 404 403 403 403 403 404
parked         GET   -                     in  403 403 403 403 403 403 200 403 403 403 403 403 403
retry          POST  parked                in  403 403 403 403 403 403 302 403 403 403 403 403 403
retry          POST  missing               in  403 403 403 403 403 403 404 403 403 403 403 403 403

merge          GET   school's suspect      in  403 403 403 403 403 200 200 200 403 403 403 403 404
merge          GET   child                 in  403 403 403 403 403 200 200 200 403 403 403 403 404
merge          GET   missing               in  403 403 403 403 403 404 404 404 403 403 403 403 404
merge          POST  child                 in  403 403 403 403 403 200 200 200 403 403 403 403 404
merge          POST  missing               in  403 403 403 403 403 404 404 404 403 403 403 403 404
split          GET   opened suspect        in  403 403 403 403 403 200 200 200 403 403 403 403 404
split          GET   missing               in  403 403 403 403 403 404 404 404 403 403 403 403 404
split          POST  child                 in  403 403 403 403 403 200 200 200 403 403 403 403 404
split          POST  missing               in  403 403 403 403 403 404 404 404 403 403 403 403 404
history        GET   opened suspect        in  403 403 403 403 403 200 200 200 403 403 403 403 404
history        GET   missing               in  403 403 403 403 403 404 404 404 403 403 403 403 404
people         GET   -                     in  403 403 403 403 403 200 200 200 200 403 403 403 200
person         GET   school's suspect      in  403 403 403 403 403 200 200 200 404 403 403 403 404
person         GET   opened suspect        in  403 403 403 403 403 200 200 200 200 403 403 403 404
person         GET   clinic's suspect      in  403 403 403 403 403 200 200 200 404 403 403 403 404
person         GET   child                 in  403 403 403 403 403 404 404 404 404 403 403 403 404
person         GET   missing               in  403 403 403 403 403 404 404 404 404 403 403 403 404
person         POST  opened suspect        in  403 403 403 403 403 200 200 200 200 403 403 403 404
person         POST  child                 in  403 403 403 403 403 404 404 404 404 403 403 403 404
person         POST  missing               in  403 403 403 403 403 404 404 404 404 403 403 403 404
young-people   GET   -                     in  403 403 403 403 200 200 200 200 200 403 403 403 200
young-person   GET   child                 in  403 403 403 403 200 200 200 200 404 403 403 403 404
young-person   GET   school's suspect      in  403 403 403 403 404 404 404 404 404 403 403 403 404
young-person   GET   missing               in  403 403 403 403 404 404 404 404 404 403 403 403 404
young-person   POST  child                 in  403 403 403 403 200 200 200 200 404 403 403 403 404
young-person   POST  missing               in  403 403 403 403 404 404 404 404 404 403 403 403 404

models         GET   -                     in  403 403 403 403 403 403 200 403 403 403 403 403 403
model          GET   version               in  403 403 403 403 403 403 200 403 403 403 403 403 403
model          GET   missing               in  403 403 403 403 403 403 404 403 403 403 403 403 403
model          POST  version               in  403 403 403 403 403 403 302 403 403 403 403 403 403
hubs           GET   -                     in  403 403 403 403 403 403 200 403 403 403 403 403 403
hubs           POST  -                     in  403 403 403 403 403 403 302 403 403 403 403 403 403
hub            GET   hub                   in  403 403 403 403 403 403 200 403 403 403 403 403 403
hub            GET   missing               in  403 403 403 403 403 403 404 403 403 403 403 403 403
hub            POST  hub                   in  403 403 403 403 403 403 302 403 403 403 403 403 403
hub            POST  missing               in  403 403 403 403 403 403 404 403 403 403 403 403 403
model          POST  missing               in  403 403 403 403 403 403 404 403 403 403 403 403 403

own-figures    GET   -                     in  403 403 200 403 403 403 403 403 403 403 403 403 403
our-month      GET   -                     in  403 403 200 403 403 403 403 403 403 403 403 403 403
releases       GET   -                     in  403 403 403 403 403 200 200 200 403 200 403 403 200
release        GET   release               in  403 403 403 403 403 200 200 200 403 200 403 403 200
release        GET   missing               in  403 403 403 403 403 404 404 404 403 404 403 403 404
guidance       GET   -                     in  200 200 200 200 200 200 200 200 200 200 200 200 200
guidance-police GET - in  200 200 200 200 200 200 200 200 200 200 200 200 200
guidance-social-workers GET - in  200 200 200 200 200 200 200 200 200 200 200 200 200
guidance-commissioners GET - in  200 200 200 200 200 200 200 200 200 200 200 200 200
guidance-health GET - in  200 200 200 200 200 200 200 200 200 200 200 200 200
guidance-schools GET - in  200 200 200 200 200 200 200 200 200 200 200 200 200
team           GET   -                     in  403 403 200 403 403 403 403 403 403 403 403 403 403
team           POST  -                     in  403 403 302 403 403 403 403 403 403 403 403 403 403
end-account    GET   colleague             in  403 403 200 403 403 403 403 403 403 403 403 403 403
end-account    GET   nurse                 in  403 403 404 403 403 403 403 403 403 403 403 403 403
end-account    GET   missing               in  403 403 404 403 403 403 403 403 403 403 403 403 403
end-account    POST  colleague             in  403 403 302 403 403 403 403 403 403 403 403 403 403
end-account    POST  nurse                 in  403 403 404 403 403 403 403 403 403 403 403 403 403
end-account    POST  missing               in  403 403 404 403 403 403 403 403 403 403 403 403 403
keys           GET   -                     in  403 403 200 403 403 403 403 403 403 403 403 403 403
keys           POST  -                     in  403 403 200 403 403 403 403 403 403 403 403 403 403
end-key        POST  school's key          in  403 403 302 403 403 403 403 403 403 403 403 403 403
end-key        POST  clinic's key          in  403 403 404 403 403 403 403 403 403 403 403 403 403
end-key        POST  missing               in  403 403 404 403 403 403 403 403 403 403 403 403 403
accounts       GET   -                     in  403 403 403 403 403 403 403 403 403 403 403 200 403
decline-account POST asked for             in  403 403 403 403 403 403 403 403 403 403 403 302 403
decline-account POST asked elsewhere       in  403 403 403 403 403 403 403 403 403 403 403 404 403
decline-account POST missing               in  403 403 403 403 403 403 403 403 403 403 403 404 403
audit          GET   -                     in  403 403 403 403 403 403 403 403 403 403 200 403 403

api-schema      GET  -                     200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-submissions GET  -                     401 200 200 200 200 200 200 200 200 200 403 403 403 200
api-submissions POST -                     401 201 201 201 201 201 201 201 201 201 403 403 403 201
api-submission  GET  school's submission   401 200 404 200 404 404 200 200 200 404 403 403 403 404
api-submission  GET  shared submission     401 404 404 404 200 404 200 200 200 404 403 403 403 404
api-submission  GET  missing               401 404 404 404 404 404 404 404 404 404 403 403 403 404
"""

CONFIDED = {
    "told": "A man waits outside.",
    "happened_on": "2026-03-02",
    "how_known": "told_by_another",
    "child_at_risk_now": "no",
}
#: What is sent where the work needs something.
BODIES: dict[str, dict[str, Any]] = {
    "sign-in": {"username": "teacher", "password": PASSWORD},
    "submit": {"narrative": "Seen."},
    "draft": {"go": "erase"},
    "report": {
        "source_evaluation": "1",
        "intelligence_assessment": "A",
        "handling_code": "P",
        "why": "Known to us.",
    },
    "answer-sender": {"release-phrase": "used", "release": "yes"},
    "withdraw": {"reason": "wrong"},
    "team": {"name": "Una Vale", "role": "submitter", "why": "Teaches year 9."},
    "keys": {"name": "Records", "scopes": ["send"], "days": "90"},
    "decline-account": {"why": "Nobody there knows them."},
    "sharing": {"sanitise-text": "A person was seen.", "sanitise": "yes"},
    "hubs": {"kind": "phone", "value": "07700 900998", "reason": "The home's telephone."},
    "hub": {"reason": "It has moved to another home."},
    "model": {"to": "shadow", "reason": "To see what it says."},
    "proposal": {"judgement": "unsure", "reason": "More is needed."},
    "decision": {"reason": "A mistake."},
    "merge": {"show_names": "yes", "names-reason": "Strategy meeting today."},
    "split": {"show_names": "yes", "names-reason": "Strategy meeting today."},
    "person": {"reason": "Strategy meeting today."},
    "uploads": {"file": b"Date,Details\n2026-03-02,Seen.\n"},
    "upload": {"step": "cancel"},
    "absence": {
        "given_names": "Una",
        "first_day": "2026-03-02",
        "pattern": "once",
        "how_known": "first_hand",
        "child_at_risk_now": "no",
    },
    "visits": {"day": "2026-03-02", "time": "21:30", "called": "Taz"},
    "confidential": CONFIDED,
    "outreach": CONFIDED | {"met": "heard"},
    "tell": MESSAGE | {"text": "A car waits there.", "opened": community.open_form()},
    "message": {"aside": "1", "why": "It is about something else."},
    "missing-new": {"given_names": "Una", "missing_on": "2026-03-02"},
    "episode-change": {
        "given_names": "Una",
        "missing_on": "2026-03-02",
        "returned_on": "2026-03-03",
    },
    "interview": {"interview": "offered"},
    "episode-send": {"keep": "missing", "how_known": "first_hand", "child_at_risk_now": "no"},
    "young-person": {"reason": "Strategy meeting today."},
}
#: The place in an address where an id stands, for those that do not call it `pk`.
PLACE = {"decision": "act"}
METHODS = ("GET", "POST", "PUT", "DELETE", "TRACE", "PROPFIND")


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    door: str
    method: str
    thing: str
    answers: dict[str, str]  #: by person; `-` is somebody who has not signed in


_LINE = re.compile(r"(\S+)\s+(GET|POST)\s+(.+?)\s+((?:(?:\d{3}|in)\s*)+)$")


def table() -> Iterator[Row]:
    """The lines of the table."""
    for line in filter(None, TABLE.strip().splitlines()[1:]):
        read = _LINE.match(line)
        assert read, f"the table has a line that is none: {line}"
        door, method, thing, answers = read.groups()
        yield Row(door, method, thing, dict(zip(("-", *PEOPLE), answers.split(), strict=True)))


class Visitor:
    """One person at the doors, or a stranger: a session for pages and a token for the API."""

    def __init__(self, user: User | None) -> None:
        self.user = user
        self.client = WebClient()
        self.token = bearer(user) if user else {}
        if user:
            self.client.force_login(user)

    def ask(self, door: str, method: str = "GET", thing: uuid.UUID | None = None) -> Any:
        """One request, whose work is undone afterwards."""
        address = reverse(door, kwargs={PLACE.get(door, "pk"): thing} if thing else {})
        options: dict[str, Any] = {}
        if address.startswith("/api/"):
            options["headers"] = self.token
        if method == "POST":
            options |= self._body(door)
        with transaction.atomic():
            known = self.client.cookies.copy()
            send = getattr(self.client, method.lower(), None)
            if send:
                response = send(address, **options)
            else:
                response = self.client.generic(method, address, **options)
            self.client.cookies = known
            transaction.set_rollback(True)
        return response

    def _body(self, door: str) -> dict[str, Any]:
        if door.startswith("api-"):
            return {"data": submission(), "content_type": "application/json"}
        return {
            "data": {
                name: SimpleUploadedFile("log.csv", said) if isinstance(said, bytes) else said
                for name, said in BODIES.get(door, {}).items()
            }
        }


@pytest.fixture
def scene(cast: Any) -> Scene:
    """The scene, with one release."""
    made = make_scene(cast)
    made.ids["release"] = Release.objects.create(quarter=date(2026, 1, 1), digest="0" * 64).pk
    return made


def visitors(scene: Scene) -> dict[str, Visitor]:
    """Everybody, with the stranger as `-`."""
    return {"-": Visitor(None)} | {name: Visitor(user) for name, user in scene.people.items()}


def word_for(response: Any) -> str:
    """What the table calls this answer."""
    going = response.headers.get("Location", "")
    return "in" if going.startswith("/sign-in/") and "next=" in going else str(response.status_code)


def differences(scene: Scene, *only: str) -> list[str]:
    """Every cell of the table that the system answers otherwise; of some doors where named."""
    everybody = visitors(scene)
    found = []
    for row in table():
        if only and row.door not in only:
            continue
        thing = None if row.thing == "-" else scene.ids[row.thing]
        for name, expected in row.answers.items():
            got = word_for(everybody[name].ask(row.door, row.method, thing))
            if got != expected:
                found.append(
                    f"{name}: {row.method} {row.door} of {row.thing}: {got}, not {expected}"
                )
    return found


def offered() -> set[tuple[str, str]]:
    """Each door with each method that its view answers."""
    pairs = set()
    for _, name, callback in doors():
        view = view_class(callback)
        if inspect.isclass(view) and issubclass(view, Api):
            methods = set(callback.actions) & {"get", "post", "put", "patch", "delete"}
        elif inspect.isclass(view):
            methods = {m for m in view.http_method_names if hasattr(view, m)} - {"head", "options"}
        else:
            methods = {"get"}
        pairs |= {(name, method.upper()) for method in methods}
    return pairs


def test_every_door_and_method_has_a_row_and_every_row_a_door():
    assert {(row.door, row.method) for row in table()} == offered()


def test_every_door_answers_every_person_as_the_table_says(scene):
    assert differences(scene) == []


def test_every_door_lets_somebody_in():
    """A refusal proves nothing where everybody is refused."""
    welcome = {"200", "201", "302"}
    for door, method in {(row.door, row.method) for row in table()} - {
        ("quick", "POST"),
        ("question", "POST"),  # what is answered is named by the question's id
    }:
        rows = [row for row in table() if (row.door, row.method) == (door, method)]
        assert any(welcome & set(row.answers.values()) for row in rows), (door, method)


#: Somebody who sends, somebody who may do the most, and somebody who reads no intelligence.
_SOME = ("teacher", "supervisor", "auditor")


def test_a_method_that_no_row_names_does_nothing_anywhere(scene):
    declared = {(row.door, row.method) for row in table()}
    everybody = {name: Visitor(getattr(scene.cast, name, None)) for name in ("-", *_SOME)}
    done = []
    for door in sorted({row.door for row in table()}):
        things = [row.thing for row in table() if row.door == door and row.thing != "-"]
        thing = scene.ids[things[0]] if things else None
        for method in METHODS:
            if (door, method) in declared:
                continue
            for name, visitor in everybody.items():
                got = word_for(visitor.ask(door, method, thing))
                # Whoever is signed in already is sent on from there, whatever they ask.
                sent_on = (name, got) == ("-", "in") or (door, got) == ("sign-in", "302")
                if got not in {"401", "403", "404", "405"} and not sent_on:
                    done.append(f"{name}: {method} {door}: {got}")
    assert done == []


def plain(response: Any) -> tuple[Any, ...]:
    """Everything of an answer that its reader can see, without what is random in each."""
    body = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", response.content)
    headers = {name: v for name, v in response.headers.items() if name != "Content-Length"}
    return response.status_code, body, headers, sorted(response.cookies)


class Statements:
    """Collects the shape of the statements that are executed within it."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        self.seen.append(re.sub(r"SAVEPOINT \S+", "SAVEPOINT", sql))
        return execute(sql, params, many, context)


def of_the_other_side(row: Row) -> bool:
    """Not hidden: a suspect is no young person at risk, nor the other way round."""
    return (row.door, row.thing) in {("person", "child"), ("young-person", "school's suspect")}


def told_apart(scene: Scene, *only: str) -> list[str]:
    """Doors at which what is hidden answers otherwise than what does not exist."""
    everybody = visitors(scene)
    found = []
    for row in table():
        if only and row.door not in only:
            continue
        for name, expected in row.answers.items():
            if expected != "404" or row.thing in {"-", "missing"} or of_the_other_side(row):
                continue
            answers, asked = [], []
            for thing in (scene.ids[row.thing], scene.ids["missing"]):
                with connection.execute_wrapper(statements := Statements()):
                    answers.append(plain(everybody[name].ask(row.door, row.method, thing)))
                asked.append(statements.seen)
            if answers[0] != answers[1]:
                found.append(f"{name}: {row.method} {row.door} of {row.thing} answers otherwise")
            if asked[0] != asked[1]:
                found.append(f"{name}: {row.method} {row.door} of {row.thing} asks otherwise")
    return found


def test_what_is_hidden_and_what_is_missing_are_one_answer_and_one_work(scene):
    """The same bytes, and the same statements, so that time tells nothing either."""
    assert told_apart(scene) == []


def test_an_id_of_one_kind_opens_nothing_of_another(scene):
    """Checks on the wrong object are how systems of this kind were broken."""
    kinds = {
        "submission": "submission",
        "withdraw": "submission",
        "correct": "submission",
        "draft": "draft",
        "copy": "submission",
        "report": "report",
        "sharing": "report",
        "answer-sender": "report",
        "question": "question",
        "proposal": "core",
        "decision": "act",
        "person": "suspect",
        "young-person": "child",
        "retry": "parked",
        "message": "message",
        "episode": "episode",
        "episode-change": "episode",
        "interview": "episode",
        "episode-send": "episode",
        "model": "version",
        "hub": "hub",
        "release": "release",
        "api-submission": "submission",
    }
    supervisor = visitors(scene)["supervisor"]
    opened = []
    for door, kind in kinds.items():
        for name, thing in scene.ids.items():
            if kind in name or (kind == "core" and "suspect" in name):
                continue
            method = "POST" if door == "retry" else "GET"
            if (door, name) == ("person", "core"):
                continue  # it is the suspect's id
            if supervisor.ask(door, method, thing).status_code != 404:
                opened.append(f"{door} with the id of {name}")
    assert opened == []


def test_every_address_with_an_id_takes_only_an_id():
    taken = [route for route, *_ in doors() if "<" in route and "<uuid:" not in route]
    assert taken == []
