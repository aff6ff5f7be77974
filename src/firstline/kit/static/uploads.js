// Files of what is being written: each goes up at once and is a chip, which takes it back.
import { post, say, signedInAgain } from "./base.js";
import { stopped } from "./refusals.js";

const words = document.getElementById("words").dataset;

export class Uploads {
  // `changed` is called when a file has come or gone.
  constructor(form, changed) {
    this.form = form;
    this.list = form.querySelector("[data-files]");
    this.changed = changed;
    this.flying = 0;
    this.listen();
    // Chips that came with the page get their button.
    for (const { id, name } of this.files) this.show({ id, name }, this.list.querySelector(`input[value="${id}"]`).closest("li"));
  }
  listen() {
    const drop = (on) => this.form.classList.toggle("fl-drop", on);
    this.form.addEventListener("paste", (event) => this.take(event.clipboardData?.files, event));
    this.form.addEventListener("dragover", (event) => { event.preventDefault(); drop(true); });
    this.form.addEventListener("dragleave", () => drop(false));
    this.form.addEventListener("drop", (event) => { drop(false); this.take(event.dataTransfer?.files, event); });
    this.form.querySelector('input[type="file"]')?.addEventListener("change", (event) => { this.take(event.target.files); event.target.value = ""; });
  }
  get files() {
    return [...this.list?.querySelectorAll("input[name=files]") ?? []].map((field) => ({ id: field.value, name: field.dataset.name }));
  }
  take(files, event) {
    if (!files?.length || !this.form.dataset.upload) return;
    event?.preventDefault();
    for (const file of files) this.upload(file);
  }
  async upload(file) {
    const name = file.name || "image.png";
    const chip = document.createElement("li");
    chip.textContent = `${name} …`;
    this.list.append(chip);
    const packed = new FormData();
    packed.append("file", file, name);
    this.flying += 1;
    try {
      let answer = await post(this.form.dataset.upload, packed);
      while (answer.status === 401) {
        await signedInAgain();
        answer = await post(this.form.dataset.upload, packed);
      }
      const found = await answer.json().catch(() => ({}));
      if (!answer.ok) throw new Error(found.detail ?? stopped(words, answer.status, words.fileTooLarge));
      this.show({ id: found.id, name: found.name ?? name }, chip);
      this.changed();
    } catch (error) {
      chip.remove();
      say(error instanceof TypeError || !error.message ? words.unkept : error.message);
    } finally {
      this.flying -= 1;
    }
  }
  show({ id, name }, chip = this.list.appendChild(document.createElement("li"))) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "files";
    field.value = id;
    field.dataset.name = name;
    const off = document.createElement("button");
    off.type = "button";
    off.className = "fl-icon-button";
    off.textContent = "×";
    off.setAttribute("aria-label", `${words.remove} ${name}`);
    off.addEventListener("click", () => { chip.remove(); this.changed(); this.form.querySelector("textarea").focus(); });
    chip.replaceChildren(name, field, off);
  }
  restore(files) {
    const present = new Set(this.files.map((file) => file.id));
    for (const file of files ?? []) if (!present.has(file.id)) this.show(file);
  }
  clear() { this.list?.replaceChildren(); }
}
