"""For schools and colleges: absence that worries somebody, sent in one page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from intelligence import intake, language
from intelligence.confirming import ClosingForm
from intelligence.views.again import Again
from partners.policy import Action
from victims.absence import AbsenceForm, payload


class Absence(Again):
    """Write it, answer the closing questions, send."""

    policy_action = Action.SUBMIT

    def get(self, request: HttpRequest) -> HttpResponse:
        """An empty form."""
        return self._show(AbsenceForm(), ClosingForm(initial={"how_known": "first_hand"}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send it, or say what is missing."""
        form, closing = AbsenceForm(request.POST), ClosingForm(request.POST)
        if self.came_back:
            return self._show(form, closing)
        if not all([form.is_valid(), closing.is_valid()]):
            return self._show(form, closing, status=400)
        try:
            receipt = intake.submit(payload(form, closing), by=self.user)
        except intake.RefusedError as refused:
            for error in refused.errors:
                form.add_error(None, error.message)
            return self._show(form, closing, status=400)
        except intake.ConflictError as error:
            form.add_error(None, error.sentence)
            return self._show(form, closing, status=409)
        return redirect("submission", pk=receipt.submission)

    def _show(self, form: AbsenceForm, closing: ClosingForm, status: int = 200) -> HttpResponse:
        words = [str(form[name].value() or "") for name in ("reason", "worry")]
        context = {
            "form": form,
            "closing": closing,
            "everything": [form, closing],
            "remarks": language.check("\n".join(words)),
            "route": self.user.agency.whom_to_call,
        }
        return render(self.request, "missing/absence.html", context, status=status)
