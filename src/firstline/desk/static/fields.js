// Above the thread: what nobody has said is asked for with one click, which puts the question into the answer.
import { composers } from "../composer.js";

document.addEventListener("click", ({ target }) => {
  const question = target.closest?.("[data-ask]")?.dataset.ask;
  const form = question && document.querySelector(".desk-composer");
  if (!form) return;
  const answer = form.querySelector("[name=audience][value=all]");
  if (answer.disabled) return;
  if (!answer.checked) answer.click();
  composers.get(form).insert(question);
});
