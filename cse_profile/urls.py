"""Every door, in one list."""

from django.urls import include, path

from intelligence.api import Submissions as ApiSubmissions
from intelligence.description import Description
from intelligence.views import (
    answering,
    community,
    confidential,
    desk,
    drafts,
    gate,
    guidance,
    home,
    profiles,
    quick,
    sending,
    sharing,
    uploads,
    visits,
)
from intelligence.views.alarms import AlarmPage, Alarms
from intelligence.views.hubs import HubPage, Hubs
from intelligence.views.versions import ModelPage, Models
from offenders.views import People, PersonPage
from partners import health, views, welsh
from partners.team import views as team
from problem_profile.views import OurMonth, OwnFigures, ReleasePage, Releases
from victims.views import absence, missing
from victims.views.profiles import YoungPeople, YoungPerson

api = [
    path("schema/", Description.as_view(), name="api-schema"),
    path(
        "submissions/",
        ApiSubmissions.as_view({"get": "list", "post": "create"}),
        name="api-submissions",
    ),
    path(
        "submissions/<uuid:pk>/",
        ApiSubmissions.as_view({"get": "retrieve"}),
        name="api-submission",
    ),
]

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", views.SignOut.as_view(), name="sign-out"),
    path("away/", views.Away.as_view(), name="away"),
    path("", home.Home.as_view(), name="home"),
    path("language/", welsh.Switch.as_view(), name="language"),
    path("danger/", views.Words.as_view(template="partners/danger.html"), name="danger"),
    path("privacy/", views.Words.as_view(template="partners/privacy.html"), name="privacy"),
    path(
        "accessibility/",
        views.Words.as_view(template="partners/accessibility.html"),
        name="accessibility",
    ),
    path("submissions/", sending.Submissions.as_view(), name="submissions"),
    path("submissions/new/", drafts.Submit.as_view(), name="submit"),
    path("submissions/unfinished/<uuid:pk>/", drafts.DraftPage.as_view(), name="draft"),
    path("submissions/before-you-start/", gate.Gate.as_view(), name="begin"),
    path("submissions/in-one-box/", quick.Quick.as_view(), name="quick"),
    path("submissions/<uuid:pk>/", sending.SubmissionPage.as_view(), name="submission"),
    path("submissions/nothing-to-share/", sending.Nothing.as_view(), name="nothing-to-share"),
    path("submissions/<uuid:pk>/copy/", sending.CopyPage.as_view(), name="copy"),
    path("submissions/<uuid:pk>/correct/", sending.Correct.as_view(), name="correct"),
    path("submissions/<uuid:pk>/withdraw/", sending.Withdraw.as_view(), name="withdraw"),
    path("questions/<uuid:pk>/", sending.QuestionPage.as_view(), name="question"),
    path("uploads/", uploads.Uploads.as_view(), name="uploads"),
    path("uploads/template.csv", uploads.UploadTemplate.as_view(), name="upload-template"),
    path("uploads/<uuid:pk>/", uploads.UploadPage.as_view(), name="upload"),
    path("uploads/<uuid:pk>/to-fix.csv", uploads.UploadErrors.as_view(), name="upload-errors"),
    path("absence/", absence.Absence.as_view(), name="absence"),
    path("missing/", missing.Missing.as_view(), name="missing"),
    path("missing/new/", missing.MissingNew.as_view(), name="missing-new"),
    path("missing/<uuid:pk>/", missing.Episode.as_view(), name="episode"),
    path("missing/<uuid:pk>/change/", missing.EpisodeChange.as_view(), name="episode-change"),
    path("missing/<uuid:pk>/interview/", missing.Interview.as_view(), name="interview"),
    path("missing/<uuid:pk>/send/", missing.EpisodeSend.as_view(), name="episode-send"),
    path("alarms/", Alarms.as_view(), name="alarms"),
    path("alarms/<uuid:pk>/", AlarmPage.as_view(), name="alarm"),
    path("visits/", visits.Visits.as_view(), name="visits"),
    path("visits/send/", visits.VisitsSend.as_view(), name="visits-send"),
    path(
        "submissions/without-a-name/",
        confidential.Confidential.as_view(),
        name="confidential",
    ),
    path("submissions/from-outreach/", confidential.Outreach.as_view(), name="outreach"),
    path("tell/", community.Tell.as_view(), name="tell"),
    path("messages/", community.Messages.as_view(), name="messages"),
    path("messages/<uuid:pk>/", community.MessagePage.as_view(), name="message"),
    path("reports/", desk.Reports.as_view(), name="reports"),
    path("reports/<uuid:pk>/", desk.ReportPage.as_view(), name="report"),
    path("reports/<uuid:pk>/sharing/", sharing.Sharing.as_view(), name="sharing"),
    path("reports/<uuid:pk>/sender/", answering.AnswerSender.as_view(), name="answer-sender"),
    path("review/", desk.Review.as_view(), name="review"),
    path("review/<uuid:pk>/", desk.ProposalPage.as_view(), name="proposal"),
    path("review/decisions/<uuid:act>/", desk.DecisionPage.as_view(), name="decision"),
    path("profiles/<uuid:pk>/merge/", profiles.MergePage.as_view(), name="merge"),
    path("profiles/<uuid:pk>/split/", profiles.SplitPage.as_view(), name="split"),
    path("profiles/<uuid:pk>/history/", profiles.HistoryPage.as_view(), name="history"),
    path("people/", People.as_view(), name="people"),
    path("people/<uuid:pk>/", PersonPage.as_view(), name="person"),
    path("young-people/", YoungPeople.as_view(), name="young-people"),
    path("young-people/<uuid:pk>/", YoungPerson.as_view(), name="young-person"),
    path("parked/", desk.Parked.as_view(), name="parked"),
    path("parked/<uuid:pk>/retry/", desk.Retry.as_view(), name="retry"),
    path("figures/", Releases.as_view(), name="releases"),
    path("linking-model/", Models.as_view(), name="models"),
    path("linking-model/hubs/", Hubs.as_view(), name="hubs"),
    path("linking-model/hubs/<uuid:pk>/", HubPage.as_view(), name="hub"),
    path("linking-model/<uuid:pk>/", ModelPage.as_view(), name="model"),
    path("figures/our-agency/", OwnFigures.as_view(), name="own-figures"),
    path("figures/our-agency/month/", OurMonth.as_view(), name="our-month"),
    path("figures/<uuid:pk>/", ReleasePage.as_view(), name="release"),
    path("guidance/", guidance.Helps.as_view(), name="guidance"),
    *(
        path(
            f"guidance/{slug}/",
            guidance.ForAudience.as_view(slug=slug),
            name=f"guidance-{slug}",
        )
        for slug in ("police", "social-workers", "commissioners", "health", "schools")
    ),
    path("team/", team.Team.as_view(), name="team"),
    path("team/<uuid:pk>/end/", team.EndAccount.as_view(), name="end-account"),
    path("team/keys/", team.Keys.as_view(), name="keys"),
    path("team/keys/<uuid:pk>/end/", team.EndKey.as_view(), name="end-key"),
    path("accounts/", team.Accounts.as_view(), name="accounts"),
    path("accounts/<uuid:pk>/", team.DeclineAccount.as_view(), name="decline-account"),
    path("audit/", views.Log.as_view(), name="audit"),
    path("api/v1/", include(api)),
]

handler404 = "partners.web.not_found"
