"""Areas, agencies, people, agreements and tokens."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from partners.policy import Action, OwnQuerySet, Role

#: Whom to call about a child at risk where neither the agency nor its area says.
ANYWHERE = gettext_lazy(
    "the children’s social care team of your council, at night and at weekends its emergency "
    "duty team"
)


class Area(models.Model):
    """A police force area. `referral_route` says whom to call there about a child at risk."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=100)
    hub = models.ForeignKey("Agency", models.SET_NULL, null=True, blank=True, related_name="+")
    #: In whose name the desk takes in what people without an account tell; none: they cannot.
    community = models.ForeignKey("Agency", models.SET_NULL, null=True, related_name="+")
    referral_route = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.code


class Agency(models.Model):
    """A partner: it submits, and receives what is shared with it.

    `contact` says how police and the hub reach it, by day and by night.
    """

    class Kind(models.TextChoices):
        POLICE = "police", "Police"
        LOCAL_AUTHORITY = "local_authority", "Local authority"
        HEALTH = "health", "Health"
        EDUCATION = "education", "Education"
        YOUTH_OFFENDING = "youth_offending", "Youth offending"
        PROBATION = "probation", "Probation"
        THIRD_SECTOR = "third_sector", "Third sector"
        LICENSING = "licensing", "Licensing"
        HOUSING = "housing", "Housing"
        TRANSPORT = "transport", "Transport"
        CARE_PROVIDER = "care_provider", "Care provider"
        COMMISSIONING_BODY = "commissioning_body", "Commissioning body"
        OTHER = "other", "Other"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    area = models.ForeignKey(Area, models.PROTECT, related_name="agencies")
    referral_route = models.CharField(max_length=300, blank=True)
    contact = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name

    @property
    def is_police(self) -> bool:
        """Only police agencies may send gradings."""
        return self.kind == self.Kind.POLICE

    @property
    def is_hub(self) -> bool:
        """Is it the safeguarding hub of its area?"""
        return self.area.hub_id == self.pk

    @property
    def whom_to_call(self) -> str:
        """Whom its people call about a child at risk: its own route, or that of its area."""
        return self.referral_route or self.area.referral_route or str(ANYWHERE)


class LocalPlace(models.Model):
    """A place that people of an area know by name. From a public list, never from reports."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    area = models.ForeignKey(Area, models.CASCADE, related_name="places")
    name = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="place_once_an_area", fields=["area", "name"])
        ]

    def __str__(self) -> str:
        return self.name


class SharingAgreement(models.Model):
    """What lets an agency receive. Without a current one it may still submit."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="agreements")
    title = models.CharField(max_length=200)
    purpose = models.CharField(max_length=500, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField()
    review_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="agreement_ends_after_it_starts", condition=Q(expires_on__gt=F("starts_on"))
            ),
            models.CheckConstraint(
                name="agreement_is_reviewed_while_it_holds",
                condition=Q(review_on=None)
                | Q(review_on__gte=F("starts_on"), review_on__lte=F("expires_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} to {self.expires_on}"


class UserManager(BaseUserManager["User"]):
    """Makes people; there is no superuser to make."""

    def create_user(
        self,
        *,
        username: str,
        agency: Agency,
        role: str,
        password: str | None = None,
        name: str = "",
    ) -> "User":
        """A person who may sign in with `password`, or nobody can as them when None."""
        user = self.model(username=username, agency=agency, role=role, name=name or username)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person with one role at one agency, or the machine user of an agency."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    telephone = models.CharField(max_length=30, blank=True, default="")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="people")
    role = models.CharField(max_length=20, choices=Role.choices)
    is_active = models.BooleanField(default=True)
    is_machine = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="nobody_is_superuser", condition=Q(is_superuser=False)),
            models.UniqueConstraint(
                name="one_machine_user_an_agency", fields=["agency"], condition=Q(is_machine=True)
            ),
            models.CheckConstraint(
                name="machines_only_submit",
                condition=Q(is_machine=False) | Q(role=Role.SUBMITTER),
            ),
        ]

    def __str__(self) -> str:
        return self.username

    def check_password(self, raw_password: str | None) -> bool:
        """Is this the password? Never rewrites the stored hash: the web login may not."""
        return raw_password is not None and check_password(raw_password, self.password)

    def get_full_name(self) -> str:
        """The name shown on pages."""
        return self.name


class RequestsOfTeam(OwnQuerySet["AccountRequest"]):
    """Seen by the leads of the agency."""

    owner, owner_path, action = "agency_id", "agency", Action.LEAD_TEAM


class AccountRequest(models.Model):
    """A lead asks for an account for somebody who joins; the administrator makes it, or says why
    not.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=20, choices=Role.choices)
    why = models.CharField(max_length=300)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    settled_at = models.DateTimeField(null=True, blank=True)
    made = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    declined = models.CharField(max_length=300, blank=True)

    objects = RequestsOfTeam.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="request_is_settled_one_way",
                condition=Q(settled_at=None, made=None, declined="")
                | Q(settled_at__isnull=False, made__isnull=False, declined="")
                | (Q(settled_at__isnull=False, made=None) & ~Q(declined="")),
            ),
        ]

    def __str__(self) -> str:
        return f"account at {self.agency}"


def every_scope() -> list[str]:
    """What a token may do where nobody says less."""
    return list(ApiToken.Scope.values)


class KeysOfTeam(OwnQuerySet["ApiToken"]):
    """Seen by the leads of the agency."""

    owner, owner_path, action = "agency_id", "user__agency", Action.LEAD_TEAM


class ApiToken(models.Model):
    """An agency's key to the API. Only its SHA-256 is kept; the key is shown once."""

    class Scope(models.TextChoices):
        SEND = "send", "Send submissions"
        READ = "read", "Read what became of them"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60, blank=True)
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = ArrayField(models.CharField(max_length=8, choices=Scope.choices), default=every_scope)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = KeysOfTeam.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="token_scopes_are_known",
                condition=Q(scopes__contained_by=["send", "read"]) & Q(scopes__len__gt=0),
            ),
            models.CheckConstraint(
                name="token_ends_within_ten_years",
                condition=Q(expires_at__gt=F("created_at"))
                & Q(expires_at__lte=F("created_at") + timedelta(days=3660)),
            ),
        ]

    def __str__(self) -> str:
        return f"token of {self.user}"


class ApiPace(models.Model):
    """How far ahead of an even pace a token, or an agency, has asked: `partners.pace`."""

    subject = models.UUIDField(primary_key=True, editable=False)
    due = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.due:%H:%M:%S}"


class StrangerPace(models.Model):
    """How far ahead of an even pace a network address has written: `partners.pace`.

    `subject` is a keyed hash with the hour in it; no address can be had from it, and none is kept.
    """

    subject = models.UUIDField(primary_key=True, editable=False)
    due = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.due:%H:%M:%S}"


class SignInFailure(models.Model):
    """A wrong password, counted by `partners.sign_in` for a name on a device."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bucket = models.BinaryField(max_length=32)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["bucket", "at"], name="sign_in_failure_bucket")]

    def __str__(self) -> str:
        return f"{self.at:%H:%M}"


class AuditEvent(models.Model):
    """One row of the log, written by `partners.audit` and by nothing else (DPA 2018 s.62).

    The table is made by hand (migration 0002): its columns are filled by the database, and no
    login of the application may change or remove a row.
    """

    class Operation(models.TextChoices):
        COLLECTION = "collection", "Collection"
        ALTERATION = "alteration", "Alteration"
        CONSULTATION = "consultation", "Consultation"
        DISCLOSURE = "disclosure", "Disclosure"
        COMBINATION = "combination", "Combination"
        ERASURE = "erasure", "Erasure"
        AUTHENTICATION = "authentication", "Signing in and out"
        DENIAL = "denial", "Refusal"
        CONFIGURATION = "configuration", "Configuration"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seq = models.BigIntegerField(editable=False)
    at = models.DateTimeField(editable=False)
    operation = models.CharField(max_length=20, choices=Operation.choices)
    actor = models.UUIDField(null=True)
    actor_name = models.TextField()
    agency = models.UUIDField(null=True)
    role = models.TextField()
    verb = models.TextField()
    object_type = models.TextField()
    object_ids = ArrayField(models.UUIDField())
    reason = models.TextField()
    detail = models.JSONField()

    class Meta:
        managed = False
        db_table = "partners_auditevent"

    def __str__(self) -> str:
        return f"{self.operation} {self.verb}"
