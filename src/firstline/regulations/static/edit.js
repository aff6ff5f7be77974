// The editor of the policy file: line numbers with marks, a live linter, panels, a draft kept.
import { csrf } from "../base.js";
import { nodes } from "../nodes.js";
import { OwnWords, composes } from "../drafts.js";

const LINT = 400;
const KEEP = 1200;
const LARGEST = 512 * 1024;
const INDENT = "  ";
const form = document.querySelector("[data-editor]");
const field = form.querySelector("textarea");
const gutter = form.querySelector("[data-gutter]");
const panel = form.querySelector("[data-shown]");
const kept = document.querySelector("[data-kept]");
const mine = new OwnWords(`firstline-policy:${form.dataset.person}`);
const another = document.querySelector("[data-another]");
const tabs = [...form.querySelectorAll("[role=tab]")];
let shown = "check";
let lang = document.documentElement.lang;

async function post(path, told, leaving = false) {
  const body = JSON.stringify(told);
  const answer = await fetch(`/desk/regulations/${path}`, {
    // While the page is left a small one still goes out; browsers allow 64 KB for all of them.
    method: "POST", body, keepalive: leaving && body.length < 30_000,
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf(), Accept: "text/html, application/json" },
  });
  if (!answer.ok) throw Object.assign(new Error(String(answer.status)), { status: answer.status });
  return answer;
}

// -- line numbers and marks ------------------------------------------------------------------------
const lines = () => field.value.split("\n").length;
function number() {
  const wanted = lines();
  while (gutter.childElementCount > wanted) gutter.lastChild.remove();
  const more = document.createDocumentFragment();
  for (let n = gutter.childElementCount + 1; n <= wanted; n++) {
    const line = document.createElement("span");
    line.textContent = n;
    more.append(line);
  }
  gutter.append(more);
  gutter.scrollTop = field.scrollTop;
}
const WEIGHT = { info: 1, warning: 2, error: 3 };
function mark(found) {
  for (const line of gutter.querySelectorAll("[class]")) { line.removeAttribute("class"); line.removeAttribute("title"); }
  const worst = new Map();
  for (const { dataset, textContent } of found) {
    const at = Math.min(Number(dataset.line), gutter.childElementCount);
    const before = worst.get(at);
    if (!before || WEIGHT[dataset.severity] > WEIGHT[before.severity]) worst.set(at, { severity: dataset.severity, words: textContent.trim() });
  }
  for (const [at, { severity, words }] of worst) {
    const line = gutter.children[at - 1];
    line.className = `is-${severity}`;
    line.title = words;
  }
}
field.addEventListener("scroll", () => { gutter.scrollTop = field.scrollTop; });

function jump(line, column) {
  const before = field.value.split("\n").slice(0, line - 1);
  const start = before.reduce((sum, text) => sum + text.length + 1, 0);
  const length = (field.value.slice(start).split("\n")[0] ?? "").length;
  field.focus();
  field.setSelectionRange(start + Math.min(column - 1, length), start + length);
  const height = Number.parseFloat(getComputedStyle(field).lineHeight);
  field.scrollTop = Math.max(0, (line - 1) * height - field.clientHeight / 3);
  field.scrollLeft = 0;
}

// -- the linter, as one types ----------------------------------------------------------------------
let linting = 0;
let asked = 0;
function lintSoon() { clearTimeout(linting); linting = setTimeout(lint, LINT); }
async function lint() {
  const mine = ++asked;
  try {
    const answer = await post("check", { file: field.value });
    const fragment = nodes(await answer.text());
    if (mine !== asked) return; // a later text is being looked at
    number();
    mark([...fragment.querySelectorAll("[data-line]")]);
    form.dataset.linted = String(Number(form.dataset.linted ?? 0) + 1);
    if (shown === "check") panel.replaceChildren(fragment);
    else panel.classList.add("is-old");
  } catch {
    setTimeout(lintSoon, 5000);
  }
}

// -- panels ----------------------------------------------------------------------------------------
let loading = 0;
async function show(name) {
  shown = name;
  for (const tab of tabs) {
    const chosen = tab.dataset.panel === name;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    if (chosen) panel.setAttribute("aria-labelledby", tab.id);
  }
  panel.classList.remove("is-old");
  if (name === "check") return lint();
  const mine = ++loading;
  if (name === "trial") tell(panel.dataset.waiting);
  try {
    const answer = await post(name, name === "preview" ? { file: field.value, lang } : { file: field.value });
    const fragment = nodes(await answer.text());
    if (mine === loading && shown === name) panel.replaceChildren(fragment);
  } catch {
    if (mine === loading && shown === name) tell(panel.dataset.failed);
  }
}
function tell(words) {
  const line = document.createElement("p");
  line.className = "fl-quiet";
  line.textContent = words;
  panel.replaceChildren(line);
}
for (const tab of tabs) {
  tab.addEventListener("click", () => show(tab.dataset.panel));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    next.focus();
    show(next.dataset.panel);
  });
}
panel.addEventListener("click", (event) => {
  const target = event.target.closest("[data-jump], [data-preview]");
  if (target?.dataset.jump) jump(...target.dataset.jump.split(":").map(Number));
  if (target?.dataset.preview) { lang = target.dataset.preview; show("preview"); }
});

// -- the draft: on the server, and in the browser while that does not answer -----------------------
let keeping = 0;
let stale = false;
let instead = false; // whether this file replaces what another window has kept
function keepSoon() {
  mine.set({ at: Date.now(), since: form.since.value, text: field.value });
  kept.textContent = kept.dataset.saving;
  clearTimeout(keeping);
  keeping = setTimeout(() => keep(), KEEP);
}
async function keep(leaving = false) {
  clearTimeout(keeping);
  const file = field.value;
  try {
    const answer = await post("draft", { file, seen: Number(form.seen.value), since: form.since.value || null, instead }, leaving);
    const { newest, since } = await answer.json();
    form.since.value = since;
    another.hidden = true;
    instead = false;
    if (field.value === file) mine.drop();
    else mine.set({ at: Date.now(), since, text: field.value });
    kept.textContent = kept.dataset.saved;
    if (newest > Number(form.dataset.newest)) await meanwhile(newest);
  } catch (error) {
    kept.textContent = kept.dataset.unsaved;
    // Another window of this person has kept another file: they decide.
    another.hidden = error.status !== 409;
    if (another.hidden) keeping = setTimeout(() => keep(), 5000);
  }
}
another.querySelector("button").addEventListener("click", () => { instead = true; keep(); });
// Somebody has published: fetch this page's own words about it.
async function meanwhile(newest) {
  if (stale) return;
  stale = true;
  const answer = await fetch("/desk/regulations/edit", { headers: { Accept: "text/html" } });
  const told = nodes(await answer.text()).querySelector("[data-meanwhile]");
  if (told) document.querySelector("[data-meanwhile]").replaceWith(told);
  form.dataset.newest = newest;
}

function changed() { number(); lintSoon(); keepSoon(); if (shown !== "check") panel.classList.add("is-old"); }
field.addEventListener("input", changed);
addEventListener("pagehide", () => { if (mine.get()) keep(true); });
// The other forms of this page let the text go. Its own takes it along; where it is not taken, as a session has ended, it
// stands here again afterwards.
document.addEventListener("submit", ({ target }) => { clearTimeout(keeping); if (target !== form) mine.drop(); });
document.querySelector("[data-download]").addEventListener("click", async (event) => {
  if (!mine.get()) return;
  event.preventDefault();
  await keep();
  location.assign(event.currentTarget?.href ?? "/desk/regulations/draft/file");
});
document.querySelector("[data-load]").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) return;
  try {
    if (file.size > LARGEST) throw new RangeError();
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    field.value = text.replaceAll("\r\n", "\n");
    changed();
  } catch {
    kept.textContent = event.target.dataset.wrong;
  }
});

// -- keys: Tab indents; Escape gives it back to the page for once -----------------------------------
let leaving = false;
function insert(text) {
  // The deprecated way is the only one that the browser's own undo knows of.
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input"));
  }
}
function shift(back) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  if (!back && start === end) return insert(INDENT);
  const first = value.lastIndexOf("\n", start - 1) + 1;
  const next = value.indexOf("\n", Math.max(first, end - 1));
  const last = next < 0 ? value.length : next;
  const moved = value.slice(first, last).split("\n").map((line) => (back ? line.replace(/^ {1,2}/, "") : INDENT + line)).join("\n");
  field.setSelectionRange(first, last);
  insert(moved);
  if (start !== end) field.setSelectionRange(first, first + moved.length);
}
field.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { leaving = true; return; }
  if (event.key === "Tab" && !leaving && !event.ctrlKey && !event.altKey && !event.metaKey) {
    event.preventDefault();
    shift(event.shiftKey);
  }
  if (event.key === "Enter" && !composes(event) && !event.ctrlKey && !event.metaKey) {
    const line = field.value.slice(field.value.lastIndexOf("\n", field.selectionStart - 1) + 1, field.selectionStart);
    const indent = line.match(/^ */)[0];
    if (indent) { event.preventDefault(); insert(`\n${indent}`); }
  }
  if (event.key !== "Shift") leaving = false;
});
field.addEventListener("blur", () => { leaving = false; });

// What the server never got, before a reload or a lost connection, comes back; unless one has begun
// anew, or gone on elsewhere long after.
const LONG_AFTER = 10 * 60_000;
const unsent = mine.find((one) => (one.since ?? form.since.value) === form.since.value);
const address = new URL(location.href);
const superseded = address.searchParams.has("anew") || Date.parse(form.dataset.keptAt) > unsent?.at + LONG_AFTER;
if (unsent && !superseded && unsent.text !== field.value) {
  field.value = unsent.text;
  form.since.value = unsent.since ?? form.since.value;
  changed();
} else mine.drop();
if (address.searchParams.has("anew")) history.replaceState(null, "", address.pathname);
number();
mark([...panel.querySelectorAll("[data-line]")]);
form.dataset.ready = "";
form.at.addEventListener("input", () => { form.querySelector("[name=when][value=later]").checked = true; });
