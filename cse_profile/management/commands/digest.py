"""digest: a month of an agency as text, or a neutral message to the leads who have one to read."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.core.management.base import BaseCommand, CommandError

from intelligence import silence
from partners.models import Agency, User
from partners.policy import Role
from problem_profile import digest

#: All that goes out: no name of the service, of the agency or of anybody, and no figure.
SUBJECT = "You have a message"
MESSAGE = "There is something for you to read. Sign in as you always do.\n"


class Command(BaseCommand):
    """Writes an agency's digest, or tells leads that theirs is there."""

    help = "Write the digest of an agency's month; or tell leads by e-mail that theirs is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The agency and the month, or the leads."""
        parser.add_argument("agency", nargs="?", help="code of the agency")
        parser.add_argument("--month", help="YYYY-MM; the last that is over, where none is given")
        parser.add_argument(
            "--tell-leads",
            action="store_true",
            help="send every lead whose address is known a message without content",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        if options["tell_leads"]:
            return self._tell()
        agency = Agency.objects.filter(code=options["agency"]).first()
        if agency is None:
            raise CommandError(f"There is no agency “{options['agency']}”.")
        month = self._month(options["month"])
        self.stdout.write(digest.as_text(digest.digest(agency, month)))
        return None

    def _month(self, given: str | None) -> date:
        if given is None:
            return silence.last_month()
        try:
            return date.fromisoformat(f"{given}-01")
        except ValueError:
            raise CommandError(f"“{given}” is not a month, like 2026-10.") from None

    def _tell(self) -> None:
        if not settings.MAIL_IS_ON:
            raise CommandError(
                "E-mail is off: set CSE_PROFILE_MAIL_FROM and CSE_PROFILE_MAIL_HOST."
            )
        leads = User.objects.filter(role=Role.LEAD, is_active=True).exclude(email="")
        for address in leads.values_list("email", flat=True):
            send_mail(SUBJECT, MESSAGE, settings.DEFAULT_FROM_EMAIL, [address])
        self.stdout.write(f"{len(leads)} told.")
