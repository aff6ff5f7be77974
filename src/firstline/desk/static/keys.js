// Single keys by their place on the keyboard, so that they work in every layout (WCAG 2.1.4: they
// can be switched off). Silent in fields, menus and dialogs.
const desk = document.getElementById("desk");
const inField = (target) => target.closest?.("input, textarea, select, [contenteditable], dialog, [role=menu]");

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches?.("textarea, input") && !event.target.closest("dialog")) {
    event.target.blur();
    return;
  }
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || inField(event.target)) return;
  if (desk?.dataset.keys === "off") return;
  const act = event.shiftKey ? (event.code === "Slash" ? help : null) : acts[event.code];
  if (!act) return;
  event.preventDefault();
  act();
});

const click = (selector) => document.querySelector(selector)?.click();
const acts = {
  KeyT: () => click("[data-key-take]:not(:disabled)"),
  KeyJ: () => move(1),
  KeyK: () => move(-1),
  KeyR: () => write("all"),
  KeyN: () => write("staff"),
  KeyF: () => { location.href = "/desk/history"; },
  KeyC: () => click(".desk-no"),
  Slash: () => { write(null); click("[data-slash]"); },
};
for (const code of ["KeyE", "KeyX", "KeyV", "KeyH", "KeyD", "KeyB", "KeyS", "KeyP", "KeyO", "KeyU", "KeyG", "KeyL", "KeyM", "KeyW"]) acts[code] = () => click(`[data-key="${code}"]`);

function help() {
  const list = document.getElementById("keys");
  if (list && !list.open) list.showModal();
}

function write(audience) {
  const form = document.getElementById("composer");
  if (!form) return;
  const choice = audience && form.querySelector(`[name=audience][value=${audience}]:not(:disabled)`);
  if (choice && !choice.checked) choice.click();
  form.querySelector("textarea").focus();
}

function move(step) {
  const rows = [...document.querySelectorAll("a.desk-row, a[data-row]")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row === document.activeElement || row.classList.contains("is-open"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
  next.focus();
  if (next.matches("[data-open]")) next.click();
}
