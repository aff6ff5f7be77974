// A closed request in the widget: it is rated, and words below it open it again while they may.
import { newKey } from "../drafts.js";

export function afterwards($, words, send) {
  let key = newKey();
  $("rate").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const [error, button] = [form.querySelector(".error"), form.querySelector("button")];
    error.textContent = "";
    button.disabled = true;
    try {
      await send({ score: Number(form.elements.score.value), text: form.elements.text.value, key });
      key = newKey();
      form.reset();
      $("words").focus();
    } catch (problem) {
      error.textContent = problem.message && problem.name !== "TypeError" ? problem.message : words.offline;
    }
    button.disabled = false;
  });
  return ({ closed, rated, final }) => {
    $("rate").hidden = closed !== "1" || rated !== "";
    const thanks = closed === "1" && rated ? words.rated.replace("%s", rated) : "";
    if ($("rated").textContent !== thanks) $("rated").textContent = thanks;
    $("over").hidden = final !== "1";
    $("write").hidden = final === "1";
  };
}
