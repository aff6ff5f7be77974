// Forms that are sent without leaving the page: a refusal stands in place and keeps what was typed.
import "./copy.js";
import "./leaving.js";
import { post, renewSession, say, signedOut } from "./base.js";
import { forgetForm, newKey, restoreForms } from "./drafts.js";
import { parse } from "./nodes.js";
import { stopped } from "./refusals.js";

const words = document.getElementById("words").dataset;
const AGAIN = 3000;
const AWAY = [502, 503, 504];
// Without the token, which is another one in another session.
function typed(form) {
  const fields = new URLSearchParams(new FormData(form));
  fields.delete("csrf");
  return fields.toString();
}

// What the desk answered; a refusal is thrown with its `status` and the `field` that it is about. An answer that is
// none of the desk's own is a refusal of whatever stands in front of it, or, as a TypeError, a desk that is away.
export async function send(form) {
  const answer = await post(form.action, new URLSearchParams(new FormData(form)));
  const { status } = answer;
  const html = answer.headers.get("content-type")?.includes("html");
  const page = html && parse(withOurNonce(answer, await answer.text()));
  if (page && page.getElementById("main")) return { answer, page };
  const found = html ? {} : await answer.json().catch(() => ({}));
  if (answer.ok && found.next) return found;
  if (answer.ok || (AWAY.includes(status) && !found.detail)) throw new TypeError(String(status));
  throw Object.assign(new Error(found.detail ?? stopped(words, status)), { status, field: found.field });
}
// What htmx does on a page that comes in place of this one is allowed by this one's nonce.
function withOurNonce(answer, text) {
  const nonce = answer.headers.get("content-security-policy")?.match(/'nonce-([^']+)'/)?.[1];
  return text.replaceAll(`nonce="${nonce}"`, `nonce="${document.querySelector("script[nonce]").nonce}"`);
}

// A form that was not taken goes out by itself when `may` says so, unless it was changed since. Its key does it once.
function sendAgain(form, may) {
  const before = typed(form);
  const timer = setInterval(async () => {
    if (form.isConnected && typed(form) === before && !(await may())) return;
    clearInterval(timer);
    if (form.isConnected && typed(form) === before) form.requestSubmit();
  }, AGAIN);
}
export function sendLater(form) {
  signedOut();
  sendAgain(form, async () => !document.hidden && renewSession());
}
const there = () => fetch("/health").then((answer) => answer.ok, () => false);

// The sentence stands in its form, and the field that it is about is marked.
function complain(form, sentence, field) {
  say(sentence, form);
  const wrong = field && form.elements[field];
  if (!wrong?.setAttribute || wrong.type === "hidden") return;
  wrong.setAttribute("aria-invalid", "true");
  wrong.focus();
}
function forgive(form) {
  form.querySelector(":scope > .fl-alert")?.remove();
  for (const one of form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
}

// A page that came in place of the one that is here: led to, or shown where it shows what comes only once.
function turn(answer, page, parts) {
  if (answer.redirected) return go(answer.url);
  document.title = page.title;
  document.documentElement.lang = page.documentElement.lang;
  for (const part of parts) document.querySelector(part)?.replaceWith(page.querySelector(part));
  const main = document.getElementById("main");
  window.htmx?.process(main);
  restoreForms(main);
  (main.querySelector("[aria-invalid], [role=alert], [role=status]") ?? main).scrollIntoView({ block: "nearest" });
  main.focus({ preventScroll: true });
}
function go(next) {
  const to = new URL(next, location.href);
  if (to.pathname === location.pathname && to.search === location.search) location.reload();
  else location.assign(to);
}

async function submit(form) {
  forgive(form);
  const { next, answer, page } = await send(form);
  if (!answer || answer.ok) forgetForm(form);
  if ("quiet" in form.dataset) return form.remove();
  // `data-frame`: the answer changes what stands around the page as well (name, language).
  return answer ? turn(answer, page, "frame" in form.dataset ? [".fl-top", "#main"] : ["#main"]) : go(next);
}
function stay(form, error) {
  // What this key did stands; what is sent now is another matter.
  if (error.field === "key") form.elements.key.value = newKey();
  if (error.status === 401) return sendLater(form);
  const away = error instanceof TypeError;
  complain(form, away ? words.unsent : error.message, error.field);
  if (away || [429, ...AWAY].includes(error.status)) sendAgain(form, there);
}
// What cannot be brought back is asked about first; nobody else hears of a form that is not sent.
addEventListener("submit", (event) => {
  const { ask } = event.target.dataset;
  if (!ask || confirm(ask)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
document.addEventListener("submit", async (event) => {
  const form = event.target;
  // A button that leads elsewhere leads there.
  if (!form.matches("form[data-act]") || event.submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  const button = form.querySelector("button:not([type=button])");
  button.disabled = true;
  try { await submit(form); } catch (error) { stay(form, error); }
  button.disabled = false;
});
