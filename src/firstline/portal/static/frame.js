// Inside the widget's frame. The session stands in this frame alone: a framed page's cookies are blocked.
import { composes, newKey } from "../drafts.js";
import { Files } from "./frame-files.js";
import { afterwards } from "./frame-rating.js";

const $ = (id) => document.getElementById(id);
const words = document.body.dataset;
const KEPT = "firstline-widget";
const LAST = 80; // entries shown at first; the whole conversation is on the page
const OUTBOX = "firstline-widget-outbox";
const store = {
  get(name) { try { return JSON.parse(sessionStorage.getItem(name)); } catch { return null; } },
  set(name, value) { try { sessionStorage.setItem(name, JSON.stringify(value)); } catch { /* memory is enough */ } },
};
let session = store.get(KEPT);
let host = null; // origin of the page around us, pinned by its first words
let shown = parent === window;
let unread = 0;
let current = null; // number of the request on screen
const heads = new Map(); // request → number of its newest entry here
const counted = new Map(); // request → number up to which nothing is news

const policy = window.trustedTypes
  ? trustedTypes.createPolicy("firstline", { createHTML: (text) => text })
  : { createHTML: (text) => text };
function nodes(html) {
  const parsed = new DOMParser().parseFromString(policy.createHTML(html), "text/html");
  const fragment = document.createDocumentFragment();
  fragment.append(...parsed.body.childNodes);
  return fragment;
}

// -- the page around us ------------------------------------------------------------------------------
const tell = (message) => { if (host) parent.postMessage(message, host); };
addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || parent === window || typeof data?.firstline !== "string") return;
  host ??= origin;
  if (origin !== host) return;
  if (data.firstline === "identify") identify(String(data.token));
  else if (data.firstline === "shown") { shown = true; count(0); focus(); }
  else if (data.firstline === "hidden") shown = false;
});
// This first word holds nothing, so it may go to whoever frames us.
if (parent !== window) parent.postMessage({ firstline: "ready" }, "*");
function count(number) { unread = number; tell({ firstline: "unread", count: number }); }
$("close").hidden = parent === window;
$("close").addEventListener("click", () => tell({ firstline: "close" }));
addEventListener("keydown", (event) => { if (event.key === "Escape") tell({ firstline: "close" }); });

// -- who is here -------------------------------------------------------------------------------------
const subject = (token) => { try { return JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))).sub; } catch { return ""; } };
async function identify(token) {
  const sub = subject(token);
  if (session?.sub === sub && new Date(session.expires_at) > Date.now()) return; // tokens work once
  try {
    const answer = await fetch("/api/v1/sessions", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token }) });
    if (!answer.ok) { stranger(); return tell({ firstline: "expired" }); }
    session = { ...(await answer.json()), sub };
    store.set(KEPT, session);
    begin();
  } catch { status(true); setTimeout(() => identify(token), 5000); }
}
function stranger() {
  session = null;
  store.set(KEPT, null);
  socket?.close();
  view("stranger");
}
const api = (path, body) => call(`/api/v1/widget${path}`, body && JSON.stringify(body), { "Content-Type": "application/json" });
async function call(address, body, kind = {}) {
  const headers = { Authorization: `Bearer ${session.token}`, ...(body && kind) };
  const answer = await fetch(address, { method: body ? "POST" : "GET", headers, body });
  if (answer.status === 401) { stranger(); tell({ firstline: "expired" }); throw new Refusal(""); }
  const html = answer.headers.get("content-type")?.includes("html");
  const told = html ? await answer.text() : await answer.json().catch(() => ({}));
  if (!answer.ok && answer.status < 500 && answer.status !== 429) throw new Refusal(told.detail ?? "");
  if (!answer.ok) throw new TypeError(String(answer.status));
  return told;
}
class Refusal extends Error {}

// -- views -------------------------------------------------------------------------------------------
function view(name) {
  for (const id of ["stranger", "home", "thread"]) $(id).hidden = id !== name;
  $("back").hidden = name !== "thread";
  focus();
}
function focus() {
  if (!shown) return;
  if (!$("thread").hidden) {
    $("words").focus();
    $("log").scrollTop = $("log").scrollHeight;
    markSeen();
  } else $("title").focus();
}
const heading = $("title").textContent;
async function home() {
  current = null;
  $("title").textContent = heading;
  view("home");
  return (await rows()) ?? [];
}
async function rows() {
  const found = await api("/requests").catch(() => null);
  if (!found) return null;
  $("open-title").hidden = !found.length;
  const at = [...$("open").querySelectorAll("button")].indexOf(document.activeElement);
  $("open").replaceChildren(...found.map(row));
  if (at >= 0) $("open").querySelectorAll("button")[Math.min(at, found.length - 1)]?.focus();
  for (const one of found) {
    counted.set(one.no, Math.max(counted.get(one.no) ?? 0, one.head));
    follow(one.no, one.head);
  }
  return found;
}
function row(one) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  const title = document.createElement("b");
  title.textContent = one.title;
  const stand = document.createElement("span");
  stand.className = "quiet";
  stand.textContent = `#${one.no} · ${one.stand}`;
  button.append(title, stand);
  button.addEventListener("click", () => thread(one.no, one.title, one.head));
  item.append(button);
  return item;
}
function thread(no, title, head) {
  current = no;
  $("title").textContent = title;
  $("whole").href = `/requests/${no}`;
  $("log").replaceChildren();
  $("stand").replaceChildren();
  $("typing").textContent = "";
  $("rated").textContent = "";
  attached.clear();
  for (const id of ["rate", "over"]) $(id).hidden = true;
  $("write").hidden = false;
  heads.set(no, Math.max(0, head - LAST));
  follow(no);
  for (const item of outbox()) if (item.request === no) pend(item);
  view("thread");
  refresh();
  if (!isOpen()) fetchAfter(no, 0).catch(() => {});
}
$("back").addEventListener("click", home);

const atEnd = () => $("log").scrollHeight - $("log").scrollTop - $("log").clientHeight < 160;
const toEnd = () => { $("log").scrollTop = $("log").scrollHeight; };
let asked = 0;
async function refresh(aloud = false) {
  const mine = ++asked;
  const no = current;
  if (!no || !session) return;
  const html = await api(`/requests/${no}/standing`).catch(() => null);
  if (html === null || mine !== asked || no !== current) return;
  const near = atEnd();
  const before = $("stand").querySelector(".fl-stand-head")?.textContent;
  $("stand").replaceChildren(nodes(html));
  const after = $("stand").querySelector(".fl-stand-head")?.textContent;
  if (before && after !== before && aloud) $("said").textContent = after;
  ending($("stand").querySelector("#standing").dataset);
  if (near) toEnd(); // what stands above and below takes room from the log
}
const ending = afterwards($, words, (told) => call(`/api/v1/requests/${current}/rating`, JSON.stringify(told), { "Content-Type": "application/json" }).then(() => refresh()));
setInterval(() => { if (shown && !document.hidden) refresh(true); }, 20000);

// -- the socket --------------------------------------------------------------------------------------
let socket = null;
let failures = 0;
const isOpen = () => socket?.readyState === WebSocket.OPEN;
function connect() {
  if (!session) return;
  const mine = new WebSocket(`${location.origin.replace("http", "ws")}/live?as=html`, ["firstline", `bearer.${session.token}`]);
  socket = mine;
  mine.onopen = () => {
    failures = 0;
    status(false);
    for (const [no, after] of heads) sendFollow(no, after);
    flush();
  };
  mine.onmessage = (event) => heard(JSON.parse(event.data));
  mine.onclose = () => {
    if (mine !== socket || !session) return;
    failures += 1;
    if (failures > 1) poll();
    setTimeout(connect, 500 * 2 ** Math.min(failures, 6) * (0.5 + Math.random()));
  };
}
const sendFollow = (no, after) => socket.send(JSON.stringify({ do: "follow", topic: `request/${no}`, after }));
function follow(no, head) {
  if (!heads.has(no)) heads.set(no, head); // what stands there is read when it is opened
  if (isOpen()) sendFollow(no, heads.get(no));
}
function heard(message) {
  if (message.reset) return resetTo(Number(message.reset.split("/")[1]));
  if (message.typing) return typing(message.typing);
  const no = Number(message.topic?.split("/")[1]);
  if (no && "html" in message) arrived(no, message.no, nodes(message.html));
}
function resetTo(no) {
  if (no !== current) return;
  $("log").replaceChildren();
  fetchAfter(no, 0, LAST).then(() => isOpen() && sendFollow(no, heads.get(no))).catch(() => {});
}
let polling = false;
async function poll() {
  if (polling) return;
  polling = true;
  while (session && !isOpen()) {
    try {
      if (current) await fetchAfter(current, 20);
      status(false);
      flush();
    } catch { status(true); }
    await new Promise((done) => setTimeout(done, 2000));
  }
  polling = false;
}
async function fetchAfter(no, wait, last = 0) {
  const fragment = nodes(await api(`/requests/${no}/entries-html?after=${heads.get(no)}&wait=${wait}&last=${last}`));
  for (const node of [...fragment.children]) {
    const one = document.createDocumentFragment();
    one.append(node);
    arrived(no, Number(node.dataset.no), one);
  }
}
function status(lost) { $("status").hidden = !lost; }
addEventListener("online", flush);

// -- entries -----------------------------------------------------------------------------------------
function arrived(no, number, fragment) {
  const known = heads.get(no) ?? 0;
  heads.set(no, Math.max(known, number));
  const entry = fragment.querySelector("[data-no]");
  const theirs = entry && !entry.classList.contains("fl-mine") && !entry.classList.contains("fl-event");
  if (theirs && !shown && number > (counted.get(no) ?? 0)) count(unread + 1);
  counted.set(no, Math.max(counted.get(no) ?? 0, number));
  if (!current && entry) { clearTimeout(soon); soon = setTimeout(rows, 150); }
  if (no !== current || !entry) return;
  if (entry.dataset.mends) mend(no, Number(entry.dataset.mends));
  if ($("log").querySelector(`[data-no="${number}"]`)) return;
  if (entry.dataset.key) $("log").querySelector(`[data-pending="${CSS.escape(entry.dataset.key)}"]`)?.remove();
  files(entry);
  const log = $("log");
  const near = atEnd();
  const after = [...log.querySelectorAll("[data-no]")].reverse().find((other) => Number(other.dataset.no) < number);
  if (after) after.after(entry);
  else log.prepend(entry);
  if (near) toEnd();
  if (theirs) $("typing").textContent = "";
  clearTimeout(soon);
  soon = setTimeout(() => { refresh(); markSeen(); }, 150);
}
// Whoever reads here gets no letter about it.
function markSeen() {
  if (shown && !document.hidden && current && isOpen()) {
    socket.send(JSON.stringify({ do: "seen", request: current, no: heads.get(current) }));
  }
}
let soon = 0;
async function mend(no, number) {
  const fragment = nodes(await api(`/requests/${no}/entries-html?after=${number - 1}`));
  const fresh = fragment.querySelector(`[data-no="${number}"]`);
  if (!fresh) return;
  files(fresh);
  $("log").querySelector(`[data-no="${number}"]`)?.replaceWith(fresh);
}
// Files are asked for with the session, which a plain link of a framed page could not carry.
function files(entry) {
  for (const link of entry.querySelectorAll(".fl-files a")) {
    const id = link.getAttribute("href").split("/").pop();
    const image = link.querySelector("img");
    image?.removeAttribute("src");
    const blob = () => fetch(`/api/v1/attachments/${id}`, { headers: { Authorization: `Bearer ${session.token}` } }).then((answer) => answer.blob()).then((it) => URL.createObjectURL(it));
    if (image) blob().then((address) => { image.src = address; });
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      const saved = document.createElement("a");
      saved.href = await blob();
      saved.download = link.textContent.trim() || image?.alt || "file";
      saved.click();
    });
  }
}
let typer = 0;
function typing(message) {
  if (message.request !== current) return;
  $("typing").textContent = words.typing.replace("%s", message.by.name);
  clearTimeout(typer);
  typer = setTimeout(() => { $("typing").textContent = ""; }, 5000);
}

// -- words on their way ------------------------------------------------------------------------------
let kept = store.get(OUTBOX) ?? [];
const outbox = () => kept.filter((item) => item.sub === session?.sub);
function keep(items) { kept = items; store.set(OUTBOX, items); }
function pend(item) {
  const node = document.createElement("article");
  node.className = "fl-entry fl-mine pending";
  node.dataset.pending = item.key;
  const bubble = document.createElement("div");
  bubble.className = "fl-bubble fl-words";
  Object.assign(bubble, { dir: "auto", textContent: item.body });
  const state = document.createElement("p");
  state.className = "quiet";
  state.textContent = words.sending;
  node.append(bubble, state);
  $("log").append(node);
  $("log").scrollTop = $("log").scrollHeight;
}
let flying = false;
async function flush() {
  if (flying || !session) return;
  flying = true;
  for (const item of outbox()) {
    const node = $("log").querySelector(`[data-pending="${CSS.escape(item.key)}"]`);
    try {
      await api(`/requests/${item.request}/entries`, { body: item.body, key: item.key, files: item.files });
      keep(kept.filter((other) => other.key !== item.key));
      if (!isOpen() && current === item.request) await fetchAfter(current, 0).catch(() => {});
    } catch (error) {
      if (!(error instanceof Refusal)) {
        if (node) node.querySelector("p").textContent = words.unsent;
        break;
      }
      keep(kept.filter((other) => other.key !== item.key));
      if (node) { node.classList.add("refused"); node.querySelector("p").textContent = `${words.refused} ${error.message}`; }
    }
  }
  flying = false;
}
setInterval(flush, 4000);
const complain = (sentence) => { $("write").querySelector(".error").textContent = sentence; };
const attached = new Files($("write"), {
  list: $("files"), input: $("file"), words, complain, send: upload,
  tell: (name) => { $("said").textContent = words.attached.replace("%s", name); },
});
async function upload(file, name) {
  const body = new FormData();
  body.append("file", file, name);
  complain("");
  return call("/api/v1/attachments", body).catch((problem) => {
    throw new Error(problem instanceof Refusal && problem.message ? problem.message : words.unkept);
  });
}
$("write").addEventListener("submit", (event) => {
  event.preventDefault();
  complain(attached.busy ? words.uploading : "");
  const body = $("words").value.trim() ? $("words").value : attached.names;
  if (attached.busy || !body) return $("words").focus();
  const item = { key: newKey(), request: current, body, files: attached.ids, sub: session.sub };
  attached.clear();
  keep([...kept, item]);
  pend(item);
  $("words").value = "";
  flush();
});
$("words").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !composes(event)) { event.preventDefault(); $("write").requestSubmit(); }
});
$("words").addEventListener("input", () => {
  if (Date.now() - (typing.told ?? 0) < 2500 || !isOpen()) return;
  typing.told = Date.now();
  socket.send(JSON.stringify({ do: "typing", request: current }));
});
const state = (said) => { $("must").textContent = said ? `${$("must").dataset.words} ${said}` : ""; };
$("topic").addEventListener("change", ({ target }) => state(target.selectedOptions[0].dataset.must));
let key = newKey();
$("new").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const error = form.querySelector(".error");
  const button = form.querySelector("button");
  error.textContent = "";
  button.disabled = true;
  const { topic, priority, read, body: { value: body } } = form.elements;
  const chosen = { topic: topic.value, priority: priority?.value || null, read: Boolean(read?.checked) };
  try {
    const { no } = await api("/requests", { ...chosen, body, key });
    key = newKey();
    form.reset();
    state("");
    thread(no, body.trim().split("\n")[0].slice(0, 80), 1);
  } catch (problem) {
    error.textContent = problem instanceof Refusal ? problem.message : words.offline;
  }
  button.disabled = false;
});

// -- the beginning -----------------------------------------------------------------------------------
async function begin() {
  failures = 0;
  connect();
  const rows = await home();
  if (rows.length === 1) thread(rows[0].no, rows[0].title, rows[0].head);
}
if (session && new Date(session.expires_at) > Date.now()) begin();
else stranger();
