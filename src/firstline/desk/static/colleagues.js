// Two people at one request: who is here and who writes, and whose request it is to answer.
import { csrf } from "../base.js";
import { composers } from "../composer.js";
import { fetchInto, opened } from "./desk.js";

const BEAT = 4000;
const STAYS = 10000;
const lookers = new Map(); // name → {at, no, writing}
let beaten = 0;

// -- who else is here ------------------------------------------------------------------------------
const composer = () => document.querySelector(".desk-composer");
function writing() {
  const form = composer();
  if (!form || !composers.get(form)?.field.value.trim()) return "";
  return form.classList.contains("is-note") ? "note" : "answer";
}
function beat() {
  const no = opened();
  if (!no || document.hidden) return;
  beaten = Date.now();
  const body = JSON.stringify({ writing: writing() });
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrf() };
  fetch(`/desk/requests/${no}/looking`, { method: "POST", headers, body }).catch(() => {});
}
// At once, not with the next beat: who came, who began to write, and who is here already.
const soon = () => { if (Date.now() - beaten > 500) beat(); else setTimeout(beat, 500); };
let last = "";
function changes() {
  const now = `${opened()}/${writing()}`;
  if (now !== last) { last = now; soon(); }
}
document.addEventListener("live:looking", ({ detail }) => {
  const before = lookers.get(detail.name);
  const known = before?.no === detail.request && Date.now() - before.at < STAYS;
  lookers.set(detail.name, { at: Date.now(), no: detail.request, writing: detail.writing });
  if (!known && detail.request === opened()) soon();
  show();
});
function show() {
  const place = document.querySelector("[data-looking]");
  if (!place) return;
  const here = [...lookers].filter(([, it]) => it.no === opened() && Date.now() - it.at < STAYS);
  const names = here.map(([name, it]) => (it.writing ? place.dataset[it.writing].replace("%s", name) : name));
  const text = names.length ? place.dataset.words.replace("%s", names.join(", ")) : "";
  if (place.textContent !== text) place.textContent = text;
}
setInterval(() => { beat(); show(); }, BEAT);
for (const happening of ["htmx:after:swap", "input", "live:acknowledged"]) document.addEventListener(happening, changes);
for (const happening of ["htmx:after:swap", "desk:head"]) document.addEventListener(happening, show);
document.addEventListener("visibilitychange", beat);
setTimeout(changes); // desk.js, which knows what is open, is read after this

// -- answering what a colleague holds ----------------------------------------------------------------
let asked = null; // the submit that waits for the answer
let agreed = null; // the request that may be answered as it is
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches?.(".desk-composer") || form.classList.contains("is-note")) return;
  const colleague = form.querySelector("[data-colleague]")?.dataset.colleague;
  if (!colleague || agreed === opened() || !composers.get(form).field.value.trim()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  asked = { form, submitter: event.submitter };
  fetchInto(`/desk/requests/${opened()}/dialogs/take-over`, "#dialogs");
}, true);
function send() {
  agreed = opened();
  document.querySelector("#dialogs dialog[open]")?.close();
  asked?.form.requestSubmit(asked.submitter);
  asked = null;
}
document.addEventListener("click", (event) => { if (event.target.closest?.("[data-send-anyway]")) send(); });
document.addEventListener("htmx:after:request", (event) => {
  const { response, sourceElement } = event.detail.ctx;
  if (response.status < 400 && sourceElement.matches?.("[data-take-over]")) send();
});
// Whose it is may have changed since one agreed.
document.addEventListener("desk:head", () => { if (!document.querySelector("[data-colleague]")?.dataset.colleague) agreed = null; });
