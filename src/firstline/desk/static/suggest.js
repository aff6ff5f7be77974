// `/` offers snippets and articles, `@` in notes colleagues; arrows and Enter choose.
import { composes } from "../drafts.js";

let timer = 0;
let wanted = "";

const list = () => document.getElementById("suggestions");
const field = () => document.querySelector("#composer textarea");

function token() {
  const area = field();
  const before = area.value.slice(0, area.selectionStart);
  const found = /(?:^|\s)([/@])([^\s/@]{0,40})$/u.exec(before);
  if (!found) return null;
  if (found[1] === "@" && new FormData(area.form).get("audience") !== "staff") return null;
  return { at: found[1], q: found[2], start: before.length - found[2].length - 1 };
}

document.addEventListener("input", (event) => {
  if (event.target === field()) ask();
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-slash]")) {
    const area = field();
    const gap = area.value && !/\s$/.test(area.value) ? " /" : "/";
    area.setRangeText(gap, area.selectionEnd, area.selectionEnd, "end");
    area.focus();
    ask();
  } else if (!event.target.closest?.("#suggestions")) hide();
});

function ask() {
  const mark = token();
  clearTimeout(timer);
  if (!mark) return hide();
  timer = setTimeout(async () => {
    const url = `/desk/requests/${field().form.dataset.request}/suggest?at=${encodeURIComponent(mark.at)}&q=${encodeURIComponent(mark.q)}`;
    wanted = url;
    const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok && wanted === url) show(await answer.json());
  }, 120);
}

function show(found) {
  const box = list();
  box.replaceChildren(...found.map((one, i) => {
    const item = document.createElement("li");
    item.id = `suggestion-${i}`;
    item.setAttribute("role", "option");
    item.className = `is-${one.kind}`;
    item.dataset.text = one.text;
    const title = document.createElement("b");
    title.textContent = one.title;
    const hint = document.createElement("span");
    hint.textContent = one.hint;
    item.append(title, hint);
    item.addEventListener("mousedown", (event) => { event.preventDefault(); take(item); });
    return item;
  }));
  box.hidden = !found.length;
  if (found.length) mark(box.firstElementChild);
}

function mark(item) {
  for (const one of list().children) one.setAttribute("aria-selected", one === item);
  field().setAttribute("aria-activedescendant", item.id);
  item.scrollIntoView({ block: "nearest" });
}

function hide() {
  const box = list();
  if (!box || box.hidden) return;
  box.hidden = true;
  field()?.removeAttribute("aria-activedescendant");
}

function take(item) {
  const area = field();
  const found = token();
  if (found) area.setRangeText(item.dataset.text, found.start, area.selectionStart, "end");
  hide();
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("keydown", (event) => {
  const box = list();
  if (event.target !== field() || !box || box.hidden || composes(event)) return;
  const items = [...box.children];
  const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") mark(items[(at + 1) % items.length]);
  else if (event.key === "ArrowUp") mark(items[(at - 1 + items.length) % items.length]);
  else if (event.key === "Enter" || event.key === "Tab") take(items[at]);
  else if (event.key === "Escape") hide();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
