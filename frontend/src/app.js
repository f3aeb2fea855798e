import { initAll } from "./govuk-frontend.min.js";
import { initAll as initMoj } from "./moj-frontend.min.js";

initAll();
initMoj();

// What was recognised shows its details once it is ticked. Without scripts they always show.
for (const chip of document.querySelectorAll("[data-chip]")) {
  const tick = chip.querySelector('input[type="checkbox"]');
  const details = chip.querySelector(".pi-cells");
  if (!tick || !details) continue;
  const show = () => details.toggleAttribute("hidden", !tick.checked);
  tick.addEventListener("change", show);
  show();
}

// Adds a row to a list of the form. Without scripts the same button asks the server for one.
// The row is cloned from an empty template, so nothing typed in another row is ever copied.
for (const button of document.querySelectorAll("[data-add-row]")) {
  button.addEventListener("click", (event) => {
    const prefix = button.dataset.addRow;
    const total = document.getElementById(`id_${prefix}-TOTAL_FORMS`);
    const template = document.getElementById(`${prefix}-empty`);
    const rows = document.getElementById(`${prefix}-rows`);
    if (!total || !template || !rows) return;
    event.preventDefault();
    const number = Number(total.value);
    const row = template.content.firstElementChild.cloneNode(true);
    for (const node of [row, ...row.querySelectorAll("*")]) {
      for (const name of ["id", "for", "name", "aria-describedby"]) {
        if (node.hasAttribute(name))
          node.setAttribute(name, node.getAttribute(name).replaceAll("__prefix__", number));
      }
    }
    const title = row.querySelector("legend");
    if (title) title.textContent = title.textContent.replace("__number__", number + 1);
    rows.append(row);
    total.value = number + 1;
    row.querySelector("input, select, textarea")?.focus();
  });
}

// Shows a question that follows from an answer once that is given. Without scripts it always shows.
for (const part of document.querySelectorAll("[data-after]")) {
  const { after, answer } = part.dataset;
  const form = part.closest("form");
  const own = part.querySelector("input, select, textarea");
  const show = () => {
    const given = form.elements.namedItem(after)?.value ?? "";
    const asked = answer === "*" ? given !== "" : answer.split(" ").includes(given);
    part.hidden = !asked && !own.value && !part.querySelector(".govuk-error-message");
  };
  form.addEventListener("change", show);
  show();
}

// Saves a report as it is typed. Without scripts each button saves.
for (const form of document.querySelectorAll("form[data-keep]")) {
  const told = document.querySelector("[data-saved]");
  const tell = (words) => told && (told.textContent = words);
  const typed = () => {
    const all = new URLSearchParams(new FormData(form));
    all.delete("draft");
    return all.toString();
  };
  let saved = typed();
  let saving = null;
  const save = async () => {
    const now = typed();
    if (now === saved) return;
    const held = form.elements.namedItem("draft");
    const body = new URLSearchParams(now);
    body.set("keep", "1");
    if (held) body.set("draft", held.value);
    try {
      const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
      if (!answer.ok) throw new Error("not saved");
      const draft = await answer.json();
      saved = now;
      document.dispatchEvent(new Event("pi-asked"));
      if (!draft.address) return;
      if (held) held.value = draft.draft;
      else form.action = draft.address;
      tell(`Saved at ${draft.saved}. Kept for 14 days, then deleted. Only you see it.`);
    } catch {
      tell("Not saved just now. What you typed is still on this page.");
    }
  };
  const next = () => {
    const mine = (saving ?? Promise.resolve()).then(save).finally(() => {
      if (saving === mine) saving = null;
    });
    saving = mine;
  };
  form.addEventListener("change", next);
  setInterval(next, 20000);
  // A draft that is just being begun must not be begun twice.
  form.addEventListener("submit", (event) => {
    if (!saving) return;
    event.preventDefault();
    saving.then(() => form.requestSubmit(event.submitter));
  });
}

// Hides the screen at once; the server ends the session. Without scripts the button does it.
const hides = document.querySelector("[data-hide]");
if (hides) {
  hides.addEventListener("click", () => {
    document.documentElement.classList.add("pi-hidden");
    document.title = "Start page";
  });
  let times = 0;
  let last = 0;
  document.addEventListener("keydown", (event) => {
    if (event.repeat) return;
    const alone = event.key === "Shift" && !event.ctrlKey && !event.altKey && !event.metaKey;
    times = alone && event.timeStamp - last < 3000 ? times + 1 : Number(alone);
    last = event.timeStamp;
    if (times === 3) hides.click();
  });
}

// Says before the session ends that it will. Without scripts nothing typed is lost either.
const session = document.querySelector("[data-session]");
if (session) {
  let asked = Date.now();
  document.addEventListener("pi-asked", () => (asked = Date.now()));
  const stay = async () => {
    await fetch(session.dataset.stay);
    asked = Date.now();
    session.close();
  };
  session.querySelector("button").addEventListener("click", stay);
  session.addEventListener("cancel", stay);
  setInterval(() => {
    const left = Number(session.dataset.session) - (Date.now() - asked) / 1000;
    if (left <= 0) location.assign(`${session.dataset.end}&next=${encodeURIComponent(location.pathname + location.search)}`);
    else if (left <= 120 && !session.open) session.showModal();
  }, 5000);
}

// Shows how far a long job is. Without scripts the page has a link that asks again.
for (const part of document.querySelectorAll("[data-poll]")) {
  const ask = async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.getElementById(part.id);
      if (!now) return location.reload();
      part.replaceChildren(...now.childNodes);
    } catch {
      // The network may be away for a moment: ask again.
    }
    setTimeout(ask, Number(part.dataset.poll) * 1000);
  };
  setTimeout(ask, Number(part.dataset.poll) * 1000);
}
