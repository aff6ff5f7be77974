// Writing a new request: the draft is kept with its files, the coach reads along, sending once is enough, a refusal
// stands in the form.
import { post, say } from "../base.js";
import { composes, draftPlace, hintsPlace, newKey } from "../drafts.js";
import { storage, tabStorage } from "../storage.js";
import { Uploads } from "../uploads.js";
import { send, sendLater } from "../forms.js";
import { coach } from "./coach.js";

const words = document.getElementById("words").dataset;
const form = document.querySelector("form[data-new]");
const { body, key, place, topic, proposed, done } = form.elements;
const kept = form.querySelector("[data-kept]");
const keptWords = document.getElementById("kept-words").dataset.kept;
const away = form.querySelector("[data-throw-away]");
const refusal = document.getElementById("refusal");
const FIELDS = ["topic", "service", "priority", "body", "proposed", "done"];
const TAB = "firstline-new";
let saving = 0;
let sent = false;
const uploads = new Uploads(form, () => changed());

// -- the draft: on the desk for every browser, and here for each window its own ----------------------
const own = () => draftPlace(`${place.value}/${key.value}`);
function typed() {
  const found = Object.fromEntries(FIELDS.map((name) => [name, form.elements[name]?.value ?? ""]));
  return { ...found, files: uploads.files };
}
const worth = () => body.value.trim() || uploads.files.length;

async function save() {
  if (sent) return false;
  const { files, ...rest } = typed();
  const draft = worth() ? JSON.stringify({ ...rest, files: files.map((file) => file.id) }) : "";
  try {
    const packed = JSON.stringify({ place: place.value, body: draft, key: key.value });
    const answer = await post("/drafts", packed, { "Content-Type": "application/json" });
    if (answer.ok && draft && !sent) storage.set(own(), { ...typed(), saved: true });
    kept.textContent = answer.ok && draft ? keptWords : "";
    return answer.ok;
  } catch {
    kept.textContent = "";
    return false;
  }
}
function changed() {
  away.hidden = !worth();
  if (sent) return;
  storage.set(own(), typed());
  remember(key.value);
  clearTimeout(saving);
  saving = setTimeout(save, 1000);
}
const remember = (value) => tabStorage.set(TAB, [place.value, value]);

function restore() {
  const [at, mine] = tabStorage.get(TAB) ?? [];
  const before = key.value;
  if (at === place.value && mine) key.value = mine;
  const draft = storage.get(own());
  // What the desk had, and has no longer, was sent or thrown away from another device.
  if (draft?.saved && !form.dataset.draft) { forget(); key.value = before; }
  // What the desk has is the newer, unless the last words did not get there.
  else if (draft?.thrown) { empty(); key.value = newKey(); }
  else if (!draft || (mine === before && draft.saved)) key.value = before;
  else fill(draft);
  away.hidden = !worth();
}
function fill(draft) {
  for (const name of FIELDS) if (form.elements[name] && draft[name]) form.elements[name].value = draft[name];
  uploads.clear();
  uploads.restore(draft.files);
}
form.addEventListener("input", changed);
away.addEventListener("click", async () => {
  const thrown = own();
  empty();
  clearTimeout(saving);
  // A page that is loaded anew before the desk knows does not bring it back.
  storage.set(thrown, { thrown: true });
  remember(key.value);
  if (await save() && storage.get(thrown)?.thrown) forget();
  key.value = newKey();
  away.hidden = true;
  body.focus();
});
function empty() {
  for (const field of [body, done]) field.value = "";
  uploads.clear();
}
function forget() {
  storage.drop(own());
  tabStorage.drop(TAB);
}

// -- the coach: what is understood, missing, or answered already ---------------------------------------
// What is typed never stands in an address, which proxies write down; without the coach one writes all the same.
const ASKED = ["body", "topic", "service", "priority"];
const chosen = () => (topic.value === proposed.value ? "" : topic.value);
const hints = form.querySelector("[data-coach]");
const reader = coach(hints, {
  memory: { get done() { return done.value; }, set done(names) { done.value = names; changed(); } },
  async ask(signal) {
    const fields = new URLSearchParams({ done: done.value, key: key.value });
    for (const name of ASKED) fields.set(name, form.elements[name]?.value ?? "");
    fields.set("topic", chosen());
    if (hints.hidden) fields.set("quiet", "yes");
    const answer = await post("/requests/new/coach", fields, { Accept: "text/html" }, signal);
    return answer.ok ? answer.text() : null;
  },
  off() { post("/account/coach", new URLSearchParams({ coach: "" })).catch(() => {}); },
  heard(answer) {
    propose(answer.querySelector("[data-coached]").dataset.topic);
    document.getElementById("advice").replaceChildren(...answer.querySelector("[data-advice]").childNodes);
  },
});
// The topic is the client's own as soon as they have chosen one.
function propose(found) {
  if (chosen() || !found || topic.value === found) return;
  proposed.value = topic.value = found;
  changed();
}
topic.addEventListener("change", () => { proposed.value = ""; });
form.addEventListener("input", ({ target }) => { if (ASKED.includes(target.name)) reader.soon(target === body ? undefined : 0); });
// The same was asked a while ago: these words, and their files, go there.
form.addEventListener("click", async ({ target }) => {
  const no = target.closest("[data-add-to]")?.dataset.addTo;
  if (!no || sent) return;
  if (uploads.flying) return say(words.uploading);
  const packed = JSON.stringify({ body: body.value, key: key.value, files: uploads.files.map(({ id }) => id) });
  const answer = await post(`/requests/${no}/entries`, packed, { "Content-Type": "application/json" }).catch(() => null);
  if (!answer?.ok) return show((await answer?.json().catch(() => null))?.detail ?? words.offline);
  empty();
  await save();
  forget();
  location.assign(`/requests/${no}`);
});
// Several matters: the page that follows shows a request for each; a draft is kept until they are sent.
form.addEventListener("click", async ({ target }) => {
  if (!target.closest("[data-split]") || sent) return;
  if (uploads.flying) return say(words.uploading);
  clearTimeout(saving);
  await save();
  const action = form.getAttribute("action");
  form.action = "/requests/new/split";
  form.submit();
  form.action = action;
});
// Typed before this script was there, or kept from an earlier visit.
if (body.value.trim()) reader.soon();

// -- sending -----------------------------------------------------------------------------------------
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (uploads.flying) return say(words.uploading);
  if (sent) return;
  sent = true;
  clearTimeout(saving);
  reader.stop();
  show("");
  try {
    const { next } = await send(form);
    reader.sent();
    storage.set(hintsPlace(next.split("/").pop()), { done: done.value });
    forget();
    location.assign(next);
  } catch (error) {
    sent = false;
    if (error.status === 401) sendLater(form);
    else show(error instanceof TypeError ? words.offline : error.message, error.field);
    // These words went out from another window, and others stand here: they are another request.
    if (error.field === "key") key.value = newKey();
    changed();
  }
});
function show(sentence, field = "") {
  refusal.hidden = !sentence;
  refusal.lastElementChild.textContent = sentence;
  for (const one of form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
  const wrong = sentence && FIELDS.includes(field) && form.elements[field];
  if (wrong) { wrong.setAttribute("aria-invalid", "true"); wrong.focus(); }
  if (sentence) refusal.scrollIntoView({ block: "nearest" });
}
body.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !composes(event) && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
// Back from the sent form, by the browser's own cache: it may be sent again.
addEventListener("pageshow", (event) => { if (event.persisted) sent = false; });

restore();
// Typed before this script was here, or never saved: it is kept now.
if (worth() && body.value !== body.defaultValue) changed();
