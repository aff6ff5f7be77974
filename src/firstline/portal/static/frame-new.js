// The widget's form of a new request: what is typed and attached stays until it has been sent.
import { newKey } from "../drafts.js";
import { sentenceOf } from "./frame-answers.js";
const KEPT = ["topic", "service", "priority", "body"];

export function newForm($, { words, attached, open, api }) {
  const form = $("new");
  const fields = () => KEPT.map((name) => form.elements[name]).filter(Boolean);
  const error = form.querySelector(".error");
  let drafts = null;
  const must = () => {
    const said = $("topic").selectedOptions[0].dataset.must;
    $("must").textContent = said ? `${$("must").dataset.words} ${said}` : "";
  };
  const keep = () => drafts?.set("new", { key: drafts.get("new").key ?? newKey(), ...Object.fromEntries(fields().map(({ name, value }) => [name, value])) });
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  $("topic").addEventListener("change", must);
  function show() {
    form.reset();
    error.textContent = "";
    for (const field of fields()) field.value = drafts?.get("new")[field.name] ?? "";
    attached.open(drafts?.files("new"));
    must();
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.textContent = attached.busy ? words.uploading : "";
    if (attached.busy) return;
    const button = form.querySelector("button.main");
    button.disabled = true;
    keep();
    const mine = drafts;
    const { key, topic, body, service, priority } = mine.get("new");
    const more = { service: service || null, priority: priority || null, read: Boolean(form.elements.read?.checked), files: attached.ids };
    try {
      const { no } = await api("/requests", { topic, body, key, ...more });
      mine.drop("new");
      show();
      open(no, body.trim().split("\n")[0].slice(0, 80), 1);
    } catch (problem) {
      error.textContent = sentenceOf(problem, words);
      // What this key did stands; what is sent now is another request.
      if (problem.field === "key") mine.set("new", { key: newKey() });
    }
    button.disabled = false;
  });
  return async (person) => {
    drafts = person;
    $("service").replaceChildren($("service").options[0]);
    show();
    const found = person ? await api("/services").catch(() => []) : [];
    if (drafts !== person) return;
    $("service").append(...found.map(({ id, name }) => new Option(name, id)));
    $("service").hidden = $("service-label").hidden = !found.length;
    $("service").value = person?.get("new").service ?? "";
    if ($("service").selectedIndex < 0) $("service").value = "";
  };
}
