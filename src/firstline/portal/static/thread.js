// The client's thread: where the request stands, its facts and its forms as they change, editing one's words.
import { post, say } from "../base.js";
import { nodes } from "../nodes.js";
import { composes, forgetForm, hintsPlace, restoreForms } from "../drafts.js";
import { storage } from "../storage.js";
import { coach } from "./coach.js";
import { wire } from "../composer.js";
import "../forms.js";

const EVERY = 20000;
const holder = document.querySelector("[data-standing]");
const said = document.querySelector("[data-standing-said]");
const log = document.querySelector("[data-log]");
const standing = () => holder.querySelector("#standing");
const headline = (part) => part.querySelector(".fl-stand-head").textContent;

async function part(query = "") {
  const answer = await fetch(holder.dataset.standing + query);
  if (!answer.ok) throw new Error(String(answer.status));
  return nodes(await answer.text());
}

let asked = 0;
async function refresh(aloud = false) {
  const mine = ++asked;
  try {
    let now = await part();
    if (!now.querySelector("#standing") || mine !== asked) return;
    if (now.querySelector("#standing").dataset.closed !== standing().dataset.closed) {
      now = await part("?foot=true");
      if (mine !== asked) return;
      renewForms(now);
    }
    renew(now, aloud);
  } catch {
    // The connection's own words stand at the bottom; the next round asks again.
  }
}

function renew(now, aloud) {
  const before = standing();
  const fresh = now.querySelector("#standing");
  before.replaceWith(fresh);
  // News that the log tells is read from there; a place that moved is told nowhere else.
  if (aloud && headline(before) !== headline(fresh)) said.textContent = headline(fresh);
  const facts = now.querySelector("#facts-now");
  document.querySelector(".fl-thread-head h1").textContent = facts.dataset.title;
  document.querySelector("#facts-now").replaceWith(facts);
}

function renewForms(now) {
  const focused = document.querySelector("#foot").contains(document.activeElement);
  const typed = document.querySelector("#foot textarea")?.value ?? "";
  const fresh = now.querySelector("#foot");
  document.querySelector("#foot").replaceWith(fresh);
  document.querySelector("#deeds").replaceWith(now.querySelector("#deeds"));
  const field = fresh.querySelector("textarea");
  if (field && typed) field.value = typed;
  wire();
  wireCoach();
  restoreForms(fresh);
  restoreForms(document.querySelector("#deeds"));
  if (focused) field?.focus();
}

// Who was asked for a password comes by a link that names its form.
function openSecret() {
  const dialog = location.hash === "#secret" && document.getElementById("secret");
  if (dialog && !dialog.open) dialog.showModal();
}
addEventListener("hashchange", openSecret);
openSecret();

// -- the coach beside one's words: what is still missing, until it was said, closed or passed over ----
function wireCoach() {
  const hints = document.querySelector("#foot [data-coach]");
  if (!hints || hints.hidden) return;
  const form = hints.closest("form");
  const at = `/requests/${form.dataset.request}/coach`;
  const place = hintsPlace(form.dataset.request);
  const memory = { get done() { return storage.get(place)?.done ?? ""; }, set done(names) { storage.set(place, { done: names }); } };
  const reader = coach(hints, {
    memory,
    async ask(signal) {
      const answer = await post(at, new URLSearchParams({ body: form.elements.body.value, done: memory.done }), { Accept: "text/html" }, signal);
      return answer.ok ? answer.text() : null;
    },
    off() { post("/account/coach", new URLSearchParams({ coach: "" })).catch(() => {}); },
    heard() {},
  });
  form.elements.body.addEventListener("input", () => reader.soon());
  form.addEventListener("submit", () => { if (!form.elements.body.value) reader.sent(); });
  if (form.elements.body.value.trim()) reader.soon();
}
wireCoach();

let soon = 0;
document.addEventListener("live:entry", () => {
  clearTimeout(soon);
  soon = setTimeout(refresh, 150);
  age();
});
setInterval(() => { if (!document.hidden && standing().dataset.waits === "1") refresh(true); }, EVERY);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(true); });

// -- one's own words may be mended for a while --------------------------------------------------
function age() {
  for (const button of log.querySelectorAll("[data-own] .fl-entry-more")) {
    const at = new Date(button.closest("article").querySelector("time").dateTime);
    button.hidden = Date.now() - at > Number(log.dataset.editSeconds) * 1000;
    button.setAttribute("aria-label", log.dataset.editWords);
  }
}
age();
setInterval(age, 15000);

log.addEventListener("click", async (event) => {
  const button = event.target.closest(".fl-entry-more");
  if (!button) return;
  const entry = button.closest("article");
  if (entry.querySelector("form")) return;
  const answer = await fetch(`/requests/${log.dataset.request}/entries/${entry.dataset.no}/edit`, { headers: { Accept: "text/html" } });
  const found = nodes(await answer.text());
  const form = found.querySelector("form");
  if (!answer.ok || !form) return say(found.querySelector("h1")?.textContent ?? "");
  entry.querySelector(".fl-bubble").append(form);
  restoreForms(entry);
  form.scrollIntoView({ block: "nearest" });
  form.querySelector("textarea").focus();
});
log.addEventListener("click", (event) => {
  const form = event.target.closest("[data-cancel]")?.closest("form");
  if (!form) return;
  forgetForm(form);
  form.remove();
});
log.addEventListener("keydown", (event) => {
  const form = event.target.closest("form.fl-edit");
  if (!form) return;
  // What was changed stands there again when the words are opened to be mended.
  if (event.key === "Escape" && !composes(event)) form.remove();
  if (event.key === "Enter" && !composes(event) && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

// -- the number of unread words in the tab's title ------------------------------------------------
let unread = 0;
const plain = document.title;
document.addEventListener("live:entry", () => { if (document.hidden) badge(unread + 1); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) badge(0); });
function badge(count) { unread = count; document.title = count ? `(${count}) ${plain}` : plain; }
