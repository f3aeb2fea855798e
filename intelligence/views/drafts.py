"""For partners: a report in steps, saved at each, and sent at the last.

A step is saved whatever is wrong with it, and then shown again by another request: an answer of
400 undoes what it wrote.
"""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from intelligence import drafts, exchange, intake, steps, trust, wording
from intelligence.lists import LISTS
from intelligence.models import Draft, Submission
from intelligence.rows import MOST_ROWS
from intelligence.sheet import Sheet, as_posted, called
from intelligence.steps import Step
from intelligence.views import gate
from partners import returning
from partners.models import Agency, Area
from partners.policy import Action
from partners.returning import Writing
from partners.templatetags.ui import clock
from partners.web import number_asked, visible_or_404


def kept(draft: Draft, address: str) -> dict[str, str]:
    """What the script that saves is told: where the draft is, and when it was saved."""
    saved = clock(timezone.localtime(draft.saved_at))
    return {"address": address, "draft": str(draft.pk), "saved": saved}


class Report(Writing):
    """What the pages of a report in steps share."""

    policy_action = Action.SUBMIT

    def look_first(self, answers: QueryDict) -> None:
        """Shown again where it was typed, whatever button was pressed."""
        person = self.request.GET.get("row", "")
        answers["go"] = f"person-{person}" if person else "stay"
        for name in ("add_row", "remove_row"):
            answers.pop(name, None)

    def _act(self, draft: Draft, step: Step, row: int | None) -> HttpResponse:
        """Save what was posted of a step, or of one person, and go where it was asked."""
        posted = self.request.POST
        if row is None:
            answers = steps.typed(step, posted)
            before = steps.belonging(step, steps.answers_of(draft))
        else:
            answers = steps.typed_of_row("persons", row, posted)
            before = steps.of_row("persons", row, draft.answers)
            answers |= steps.grown("persons", draft.answers, to=row + 1)
        draft = drafts.save(draft, by=self.user, answers=answers, instead_of=before)
        if "keep" in posted:
            return JsonResponse(kept(draft, _at(draft, step=step.slug, row=row)))
        return self._change(draft, step) or self._go(draft, step, row)

    def _change(self, draft: Draft, step: Step) -> HttpResponse | None:
        """One row more, or one less: what the buttons in a list do without scripts."""
        posted, answers = self.request.POST, steps.answers_of(draft)
        if (name := posted.get("add_row", "")) in step.lists:
            more = steps.grown(name, {}, to=int(answers[f"{name}-TOTAL_FORMS"]) + 1)
            drafts.save(draft, by=self.user, answers=more, instead_of=more)
            number = int(more[f"{name}-TOTAL_FORMS"]) - 1
            return redirect(f"{_at(draft, step=step.slug)}#{name}-{number}")
        name, _, number_text = posted.get("remove_row", "").rpartition("-")
        if name in step.lists and number_text.isdecimal():
            left = steps.without_row(name, int(number_text[:3]), answers)
            drafts.save(draft, by=self.user, answers=left)
            return redirect(f"{_at(draft, step=step.slug)}#{name}-title")
        return None

    def _go(self, draft: Draft, step: Step, row: int | None) -> HttpResponse:
        """Where the button that was pressed leads."""
        going = self.request.POST.get("go", "next")
        if going in steps.BY_SLUG:
            return redirect(_at(draft, step=going))
        if going == "person":
            return redirect(_at(draft, step="people", row=_next_person(draft)))
        if going.startswith("person-") and going[7:].isdecimal():
            return redirect(_at(draft, step="people", row=int(going[7:9])))
        if going == "hide":
            return returning.hide(self.request)
        if going == "later":
            messages.success(self.request, "Your report is kept. You find it here for 14 days.")
            return redirect("home")
        if going == "stay":
            return redirect(_at(draft, step=step.slug))
        return self._onward(draft, step, row)

    def _onward(self, draft: Draft, step: Step, row: int | None) -> HttpResponse:
        """To the next step; or, where something is wrong with this one, to where that is said."""
        sheet = steps.sheet_of(draft, judged=True)
        sheet.judge(police=self.user.agency.is_police)
        here = {found for found, *_ in steps.wrong(sheet)}
        if row is not None:
            wrong = bool(sheet.sets["persons"].forms[row].errors)
            return redirect(_at(draft, step="people", **({"row": row, "look": 1} if wrong else {})))
        if step in here:
            return redirect(_at(draft, step=step.slug, look=1))
        return redirect(_at(draft, step=steps.after(step).slug))

    def _show_step(self, draft: Draft | None, step: Step, **context: Any) -> HttpResponse:
        look = bool(draft) and "look" in self.request.GET
        held = draft or Draft(answers=first_answers(gate.told(self.request)))
        sheet = context.pop("sheet", None) or self._sheet(held, step, look=look)
        row = context.pop("row", None)
        judged = self._sheet(held, step, look=True)
        follows = {name: (after, answer) for name, after, answer in step.follow}
        context |= {
            "draft": draft,
            "step": step,
            "number": steps.STEPS.index(step) + 1,
            "progress": steps.progress(judged, steps.answers_of(held)),
            "sheet": sheet,
            "action": _at(draft, step=step.slug, row=row) if draft else reverse("submit"),
            "problems": _problems(draft, sheet, step, row) if sheet.judged else [],
            "once": [(sheet.report[name], follows.get(name)) for name in step.once],
            "more": [sheet.report[name] for name in step.more],
            "remarks": sheet.remarks,
        }
        context["more_used"] = any(
            field.errors or field.value() not in ("", None) for field in context["more"]
        )
        status = 400 if context["problems"] else 200
        if row is not None:
            context |= {"row": row, "person": sheet.sets["persons"].forms[row]}
            return render(self.request, "intelligence/step_person.html", context, status=status)
        rows = [
            (name, LISTS[name], sheet.sets[name], sheet.empty(name))
            for name in step.lists
            if name != "persons"
        ]
        # What few reports need waits behind one line, until something is in it.
        context["lists"] = [row for row in rows if row[1].shown or row[2].forms]
        context["hidden_lists"] = [row for row in rows if row not in context["lists"]]
        if step.slug == "people":
            context["people"] = _people(judged)
        if step is steps.LAST:
            context |= _checked(judged, draft)
            context["closed_to"] = self._closed_to(judged)
        return render(self.request, "intelligence/step.html", context, status=status)

    def _closed_to(self, sheet: Sheet) -> list[str]:
        """The agencies from which the report will be kept, as its sender is told."""
        agency, payload = self.user.agency, sheet.payload()
        area = Area.objects.filter(code=payload.get("force_area")).first() or agency.area
        closed = trust.employers(payload, sender=agency, area=area)
        return sorted(one.name for one in closed)

    def _sheet(self, draft: Draft, step: Step, *, look: bool) -> Sheet:
        sheet = steps.sheet_of(draft, judged=look, with_a_row=step)
        others = Area.objects.exclude(pk=self.user.agency.area_id).order_by("name")
        here = Agency.objects.filter(area=self.user.agency.area_id).order_by("name")
        agencies = [(one.code, one.name) for one in here]
        sheet.offer_agencies([*agencies, (trust.ELSEWHERE, "Somewhere else, not a partner here")])
        sheet.report.offer_areas([(area.code, area.name) for area in others])
        if look:
            sheet.judge(police=self.user.agency.is_police)
        return sheet


class Submit(Report):
    """The first step, of which no draft is kept yet: the first answer begins one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The empty step, behind the gate."""
        if not gate.passed(request):
            return redirect("begin")
        return self._show_step(None, steps.FIRST)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Begin a draft with what was typed, and go where it was asked."""
        begun = first_answers(request.POST.get("referral", ""))
        draft = drafts.begin(by=self.user, way=Draft.Way.STEPS, answers=begun)
        return self._act(draft, steps.FIRST, None)


class DraftPage(Report):
    """A report begun and not sent: its steps, each by its name in the address."""

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The list of steps, one of them, or one person."""
        draft = visible_or_404(Draft.objects.all(), self.user, pk=pk)
        self.consulted("draft", [draft.pk])
        if draft.way == Draft.Way.BOX:
            return redirect(f"{reverse('quick')}?draft={draft.pk}")
        if "step" not in request.GET:
            return self._overview(draft)
        step = _step(request)
        row = number_asked(request, "row") if step.slug == "people" else None
        if row is None:
            return self._show_step(draft, step)
        if row >= MOST_ROWS:
            raise Http404
        draft.answers |= steps.grown("persons", draft.answers, to=row + 1)
        return self._show_step(draft, step, row=row)

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Save a step, erase the draft, or send the report."""
        going = request.POST.get("go")
        draft = Draft.objects.visible_to(self.user).filter(pk=pk).first()
        if draft is None:
            return self._sent_before(pk)
        if going == "erase":
            drafts.throw_away(draft, by=self.user)
            messages.success(request, "The draft is deleted. Nothing was sent.")
            return redirect("home")
        step = _step(request)
        if going == "send" and step is steps.LAST:
            return self._send(draft)
        row = number_asked(request, "row") if step.slug == "people" else None
        if row is not None and row >= MOST_ROWS:
            raise Http404
        return self._act(draft, step, row)

    def _sent_before(self, pk: uuid.UUID) -> HttpResponse:
        """The button was pressed twice: the draft is gone, and its report is there."""
        sent = Submission.objects.sent_by(self.user)
        reference = Draft(pk=pk).reference
        row = visible_or_404(sent, self.user, submitted_by=self.user.pk, reference=reference)
        return redirect("submission", pk=row.pk)

    def _send(self, draft: Draft) -> HttpResponse:
        answers = steps.typed(steps.LAST, self.request.POST)
        before = steps.belonging(steps.LAST, draft.answers)
        draft = drafts.save(draft, by=self.user, answers=answers, instead_of=before)
        sheet = self._sheet(draft, steps.LAST, look=True)
        if any(steps.wrong(sheet)):
            return redirect(_at(draft, step="send", look=1))
        try:
            receipt = intake.submit(sheet.payload(draft.reference), by=self.user)
        except intake.RefusedError as refused:
            sheet.add_errors(refused.errors)
            return self._show_step(draft, steps.LAST, sheet=sheet)
        except intake.ConflictError as error:
            sheet.add_errors([exchange.Error("/reference", error.code, error.sentence)])
            return self._show_step(draft, steps.LAST, sheet=sheet)
        drafts.throw_away(draft, by=self.user)
        return redirect("submission", pk=receipt.submission)

    def _overview(self, draft: Draft) -> HttpResponse:
        judged = self._sheet(draft, steps.FIRST, look=True)
        context = {
            "draft": draft,
            "progress": steps.progress(judged, steps.answers_of(draft)),
            "remarks": (),
        }
        return render(self.request, "intelligence/draft.html", context)


def first_answers(referral: str) -> dict[str, Any]:
    """What a new report holds before anything is typed."""
    told = {"referral": referral} if referral in gate.TOLD else {}
    today = {"information_date": timezone.localdate().isoformat()}
    return as_posted({}) | today | told


def _step(request: HttpRequest) -> Step:
    step = steps.BY_SLUG.get(request.GET.get("step", ""))
    if step is None:
        raise Http404
    return step


def _at(draft: Draft, **where: Any) -> str:
    """The address of a part of a draft."""
    asked = urlencode({name: value for name, value in where.items() if value is not None})
    address = reverse("draft", kwargs={"pk": draft.pk})
    return f"{address}?{asked}" if asked else address


def _next_person(draft: Draft) -> int:
    """The first row of people that says nothing: what was removed makes room."""
    used = {
        int(name.split("-")[1])
        for name in draft.answers
        if name.startswith("persons-") and name.split("-")[1].isdecimal()
    }
    free = (number for number in range(MOST_ROWS) if number not in used)
    return next(free, MOST_ROWS - 1)


def _people(sheet: Sheet) -> list[dict[str, Any]]:
    """Each person of whom something is said, as the list of people shows them."""
    shown = []
    for number, form in enumerate(sheet.sets["persons"].forms):
        if not form.given("x"):
            continue
        role = dict(form.fields["role"].choices).get(form["role"].value() or "", "")
        facts = [form[name].value() for name in ("given_names", "family_name", "description")]
        shown.append(
            {
                "number": number,
                "called": called("persons", form, number + 1),
                "role": role if form["role"].value() else "",
                "facts": " ".join(str(fact) for fact in facts if fact)[:160],
                "ages": [form[name].value() for name in ("age_from", "age_to")],
            }
        )
    return shown


def _problems(
    draft: Draft | None, sheet: Sheet, step: Step, row: int | None
) -> list[dict[str, str]]:
    """The error summary of a page: of its own step; on the last, of all."""
    found = []
    for where, field, text in steps.wrong(sheet):
        person = field.removeprefix("id_").split("-")
        of_person = int(person[1]) if person[0] == "persons" and len(person) > 1 else None
        here = (where is step and of_person == row) or (step is steps.LAST and where is step)
        if here:
            found.append({"text": text, "address": f"#{field}" if field else ""})
        elif draft and step in (steps.LAST, where) and row is None:
            part = _at(draft, step=where.slug, row=of_person, look=1)
            found.append({"text": text, "address": f"{part}#{field}" if field else part})
    return found


def _checked(judged: Sheet, draft: Draft | None) -> dict[str, Any]:
    """What the last step shows: everything that would be sent, and what is still missing."""
    payload = judged.payload(draft.reference if draft else "")
    missing = [
        {"text": text, "address": _at(draft, step=where.slug, look=1)}
        for where, _, text in steps.wrong(judged)
        if draft
    ]
    return {"sections": wording.tell(payload), "missing": missing}
