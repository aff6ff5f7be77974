// What every page does: form token for htmx, menus, alerts, theme, clocks in words.
import { newKey, person } from "./drafts.js";
import { parse } from "./nodes.js";
import { stopped } from "./refusals.js";

const words = document.getElementById("words").dataset;
const alerts = document.getElementById("alerts");

export const csrf = () => document.querySelector('meta[name="csrf"]').content;

// A sentence at the top of the page, or in the form that it is about.
export function say(text, form = null) {
  const box = document.createElement("div");
  box.className = "fl-alert";
  const line = document.createElement("p");
  line.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "fl-icon-button";
  close.dataset.dismiss = "";
  close.textContent = "×";
  close.setAttribute("aria-label", words.dismiss);
  box.append(line, close);
  alerts.replaceChildren(box);
  if (form) show(form);
  return line;
}

// A session that ended: what was typed stands, and goes out when somebody has signed in again.
export function signedOut() {
  if (alerts.querySelector("[data-signed-out]")) return;
  const link = document.createElement("a");
  link.dataset.signedOut = "";
  link.href = "/sign-in";
  link.target = "_blank";
  link.textContent = words.signInAgain;
  say(words.signIn).append(" ", link);
}

// A session that began anew has another form token. Who signed in as somebody else gets none for
// this person's words.
export async function renewSession() {
  const answer = await fetch("/", { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return false;
  const page = parse(await answer.text());
  const token = page.querySelector('meta[name="csrf"]')?.content;
  if (!token || page.querySelector('meta[name="person"]')?.content !== person) return false;
  document.querySelector('meta[name="csrf"]').content = token;
  for (const field of document.querySelectorAll('input[name="csrf"]')) field.value = token;
  return true;
}

// Resolves when this person has signed in again.
const AGAIN = 3000;
export async function signedInAgain() {
  signedOut();
  do await new Promise((done) => setTimeout(done, AGAIN)); while (document.hidden || !(await renewSession()));
}

// A POST by script; what an ended session refused goes out again in the one that has begun since.
export async function post(url, body, headers = {}, signal = null) {
  // Small ones go out even while the page is being left.
  const keepalive = typeof body === "string" && body.length < 16000;
  const attempt = () => fetch(url, { method: "POST", body, keepalive, signal, headers: { Accept: "application/json", "X-CSRF-Token": csrf(), ...headers } });
  const answer = await attempt();
  const ended = person && (answer.status === 401 || answer.status === 403);
  if (!ended) return answer;
  // Without this person's session a page is out of date because they have to sign in: that alone is said.
  return await renewSession() ? attempt() : new Response(answer.body, { status: 401, headers: answer.headers });
}

// Who goes on writing writes behind what stands there already.
document.addEventListener("focusin", ({ target }) => {
  const fresh = target.matches?.("textarea") && target.value === target.defaultValue && !target.selectionEnd;
  if (fresh) target.setSelectionRange(target.value.length, target.value.length);
});

let ended = false;
document.addEventListener("htmx:after:request", async (event) => {
  if ([401, 403].includes(event.detail.ctx.response?.status)) ended = !(await renewSession());
});
addEventListener("focus", async () => { if (ended) ended = !(await renewSession()); });

// What the desk itself refuses is a sentence or a page; what another server puts in its place takes no form away.
document.addEventListener("htmx:after:request", (event) => {
  const { request, response, text, hx } = event.detail.ctx;
  const looks = request.method === "GET" && response.status === 401; // nobody has sent anything
  if (!looks && (response.status < 400 || hx.retarget || text.includes('id="main"'))) return;
  event.preventDefault();
  if (looks) signedOut();
  else say(stopped(words, response.status));
});

document.addEventListener("htmx:config:request", (event) => {
  event.detail.ctx.request.headers["X-CSRF-Token"] = csrf();
});
document.addEventListener("htmx:before:request", ({ detail }) => {
  if (detail.ctx.sourceElement?.closest?.("[data-background]")) return; // nobody asked for it
  for (const alert of document.querySelectorAll(".fl-alert")) alert.remove();
});
// A refusal stands in the form that htmx has sent, or in the one that stands above the page. A form whose key has done
// its work already gets another one: what is sent now is another matter.
let asking = null;
document.addEventListener("htmx:before:request", ({ detail }) => { asking = detail.ctx.sourceElement?.closest?.("form") ?? null; });
new MutationObserver(() => {
  const form = document.querySelector("dialog[open] form, dialog[open]") ?? (asking?.isConnected ? asking : null);
  const alert = alerts.firstElementChild;
  if (!form || !alert) return;
  if (alert.dataset.field === "key" && form.elements?.key) form.elements.key.value = newKey();
  show(form);
}).observe(alerts, { childList: true });
const FIELD = "textarea, select, input:not([type=hidden])";
function show(form) {
  const alert = alerts.firstElementChild;
  if (!form.matches("dialog, [data-room]") && !form.querySelector(FIELD)) return; // a lone button has no room
  form.prepend(alert);
  alert.scrollIntoView({ block: "nearest" });
}
document.addEventListener("htmx:error", (event) => {
  if (event.detail.error?.name !== "AbortError") say(words.offline);
});

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  target?.closest("[data-dismiss]")?.parentElement.remove();
  const opener = target?.closest("[data-dialog]");
  if (opener) open(document.getElementById(opener.dataset.dialog));
  if (target?.closest("[data-close]")) target.closest("dialog")?.close();
  if (target?.closest("[data-theme-toggle]")) toggleTheme();
  for (const menu of document.querySelectorAll("details.fl-menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.fl-menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

function open(dialog) {
  if (!dialog?.open) dialog?.showModal();
  dialog?.querySelector("[autofocus], textarea, input:not([type=hidden]), select")?.focus();
}

function toggleTheme() {
  const root = document.documentElement;
  const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
  root.dataset.bsTheme = next;
  document.cookie = `firstline-theme=${next};path=/;max-age=31536000;samesite=lax`;
}

const speech = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always", style: "short" });
export function distance(at) {
  const minutes = Math.trunc((at - Date.now()) / 60000);
  if (!minutes) return at > Date.now() ? words.soon : words.now;
  const [count, unit] = Math.abs(minutes) < 120 ? [minutes, "minute"]
    : Math.abs(minutes) < 1440 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
  return speech.format(count, unit).replaceAll(".", "");
}
function tick() {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const text = distance(new Date(time.dateTime));
    if (time.textContent !== text) time.textContent = text;
  }
}
setInterval(tick, 15000);
