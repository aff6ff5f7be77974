// The desk: panes that open in place, the queue kept fresh, dialogs, snippets, alarms.
import { copyText } from "../copy.js";
import { OwnWords, composes, draftPlace } from "../drafts.js";
import { storage } from "../storage.js";
import { wire as wireLogs } from "../live.js";
import { composers, wire as wireComposers } from "../composer.js";
import { keep, setTitle, stir } from "./news.js";
import "./colleagues.js";
import "./fields.js";
import "./refusal.js";
import "./suggest.js";
import "./turns.js";

const desk = document.getElementById("desk");
const work = document.getElementById("work");
const queue = document.getElementById("queue");
const dialogs = document.getElementById("dialogs");
export const opened = () => Number(work.querySelector(".desk-open")?.dataset.no ?? 0) || null;
export const fetchInto = (url, target, verb = "GET") => htmx.ajax(verb, url, { target, swap: "innerHTML" });

// -- opening a request in place ------------------------------------------------------------------
export async function open(url) {
  await fetchInto(url, "#work");
  const hash = new URL(url, location.href).hash;
  if (hash) document.querySelector(hash)?.scrollIntoView({ block: "center" });
}
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-open]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(link.getAttribute("href"));
});
addEventListener("popstate", () => open(location.pathname));

let pane = work.firstElementChild;
function arrived() {
  const body = work.firstElementChild;
  const url = body?.dataset.url;
  if (url && url !== location.pathname) history.pushState({}, "", url);
  if (body?.dataset.title) setTitle(`${body.dataset.title} · Firstline`);
  show(opened() ? "thread" : "queue");
  for (const row of queue.querySelectorAll(".desk-row")) {
    row.classList.toggle("is-open", row.getAttribute("href") === location.pathname);
  }
}
document.addEventListener("htmx:after:swap", (event) => {
  const wanted = event.detail?.ctx?.target ?? event.target;
  const target = typeof wanted === "string" ? document.querySelector(wanted) : wanted;
  wireLogs();
  wireComposers();
  wireKinds();
  // Only another pane ends what was going on: a piece fetched anew must not close a form.
  if (work.contains(target) && work.firstElementChild !== pane) {
    pane = work.firstElementChild;
    for (const dialog of dialogs.querySelectorAll("dialog[open]")) dialog.close();
    dialogs.replaceChildren();
    arrived();
    stir();
  }
  const dialog = dialogs.querySelector("dialog[data-modal]:not([open])");
  if (dialog) present(dialog);
});

// -- dialogs: fetched, shown, and gone when done --------------------------------------------------
function present(dialog) {
  const field = dialog.querySelector("[data-from-composer]");
  const composer = document.querySelector("#composer textarea");
  if (field && composer?.value && !noteMode(composer.form)) field.value = composer.value;
  const [before, beneath] = [document.activeElement, work.firstElementChild];
  dialog.showModal();
  dialog.querySelector("[autofocus]")?.focus();
  dialog.addEventListener("close", () => { dialog.remove(); back(before, beneath); });
}
// Focus goes back to where it was; what is gone meanwhile gives it to the words, or to the way on.
// Another request takes it as a whole: the next key is an order, never a letter to that client.
function back(before, beneath) {
  const shown = before?.isConnected && before !== document.body && before.checkVisibility();
  const here = shown ? before : document.querySelector("#composer textarea") ?? work.querySelector("button, a");
  const next = work.firstElementChild === beneath ? here : work;
  next?.focus({ preventScroll: true });
}
document.addEventListener("htmx:after:request", (event) => {
  // What was begun in the composer has gone out with the closing.
  const { response, sourceElement } = event.detail.ctx;
  if (response.status < 400 && sourceElement.querySelector?.("[data-from-composer]")) {
    new OwnWords(draftPlace(`request/${opened()}`)).drop();
  }
});
document.addEventListener("click", (event) => {
  const chip = event.target.closest?.("[data-until] [data-value]");
  if (chip) document.getElementById("until").value = chip.dataset.value;
  const menu = event.target.closest?.(".desk-more [type=button], .desk-more a");
  if (menu) menu.closest("details").open = false;
});
dialogs.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !composes(event) && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest("form");
    form?.requestSubmit(form.querySelector(".btn-primary[type=submit]"));
  }
});

// -- the queue: fetched anew when a line or one's own work has news --------------------------------
async function refreshQueue() {
  const no = opened();
  const focused = queue.contains(document.activeElement) && document.activeElement.getAttribute("href");
  const line = document.getElementById("take-line")?.value;
  const top = queue.scrollTop;
  await fetchInto(`/desk/queue${no ? `?opened=${no}` : ""}`, "#queue");
  // The list is new; where one stood in it, and the line one works on, are not.
  if (line && document.getElementById("take-line")) document.getElementById("take-line").value = line;
  if (focused) queue.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  queue.scrollTop = top;
}
document.addEventListener("desk:stir", refreshQueue);

// -- the head and the card: anew when the request has moved ----------------------------------------
let headTimer = 0;
function refreshHead() {
  clearTimeout(headTimer);
  headTimer = setTimeout(async () => {
    const no = opened();
    if (!no) return;
    // A menu that is just being read stays; it is asked again when it may have closed.
    if (document.querySelector(".desk-more[open]")) return refreshHead();
    await htmx.ajax("GET", `/desk/requests/${no}/head`, { target: "#work", swap: "none" });
    settleKind();
    document.dispatchEvent(new Event("desk:head"));
  }, 400);
}
// What the coach reads in new words of the client stands there a moment later.
const FACTS = 2500;
let facts = 0;
document.addEventListener("live:entry", () => {
  refreshHead();
  stir();
  clearTimeout(facts);
  facts = setTimeout(refreshHead, FACTS);
});
// Colours of promises come with time; a colleague's change of title or holder with their entry.
setInterval(() => { if (!document.hidden) refreshHead(); }, 30000);

// -- answer or note ---------------------------------------------------------------------------------
export const noteMode = (form) => new FormData(form).get("audience") === "staff";
function wireKinds() {
  for (const form of document.querySelectorAll(".desk-composer:not([data-kinds])")) {
    form.dataset.kinds = "";
    form.addEventListener("change", (event) => { if (event.target.name === "audience") { switchKind(form); composers.get(form).field.focus(); } });
    form.classList.toggle("is-note", noteMode(form));
  }
}
// Whoever may answer no more, as the request has moved on, writes notes; what was begun is kept.
function settleKind() {
  const form = document.querySelector(".desk-composer");
  const hint = document.querySelector("[data-note-only]");
  if (!form || !hint) return;
  const [answer, note] = ["all", "staff"].map((kind) => form.querySelector(`[name=audience][value=${kind}]`));
  const noteOnly = hint.dataset.noteOnly === "1";
  if (answer.disabled === noteOnly) return;
  answer.disabled = noteOnly;
  form.querySelector("[data-turn=us]").disabled = noteOnly;
  const idle = note.checked && !composers.get(form).field.value && document.activeElement !== composers.get(form).field;
  if (noteOnly ? answer.checked : idle) {
    (noteOnly ? note : answer).checked = true;
    switchKind(form);
  }
}
function switchKind(form) {
  const composer = composers.get(form);
  const note = noteMode(form);
  const [from, to] = note ? ["answer", "note"] : ["note", "answer"];
  form.dataset[from] = composer.field.value;
  composer.field.value = form.dataset[to] ?? "";
  form.dataset.place = `request/${form.dataset.request}${note ? "/note" : ""}`;
  composer.renew();
  form.classList.toggle("is-note", note);
  composer.grow();
}
document.addEventListener("live:acknowledged", (event) => {
  const form = document.querySelector(".desk-composer");
  if (form && event.detail.item?.request === Number(form.dataset.request)) stir();
});

// -- one's own and others' words: copy, mend, take out of sight ---------------------------------------
document.addEventListener("click", (event) => {
  const more = event.target.closest?.("[data-entry]");
  if (more) entryMenu(more);
});
function entryMenu(button) {
  const menu = document.getElementById("entry-menu");
  const entry = button.closest(".fl-entry");
  menu.querySelector("[data-do=edit]").hidden = !("own" in entry.dataset);
  menu.dataset.entry = button.dataset.entry;
  button.after(menu);
  menu.hidden = false;
  menu.querySelector("button:not([hidden])").focus();
}
document.addEventListener("keydown", (event) => {
  const menu = document.getElementById("entry-menu");
  if (!menu || menu.hidden || !menu.contains(event.target)) return;
  const items = [...menu.querySelectorAll("button:not([hidden])")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) items.at((items.indexOf(event.target) + step) % items.length).focus();
  else if (event.key === "Escape") { menu.hidden = true; menu.previousElementSibling?.focus(); }
  else return;
  event.preventDefault();
});
document.addEventListener("click", (event) => {
  const menu = document.getElementById("entry-menu");
  const choice = event.target.closest?.("#entry-menu [data-do]");
  if (choice) {
    const no = menu.dataset.entry;
    if (choice.dataset.do === "copy") {
      copyText(menu.closest(".fl-entry").querySelector(".fl-words")?.textContent ?? "");
    } else fetchInto(`/desk/requests/${opened()}/dialogs/${choice.dataset.do}?entry=${no}`, "#dialogs");
  }
  if (menu && !menu.hidden && !event.target.closest?.("[data-entry]:not(#entry-menu)")) menu.hidden = true;
});

// -- the phone: one pane at a time ----------------------------------------------------------------------
export function show(pane) {
  desk.dataset.pane = pane;
  for (const tab of document.querySelectorAll("[data-show]")) tab.setAttribute("aria-pressed", tab.dataset.show === pane);
  if (pane === "thread") for (const box of document.querySelectorAll("[data-scroller]")) box.scrollTop = box.scrollHeight;
}
document.addEventListener("click", (event) => {
  const tab = event.target.closest?.("[data-show]");
  if (tab) show(tab.dataset.show);
});

// -- wishes -----------------------------------------------------------------------------------------------
document.getElementById("wishes").addEventListener("change", (event) => {
  const { name, checked } = event.target;
  const wish = { [name]: name === "enter" ? (checked ? "send" : "line") : checked };
  if ("keys" in wish) desk.dataset.keys = wish.keys ? "on" : "off";
  if ("enter" in wish) storage.set("firstline-enter", wish.enter);
  keep(wish);
});

wireKinds();
show(desk.dataset.pane);
