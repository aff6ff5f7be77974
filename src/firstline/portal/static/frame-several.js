// Several matters in the widget: a field for each, which are sent together or are one message again.
// Fetched when somebody wants it.
import { newKey } from "../drafts.js";
import { sentenceOf } from "./frame-answers.js";

export function severalForm(several, { form, words, attached, api, further, keep, mine, whole, sent }) {
  const pieces = several.querySelector("[data-pieces]");
  const said = several.querySelector(".error");
  const texts = () => [...pieces.children].map((one) => ({ topic: one.querySelector("select").value, body: one.querySelector("textarea").value })).filter(({ body }) => body.trim());
  function swap(split) {
    several.hidden = !split;
    form.hidden = split;
    said.textContent = "";
  }
  function show(cuts) {
    const text = [...form.elements.body.value];
    const { topic } = form.elements;
    pieces.replaceChildren(...cuts.trim().split(" ").map((cut, place) => {
      const [first, last] = cut.split("-").map(Number);
      const piece = several.querySelector("template").content.cloneNode(true);
      const [body, about] = [piece.querySelector("textarea"), piece.querySelector("select")];
      body.value = text.slice(first, last).join("");
      about.append(...[...topic.options].map((one) => one.cloneNode(true)));
      about.value = topic.value;
      body.setAttribute("aria-label", `${several.dataset.words} ${place + 1}`);
      return piece;
    }));
    swap(true);
    pieces.querySelector("textarea").focus();
  }
  several.querySelector("[data-one]").addEventListener("click", () => {
    form.elements.body.value = texts().map(({ body }) => body.trim()).join("\n\n");
    swap(false);
    whole();
    keep();
  });
  several.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = attached.busy ? words.uploading : "";
    if (attached.busy) return;
    const button = several.querySelector("button.main");
    button.disabled = true;
    const drafts = mine();
    try {
      const first = pieces.querySelector("textarea").value;
      const { numbers } = await api("/requests/several", { pieces: texts(), key: drafts.get("new").key, ...further(drafts) });
      sent(drafts, numbers[0], first);
    } catch (problem) {
      said.textContent = sentenceOf(problem, words);
      if (problem.field === "key") drafts.set("new", { ...drafts.get("new"), key: newKey() });
    }
    button.disabled = false;
  });
  return { show, swap };
}
