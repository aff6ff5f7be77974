// Inside the widget's frame. The session stands in this frame alone: cookies of a framed page are
// blocked by browsers, and none is read here.
import { composes, newKey } from "../drafts.js";
import { nodes } from "../nodes.js";
import { answerOf, Refusal, sentenceOf } from "./frame-answers.js";
import { endSession, otherTabs } from "./frame-ending.js";
import { pending, row, wireEntry } from "./frame-entries.js";
import { Files } from "./frame-files.js";
import { Drafts, SESSION, store } from "./frame-kept.js";
import { newForm } from "./frame-new.js";

const $ = (id) => document.getElementById(id);
const words = document.body.dataset;
const LAST = 80; // entries shown at first; the whole conversation is on the page
const OUTBOX = "outbox";
const inLanguage = (address) => `${address}${address.includes("?") ? "&" : "?"}lang=${document.documentElement.lang}`;
let session = store.get(SESSION);
let drafts = null; // of the person who is here
let host = null; // origin of the page around us, pinned by its first words
let shown = parent === window;
let unread = 0;
let current = null; // number of the request on screen
const heads = new Map(); // request → number of its newest entry here
const counted = new Map(); // request → number up to which nothing is news

// -- the page around us ------------------------------------------------------------------------------
const tell = (message) => { if (host) parent.postMessage(message, host); };
addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || parent === window || typeof data?.firstline !== "string") return;
  host ??= origin;
  if (origin !== host) return;
  clearTimeout(silence);
  if (data.firstline === "identify") {
    store.borrow(data.kept, (kept) => tell({ firstline: "keep", kept }));
    identify(String(data.token));
  }
  else if (data.firstline === "forget") { forget(data.wipe); if (data.wipe) tellTabs(); }
  else if (data.firstline === "shown") { shown = true; count(0); focus(); }
  else if (data.firstline === "hidden") shown = false;
});
// This first word holds nothing, so it may go to whoever frames us.
if (parent !== window) parent.postMessage({ firstline: "ready" }, "*");
function count(number) {
  unread = number;
  drafts?.set("news", { unread, counted: [...counted] });
  tell({ firstline: "unread", count: number });
}
$("close").hidden = parent === window;
$("close").addEventListener("click", () => tell({ firstline: "close" }));
addEventListener("keydown", (event) => { if (event.key === "Escape") tell({ firstline: "close" }); });

// -- who is here -------------------------------------------------------------------------------------
const subject = (token) => { try { return JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))).sub; } catch { return ""; } };
let attempt = 0;
let again = 0;
async function identify(token) {
  const mine = ++attempt;
  const sub = subject(token);
  clearTimeout(again);
  if (session && session.sub !== sub) { endSession(session); stranger(); } // nothing of one person is left to another
  if (session && new Date(session.expires_at) > Date.now()) return drafts || begin(); // tokens work once
  try {
    const answer = await fetch(inLanguage("/api/v1/sessions"), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token, site: host ?? location.origin }) });
    if (mine !== attempt) return;
    if (answer.status >= 500 || answer.status === 429) throw new TypeError(String(answer.status));
    if (!answer.ok) { stranger(); return tell({ firstline: "expired" }); }
    session = { ...(await answer.json()), sub };
    store.set(SESSION, session);
    status(false);
    tell({ firstline: "identified" });
    begin();
  } catch {
    if (mine !== attempt) return;
    status(true);
    again = setTimeout(() => identify(token), 5000);
  }
}
// What was typed stays under its person's name, unless they have signed out: then the session ends everywhere.
function forget(wipe) {
  attempt += 1;
  clearTimeout(again);
  if (wipe) endSession(session);
  stranger();
  if (wipe) store.wipe();
}
const tellTabs = otherTabs(() => { forget(true); tell({ firstline: "forgotten" }); });
function stranger() {
  session = null;
  store.set(SESSION, null);
  drafts = null;
  socket?.close();
  heads.clear();
  counted.clear();
  current = null;
  count(0);
  $("title").textContent = heading;
  for (const id of ["log", "stand", "open", "typing", "rated"]) $(id).replaceChildren();
  rating?.open();
  $("words").value = "";
  attached.open(null);
  begins(null);
  view("stranger");
}
const api = (path, body, signal) => call(`/api/v1/widget${path}`, body && JSON.stringify(body), { "Content-Type": "application/json" }, signal);
async function call(address, body, kind = {}, signal = null) {
  if (!session) throw new TypeError("nobody is here");
  const mine = session;
  const headers = { Authorization: `Bearer ${mine.token}`, ...(body && kind) };
  const answer = await fetch(inLanguage(address), { method: body ? "POST" : "GET", headers, body, signal });
  // What comes for somebody who has gone is nobody's; words that met the end stay on their way.
  if (mine !== session) throw new TypeError("somebody else is here");
  if (answer.status === 401) { stranger(); tell({ firstline: "expired" }); throw new TypeError("401"); }
  return answerOf(answer, words, body);
}

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
  $("open").replaceChildren(...found.map((one) => row(one, () => thread(one.no, one.title, one.head))));
  if (at >= 0) $("open").querySelectorAll("button")[Math.min(at, found.length - 1)]?.focus();
  for (const one of found) {
    if (!counted.has(one.no)) counted.set(one.no, one.head);
    follow(one.no, counted.get(one.no));
  }
  return found;
}
function thread(no, title, head) {
  current = no;
  $("title").textContent = title;
  $("whole").href = `/requests/${no}`;
  for (const id of ["log", "stand", "typing", "rated"]) $(id).replaceChildren();
  drafts.set("at", { no });
  $("words").value = drafts.get(no).body ?? "";
  attached.open(drafts.files(no));
  complain("");
  rating?.open();
  for (const id of ["rate", "over"]) $(id).hidden = true;
  $("write").hidden = false;
  heads.set(no, Math.max(0, head - LAST));
  follow(no);
  for (const item of outbox()) if (item.request === no) pendOne(item);
  view("thread");
  refresh();
  if (!isOpen()) fetchAfter(no, 0).catch(() => {});
}
$("back").addEventListener("click", () => { drafts.drop("at"); home(); });

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
  await rate($("stand").querySelector("#standing").dataset, mine);
  if (near) toEnd(); // what stands above and below takes room from the log
}
let rating = null; // what follows a closing is fetched with the first one
async function rate(ending, mine) {
  const found = (rating || ending.closed === "1") && await import("./frame-rating.js");
  if (!found || mine !== asked) return;
  rating ??= found.afterwards($, words, (told) => call(`/api/v1/requests/${current}/rating`, JSON.stringify(told), { "Content-Type": "application/json" }).then(() => refresh()), () => [drafts, `rating-${current}`]);
  rating.ending(ending);
}
setInterval(() => { if (shown && !document.hidden) refresh(true); }, 20000);

// -- the socket --------------------------------------------------------------------------------------
let socket = null;
let failures = 0;
const isOpen = () => socket?.readyState === WebSocket.OPEN;
function connect() {
  if (!session) return;
  const mine = new WebSocket(`${location.origin.replace("http", "ws")}${inLanguage("/live?as=html")}`, ["firstline", `bearer.${session.token}`]);
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
  if (theirs && !shown && number > (counted.get(no) ?? 0)) unread += 1;
  counted.set(no, Math.max(counted.get(no) ?? 0, number));
  count(unread);
  if (!current && entry) { clearTimeout(soon); soon = setTimeout(rows, 150); }
  if (no !== current || !entry) return;
  if (entry.dataset.mends) mend(no, Number(entry.dataset.mends));
  if ($("log").querySelector(`[data-no="${number}"]`)) return;
  if (entry.dataset.key) { waiting(entry.dataset.key)?.remove(); settle(entry.dataset.key); }
  wireEntry(entry, () => session);
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
  wireEntry(fresh, () => session);
  $("log").querySelector(`[data-no="${number}"]`)?.replaceWith(fresh);
}
let typer = 0;
function typing(message) {
  if (message.request !== current) return;
  $("typing").textContent = words.typing.replace("%s", message.by.name);
  clearTimeout(typer);
  typer = setTimeout(() => { $("typing").textContent = ""; }, 5000);
}

// -- words on their way ------------------------------------------------------------------------------
const kept = () => store.get(OUTBOX) ?? [];
const outbox = () => kept().filter((item) => item.sub === session?.sub);
const settle = (key) => store.set(OUTBOX, kept().filter((item) => item.key !== key));
const waiting = (key) => $("log").querySelector(`[data-pending="${CSS.escape(key)}"]`);
function pendOne(item) { $("log").append(pending(item, words.sending)); toEnd(); }
// Refused words stand where they can be mended, unless others are being typed there already.
function giveBack({ request, body, files }) {
  if (!drafts || drafts.get(request).body) return;
  drafts.set(request, { body, files });
  if (current !== request) return;
  $("words").value = body;
  attached.open(drafts.files(request));
}
let flying = false;
async function flush() {
  if (flying || !session) return;
  flying = true;
  for (const item of outbox()) {
    const node = waiting(item.key);
    try {
      await api(`/requests/${item.request}/entries`, { body: item.body, key: item.key, files: item.files.map((file) => file.id) });
      settle(item.key);
      if (!isOpen() && current === item.request) await fetchAfter(current, 0).catch(() => {});
    } catch (error) {
      if (!(error instanceof Refusal)) {
        if (node) node.querySelector("p").textContent = words.unsent;
        break;
      }
      settle(item.key);
      giveBack(item);
      if (node) { node.classList.add("refused"); node.querySelector("p").textContent = `${words.refused} ${sentenceOf(error, words)}`; }
    }
  }
  flying = false;
}
setInterval(flush, 4000);
const complain = (sentence) => { $("write").querySelector(".error").textContent = sentence; };
const filesOf = (form, list, input, complain) => new Files(form, {
  list, input, words, complain,
  send: (file, name) => { complain(""); return upload(file, name); },
  tell: (name) => { $("said").textContent = words.attached.replace("%s", name); },
});
const attached = filesOf($("write"), $("files"), $("file"), complain);
async function upload(file, name) {
  const body = new FormData();
  body.append("file", file, name);
  return call("/api/v1/attachments", body).catch((problem) => {
    throw new Error(problem instanceof Refusal ? problem.said : words.unkept);
  });
}
$("write").addEventListener("submit", (event) => {
  event.preventDefault();
  complain(attached.busy ? words.uploading : "");
  const body = $("words").value.trim() ? $("words").value : attached.names;
  if (attached.busy || !body) return $("words").focus();
  const item = { key: newKey(), request: current, body, files: attached.files, sub: session.sub };
  drafts.drop(current);
  attached.open(drafts.files(current));
  store.set(OUTBOX, [...kept(), item]);
  pendOne(item);
  $("words").value = "";
  flush();
});
$("words").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !composes(event)) { event.preventDefault(); $("write").requestSubmit(); }
});
$("words").addEventListener("input", () => {
  drafts?.set(current, { body: $("words").value });
  if (Date.now() - (typing.told ?? 0) < 2500 || !isOpen()) return;
  typing.told = Date.now();
  socket.send(JSON.stringify({ do: "typing", request: current }));
});
const complainNew = (sentence) => { $("new").querySelector(".error").textContent = sentence; };
const begins = newForm($, {
  words, api, open: thread,
  attached: filesOf($("new"), $("new-files"), $("new-file"), complainNew),
});

// -- the beginning -----------------------------------------------------------------------------------
async function begin() {
  failures = 0;
  drafts = new Drafts(session.sub);
  const news = drafts.get("news");
  for (const [no, head] of news.counted ?? []) counted.set(no, head);
  count(shown ? 0 : news.unread ?? 0);
  connect();
  begins(drafts);
  const rows = await home();
  const at = rows.find(({ no }) => no === drafts?.get("at").no) ?? (rows.length === 1 && !rows[0].closed ? rows[0] : null);
  if (at) thread(at.no, at.title, at.head);
}
// Nobody's chats are shown before the page around us has said who is here.
const silence = setTimeout(stranger, parent === window ? 0 : 3000);
