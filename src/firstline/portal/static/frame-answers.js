// What the desk answers to the widget. A `Refusal` stands as it is; a TypeError goes away by itself, so the same is sent
// again. Either has, where the desk has spoken, its sentence (`said`) and the `field` that it is about.
import { stopped } from "../refusals.js";

export class Refusal extends Error {}
export const sentenceOf = (problem, words) => problem.said ?? words.offline;

export async function answerOf(answer, words, sent) {
  const html = answer.headers.get("content-type")?.includes("html");
  const found = html ? await answer.text() : await answer.json().catch(() => ({}));
  if (answer.ok) return found;
  const tooLarge = sent instanceof FormData ? words.fileTooLarge : words.tooLarge;
  const Kind = answer.status >= 500 || answer.status === 429 ? TypeError : Refusal;
  const said = found.detail ?? stopped(words, answer.status, tooLarge);
  throw Object.assign(new Kind(String(answer.status)), { said, field: found.field });
}
