// The editor of an article: a live preview, a draft kept on the server and in the browser, pictures by paste and drag.
import { post, say, signedInAgain } from "../base.js";
import { OwnWords, draftPlace } from "../drafts.js";
import { nodes } from "../nodes.js";
import { stopped } from "../refusals.js";
import { storage } from "../storage.js";

const words = document.getElementById("words").dataset;
const LOOK = 350;
const KEEP = 1200;
const AGAIN = 5000;
const form = document.querySelector("[data-editor]");
const { title, summary, body, seen, since } = form.elements;
const preview = document.getElementById("preview");
const kept = document.querySelector("[data-kept]");
const { here } = form.dataset;
const mine = new OwnWords(draftPlace(`wiki:${here}`));
const another = document.querySelector("[data-another]");
const strays = document.querySelector("[data-strays]");
const typed = () => ({ title: title.value, summary: summary.value, body: body.value });
const isSame = (one, other) => one.title === other.title && one.summary === other.summary && one.body === other.body;
let leaving = false;
let sure = false;

// -- the preview, by the server's own renderer -----------------------------------------------------
let looking = 0;
function lookSoon() {
  preview.classList.add("is-old");
  clearTimeout(looking);
  looking = setTimeout(() => preview.dispatchEvent(new CustomEvent("wiki:changed")), LOOK);
}
preview.addEventListener("htmx:after:swap", () => preview.classList.remove("is-old"));

// -- the draft -------------------------------------------------------------------------------------
let keeping = 0;
let stale = false;
let instead = false; // whether these words replace those of another window, which can be brought back
function keepSoon() {
  mine.set({ at: Date.now(), since: since.value, values: typed() });
  kept.textContent = kept.dataset.saving;
  clearTimeout(keeping);
  keeping = setTimeout(keep, KEEP);
}
async function keep() {
  clearTimeout(keeping);
  const text = typed();
  const packed = JSON.stringify({ ...text, seen: Number(seen.value), since: since.value || null, instead });
  try {
    const answer = await post(`${here}/draft`, packed, { "Content-Type": "application/json" });
    const found = await answer.json().catch(() => ({}));
    if (!answer.ok) return refuse(answer.status, found.detail);
    since.value = found.since;
    another.hidden = true;
    instead = false;
    if (isSame(typed(), text)) mine.drop();
    else mine.set({ at: Date.now(), since: since.value, values: typed() });
    kept.textContent = kept.dataset.saved;
    if (found.newest > Number(form.dataset.newest)) await meanwhile(found.newest);
    return true;
  } catch {
    kept.textContent = kept.dataset.unsaved;
    keeping = setTimeout(keep, AGAIN);
    return false;
  }
}
// What the desk refuses stays in this browser; only who was signed out is tried again.
function refuse(status, detail) {
  kept.textContent = detail ?? kept.dataset.unsaved;
  if (status === 401) signedInAgain().then(keepSoon);
  another.hidden = status !== 409;
  return false;
}
another.querySelector("button").addEventListener("click", () => { instead = true; keep(); });
// Somebody has published: this page's own words about it, with both texts compared.
async function meanwhile(newest) {
  if (stale) return;
  stale = true;
  const answer = await fetch(here, { headers: { Accept: "text/html" } });
  const found = nodes(await answer.text()).querySelector("[data-meanwhile]");
  if (found) document.querySelector("[data-meanwhile]").replaceWith(found);
  form.dataset.newest = newest;
}
function changed() { lookSoon(); keepSoon(); }
for (const field of [title, summary, body]) field.addEventListener("input", changed);
addEventListener("pagehide", () => { if (!leaving && mine.get()) keep(); });
// What is published or sent to review is a draft on the server first: nothing of it is lost, whatever is answered.
form.addEventListener("submit", async (event) => {
  if (sure) { leaving = true; return; }
  event.preventDefault();
  const { submitter } = event;
  // Another's draft as it stands is no draft of one's own. A form is not sent again out of its own event.
  const asItStands = form.of.value && !mine.get();
  sure = asItStands ? await Promise.resolve(true) : await keep();
  if (sure) setTimeout(() => form.requestSubmit(submitter));
  else say(kept.textContent, form);
});
document.addEventListener("submit", ({ target }) => {
  if (!("forgets" in target.dataset)) return;
  leaving = true;
  clearTimeout(keeping);
  mine.drop();
});

// -- pictures --------------------------------------------------------------------------------------
function insert(text) {
  body.focus();
  // The deprecated way is the only one that the browser's own undo knows of.
  if (document.execCommand("insertText", false, text)) return;
  body.setRangeText(text, body.selectionStart, body.selectionEnd, "end");
  body.dispatchEvent(new Event("input"));
}
const safe = (name) => name.replaceAll(/[\[\]\\]/g, " ").trim();
async function send(file) {
  const packed = new FormData();
  packed.append("file", file, file.name || "picture.png");
  kept.textContent = kept.dataset.saving;
  try {
    let answer = await post(form.dataset.images, packed);
    while (answer.status === 401) {
      await signedInAgain();
      answer = await post(form.dataset.images, packed);
    }
    const found = await answer.json().catch(() => ({}));
    if (!answer.ok) return `${file.name}: ${found.detail ?? stopped(words, answer.status, words.fileTooLarge)}`;
    const gap = body.value && !body.value.slice(0, body.selectionStart).endsWith("\n") ? "\n\n" : "";
    insert(`${gap}![${safe(found.name)}](${found.address})\n`);
  } catch {
    return `${file.name}: ${words.unkept}`;
  } finally {
    if (kept.textContent === kept.dataset.saving) kept.textContent = "";
  }
}
async function take(files, event) {
  if (!files?.length) return;
  event?.preventDefault();
  const refusals = [];
  for (const file of [...files]) refusals.push(await send(file));
  const sentences = refusals.filter(Boolean);
  if (sentences.length) say(sentences.join(" "));
}
body.addEventListener("paste", (event) => take(event.clipboardData?.files, event));
body.addEventListener("dragover", (event) => {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  body.classList.add("is-target");
});
body.addEventListener("dragleave", () => body.classList.remove("is-target"));
body.addEventListener("drop", (event) => { body.classList.remove("is-target"); take(event.dataTransfer?.files, event); });
form.querySelector("[data-picture]").addEventListener("change", async (event) => {
  await take(event.target.files);
  event.target.value = "";
});

// What the server never got, before a reload or a lost connection, comes back. Another window's words do where nothing
// was kept since they were typed; else they are offered.
const fill = (values) => { for (const [name, value] of Object.entries(values)) form.elements[name].value = value; };
const unsent = mine.find((one) => (one.since ?? since.value) === since.value);
if (unsent && !isSame(unsent.values, typed())) {
  fill(unsent.values);
  since.value = unsent.since ?? since.value;
  changed();
} else mine.drop();
for (const [name, stray] of mine.strays()) if (stray !== unsent && !isSame(stray.values, typed())) offer(name, stray);
function offer(name, stray) {
  const note = document.getElementById("stray-words").content.firstElementChild.cloneNode(true);
  note.querySelector("time").textContent = new Date(stray.at).toLocaleString(document.documentElement.lang);
  note.querySelector("[data-drop]").addEventListener("click", () => { storage.drop(name); note.remove(); });
  note.querySelector("[data-take]").addEventListener("click", async () => {
    if (mine.get() && !(await keep())) return;
    mine.adopt(name, stray);
    fill(stray.values);
    instead = true;
    changed();
    note.remove();
  });
  strays.append(note);
}
form.elements.at?.addEventListener("input", () => { form.querySelector("[name=when][value=later]").checked = true; });
form.dataset.ready = "";
