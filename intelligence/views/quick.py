"""For partners: one box of free text, and what was recognised in it to confirm."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from intelligence import intake, reading
from intelligence.quick import QuickForm
from intelligence.views import gate, sending
from partners.models import LocalPlace, User
from partners.policy import Action
from partners.web import Page


class Quick(Page):
    """Write; confirm what was recognised; send. Nothing is stored before it is sent."""

    policy_action = Action.SUBMIT

    def get(self, request: HttpRequest) -> HttpResponse:
        """An empty box, behind the gate."""
        if not gate.passed(request):
            return redirect("begin")
        form = QuickForm(referral=gate.told(request), local=_places(self.user))
        return _show(request, form, step="write")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Show what was recognised, go on to the whole form, or send."""
        form = QuickForm(request.POST, local=_places(self.user))
        if not form.text.strip():
            form.report.judged = True
            form.report.full_clean()
            for name in set(form.report.errors) - {"narrative"}:
                del form.report.errors[name]  # asked on the next page
            return _show(request, form, step="write", status=400)
        if not {"send", "more"} & set(request.POST):
            return _show(request, form, step="confirm")
        if form.found_more:
            return _show(request, form, step="confirm", found_more=True)
        return self._finish(request, form)

    def _finish(self, request: HttpRequest, form: QuickForm) -> HttpResponse:
        if not form.is_valid():
            return _show(request, form, step="confirm", status=400)
        if "more" in request.POST:
            return sending.show(request, form.whole(judged=False))
        whole = form.whole()
        if not whole.is_valid():
            return sending.show(request, whole, status=400)
        try:
            receipt = intake.submit(whole.payload(), by=self.user)
        except intake.RefusedError as refused:
            whole.add_errors(refused.errors)
            return sending.show(request, whole, status=400)
        except intake.ConflictError as error:
            return sending.show(request, sending.conflicting(whole, error), status=409)
        return redirect("submission", pk=receipt.submission)


def _places(user: User) -> Mapping[str, str]:
    """The places of the area by the ways they are written: a public list, not what was reported."""
    names = LocalPlace.objects.filter(area=user.agency.area_id).values_list("name", flat=True)
    return reading.index_of_places(names)


def _show(
    request: HttpRequest, form: QuickForm, *, step: str, status: int = 200, found_more: bool = False
) -> HttpResponse:
    context = {"form": form, "step": step, "problem": status != 200, "found_more": found_more}
    return render(request, "intelligence/quick.html", context, status=status)
