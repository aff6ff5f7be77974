// Writing a new request: the draft is kept, files come by drag, paste or choice, sending once is enough.
import { csrf, say } from "../base.js";

const form = document.querySelector("form[data-new]");
const body = form.elements.body;
const list = form.querySelector("[data-files]");
const kept = form.querySelector("[data-kept]");
const keptWords = document.getElementById("kept-words").dataset.kept;
let saving = 0;
let flying = 0;
let sent = false;

// -- the draft -----------------------------------------------------------------------------------
function draft() {
  const typed = { topic: form.elements.topic.value, service: form.elements.service?.value ?? "", priority: form.elements.priority?.value ?? "", body: body.value };
  return body.value.trim() ? JSON.stringify(typed) : "";
}
async function save() {
  if (sent) return;
  try {
    const answer = await fetch("/drafts", {
      method: "POST",
      keepalive: true,
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": csrf() },
      body: JSON.stringify({ place: "new", body: draft() }),
    });
    kept.textContent = answer.ok && body.value.trim() ? keptWords : "";
  } catch {
    kept.textContent = "";
  }
}
form.addEventListener("input", () => { clearTimeout(saving); saving = setTimeout(save, 1000); });

// -- files -----------------------------------------------------------------------------------------
async function upload(file) {
  const chip = document.createElement("li");
  const name = file.name || "image.png";
  chip.textContent = `${name} …`;
  list.append(chip);
  const packed = new FormData();
  packed.append("file", file, name);
  flying += 1;
  try {
    const answer = await fetch(form.dataset.upload, { method: "POST", body: packed, headers: { Accept: "application/json", "X-CSRF-Token": csrf() } });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.detail);
    show(chip, told);
  } catch (error) {
    chip.remove();
    say(error instanceof TypeError ? form.dataset.failed : error.message || form.dataset.failed);
  } finally {
    flying -= 1;
  }
}
function show(chip, { id, name }) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "files";
  field.value = id;
  const off = document.createElement("button");
  off.type = "button";
  off.className = "fl-icon-button";
  off.textContent = "×";
  off.setAttribute("aria-label", `${form.dataset.remove} ${name}`);
  off.addEventListener("click", () => { chip.remove(); body.focus(); });
  chip.replaceChildren(name, field, off);
}
const take = (files, event) => {
  if (!files?.length) return;
  event?.preventDefault();
  for (const file of files) upload(file);
};
form.addEventListener("paste", (event) => take(event.clipboardData?.files, event));
form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("fl-drop"); });
form.addEventListener("dragleave", () => form.classList.remove("fl-drop"));
form.addEventListener("drop", (event) => { form.classList.remove("fl-drop"); take(event.dataTransfer?.files, event); });
form.querySelector('input[type="file"]').addEventListener("change", (event) => { take(event.target.files); event.target.value = ""; });

// -- sending ---------------------------------------------------------------------------------------
form.addEventListener("submit", (event) => {
  if (flying || sent) {
    event.preventDefault();
    if (flying) say(form.dataset.uploading);
    return;
  }
  sent = true;
  clearTimeout(saving);
});
body.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
// Back from the sent form, by the browser's own cache: it may be sent again.
addEventListener("pageshow", (event) => { if (event.persisted) sent = false; });
