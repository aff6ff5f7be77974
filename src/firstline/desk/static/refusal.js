// The form of a refusal or of a step by the rules of conduct: each choice brings its words, and words
// that somebody changed stay.
function replyOf(form) {
  const names = form.querySelector("[data-refusal]").dataset.refusal.split(" ");
  const choice = names.map((name) => form.querySelector(`[name=${name}]:checked`)?.value ?? "").join("/");
  return form.querySelector(`[data-reply="${CSS.escape(choice)}"]`)?.content.textContent ?? "";
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
