"""For partners: one box of free text, and what was recognised in it to confirm."""

import uuid
from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from intelligence import drafts, intake, reading
from intelligence.models import Draft
from intelligence.quick import QuickForm
from intelligence.views import gate
from intelligence.views.drafts import kept
from partners import returning
from partners.models import LocalPlace, User
from partners.policy import Action
from partners.returning import Writing
from partners.web import id_asked, visible_or_404

#: Buttons, and what a form has for itself.
_NOT_ANSWERS = frozenset(
    {"csrfmiddlewaretoken", "draft", "read", "send", "more", "keep", "hide", "writer"}
)


_BEFORE = _(
    "You sent this form before, with other answers, and we have those. To send these as a report "
    "of its own, press “Send to police” below."
)


class Quick(Writing):
    """Write; confirm what was recognised; send. A draft keeps what was written until then."""

    policy_action = Action.SUBMIT

    def look_first(self, answers: QueryDict) -> None:
        """Shown again, whatever button was pressed."""
        for name in ("send", "more", "hide"):
            answers.pop(name, None)

    def get(self, request: HttpRequest) -> HttpResponse:
        """An empty box, behind the gate; or a draft, as far as it had come."""
        if pk := id_asked(request, "draft"):
            draft = visible_or_404(Draft.objects.all(), self.user, pk=pk, way=Draft.Way.BOX)
            self.consulted("draft", [draft.pk])
            form = QuickForm(draft.answers, local=_places(self.user))
            return _show(request, form, draft, step="confirm" if form.text.strip() else "write")
        if not gate.passed(request):
            return redirect("begin")
        form = QuickForm(referral=gate.told(request), local=_places(self.user))
        return _show(request, form, None, step="write")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep it; then show what was recognised, go on in steps, or send."""
        form = QuickForm(request.POST, local=_places(self.user))
        if not form.text.strip():
            if "hide" in request.POST:
                return returning.hide(request)
            return self._ask_for_words(request, form)
        draft = self._keep(request)
        if "hide" in request.POST:
            return returning.hide(request)
        if "keep" in request.POST:
            return JsonResponse(kept(draft, f"{reverse('quick')}?draft={draft.pk}"))
        if not {"send", "more"} & set(request.POST):
            return _show(request, form, draft, step="confirm")
        if form.found_more:
            return _show(request, form, draft, step="confirm", found_more=True)
        return self._finish(request, form, draft)

    def _ask_for_words(self, request: HttpRequest, form: QuickForm) -> HttpResponse:
        if "keep" in request.POST:
            return JsonResponse({})
        form.report.judged = True
        form.report.full_clean()
        for name in set(form.report.errors) - {"narrative"}:
            del form.report.errors[name]  # asked on the next page
        return _show(request, form, None, step="write", status=400)

    def _keep(self, request: HttpRequest) -> Draft:
        """The draft with what was posted; a new one where there is none, or it has gone."""
        answers = {k: v for k, v in request.POST.items() if k not in _NOT_ANSWERS}
        try:
            held = Draft(pk=uuid.UUID(request.POST.get("draft", "")))
            return drafts.save(held, by=self.user, answers=answers)
        except (ValueError, Draft.DoesNotExist):
            return drafts.begin(by=self.user, way=Draft.Way.BOX, answers=answers)

    def _finish(self, request: HttpRequest, form: QuickForm, draft: Draft) -> HttpResponse:
        if not form.is_valid():
            return _show(request, form, draft, step="confirm", status=400)
        if "more" in request.POST:
            return self._go_on(form.typed(), draft)
        whole = form.whole()
        if not whole.judge(police=self.user.agency.is_police):
            return self._go_on(form.typed(), draft, look=True)
        try:
            receipt = intake.submit(whole.payload(), by=self.user)
        except intake.ConflictError:
            messages.info(request, _BEFORE)
            return self._go_on(form.typed(), draft, look=True)
        drafts.throw_away(draft, by=self.user)
        return redirect("submission", pk=receipt.submission)

    def _go_on(
        self, answers: Mapping[str, object], draft: Draft, *, look: bool = False
    ) -> HttpResponse:
        """The same answers as a report in steps."""
        longer = drafts.begin(by=self.user, way=Draft.Way.STEPS, answers=answers)
        drafts.throw_away(draft, by=self.user)
        where = reverse("draft", kwargs={"pk": longer.pk})
        return redirect(f"{where}?step=send&look=1" if look else where)


def _places(user: User) -> Mapping[str, str]:
    """The places of the area by the ways they are written: a public list, not what was reported."""
    names = LocalPlace.objects.filter(area=user.agency.area_id).values_list("name", flat=True)
    return reading.index_of_places(names)


def _show(
    request: HttpRequest,
    form: QuickForm,
    draft: Draft | None,
    *,
    step: str,
    status: int = 200,
    found_more: bool = False,
) -> HttpResponse:
    # What an answer of 400 or more has written is undone, a draft begun by it too.
    held = draft if status == 200 or "draft" in request.POST else None
    context = {"form": form, "draft": held, "step": step, "problem": status != 200}
    context |= {"found_more": found_more}
    return render(request, "intelligence/quick.html", context, status=status)
