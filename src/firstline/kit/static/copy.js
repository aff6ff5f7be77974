// Copying: `data-copy` a text, `data-copy-link` an address of ours, `data-copy-of` what stands in the element of that id.
const words = document.getElementById("words").dataset;

// Without https browsers offer no clipboard but the one of old.
export async function copyText(text) {
  try { await navigator.clipboard.writeText(text); } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "visually-hidden";
    (document.querySelector("dialog[open]") ?? document.body).append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy], [data-copy-link], [data-copy-of]");
  if (!button) return;
  const { copy, copyLink, copyOf } = button.dataset;
  await copyText(copy ?? (copyOf ? document.getElementById(copyOf).textContent : new URL(copyLink, location.href).href));
  button.focus();
  flash(button);
});
function flash(button) {
  button.classList.add("is-done");
  const before = [...button.childNodes];
  if ("copyOf" in button.dataset && button.textContent !== words.copied) {
    button.replaceChildren(words.copied);
    setTimeout(() => button.replaceChildren(...before), 1500);
  }
  setTimeout(() => button.classList.remove("is-done"), 900);
}
