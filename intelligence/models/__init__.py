"""The models, in the order in which a submission meets them."""

from intelligence.models.alarms import Alarm
from intelligence.models.answers import Answer, Outcome, Question
from intelligence.models.community import CommunityMessage
from intelligence.models.contents import Event, Group, Mention, Relation, Sighting, Statement
from intelligence.models.drafts import Draft
from intelligence.models.hubs import Hub
from intelligence.models.kept import KeptFrom
from intelligence.models.received import (
    Audience,
    GradeChange,
    Original,
    QueueItem,
    Report,
    ReportGrant,
    SourceIdentity,
    Submission,
)
from intelligence.models.resolved import (
    Cluster,
    ClusterEvent,
    CommonKey,
    Decision,
    Link,
    Membership,
    MentionKey,
    Tie,
    Undoing,
)
from intelligence.models.silence import NothingToShare
from intelligence.models.uploads import KnownHeading, Upload, UploadRow
from intelligence.models.versions import ModelVersion, OtherScore
from intelligence.models.visits import Visit
from intelligence.models.withdrawn import Withdrawal

__all__ = [
    "Alarm",
    "Answer",
    "Audience",
    "Cluster",
    "ClusterEvent",
    "CommonKey",
    "CommunityMessage",
    "Decision",
    "Draft",
    "Event",
    "GradeChange",
    "Group",
    "Hub",
    "KeptFrom",
    "KnownHeading",
    "Link",
    "Membership",
    "Mention",
    "MentionKey",
    "ModelVersion",
    "NothingToShare",
    "Original",
    "OtherScore",
    "Outcome",
    "Question",
    "QueueItem",
    "Relation",
    "Report",
    "ReportGrant",
    "Sighting",
    "SourceIdentity",
    "Statement",
    "Submission",
    "Tie",
    "Undoing",
    "Upload",
    "UploadRow",
    "Visit",
    "Withdrawal",
]
