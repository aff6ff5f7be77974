// A closed request in the widget: it is rated, and words below it open it again while they may.
import { newKey } from "../drafts.js";
import { sentenceOf } from "./frame-answers.js";

// `place` gives the drafts of whoever is here, and the name under which they keep this request's rating.
export function afterwards($, words, send, place) {
  const form = $("rate");
  const { score, text } = form.elements;
  let key = newKey();
  form.addEventListener("input", () => {
    const [drafts, name] = place();
    drafts?.set(name, { key, score: score.value, text: text.value });
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [error, button] = [form.querySelector(".error"), form.querySelector("button")];
    const [drafts, name] = place();
    error.textContent = "";
    button.disabled = true;
    try {
      await send({ score: Number(score.value), text: text.value, key });
      drafts.drop(name);
      open();
      $("words").focus();
    } catch (problem) {
      error.textContent = sentenceOf(problem, words);
    }
    button.disabled = false;
  });
  // What was typed for this request, and for no other.
  function open() {
    const [drafts, name] = place();
    const typed = drafts?.get(name) ?? {};
    form.reset();
    form.querySelector(".error").textContent = "";
    key = typed.key ?? newKey();
    text.value = typed.text ?? "";
    if (typed.score) score.value = typed.score;
  }
  function ending({ closed, rated, final }) {
    form.hidden = closed !== "1" || rated !== "";
    const thanks = closed === "1" && rated ? words.rated.replace("%s", rated) : "";
    if ($("rated").textContent !== thanks) $("rated").textContent = thanks;
    $("over").hidden = final !== "1";
    $("write").hidden = final === "1";
  }
  open();
  return { open, ending };
}
