// Files in the widget: chosen, pasted or dropped, sent at once, and said with the next words.
export class Files {
  // `list` shows them, `send(file)` gives {id, name} or throws a sentence, `tell(words)` says it aloud.
  constructor(form, { list, input, words, send, tell, complain }) {
    Object.assign(this, { list, words, send, tell, complain });
    this.marks = new Map();
    this.place = null;
    input.addEventListener("change", () => { this.take(input.files); input.value = ""; });
    form.addEventListener("paste", (event) => this.take(event.clipboardData?.files, event));
    form.addEventListener("dragover", (event) => event.preventDefault());
    form.addEventListener("drop", (event) => this.take(event.dataTransfer?.files, event));
  }
  get busy() { return [...this.marks.values()].some((mark) => !mark.id); }
  get files() { return [...this.marks.values()].filter((mark) => mark.id).map(({ id, name }) => ({ id, name })); }
  get ids() { return this.files.map((file) => file.id); }
  get names() { return this.files.map((file) => file.name).join(", "); }

  // Show the files of a place, and keep there what is attached from now on.
  open(place) {
    this.place = place;
    this.marks.clear();
    this.list.replaceChildren();
    for (const file of place?.all() ?? []) this.show(this.chip(file), file);
  }
  take(files, event) {
    if (!files?.length) return;
    event?.preventDefault();
    for (const file of files) this.one(file);
  }
  chip(mark) {
    const chip = document.createElement("li");
    chip.textContent = `${mark.name} …`;
    this.list.append(chip);
    this.marks.set(chip, mark);
    return chip;
  }
  async one(file) {
    const mark = { name: file.name || "image.png" };
    const chip = this.chip(mark);
    const place = this.place;
    try {
      const { id, name } = await this.send(file, mark.name);
      Object.assign(mark, { id, name });
      // Whoever went to another thread meanwhile finds it where it was attached.
      if (place !== this.place) return place?.keep([...place.all(), mark]);
      this.show(chip, mark);
      this.keep();
      this.tell(mark.name);
    } catch (error) {
      this.marks.delete(chip);
      chip.remove();
      if (place === this.place) this.complain(error.message);
    }
  }
  keep() { this.place?.keep(this.files); }
  show(chip, mark) {
    chip.textContent = mark.name;
    const off = document.createElement("button");
    off.type = "button";
    off.textContent = "×";
    off.setAttribute("aria-label", `${this.words.remove} ${mark.name}`);
    off.addEventListener("click", () => { this.marks.delete(chip); chip.remove(); this.keep(); this.list.closest("form").querySelector("textarea").focus(); });
    chip.append(off);
  }
}
