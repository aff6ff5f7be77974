// The form of a refusal: each rule brings its words, and words that somebody changed stay.
function replyOf(form) {
  const code = form.querySelector("[name=code]:checked")?.value;
  return form.querySelector(`[data-reply="${CSS.escape(code ?? "")}"]`)?.content.textContent ?? "";
}

document.addEventListener("change", (event) => {
  const rules = event.target.closest?.("[data-refusal]");
  if (!rules) return;
  const { form } = event.target;
  const field = form.elements.text;
  const proposals = [...rules.querySelectorAll("[data-reply]")].map((one) => one.content.textContent);
  const changed = field.value.trim() && !proposals.includes(field.value);
  form.querySelector("[data-refusal-kept]").hidden = !changed;
  if (!changed) field.value = replyOf(form);
});

document.addEventListener("click", (event) => {
  if (!event.target.matches?.("[data-refusal-renew]")) return;
  const { form } = event.target;
  form.elements.text.value = replyOf(form);
  form.querySelector("[data-refusal-kept]").hidden = true;
  form.elements.text.focus();
});
