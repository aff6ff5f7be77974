// The box one writes in: sending, typing shown, drafts kept, files by drag and paste.
import { post, say as alertWith } from "./base.js";
import { OwnWords, composes, draftPlace, newKey } from "./drafts.js";
import { logOf, say, send } from "./live.js";
import { storage } from "./storage.js";
import { Uploads } from "./uploads.js";

const words = document.getElementById("words").dataset;
const TYPING = 2500;
const enterSends = () => (storage.get("firstline-enter") ?? "send") === "send";

class Composer {
  constructor(form) {
    this.form = form;
    this.request = Number(form.dataset.request);
    this.field = form.querySelector("textarea");
    this.words = new OwnWords(draftPlace(form.dataset.place ?? form.dataset.post));
    this.uploads = new Uploads(form, () => this.draft());
    this.wire();
    this.restore();
    this.grow();
  }
  wire() {
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(event.submitter?.dataset.turn); });
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("input", () => { this.grow(); this.typing(); this.draft(); });
    this.field.addEventListener("blur", () => this.flush());
    this.form.addEventListener("click", (event) => this.insert(event.target.closest("[data-insert]")?.dataset.insert));
  }
  // A sentence at hand, after what stands there.
  insert(text) {
    if (!text) return;
    const gap = this.field.value && !/\s$/.test(this.field.value) ? "\n" : "";
    this.field.setRangeText(gap + text, this.field.selectionEnd, this.field.selectionEnd, "end");
    this.field.focus();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  get audience() { return new FormData(this.form).get("audience") || "all"; }

  // The key belongs to the draft: two windows that show it send it once.
  restore() {
    const theirs = this.field.value;
    const typed = this.words.find((one) => (!one.saved || !theirs) && (one.body?.trim() || one.files?.length));
    // What the desk has is the newer, unless the last words did not get there, or another window's took their place.
    const here = typed && (!typed.saved || !theirs || this.words.strays().some(([, one]) => one.body === theirs));
    this.draftKey = (here ? typed.key : this.form.dataset.key) || typed?.key || newKey();
    if (here) this.field.value = typed.body;
    this.uploads.restore(typed?.files);
  }
  renew() { this.draftKey = newKey(); }
  // Another window has sent this draft: what stands here goes, unless it was changed since.
  sentElsewhere(key, body) {
    if (key !== this.draftKey) return;
    if (this.field.value.trim() === body.trim()) this.clear();
    else { this.renew(); this.draft(); }
  }

  key(event) {
    if (event.key !== "Enter" || composes(event) || event.shiftKey) return;
    if (this.form.querySelector("[data-suggest]:not([hidden])")) return;
    if (event.altKey) return this.keepTurn(event);
    if (event.ctrlKey || event.metaKey || enterSends()) { event.preventDefault(); this.form.requestSubmit(); }
  }
  // Words that leave the turn with the staff, where the form has a button for them.
  keepTurn(event) {
    const button = this.form.querySelector("[data-turn=us]");
    if (!button || this.audience === "staff") return;
    event.preventDefault();
    this.form.requestSubmit(button);
  }
  submit(turn) {
    const body = this.field.value;
    const files = this.uploads.files;
    if (this.uploads.flying) return alertWith(words.uploading);
    if (!body.trim() && !files.length) return this.field.focus();
    if ([...body].length > this.limit) return alertWith(words.tooLong.replace("%s", this.limit));
    const item = { key: this.draftKey, request: this.request, body: body.trim() ? body : files.map((f) => f.name).join(", "), url: this.form.dataset.post, more: this.more(turn, files) };
    item.viaSocket = !files.length && !item.more.audience;
    say(item);
    for (const [name, one] of this.words.strays()) if (one.key === item.key && one.body === body) storage.drop(name);
    this.clear();
  }
  // Longer words are refused by the desk; a field that cuts them off would lose their end.
  get limit() { return Number(this.form.dataset.limit) || Infinity; }
  more(turn, files) {
    const more = {};
    if (this.audience === "staff") more.audience = "staff";
    else if (turn) more.turn = turn;
    if (this.form.dataset.guard !== undefined) more.seen = logOf(this.request)?.head ?? 0;
    if (files.length) more.files = files.map((file) => file.id);
    return more;
  }
  clear() {
    this.field.value = "";
    this.uploads.clear();
    this.grow();
    clearTimeout(this.saving);
    this.saving = 0;
    this.words.drop();
    this.save("");
    this.renew();
  }
  grow() {
    // The rows attribute, not a style: the page's policy allows none.
    const lines = this.field.value.split("\n").reduce((sum, line) => sum + 1 + Math.floor(line.length / 90), 0);
    this.field.rows = Math.min(14, Math.max(Number(this.field.dataset.rows ?? 2), lines));
  }
  typing() {
    if (Date.now() - (this.typedAt ?? 0) < TYPING) return;
    this.typedAt = Date.now();
    send({ do: "typing", request: this.request, ...(this.audience === "staff" && { audience: "staff" }) });
  }

  draft() {
    this.keep(false);
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.flush(), 1200);
  }
  keep(saved) { this.words.set({ at: Date.now(), key: this.draftKey, body: this.field.value, files: this.uploads.files, saved }); }
  flush() {
    if (!this.saving) return;
    clearTimeout(this.saving);
    this.saving = 0;
    this.save(this.field.value);
  }
  save(body) {
    if (!this.form.dataset.draft) return;
    const packed = JSON.stringify({ place: this.form.dataset.place, body, key: this.draftKey });
    post(this.form.dataset.draft, packed, { "Content-Type": "application/json" }).then((answer) => {
      if (answer.ok && body && this.field.value === body) this.keep(true);
    }, () => {});
  }
}

export const composers = new Map();
export function wire() {
  for (const form of document.querySelectorAll("form[data-composer]:not([data-wired])")) {
    form.dataset.wired = "";
    composers.set(form, new Composer(form));
  }
}
document.addEventListener("live:entry", (event) => {
  for (const [form, composer] of composers) {
    const own = form.isConnected && logOf(composer.request)?.element.querySelector(`[data-key="${CSS.escape(composer.draftKey)}"]`);
    if (own) composer.sentElsewhere(composer.draftKey, own.querySelector(".fl-words")?.textContent ?? "");
  }
});
document.addEventListener("htmx:after:swap", wire);
wire();
