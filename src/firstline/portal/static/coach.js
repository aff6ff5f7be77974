// The coach beside a form: after a pause in typing it says one line, in a place that is always there.
import { nodes } from "../nodes.js";

const PAUSE = 500;

// `ask` fetches what is said now, as HTML; `memory.done` holds the names of lines that do not come back; `heard` gets
// the whole answer, `off` is called when nothing is to be said any more: then the place is hidden.
export function coach(place, { ask, memory, heard, off }) {
  const line = place.querySelector("[data-coach-line]");
  const chips = place.querySelector("[data-coach-chips]");
  const close = place.querySelector("[data-coach-close]");
  const hint = [...line.childNodes];
  let current = "";
  let topic = "";
  let timer = 0;
  let flying = null;

  const names = () => memory.done.split(" ").filter(Boolean);
  function forget(...more) {
    memory.done = [...new Set([...names(), ...more])].join(" ");
  }
  // Whoever closes the hints wants none on these words; what they are about and their length tell them.
  const closed = () => `closed/${topic}/${[...place.closest("form").elements.body.value].length}`;
  const reopen = () => { memory.done = names().filter((name) => !name.startsWith("closed/")).join(" "); };
  // A line that stays is not said again: a screen reader would read it after every pause.
  function show(part) {
    place.hidden ||= part?.dataset.off !== undefined;
    topic = part?.dataset.topic ?? "";
    const next = part?.querySelector("[data-line]");
    const name = next?.dataset.line ?? "";
    const [kind, fact] = current.split("/");
    if (kind === "missing" && name !== current && part?.dataset.known.split(" ").includes(fact)) forget(current);
    if (name !== current || (next && next.textContent !== line.textContent.trim())) line.replaceChildren(...(next ? [next] : hint));
    current = name;
    close.hidden = !name;
    chips.replaceChildren(...(part?.querySelector("ul")?.children ?? []));
  }
  async function listen() {
    flying?.abort();
    const mine = flying = new AbortController();
    const html = await Promise.resolve(ask(mine.signal)).catch(() => null);
    if (!html || mine !== flying) return;
    const answer = nodes(html);
    show(answer.querySelector("[data-coached]"));
    heard(answer);
  }
  // What is being asked about is out of date as soon as typing goes on.
  function soon(pause = PAUSE) {
    flying?.abort();
    clearTimeout(timer);
    timer = setTimeout(listen, pause);
  }
  function pass(...over) {
    forget(current, ...over);
    place.closest("form").elements.body.focus();
    listen();
  }
  close.addEventListener("click", () => { reopen(); pass(closed()); });
  place.querySelector("[data-coach-off]").addEventListener("click", () => {
    place.closest("form").elements.body.focus();
    place.hidden = true;
    off();
  });
  line.addEventListener("click", ({ target }) => {
    if (target.closest("[data-coach-keep]")) pass();
    else if (target.closest("a")) forget(current);
  });
  function stop() {
    flying?.abort();
    flying = null;
    clearTimeout(timer);
  }
  // Nothing of one person's words is left for the next; what was asked when they were sent is not asked again.
  function clear() { stop(); show(null); }
  function sent() {
    if (current.startsWith("missing/")) forget(current);
    reopen();
    clear();
  }
  return { soon, stop, clear, sent };
}
