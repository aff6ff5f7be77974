// The live socket, the log it fills, and the words that wait to be sent. No framework.
//
// <div role="log" data-log data-request="1042" data-after="57" data-entries="/…/entries-html">
// <form data-composer data-request="1042" data-post="/…/say">…<textarea name="body">…
// Entries are <article id="e58" data-no="58" data-key="…">, made by the server.
import { post as sendForm, say as tell, signedOut } from "./base.js";
import { nodes } from "./nodes.js";
import { newKey, person } from "./drafts.js";
import { stopped } from "./refusals.js";
import { storage } from "./storage.js";

const words = document.getElementById("words").dataset;
const status = document.getElementById("connection");
const OUTBOX = "firstline-outbox";
const RETRY = 5000;
const OPENING = 4000;

// -- the socket --------------------------------------------------------------------------------
const follows = new Map(); // topic → {after, entry(no, node), signal(head), reset()}
let socket = null;
let failures = 0;
let lostTimer = 0;

export const isOpen = () => socket?.readyState === WebSocket.OPEN;

export function send(message) {
  if (!isOpen()) return false;
  socket.send(JSON.stringify(message));
  return true;
}

export function follow(topic, handlers) {
  follows.set(topic, handlers);
  send({ do: "follow", topic, after: handlers.after });
}

export const handlersOf = (topic) => follows.get(topic);

export function unfollow(topic) {
  if (follows.delete(topic)) send({ do: "unfollow", topic });
}

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const asked = new URLSearchParams({ as: "html", lang: document.documentElement.lang, person });
  try { socket = new WebSocket(`${scheme}://${location.host}/live?${asked}`); } catch { return poll(); }
  // One that never opens says nothing: after a while the other way is taken beside it.
  setTimeout(() => { if (!isOpen()) poll(); }, OPENING);
  socket.onopen = () => {
    failures = 0;
    connected(true);
    for (const [topic, handlers] of follows) send({ do: "follow", topic, after: handlers.after });
    flush();
  };
  socket.onmessage = (event) => heard(JSON.parse(event.data));
  socket.onclose = (event) => {
    connected(false);
    failures += 1;
    if (failures >= 2) poll();
    if (event.code === 4401) signedOut();
    const soon = event.code === 4403 ? 200 : 500 * 2 ** Math.min(failures, 6);
    setTimeout(connect, soon * (0.5 + Math.random()));
  };
}

function connected(well) {
  clearTimeout(lostTimer);
  document.documentElement.toggleAttribute("data-live", well);
  if (well) status.hidden = true;
  else lostTimer = setTimeout(() => { status.hidden = polling; }, 2500);
}

function heard(message) {
  if ("ack" in message) return acknowledged(message.ack, message.no);
  if ("refused" in message) return refused(message.refused, message.problem);
  if ("reset" in message) return follows.get(message.reset)?.reset?.();
  if ("typing" in message) return follows.get(`request/${message.typing.request}`)?.typing?.(message.typing);
  const handlers = follows.get(message.topic);
  if (!handlers) return;
  if ("html" in message) return handlers.entry?.(message.no, nodes(message.html));
  handlers.after = message.no ?? handlers.after;
  handlers.signal?.(handlers.after);
}

addEventListener("online", () => { failures = 0; if (isOpen()) connected(true); flush(); });
addEventListener("offline", () => connected(false));

// -- where sockets are blocked: long polling ----------------------------------------------------
let polling = false;
async function poll() {
  if (polling) return;
  polling = true;
  while (!isOpen()) {
    try {
      await Promise.all([...logs].map((log) => log.fetchAfter(20)));
      for (const handlers of follows.values()) handlers.signal?.(handlers.after);
      status.hidden = true;
      flush();
    } catch { status.hidden = false; }
    await new Promise((done) => setTimeout(done, logs.size ? 1000 : 10000));
  }
  polling = false;
}

// -- the outbox: typed once, sent until it is acknowledged --------------------------------------
const flying = new Set();
const sent = new Set();
const outbox = () => (storage.get(OUTBOX) ?? []).filter((it) => it.person === person);
function keep(change) {
  storage.set(OUTBOX, change(storage.get(OUTBOX) ?? []));
}
const forget = (key) => keep((all) => all.filter((it) => it.key !== key));

export function post(item) {
  keep((all) => [...all, { ...item, person, at: Date.now() }]);
  flush();
}

// One at a time to each request, so that words keep their order and the guard its sense.
function flush() {
  const busy = new Set();
  for (const item of outbox()) {
    if (item.refused || busy.has(item.request)) continue;
    busy.add(item.request);
    if (flying.has(item.key)) continue;
    const more = { ...item.more };
    if ("seen" in more) more.seen = ownAfter(item.request, more.seen);
    // A socket that swallowed it is not asked twice.
    if (item.viaSocket && !sent.has(item.key) && send({ do: "say", request: item.request, key: item.key, body: item.body, ...more })) {
      flying.add(item.key);
      sent.add(item.key);
      setTimeout(() => flying.delete(item.key), RETRY);
    } else if (item.url) deliver({ ...item, more });
  }
}
setInterval(flush, RETRY);

// Own words that followed what was on screen are not news to their writer.
const own = new Set();
function ownAfter(request, seen) {
  while (own.has(`${request}/${seen + 1}`)) seen += 1;
  return seen;
}

async function deliver(item) {
  flying.add(item.key);
  try {
    const packed = JSON.stringify({ key: item.key, body: item.body, ...item.more });
    const answer = await sendForm(item.url, packed, { "Content-Type": "application/json" });
    const told = await answer.json().catch(() => ({}));
    if (answer.ok && told.no) acknowledged(item.key, told.no);
    else if (answer.status === 401) signedOut();
    else if (!answer.ok && answer.status < 500 && answer.status !== 429) refused(item.key, { detail: stopped(words, answer.status), ...told });
  } catch {
    bubble(item.key)?.state(words.unsent);
  } finally {
    flying.delete(item.key);
  }
}

function acknowledged(key, no) {
  const item = outbox().find((it) => it.key === key);
  flying.delete(key);
  forget(key);
  if (item) own.add(`${item.request}/${no}`);
  for (const log of logs) log.settle(key, no);
  flush();
  document.dispatchEvent(new CustomEvent("live:acknowledged", { detail: { key, no, item } }));
}

function refused(key, problem) {
  flying.delete(key);
  keep((all) => all.map((it) => (it.key === key ? { ...it, refused: { detail: problem?.detail } } : it)));
  const held = bubble(key);
  held?.refuse(problem?.detail ?? "");
  if (problem?.title === "newer-entries") held?.showNewer();
  const item = outbox().find((it) => it.key === key);
  document.dispatchEvent(new CustomEvent("live:refused", { detail: { key, problem, item } }));
}

// -- a log: entries in order of their numbers, pending words below them --------------------------
const logs = new Set();
const pending = new Map(); // key → Pending
const bubble = (key) => pending.get(key);

class Pending {
  constructor(item) {
    this.item = item;
    this.node = document.createElement("article");
    this.node.className = `fl-entry fl-mine fl-pending${item.more?.audience === "staff" ? " fl-note" : ""}`;
    const box = document.createElement("div");
    box.className = "fl-bubble";
    const text = document.createElement("div");
    text.className = "fl-words";
    text.dir = "auto";
    text.textContent = item.body;
    this.note = document.createElement("p");
    this.note.className = "fl-state mb-0";
    box.append(text, this.note);
    this.node.append(box);
    this.state(words.sending);
    this.timer = setTimeout(() => this.state(words.unsent), 4000);
  }
  state(text) { this.note.textContent = text; }
  refuse(reason) {
    clearTimeout(this.timer);
    this.node.classList.remove("fl-pending");
    this.node.classList.add("fl-refused");
    this.state(`${words.refused} ${reason} `);
    const button = (label, act) => {
      const one = document.createElement("button");
      one.type = "button";
      one.className = "btn btn-sm me-1";
      one.textContent = label;
      one.addEventListener("click", act);
      this.note.append(one);
    };
    button(words.again, () => this.again());
    button(words.drop, () => this.drop());
  }
  // What was said meanwhile stands beside the words that it held back.
  async showNewer() {
    const log = logOf(this.item.request);
    const answer = await fetch(`${log.url}?after=${this.item.more.seen}`).catch(() => null);
    if (!answer?.ok) return;
    const quotes = [...nodes(await answer.text()).querySelectorAll(".fl-entry:not([data-own]) .fl-words")].map((said) => {
      const quote = document.createElement("blockquote");
      const name = document.createElement("strong");
      name.textContent = said.closest("[data-name]")?.dataset.name ?? "";
      quote.append(name, " ", said);
      return quote;
    });
    this.meanwhile?.remove();
    this.meanwhile = document.createElement("div");
    this.meanwhile.className = "fl-meanwhile";
    const head = document.createElement("p");
    head.textContent = words.answeredMeanwhile;
    this.meanwhile.append(head, ...quotes);
    this.node.prepend(this.meanwhile);
    logOf(this.item.request)?.toEnd();
  }
  again() {
    this.remove();
    forget(this.item.key);
    const log = [...logs].find((it) => it.request === this.item.request);
    const more = this.item.more && { ...this.item.more };
    if (more && "seen" in more) more.seen = log?.head ?? more.seen;
    say({ ...this.item, key: newKey(), more, refused: false });
  }
  drop() {
    this.remove();
    forget(this.item.key);
    const field = document.querySelector(`form[data-composer][data-request="${this.item.request}"] textarea`);
    if (field && !field.value) { field.value = this.item.body; field.dispatchEvent(new Event("input")); }
  }
  remove() { clearTimeout(this.timer); this.node.remove(); pending.delete(this.item.key); }
}

export function say(item) {
  logOf(item.request)?.pend(item);
  post(item);
}

class Log {
  constructor(element) {
    this.element = element;
    this.request = Number(element.dataset.request);
    this.url = element.dataset.entries;
    this.scroller = element.closest("[data-scroller]") ?? document.scrollingElement;
    this.after = Number(element.dataset.after);
    this.typers = new Map();
    logs.add(this);
    for (const item of outbox()) if (item.request === this.request) this.restore(item);
    follow(`request/${this.request}`, this);
    this.toEnd();
    this.observe();
    // A picture that arrives late must not push the last words out of sight.
    element.addEventListener("load", () => { if (this.pinned) this.toEnd(); }, true);
  }
  get head() { return this.after; }

  // Handlers of the topic.
  entry(no, fragment) {
    const near = this.isNear();
    for (const node of [...fragment.children]) this.place(node);
    this.after = Math.max(this.after, no);
    this.element.dataset.after = this.after;
    if (near) this.toEnd();
    this.markSeen();
    document.dispatchEvent(new CustomEvent("live:entry", { detail: { log: this, no, near } }));
  }
  reset() {
    fetch(`${this.url}?last=200`).then((answer) => answer.text()).then((html) => {
      for (const old of this.element.querySelectorAll("[data-no], .fl-day")) old.remove();
      const fragment = nodes(html);
      this.after = Math.max(0, ...[...fragment.querySelectorAll("[data-no]")].map((n) => Number(n.dataset.no)));
      this.element.prepend(fragment);
      follow(`request/${this.request}`, this);
      this.toEnd();
    });
  }
  typing(message) {
    const name = message.by.name;
    if (message.looking) return document.dispatchEvent(new CustomEvent("live:looking", { detail: { request: this.request, name, writing: message.writing } }));
    clearTimeout(this.typers.get(name));
    this.typers.set(name, setTimeout(() => { this.typers.delete(name); this.showTyping(); }, 5000));
    this.showTyping();
  }
  showTyping() {
    const place = document.querySelector(`[data-typing="${this.request}"]`);
    if (!place) return;
    const names = [...this.typers.keys()];
    place.textContent = names.length ? place.dataset.words.replace("%s", names.join(", ")) : "";
  }

  place(node) {
    const mended = node.dataset.mends;
    if (mended) this.refresh(Number(mended));
    const { key } = node.dataset;
    const no = Number(node.dataset.no);
    if (key) { pending.get(key)?.remove(); forget(key); } // said, even where the answer was lost
    if (!no || this.element.querySelector(`[data-no="${no}"]`)) return;
    const name = node.dataset.name;
    if (name) { clearTimeout(this.typers.get(name)); this.typers.delete(name); this.showTyping(); }
    const standing = [...this.element.querySelectorAll(":scope > [data-no]")].reverse();
    const before = standing.find((other) => Number(other.dataset.no) < no);
    if (before) before.after(node);
    else this.element.prepend(node);
  }
  async refresh(no) {
    const answer = await fetch(`${this.url}?after=${no - 1}&limit=1`);
    const fresh = answer.ok && nodes(await answer.text()).querySelector(`[data-no="${no}"]`);
    if (fresh) this.element.querySelector(`[data-no="${no}"]`)?.replaceWith(fresh);
  }
  async fetchAfter(wait) {
    const answer = await fetch(`${this.url}?after=${this.after}&wait=${wait}`);
    if (!answer.ok) throw new Error(String(answer.status));
    const fragment = nodes(await answer.text());
    for (const node of [...fragment.children]) {
      const one = document.createDocumentFragment();
      one.append(node);
      this.entry(Number(node.dataset.no ?? this.after), one);
    }
  }

  // Own words on their way.
  restore(item) { this.pend(item); if (item.refused) pending.get(item.key).refuse(item.refused.detail ?? ""); }
  pend(item) {
    const waiting = new Pending(item);
    pending.set(item.key, waiting);
    this.element.append(waiting.node);
    this.toEnd();
  }
  settle(key, no) {
    const waiting = pending.get(key);
    if (!waiting || waiting.item.request !== this.request) return;
    if (no && this.element.querySelector(`[data-no="${no}"]`)) waiting.remove();
    else waiting.state("");
    if (!isOpen()) this.fetchAfter(0).catch(() => {});
  }

  // Where the reader is.
  isNear() {
    const box = this.scroller;
    return box.scrollHeight - box.scrollTop - box.clientHeight < 160;
  }
  toEnd() { this.pinned = true; this.scroller.scrollTop = this.scroller.scrollHeight; }
  observe() {
    this.markSeen = throttled(() => {
      if (!document.hidden && this.element.isConnected && this.isNear()) {
        send({ do: "seen", request: this.request, no: this.after });
      }
    }, 1000);
    this.scroller.addEventListener("scroll", () => { this.pinned = this.isNear(); this.markSeen(); }, { passive: true });
    document.addEventListener("visibilitychange", this.markSeen);
    // A panel that grows below must not push the newest words out of sight.
    new ResizeObserver(() => { if (this.pinned) this.toEnd(); }).observe(this.scroller);
    this.markSeen();
  }
  close() { unfollow(`request/${this.request}`); logs.delete(this); }
}

function throttled(act, pause) {
  let timer = 0;
  return () => { if (!timer) timer = setTimeout(() => { timer = 0; act(); }, pause); };
}

// -- wiring: logs that are there, and logs that htmx brings --------------------------------------
export function wire() {
  for (const log of logs) if (!log.element.isConnected) log.close();
  for (const element of document.querySelectorAll("[data-log]:not([data-wired])")) {
    element.dataset.wired = "";
    new Log(element);
  }
}
export const logOf = (request) => [...logs].find((log) => log.request === request);

document.addEventListener("htmx:after:swap", wire);
wire();
if (person) connect();
