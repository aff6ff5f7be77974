// What is typed and not sent yet: its keys, where it is kept, and the words of forms, which outlive Esc, a reload and a session.
import { storage, tabStorage } from "./storage.js";

export const person = document.querySelector('meta[name="person"]')?.content ?? "";

// crypto.randomUUID is missing where a page comes by plain http from a host with a name.
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const digits = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// An input method's own Enter: Safari ends the composition first, and leaves only the code 229.
export const composes = (event) => event.isComposing || event.keyCode === 229;

// A draft belongs to a person, not to a browser.
export const draftPlace = (place) => `firstline-draft:${person}:${place}`;

// What the coach has asked in a request, so that it is not asked again there.
export const hintsPlace = (request) => draftPlace(`hints/${request}`);

// -- what one window has of a place: another one that shows the same neither replaces nor removes it ------
// The name is put away while its page stands, so that a copy of the window is given another one.
const WINDOW = "firstline-window";
const windowName = tabStorage.get(WINDOW) ?? newKey();
addEventListener("pageshow", () => tabStorage.drop(WINDOW));
addEventListener("pagehide", () => tabStorage.set(WINDOW, windowName));

export class OwnWords {
  #place;
  #own;
  #adopted = new Map();
  constructor(place) { this.#place = place; this.#own = `${place}@${windowName}`; }
  get() { return storage.get(this.#own); }
  set(value) { storage.set(this.#own, value); }
  // What other windows left here, the latest first: `[name, value]`.
  strays() {
    const names = storage.names().filter((name) => name !== this.#own && (name === this.#place || name.startsWith(`${this.#place}@`)));
    const found = names.map((name) => [name, storage.get(name)]).filter(([, value]) => value);
    return found.sort(([, one], [, other]) => (other.at ?? 0) - (one.at ?? 0));
  }
  // This window's own, or the latest of another one that fits here: that goes when this window's goes.
  find(fits = () => true) {
    const own = this.get();
    if (own) return own;
    const [name, value] = this.strays().find(([, one]) => fits(one)) ?? [];
    if (name) this.adopt(name, value);
    return value ?? null;
  }
  adopt(name, { at }) { this.#adopted.set(name, at); }
  // What has been typed on over there since stays.
  drop() {
    storage.drop(this.#own);
    for (const [name, at] of this.#adopted) if (storage.get(name)?.at === at) storage.drop(name);
    this.#adopted.clear();
  }
}

// -- forms that are sent in place: words, never passwords ----------------------------------------
const FORMS = "form[data-act], form[hx-post]";
const FIELDS = "textarea[name], input[name]:not([type=hidden], [type=password], [type=checkbox], [type=radio], [type=file])";
const WEEK = 7 * 24 * 3600 * 1000;
const words = new Map();
function formWords(form) {
  const place = `firstline-form:${person}:${form.dataset.place ?? form.getAttribute("hx-post") ?? form.getAttribute("action")}`;
  if (!words.has(place)) words.set(place, new OwnWords(place));
  return words.get(place);
}

export function forgetForm(form) { formWords(form).drop(); }

export function restoreForms(within = document) {
  for (const form of within.querySelectorAll(FORMS)) {
    const typed = formWords(form).find((one) => Date.now() - one.at <= WEEK);
    if (!typed || Date.now() - typed.at > WEEK) continue;
    for (const field of form.querySelectorAll(FIELDS)) {
      if (field.value === field.defaultValue && field.name in typed.values) field.value = typed.values[field.name];
    }
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!person || !form?.matches(FORMS) || !event.target.matches(FIELDS)) return;
  const changed = [...form.querySelectorAll(FIELDS)].filter((field) => field.value !== field.defaultValue);
  if (!changed.length) return forgetForm(form);
  formWords(form).set({ at: Date.now(), values: Object.fromEntries(changed.map((field) => [field.name, field.value])) });
});
document.addEventListener("htmx:after:request", (event) => {
  const { response, sourceElement } = event.detail.ctx;
  if (response?.status < 400 && sourceElement?.matches?.(FORMS)) forgetForm(sourceElement);
});
document.addEventListener("htmx:after:swap", () => restoreForms());
restoreForms();
