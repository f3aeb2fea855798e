"""The way in: what each role came to do, first, and what waits for it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from intelligence import answering, drafts, newest, reports, review
from intelligence.models import Alarm, CommunityMessage, QueueItem
from partners.models import Agency, User
from partners.policy import Action, can
from partners.team import accounts
from partners.web import Page

#: Set-aside submissions that are counted, at most.
MOST = 1000


@dataclass(frozen=True)
class Job:
    """Something to do here: its page, why one would, and how much of it waits."""

    title: str
    url: str
    words: str
    waiting: str = ""


def _proposed(user: User) -> str:
    number = review.waiting(user)
    if number > review.MOST_COUNTED:
        return f"more than {review.MOST_COUNTED:,} waiting"
    return f"{number:,} waiting" if number else "nothing waiting"


def _alarms(user: User) -> str:
    number = Alarm.objects.visible_to(user).waiting().count()
    return f"{number:,} waiting" if number else "nothing waiting"


def _messages(user: User) -> str:
    number = CommunityMessage.objects.visible_to(user).filter(outcome="").count()
    return f"{number:,} waiting" if number else "nothing waiting"


def _set_aside(user: User) -> str:
    rows = QueueItem.objects.visible_to(user).exclude(parked_at=None)
    number = rows[: MOST + 1].count()
    return f"{number:,} set aside" if number else "nothing set aside"


def _reports(user: User) -> str:
    number = reports.count(to=user)
    return f"more than {newest.CAP:,}" if number > newest.CAP else f"{number:,}"


def _questions(user: User) -> str:
    number = answering.waiting(user)
    if not number:
        return ""
    counted = f"more than {answering.MOST}" if number > answering.MOST else f"{number}"
    return f"{counted} question{'' if number == 1 else 's'} for you"


def _accounts(user: User) -> str:
    number = accounts.waiting(to=user).count()
    return f"{number:,} waiting" if number else "nothing waiting"


_JOBS: tuple[tuple[Action, str, str, str, Callable[[User], str] | None], ...] = (
    (
        Action.ANSWER_ALARMS,
        "Answer alarms",
        "alarms",
        "A child may be at risk now, and nobody has been told who must act.",
        _alarms,
    ),
    (
        Action.REVIEW_LINKS,
        "Review proposed links",
        "review",
        "Decide whether reports describe the same person. Each proposal says why.",
        _proposed,
    ),
    (
        Action.TRIAGE,
        "Read messages",
        "messages",
        "What people without an account have written. Nothing of it is linked before you read it.",
        _messages,
    ),
    (
        Action.SUBMIT,
        "Share a concern",
        "begin",
        "Tell police what you have seen, heard or been told. Part of a name or number helps.",
        None,
    ),
    (
        Action.SUBMIT,
        "Send a file",
        "uploads",
        "Many concerns at once, in the table you already keep.",
        None,
    ),
    (
        Action.SUBMIT,
        "Missing, and back",
        "missing",
        "Who is missing, whose return home interview is due, and what came of it.",
        None,
    ),
    (
        Action.SUBMIT,
        "Log visitors and vehicles",
        "visits",
        "Who came to the home, in which car and for whom. A row takes seconds.",
        None,
    ),
    (
        Action.SUBMIT,
        "Share without naming a patient",
        "confidential",
        "For services that keep confidences. The patient’s name is not asked.",
        None,
    ),
    (
        Action.SUBMIT,
        "Share from outreach",
        "outreach",
        "For projects that meet adults in the sex industry.",
        None,
    ),
    (
        Action.SUBMIT,
        "Report an absence",
        "absence",
        "An absence from school or college that worries you.",
        None,
    ),
    (
        Action.VIEW_REPORTS,
        "Read reports",
        "reports",
        "The reports that you may see, the newest first.",
        _reports,
    ),
    (
        Action.VIEW_PEOPLE,
        "Look up a person",
        "people",
        "People reported as suspected offenders, put together from what several agencies said.",
        None,
    ),
    (
        Action.VIEW_YOUNG_PEOPLE,
        "Look up a young person",
        "young-people",
        "Young people at risk or harmed, by pseudonym. A name is shown for a reason, and logged.",
        None,
    ),
    (
        Action.RETRY_PARKED,
        "Try again what failed",
        "parked",
        "Submissions that could not be processed five times. They are safe, and not yet linked.",
        _set_aside,
    ),
    (
        Action.MANAGE_MODELS,
        "Look after the linking model",
        "models",
        "Its versions, how right its links were, and whether they are as right for everybody.",
        None,
    ),
    (
        Action.VIEW_RELEASES,
        "See the figures",
        "releases",
        "Published counts for each quarter. They never tell of one person.",
        None,
    ),
    (
        Action.VIEW_OWN_FIGURES,
        "See what came back",
        "own-figures",
        "How many of your agency’s reports were answered, and how soon, against its own past.",
        None,
    ),
    (
        Action.LEAD_TEAM,
        "Look after your team",
        "team",
        "Joiners and leavers, keys for your own systems, and your sharing agreement.",
        None,
    ),
    (
        Action.MANAGE_ACCOUNTS,
        "Settle who gets an account",
        "accounts",
        "What the leads of agencies ask for.",
        _accounts,
    ),
    (
        Action.READ_AUDIT,
        "See who looked at what",
        "audit",
        "Everything that anybody saw or did here, with the reason given.",
        None,
    ),
    (
        Action.VIEW_SUBMISSIONS,
        "See what you have sent",
        "submissions",
        "Your reports, how far they have come, and what the police ask about them.",
        _questions,
    ),
)


_KIND = Agency.Kind
#: Jobs that are for some kinds of agency only. Their pages are open to whoever may send.
_FOR: dict[str, frozenset[str]] = {
    "visits": frozenset({_KIND.CARE_PROVIDER}),
    "confidential": frozenset({_KIND.HEALTH}),
    "outreach": frozenset({_KIND.THIRD_SECTOR}),
    "absence": frozenset({_KIND.EDUCATION, _KIND.LOCAL_AUTHORITY}),
    "missing": frozenset(
        {_KIND.CARE_PROVIDER, _KIND.LOCAL_AUTHORITY, _KIND.THIRD_SECTOR, _KIND.EDUCATION}
    ),
}


def _concerns(name: str, agency: Agency) -> bool:
    """Is the job one for this agency?"""
    if name == "alarms":
        return agency.is_hub
    return name not in _FOR or agency.kind in _FOR[name]


class Home(Page):
    """What this person came to do, first."""

    policy_action = Action.SIGN_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page of the role."""
        jobs = [
            Job(title, reverse(name), words, count(self.user) if count else "")
            for action, title, name, words, count in _JOBS
            if can(self.user, action) and _concerns(name, self.user.agency)
        ]
        context = {
            "jobs": jobs,
            "unfinished": drafts.unfinished(by=self.user),
            "role": self.user.get_role_display(),
            "partner": can(self.user, Action.SUBMIT),
            "accounts": can(self.user, Action.MANAGE_ACCOUNTS),
        }
        return render(request, "intelligence/home.html", context)
