"""Who is who: keys, links, what people decided, and the clusters that follow."""

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from intelligence.models.contents import Mention
from partners.policy import Level, PolicyQuerySet, at_desk

if TYPE_CHECKING:
    from partners.policy import Visitor


class MentionKey(models.Model):
    """What a mention is found by. Read by the workers only."""

    pk = models.CompositePrimaryKey("key", "mention_id")
    key = models.BigIntegerField()
    mention = models.ForeignKey(Mention, models.CASCADE, related_name="keys")

    def __str__(self) -> str:
        return str(self.key)


class CommonKey(models.Model):
    """A key that too many mentions share to be looked for by it: narrower ones stand in its place.

    Written by the workers, and counted for whoever runs the system. Says nothing of anybody: of
    what the key was made, its kind alone is kept.
    """

    key = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=20)
    since = models.DateTimeField(default=timezone.now)
    mentions = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.kind} of {self.mentions}"


class PairQuerySet(PolicyQuerySet[models.Model]):
    """A fact about two mentions: seen by whoever may see both."""

    level = Level.LINKING

    def visible_to(self, user: "Visitor") -> Any:
        """Pairs both of whose mentions `user` may see."""
        mentions = Mention.objects.visible_to(user).values("pk")
        return self.filter(left__in=mentions, right__in=mentions)


class DeskPairQuerySet(PairQuerySet):
    """What workers propose, and who decided what and why: never leaves the desk."""

    def visible_to(self, user: "Visitor") -> Any:
        """Pairs whose mentions are both visible, for those who work at the desk."""
        return super().visible_to(user) if at_desk(user) else self.none()


class Link(models.Model):
    """A scored pair. `left` is the lower id, so that a pair is stored once."""

    id = models.UUIDField(primary_key=True, editable=False)
    left = models.ForeignKey(Mention, models.CASCADE, related_name="+", db_index=False)
    right = models.ForeignKey(Mention, models.CASCADE, related_name="+")
    weight = models.FloatField()  # bits
    detail = models.JSONField()
    model_version = models.CharField(max_length=64)
    scored_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["Link"]] = DeskPairQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="link_lower_first", condition=Q(left__lt=F("right"))),
            models.UniqueConstraint(name="link_once", fields=["left", "right"]),
        ]

    def __str__(self) -> str:
        return f"{self.weight:+.1f} bits"


class Decision(models.Model):
    """A person's judgement of a pair. Appended; an `Undoing` ends what one act decided.

    Read at the desk alone: a doubt or a refusal, and the reasons, tell of work in hand. Others
    learn by a `Tie` that two mentions they may see are one person.
    """

    class Judgement(models.TextChoices):
        SAME = "same", "The same person"
        DIFFERENT = "different", "Not the same person"
        UNSURE = "unsure", "Not sure yet"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    act = models.UUIDField()
    left = models.ForeignKey(Mention, models.CASCADE, related_name="+")
    right = models.ForeignKey(Mention, models.CASCADE, related_name="+")
    judgement = models.CharField(max_length=9, choices=Judgement.choices)
    by = models.ForeignKey("partners.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=1000, blank=True)

    objects: ClassVar[models.Manager["Decision"]] = DeskPairQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="decision_lower_first", condition=Q(left__lt=F("right"))),
            models.UniqueConstraint(name="pair_once_an_act", fields=["act", "left", "right"]),
        ]

    def __str__(self) -> str:
        return self.judgement


class Undoing(models.Model):
    """Takes back everything that one act decided."""

    act = models.UUIDField(primary_key=True)
    by = models.ForeignKey("partners.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=1000, blank=True)

    def __str__(self) -> str:
        return f"undoing of {self.act}"


class Tie(models.Model):
    """Two mentions that, as decisions stand, are one person: not who says so, when, or why.

    Written by the workers from the decisions; seen by whoever may see both mentions.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    left = models.ForeignKey(Mention, models.CASCADE, related_name="+", db_index=False)
    right = models.ForeignKey(Mention, models.CASCADE, related_name="+")

    objects: ClassVar[models.Manager["Tie"]] = PairQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="tie_lower_first", condition=Q(left__lt=F("right"))),
            models.UniqueConstraint(name="tie_once", fields=["left", "right"]),
        ]

    def __str__(self) -> str:
        return f"{self.left_id} is {self.right_id}"


class Cluster(models.Model):
    """Mentions held to be one person.

    Solved twice: over the whole system (`area` empty: bulk export, pointers to other forces), and
    from each force's own mentions alone. Only the second is shown, so that no mention which an
    analyst may not see shapes what that analyst sees.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    area = models.ForeignKey("partners.Area", models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.pk)


class MembershipQuerySet(PolicyQuerySet["Membership"]):
    """Seen at the desk, which sees every mention of its clusters.

    Nobody else: which mention a cluster accepts, and which it proposes, follows from all of them,
    so that a membership tells of mentions that are hidden. Others know a person by decisions.
    """

    level = Level.LINKING
    row_path = "mention__report_id"

    def visible_to(self, user: "Visitor") -> Any:
        """The memberships `user` may see. Whole-system ones are for the workers."""
        return super().visible_to(user).exclude(area=None)


class Membership(models.Model):
    """One mention in one cluster.

    `core` names the mentions that people have decided are one person (it is the earliest of
    them): a mention nobody has decided on is a core of one. In each cluster the largest core is
    the profile, accepted; the others are proposed to it.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        ACCEPTED = "accepted", "Accepted"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mention = models.ForeignKey(Mention, models.CASCADE, related_name="memberships", db_index=False)
    area = models.ForeignKey(
        "partners.Area", models.PROTECT, null=True, related_name="+", db_index=False
    )
    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="memberships")
    core = models.UUIDField()
    status = models.CharField(max_length=8, choices=Status.choices)
    since = models.DateTimeField(default=timezone.now)
    bits = models.FloatField(default=0.0)  # of a proposed core: its strongest link to the profile
    unsure = models.BooleanField(default=False)  # ... and whether somebody could not tell

    objects: ClassVar[models.Manager["Membership"]] = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_cluster_a_mention", fields=["mention", "area"], nulls_distinct=False
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["core"], name="membership_core"),
            # The review queue, in its order: one row for each proposed core.
            models.Index(
                fields=["area", "unsure", "-bits", "core"],
                name="membership_proposed",
                condition=Q(status="proposed", core=F("mention")),
            ),
        ]

    def __str__(self) -> str:
        return self.status


class ClusterEvent(models.Model):
    """A cluster was formed, grew, merged, split or emptied, and why. Appended."""

    class Kind(models.TextChoices):
        FORMED = "formed", "Formed"
        GREW = "grew", "Grew"
        MERGED = "merged", "Merged"
        SPLIT = "split", "Split"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="events")
    other = models.UUIDField(null=True)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    at = models.DateTimeField(default=timezone.now)
    mentions = ArrayField(models.UUIDField())

    def __str__(self) -> str:
        return self.kind
