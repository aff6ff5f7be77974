// `/` opens a search for snippets and articles, `@` in notes offers colleagues. What is searched for
// stands in a field of its own, never among the words to the client.
import { composes } from "../drafts.js";
import { nodes } from "../nodes.js";

let timer = 0;
let wanted = "";

const list = () => document.getElementById("suggestions");
const field = () => document.querySelector("#composer textarea");
const search = () => document.getElementById("suggest-search");
const noteMode = () => new FormData(field().form).get("audience") === "staff";

// -- where it begins -----------------------------------------------------------------------------
function token(sign) {
  const area = field();
  const before = area.value.slice(0, area.selectionStart);
  const found = new RegExp(`(?:^|\\s)${sign}([^\\s/@]{0,40})$`, "u").exec(before);
  return found && { q: found[1], start: before.length - found[1].length - 1 };
}
document.addEventListener("input", (event) => {
  if (event.target === search()) return ask("/", search().value);
  if (event.target !== field() || event.inputType?.startsWith("delete") || event.inputType === "insertFromPaste") return;
  const people = noteMode() && token("@");
  if (people) return ask("@", people.q);
  const slash = token("/");
  // A path that was written on purpose is no search: only what has just been begun is.
  if (slash && (!slash.q || (event.data?.length ?? 2) > 1)) return open(slash);
  hide();
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-slash]")) open(null);
  else if (!event.target.closest?.("[data-suggest]")) hide();
});
function open(slash) {
  const area = field();
  if (slash) {
    area.setRangeText("", slash.start, area.selectionStart, "end");
    wrote(area);
  }
  const box = document.querySelector("[data-suggest]");
  box.hidden = false;
  box.querySelector("[data-suggest-search]").hidden = false;
  search().value = slash?.q ?? "";
  search().focus();
  ask("/", search().value);
}

// -- what is found -------------------------------------------------------------------------------
function ask(at, q) {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const url = `/desk/requests/${field().form.dataset.request}/suggest?at=${encodeURIComponent(at)}&q=${encodeURIComponent(q)}`;
    wanted = url;
    const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok && wanted === url) show(await answer.json(), at);
  }, 120);
}
function show(found, at) {
  const box = document.querySelector("[data-suggest]");
  if (at === "/" && box.hidden) return;
  list().replaceChildren(...found.map(option));
  box.hidden = at === "@" && !found.length;
  box.querySelector("[data-suggest-search]").hidden = at === "@";
  box.querySelector("[data-suggest-none]").hidden = Boolean(found.length);
  if (found.length) mark(list().firstElementChild);
  else { preview(""); say(); }
}
function option(one, i) {
  const item = document.createElement("li");
  item.id = `suggestion-${i}`;
  item.setAttribute("role", "option");
  item.className = `is-${one.kind}`;
  Object.assign(item.dataset, { text: one.text, preview: one.preview, html: one.html, note: one.note, refusal: one.refusal });
  item.dir = "auto";
  const title = document.createElement("b");
  title.textContent = one.title;
  const hint = document.createElement("span");
  hint.textContent = one.hint;
  item.append(title, hint);
  item.addEventListener("mousemove", () => { if (item.getAttribute("aria-selected") !== "true") mark(item); });
  item.addEventListener("mousedown", (event) => { event.preventDefault(); take(item); });
  return item;
}
function mark(item) {
  for (const one of list().children) one.setAttribute("aria-selected", one === item);
  for (const one of [field(), search()]) one.setAttribute("aria-activedescendant", item.id);
  item.scrollIntoView({ block: "nearest" });
  preview(item.dataset.preview, item.dataset.html);
  say(refused(item) || item.dataset.note);
}
// An article as its readers see it, everything else as it will stand in the field.
function preview(text, html = "") {
  const place = document.querySelector("[data-suggest-preview]");
  place.classList.toggle("is-article", Boolean(html));
  if (html) place.replaceChildren(nodes(html));
  else place.textContent = text;
  place.hidden = !text;
  place.scrollTop = 0;
}
function say(sentence = "") {
  const place = document.querySelector("[data-suggest-note]");
  place.textContent = sentence;
  place.hidden = !sentence;
}
// What the client could not open goes into a note alone.
const refused = (item) => (noteMode() ? "" : item.dataset.refusal);

// By keys, without leaving the list.
function scroll(way) {
  const place = document.querySelector("[data-suggest-preview]");
  place.scrollBy(0, way * place.clientHeight * 0.9);
}

// -- how it ends ---------------------------------------------------------------------------------
function hide() {
  const box = document.querySelector("[data-suggest]");
  if (!box || box.hidden) return;
  clearTimeout(timer);
  wanted = "";
  box.hidden = true;
  field()?.removeAttribute("aria-activedescendant");
}
function take(item) {
  if (refused(item)) return say(refused(item));
  const area = field();
  const people = document.activeElement === area && noteMode() && token("@");
  area.setRangeText(item.dataset.text, people ? people.start : area.selectionStart, area.selectionEnd, "end");
  back();
  wrote(area);
}
// As if it were pasted: it is kept and measured, and begins no search.
const wrote = (area) => area.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
function back() {
  hide();
  field().focus();
}
// What was typed was no search after all, as in "look in /tmp".
function asText() {
  const area = field();
  const text = `/${search().value}`;
  back();
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  wrote(area);
}

document.addEventListener("keydown", (event) => {
  const box = document.querySelector("[data-suggest]");
  if ((event.target !== field() && event.target !== search()) || !box || box.hidden || composes(event)) return;
  const items = [...list().children];
  const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  const searching = event.target === search();
  if (event.key === "ArrowDown" && items.length) mark(items[(at + 1) % items.length]);
  else if (event.key === "ArrowUp" && items.length) mark(items[(at - 1 + items.length) % items.length]);
  else if (event.key === "PageDown" || event.key === "PageUp") scroll(event.key === "PageDown" ? 1 : -1);
  else if ((event.key === "Enter" || event.key === "Tab") && items.length) take(items[at]);
  else if (event.key === "Enter") { /* nothing is found, and nothing is sent */ }
  else if (event.key === "Escape") { if (searching) asText(); else hide(); }
  else if (event.key === "Backspace" && searching && !search().value) back();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
