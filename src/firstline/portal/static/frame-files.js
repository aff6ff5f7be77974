// Files in the widget: chosen, pasted or dropped, sent at once, and said with the next words.
export class Files {
  // `list` shows them, `send(file)` gives {id, name} or throws a sentence, `tell(words)` says it aloud.
  constructor(form, { list, input, words, send, tell, complain }) {
    Object.assign(this, { list, words, send, tell, complain });
    this.marks = new Map();
    input.addEventListener("change", () => { this.take(input.files); input.value = ""; });
    form.addEventListener("paste", (event) => this.take(event.clipboardData?.files, event));
    form.addEventListener("dragover", (event) => event.preventDefault());
    form.addEventListener("drop", (event) => this.take(event.dataTransfer?.files, event));
  }
  get busy() { return [...this.marks.values()].some((mark) => !mark.id); }
  get ids() { return [...this.marks.values()].map((mark) => mark.id); }
  get names() { return [...this.marks.values()].map((mark) => mark.name).join(", "); }

  clear() { this.marks.clear(); this.list.replaceChildren(); }
  take(files, event) {
    if (!files?.length) return;
    event?.preventDefault();
    for (const file of files) this.one(file);
  }
  async one(file) {
    const mark = { name: file.name || "image.png" };
    const chip = document.createElement("li");
    chip.textContent = `${mark.name} …`;
    this.list.append(chip);
    this.marks.set(chip, mark);
    try {
      Object.assign(mark, await this.send(file, mark.name));
      this.show(chip, mark);
      this.tell(mark.name);
    } catch (error) {
      this.marks.delete(chip);
      chip.remove();
      this.complain(error.message);
    }
  }
  show(chip, mark) {
    chip.textContent = mark.name;
    const off = document.createElement("button");
    off.type = "button";
    off.textContent = "×";
    off.setAttribute("aria-label", `${this.words.remove} ${mark.name}`);
    off.addEventListener("click", () => { this.marks.delete(chip); chip.remove(); this.list.closest("form").querySelector("textarea").focus(); });
    chip.append(off);
  }
}
