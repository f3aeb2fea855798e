"""For partners: send a file of their own, see what we read, and mend what is wrong."""

import csv
import io
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from intelligence.models import Upload, UploadRow
from intelligence.uploads import importing, opening
from intelligence.uploads.columns import FIELDS
from intelligence.uploads.forms import FileForm, MatchForm
from partners.policy import Action
from partners.web import Page, visible_or_404

#: Rows that need a fix and are shown on the page; the file has all of them.
SHOWN = 20
#: Rows from which the examples beside a heading are taken.
_SAMPLE = 25
#: What makes a spreadsheet read a cell as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


#: Where the page says that rows are urgent: once they were read, and unless they were taken back.
_TOLD = (Upload.State.CHECKED, Upload.State.DONE, Upload.State.STOPPED)


class Uploads(Page):
    """One's own files, and a new one."""

    policy_action = Action.SUBMIT

    def get(self, request: HttpRequest) -> HttpResponse:
        """The newest twenty."""
        return self._show(request, FileForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Open a file; or say in one sentence why it is not taken."""
        form = FileForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                upload = importing.receive(file.name, file.read(), by=self.user)
            except opening.UnreadableError as error:
                form.add_error("file", str(error))
            else:
                return redirect("upload", pk=upload.pk)
        return self._show(request, form, status=400)

    def _show(self, request: HttpRequest, form: FileForm, status: int = 200) -> HttpResponse:
        rows = Upload.objects.visible_to(self.user).order_by("-uploaded_at")[:20]
        context = {"form": form, "rows": rows, "problem": status != 200}
        return render(request, "intelligence/uploads.html", context, status=status)


class UploadPage(Page):
    """One file, at whichever step it is."""

    policy_action = Action.SUBMIT

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The columns to match, how far the check is, what it found, or what became of it."""
        upload = visible_or_404(Upload.objects.all(), self.user, pk=pk)
        matching = upload.state == Upload.State.MATCHING or "match" in request.GET
        form = MatchForm(upload=upload, sample=self._sample(upload)) if matching else None
        return self._show(request, upload, form)

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Match its columns, send what is ready, cancel, or take back what was sent."""
        upload = visible_or_404(Upload.objects.all(), self.user, pk=pk)
        step = request.POST.get("step")
        try:
            if step == "begin":
                importing.begin(upload, by=self.user)
            elif step == "cancel":
                importing.cancel(upload, by=self.user)
            elif step == "undo":
                taken_back = importing.undo(upload, by=self.user)
                messages.success(request, f"{taken_back} reports are withdrawn.")
            else:
                return self._match(request, upload)
        except importing.NotNowError as error:
            messages.info(request, str(error))
        return redirect("upload", pk=pk)

    def _match(self, request: HttpRequest, upload: Upload) -> HttpResponse:
        form = MatchForm(request.POST, upload=upload, sample=self._sample(upload))
        if not form.is_valid():
            return self._show(request, upload, form, status=400)
        importing.match(
            upload,
            columns=form.chosen(),
            how_known=form.cleaned_data["how_known"],
            information_date=form.cleaned_data["information_date"],
            by=self.user,
        )
        return redirect("upload", pk=upload.pk)

    def _sample(self, upload: Upload) -> list[list[str]]:
        rows = UploadRow.objects.visible_to(self.user).filter(upload=upload)
        return list(rows.order_by("number").values_list("cells", flat=True)[:_SAMPLE])

    def _show(
        self, request: HttpRequest, upload: Upload, form: MatchForm | None, status: int = 200
    ) -> HttpResponse:
        wrong = _wrong(upload, self.user, SHOWN) if not upload.is_under_way else []
        if form or wrong:
            self.consulted("upload", [upload.pk])
        context = {
            "upload": upload,
            "form": form,
            "problem": status != 200,
            "urgent": upload.urgent and upload.state in _TOLD,
            "tally": importing.tally(upload, by=self.user),
            "wrong": wrong,
            "left_out": [
                heading
                for heading, name in zip(upload.headings, upload.columns, strict=True)
                if not name
            ],
        }
        return render(request, "intelligence/upload.html", context, status=status)


def _wrong(upload: Upload, user: Any, at_most: int | None = None) -> list[dict[str, Any]]:
    """What is wrong, cell by cell, in the order of the file."""
    rows = UploadRow.objects.visible_to(user).filter(upload=upload, outcome=UploadRow.Outcome.FIX)
    found: list[dict[str, Any]] = []
    for row in rows.order_by("number")[:at_most]:
        for at, message in row.wrong:
            cell = row.cells[at] if at is not None and at < len(row.cells) else ""
            heading = upload.headings[at] if at is not None else ""
            found.append(
                {"number": row.number, "heading": heading, "cell": cell, "message": message}
            )
    return found


class UploadErrors(Page):
    """Everything that is wrong with a file, as a file."""

    policy_action = Action.SUBMIT

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """One line for each cell: its row, its heading, what it says and what is wrong."""
        upload = visible_or_404(Upload.objects.all(), self.user, pk=pk)
        self.consulted("upload", [upload.pk])
        lines = [
            [str(one["number"]), one["heading"], one["cell"], one["message"]]
            for one in _wrong(upload, self.user)
        ]
        return _file("to-fix.csv", ["Row", "Heading", "What it says", "What to do"], lines)


class UploadTemplate(Page):
    """An empty table with headings that we know, for those who have none of their own."""

    policy_action = Action.SUBMIT

    def get(self, request: HttpRequest) -> HttpResponse:
        """The headings."""
        wanted = [field.label for name, field in FIELDS.items() if not name.startswith("person")]
        return _file("template.csv", wanted, [])


def _file(name: str, heading: list[str], lines: list[list[str]]) -> HttpResponse:
    """A CSV file that opens in a spreadsheet as text, with no cell taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heading)
    writer.writerows([_harmless(cell) for cell in line] for line in lines)
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
