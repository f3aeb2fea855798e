"""Opening one row to one person by name, and ending that. The only module that knows guardian.

What a grant opens is for the policy to say (`policy.granted_to`).
"""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import Permission
from django.db import models
from django.db.models import Q
from django.utils import timezone
from guardian.models import UserObjectPermissionBase

from partners import audit, policy
from partners.models import User
from partners.policy import Action


class Grant(UserObjectPermissionBase):
    """One row opened to one person by name, with the reason; subclassed beside the model.

    A real foreign key, not guardian's generic one: the database removes the grant with the row,
    and a reused key can never open another. Made and ended by `share` and `revoke` only.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reason = models.CharField(max_length=500)
    conditions = models.CharField(max_length=500, blank=True)
    granted_by = models.ForeignKey("partners.User", models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True
        # Grants are appended, as the log is: one that ended stays, and another may follow it.
        unique_together: ClassVar[list[Any]] = []
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="%(class)s_stands_once",
                fields=["user", "permission", "content_object"],
                condition=Q(revoked_at=None),
            ),
        ]


def share(
    grant: type[Grant],
    row: models.Model,
    *,
    to: User,
    by: User,
    reason: str,
    conditions: str = "",
    expires_at: datetime | None = None,
) -> Grant:
    """Open `row` to one person by name; again, where it was open, from now on and until then.

    The caller has checked that `by` holds the row. Raises NotPermittedError where `by` may not
    share.
    """
    policy.require(by, Action.SHARE)
    name = row._meta.model_name
    permission = Permission.objects.get(
        codename=f"view_{name}", content_type__app_label=row._meta.app_label
    )
    made: dict[str, Any] = {"content_object": row, "user": to}
    standing = grant._base_manager.filter(**made, permission=permission, revoked_at=None)
    standing.update(revoked_at=timezone.now())
    opened: Grant = grant._base_manager.create(
        **made,
        permission=permission,
        granted_by=by,
        reason=reason,
        conditions=conditions,
        expires_at=expires_at,
    )
    _disclosed("open", opened, by=by, reason=reason)
    return opened


def revoke(grant: Grant, *, by: User, reason: str) -> None:
    """End a grant now; one that has ended stays as it is. The caller has checked that `by` holds
    the row.

    Open to the whole desk: whoever grades may close what a new grade forbids. Raises
    NotPermittedError.
    """
    policy.require(by, Action.GRADE)
    if grant.revoked_at is not None:
        return
    grant.revoked_at = timezone.now()
    grant.save(update_fields=["revoked_at"])
    _disclosed("close", grant, by=by, reason=reason)


def _disclosed(what: str, grant: Any, *, by: User, reason: str) -> None:
    name = grant.content_object._meta.model_name
    audit.record(
        by=by,
        operation="disclosure",
        verb=f"{what} {name} to a person",
        object_type=name,
        object_ids=[grant.content_object_id],
        reason=reason,
        detail={"recipients": [str(grant.user_id)]},
    )
