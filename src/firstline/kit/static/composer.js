// The box one writes in: sending, typing shown, drafts kept, files by drag and paste.
import { csrf, say as alertWith } from "./base.js";
import { logOf, say, send } from "./live.js";

const TYPING = 2500;
const enterSends = () => (localStorage.getItem("firstline-enter") ?? "send") === "send";

class Composer {
  constructor(form) {
    this.form = form;
    this.request = Number(form.dataset.request);
    this.field = form.querySelector("textarea");
    this.place = `firstline-draft:${form.dataset.place ?? form.dataset.post}`;
    this.files = new Map();
    this.list = form.querySelector("[data-files]");
    this.wire();
    if (!this.field.value) this.field.value = localStorage.getItem(this.place) ?? "";
    this.grow();
  }
  wire() {
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(event.submitter?.dataset.turn); });
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("input", () => { this.grow(); this.typing(); this.draft(); });
    this.field.addEventListener("blur", () => this.flush());
    this.form.addEventListener("paste", (event) => this.take(event.clipboardData?.files, event));
    this.form.addEventListener("dragover", (event) => { event.preventDefault(); this.form.classList.add("fl-drop"); });
    this.form.addEventListener("dragleave", () => this.form.classList.remove("fl-drop"));
    this.form.addEventListener("drop", (event) => { this.form.classList.remove("fl-drop"); this.take(event.dataTransfer?.files, event); });
    this.form.querySelector('input[type="file"]')?.addEventListener("change", (event) => { this.take(event.target.files); event.target.value = ""; });
  }
  get audience() { return new FormData(this.form).get("audience") || "all"; }

  key(event) {
    if (event.key !== "Enter" || event.isComposing || event.shiftKey) return;
    if (this.form.querySelector("[data-suggestions]:not([hidden])")) return;
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
    const files = [...this.files.values()];
    if (files.some((file) => !file.id)) return alertWith(this.form.dataset.uploading);
    if (!body.trim() && !files.length) return this.field.focus();
    const guarded = this.form.dataset.guard !== undefined;
    const more = {};
    if (this.audience === "staff") more.audience = "staff";
    else if (turn) more.turn = turn;
    if (guarded) more.seen = logOf(this.request)?.head ?? 0;
    if (files.length) more.files = files.map((file) => file.id);
    const item = { key: crypto.randomUUID(), request: this.request, body: body.trim() ? body : files.map((f) => f.name).join(", "), url: this.form.dataset.post, more };
    item.viaSocket = !files.length && !more.audience;
    say(item);
    this.clear();
  }
  clear() {
    this.field.value = "";
    this.files.clear();
    this.list?.replaceChildren();
    this.grow();
    clearTimeout(this.saving);
    this.saving = 0;
    localStorage.removeItem(this.place);
    this.save("");
  }
  grow() {
    // The rows attribute, not a style: the page's policy allows none.
    const lines = this.field.value.split("\n").reduce((sum, line) => sum + 1 + Math.floor(line.length / 90), 0);
    this.field.rows = Math.min(14, Math.max(Number(this.field.dataset.rows ?? 2), lines));
  }
  typing() {
    if (Date.now() - (this.told ?? 0) < TYPING) return;
    this.told = Date.now();
    send({ do: "typing", request: this.request, ...(this.audience === "staff" && { audience: "staff" }) });
  }

  draft() {
    localStorage.setItem(this.place, this.field.value);
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.flush(), 1200);
  }
  flush() {
    if (!this.saving) return;
    clearTimeout(this.saving);
    this.saving = 0;
    this.save(this.field.value);
  }
  save(body) {
    if (!this.form.dataset.draft) return;
    fetch(this.form.dataset.draft, {
      method: "POST",
      keepalive: true,
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": csrf() },
      body: JSON.stringify({ place: this.form.dataset.place, body }),
    }).catch(() => {});
  }

  take(files, event) {
    if (!files?.length || !this.form.dataset.upload) return;
    event?.preventDefault();
    for (const file of files) this.upload(file);
  }
  async upload(file) {
    const mark = {};
    const chip = document.createElement("li");
    chip.textContent = `${file.name || "image.png"} …`;
    this.list.append(chip);
    this.files.set(chip, mark);
    const body = new FormData();
    body.append("file", file, file.name || "image.png");
    try {
      const answer = await fetch(this.form.dataset.upload, { method: "POST", body, headers: { Accept: "application/json", "X-CSRF-Token": csrf() } });
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.detail);
      mark.id = told.id;
      mark.name = told.name ?? file.name;
      this.show(chip, mark);
    } catch (error) {
      this.files.delete(chip);
      chip.remove();
      alertWith(error.message || this.form.dataset.unsent);
    }
  }
  show(chip, mark) {
    chip.textContent = mark.name;
    const off = document.createElement("button");
    off.type = "button";
    off.className = "fl-icon-button";
    off.textContent = "×";
    off.setAttribute("aria-label", `${this.form.dataset.remove} ${mark.name}`);
    off.addEventListener("click", () => { this.files.delete(chip); chip.remove(); this.field.focus(); });
    chip.append(off);
  }
}

export const composers = new Map();
export function wire() {
  for (const form of document.querySelectorAll("form[data-composer]:not([data-wired])")) {
    form.dataset.wired = "";
    composers.set(form, new Composer(form));
  }
}
document.addEventListener("htmx:after:swap", wire);
wire();
