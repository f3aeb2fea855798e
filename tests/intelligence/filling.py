"""Somebody who fills in a report in steps, in a browser without scripts."""

import re
from html import unescape
from typing import Any

from django.urls import reverse
from django.utils import timezone

from intelligence.models import Draft, Original
from intelligence.sheet import as_posted

#: What must be answered; "I do not know" is an answer.
NEEDED = {"known": {"how_known": "first_hand"}, "sharing": {"child_at_risk_now": "no"}}


class Report:
    """A report that `client` writes. Each step posts what its page would: every list of it too."""

    def __init__(self, client: Any, **seen: str) -> None:
        self.client = client
        answer = client.post(reverse("submit"), self._whole("seen", seen) | {"go": "people"})
        assert answer.status_code == 302, answer.content.decode()
        self.draft = Draft.objects.get(pk=re.findall(r"[0-9a-f-]{36}", answer["Location"])[0])
        self.address = reverse("draft", kwargs={"pk": self.draft.pk})

    def _whole(self, step: str, answers: dict[str, Any]) -> dict[str, Any]:
        told = {"information_date": timezone.localdate().isoformat()} if step == "seen" else {}
        return told | answers

    def step(self, step: str, *, go: str = "next", rows: Any = None, **answers: Any) -> Any:
        """Fill in a step, and press a button."""
        lists = {k: v for k, v in as_posted(rows or {}).items() if k.split("-")[0] in (rows or {})}
        data = self._whole(step, answers) | lists | {"go": go}
        return self.client.post(f"{self.address}?step={step}", data)

    def person(self, number: int, **said: Any) -> Any:
        """Fill in the page of one person."""
        data = {f"persons-{number}-{name}": value for name, value in said.items()}
        return self.client.post(f"{self.address}?step=people&row={number}", data | {"go": "next"})

    def page(self, step: str = "", **asked: Any) -> str:
        """What a page says."""
        where = {"step": step, **asked} if step else asked
        return unescape(self.client.get(self.address, where).content.decode())

    def answer_the_rest(self) -> None:
        """The questions that must be answered."""
        for step, answers in NEEDED.items():
            self.step(step, **answers)

    def send(self) -> dict[str, Any]:
        """Answer what must be answered, send it, and give what was stored."""
        self.answer_the_rest()
        answer = self.step("send", go="send")
        assert answer.status_code == 302, answer.content.decode()
        pk = answer["Location"].rstrip("/").rsplit("/", 1)[-1]
        payload: dict[str, Any] = Original.objects.get(pk=pk).payload
        return payload
