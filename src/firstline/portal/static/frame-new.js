// The widget's form of a new request: what is typed and attached stays until it has been sent.
import { newKey } from "../drafts.js";
import { sentenceOf } from "./frame-answers.js";
const KEPT = ["topic", "service", "priority", "body", "proposed", "done"];

export function newForm($, { words, attached, open, api }) {
  const form = $("new");
  const fields = () => KEPT.map((name) => form.elements[name]).filter(Boolean);
  const error = form.querySelector(".error");
  let drafts = null;
  const must = () => {
    const said = $("topic").selectedOptions[0].dataset.must;
    $("must").textContent = said ? `${$("must").dataset.words} ${said}` : "";
  };
  const draftKey = () => drafts?.get("new").key ?? "";
  const keep = () => drafts?.set("new", { key: draftKey() || newKey(), ...Object.fromEntries(fields().map(({ name, value }) => [name, value])) });
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  const hints = form.querySelector("[data-coach]");
  const { topic, proposed, done } = form.elements;
  const chosen = () => (topic.value === proposed.value ? "" : topic.value);
  let reader = null;
  const heeds = {
    memory: { get done() { return done.value; }, set done(names) { done.value = names; keep(); } },
    ask: (signal) => (hints.hidden ? null : api("/coach", { body: form.elements.body.value, topic: chosen(), service: $("service").value || null, done: done.value, draft: draftKey() }, signal)),
    off: () => drafts?.set("coach", { off: true }),
    heard(answer) {
      const found = answer.querySelector("[data-coached]").dataset.topic;
      if (chosen() || !found || topic.value === found) return;
      proposed.value = topic.value = found;
      must();
      keep();
    },
  };
  // The article opens in a page that does not know this session: that it was opened is said from here.
  hints.addEventListener("click", ({ target }) => {
    const slug = target.closest("[data-coach-line] a[href^='/wiki/']")?.pathname.split("/").pop();
    if (slug) api(`/wiki/${slug}`, { draft: draftKey() }).catch(() => {});
  });
  // What is written, the hints and the button are seen together, however long the list above is.
  $("body").addEventListener("focus", () => { $("home").scrollTop += form.querySelector("[for=body]").getBoundingClientRect().top - $("home").getBoundingClientRect().top - 8; });
  let apart = null;
  hints.addEventListener("click", async ({ target }) => {
    const cuts = target.closest("[data-split]")?.dataset.split;
    if (!cuts) return;
    const { severalForm } = await import("./frame-several.js");
    apart ??= severalForm($("several"), { form, words, attached, api, further, keep, mine: () => drafts, whole: () => hints.querySelector("[data-coach-keep]")?.click(), sent });
    apart.show(cuts);
  });
  // It is fetched when somebody begins to write.
  async function listen() {
    const { coach } = await import("./coach.js");
    reader ??= coach(hints, heeds);
    reader.soon();
  }
  topic.addEventListener("change", () => { proposed.value = ""; must(); });
  form.addEventListener("input", ({ target }) => { if (target.name in { body: 1, topic: 1, service: 1 }) listen(); });
  function show() {
    form.reset();
    apart?.swap(false);
    error.textContent = "";
    reader?.clear();
    for (const field of fields()) field.value = drafts?.get("new")[field.name] ?? "";
    hints.hidden = Boolean(drafts?.get("coach").off);
    if (form.elements.body.value.trim()) listen();
    attached.open(drafts?.files("new"));
    must();
  }
  function further(mine) {
    const { service, priority } = mine.get("new");
    return { service: service || null, priority: priority || null, read: Boolean(form.elements.read?.checked), files: attached.ids };
  }
  function sent(mine, no, body) {
    mine.drop("new");
    show();
    open(no, body.trim().split("\n")[0].slice(0, 80), 1);
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.textContent = attached.busy ? words.uploading : "";
    if (attached.busy) return;
    const button = form.querySelector("button.main");
    reader?.stop();
    button.disabled = true;
    keep();
    const mine = drafts;
    const { key, topic, body } = mine.get("new");
    try {
      const { no } = await api("/requests", { topic, body, key, ...further(mine) });
      sent(mine, no, body);
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
