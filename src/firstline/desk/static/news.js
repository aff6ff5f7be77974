// What is new for the operator, on every page for staff: bell, counts, title, sound and notices.
// It comes over the socket: whatever stirs in one's lines, requests or mentions is looked up anew.
import { csrf, say as tell } from "../base.js";
import { follow, handlersOf, unfollow } from "../live.js";
import { storage } from "../storage.js";

const bell = document.querySelector("[data-bell]");
const KINDS = ["reply", "mention", "alarm", "arrival"];
const TONES = { reply: 587, mention: 659, alarm: 784, arrival: 523 };
const RUNG = "firstline-rung"; // alarm → when it last sounded, in whichever tab or page
let before = null;
let wishes = {};
let title = document.title;
let audio = null;

// -- where the news comes from -------------------------------------------------------------------
let timer = 0;
export function stir() {
  // The first one counts: on a busy desk something stirs again before the pause is over.
  timer ||= setTimeout(() => {
    timer = 0;
    if (document.getElementById("queue")) document.dispatchEvent(new Event("desk:stir"));
    else load();
  }, 250);
}
async function load() {
  const answer = await fetch("/desk/news", { headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.ok) learn(await answer.json());
}
function read() {
  const state = document.querySelector("#queue .desk-queue")?.dataset.news;
  if (state) learn(JSON.parse(state));
}
const held = { after: 0, entry: () => stir(), signal: () => stir() };
const watched = new Set();
function watch(state) {
  for (const topic of ["person/me", ...state.lines.map((line) => `line/${line}`)]) {
    if (!handlersOf(topic)) follow(topic, { after: 0, signal: () => stir() });
  }
  const mine = new Map(state.held.map((one) => [`request/${one.no}`, one.head]));
  for (const topic of watched) {
    if (!mine.has(topic) && handlersOf(topic)?.entry === held.entry) unfollow(topic);
    if (!mine.has(topic)) watched.delete(topic);
  }
  for (const [topic, head] of mine) {
    watched.add(topic);
    if (!handlersOf(topic)) follow(topic, { ...held, after: head });
  }
}

// -- what it means -------------------------------------------------------------------------------
function learn(state) {
  wishes = { ...state.wishes, ...changed };
  watch(state);
  show(state);
  if (before) {
    const heads = new Map(before.held.map((one) => [one.no, one.fresh ? one.head : -1]));
    for (const one of state.held) if (one.fresh && one.head > (heads.get(one.no) ?? -1)) announce("reply", one.client, one.no);
    const asked = new Set(before.asked.map((one) => `${one.no}/${one.entry}`));
    for (const one of state.asked) if (!asked.has(`${one.no}/${one.entry}`)) announce("mention", one.by, one.no);
    if (state.arrived > before.arrived) announce("arrival", "", state.arrived);
  }
  ring(state);
  before = { ...state, arrived: Math.max(state.arrived, before?.arrived ?? 0) };
}
function ring(state) {
  const rung = storage.get(RUNG) ?? {};
  const due = state.alarms.filter((alarm) => Date.now() - (rung[alarm] ?? 0) >= state.alarm_every * 1000);
  const standing = state.alarms.map((alarm) => [alarm, due.includes(alarm) ? Date.now() : rung[alarm]]);
  storage.set(RUNG, Object.fromEntries(standing));
  if (due.length) announce("alarm", "", Number(due[0].split("/")[0]));
}
function show(state) {
  const fresh = state.held.filter((one) => one.fresh);
  const count = bell.querySelector("[data-count]");
  const total = fresh.length + state.asked.length;
  count.textContent = total;
  count.hidden = !total;
  bell.querySelector("[data-owed-count]").textContent = state.owed;
  bell.querySelector("[data-bell-none]").hidden = Boolean(total);
  bell.querySelector("[data-bell-news]").replaceChildren(
    ...fresh.map((one) => line(one.no, one.client, bell.dataset.reply)),
    ...state.asked.map((one) => line(`${one.no}#e${one.entry}`, one.by, bell.dataset.mention)),
  );
  owed = state.owed;
  setTitle(title);
  choices();
  if (navigator.setAppBadge) (owed ? navigator.setAppBadge(owed) : navigator.clearAppBadge()).catch(() => {});
}
function line(at, name, text) {
  const link = document.createElement("a");
  link.href = `/desk/requests/${at}`;
  link.dataset.open = "";
  link.textContent = `#${parseInt(at, 10)} ${name}: ${text}`;
  return link;
}
let owed = 0;
export function setTitle(text) {
  title = text;
  document.title = owed ? `(${owed}) ${text}` : text;
}

// -- sound and notices, each as it was chosen ------------------------------------------------------
const wants = (by, kind) => wishes.sound && (wishes[by] ?? KINDS).includes(kind);
function announce(kind, name, no) {
  if (wants("sounds", kind)) beep(TONES[kind]);
  if (wants("notices", kind)) notify(bell.dataset[kind], name ? `#${no} ${name}` : `#${no}`, `/desk/requests/${no}`);
}
// Two soft notes, made here: no file to load. Browsers allow it after the first click or key.
function beep(pitch) {
  document.dispatchEvent(new CustomEvent("desk:sound", { detail: pitch }));
  try {
    audio ??= new AudioContext();
    for (const [at, tone] of [[0, pitch], [0.14, pitch * 1.25]]) {
      const note = audio.createOscillator();
      const loud = audio.createGain();
      note.frequency.value = tone;
      loud.gain.setValueAtTime(0.0001, audio.currentTime + at);
      loud.gain.exponentialRampToValueAtTime(0.12, audio.currentTime + at + 0.02);
      loud.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + at + 0.22);
      note.connect(loud).connect(audio.destination);
      note.start(audio.currentTime + at);
      note.stop(audio.currentTime + at + 0.25);
    }
  } catch { /* no sound here: the notice and the counts remain */ }
}
function notify(text, body, url) {
  if ((!document.hidden && document.hasFocus()) || !("Notification" in window) || Notification.permission !== "granted") return;
  const note = new Notification(text, { body, tag: url, icon: document.querySelector('link[rel="icon"]').href });
  note.onclick = () => { window.focus(); location.href = url; note.close(); };
}
function choices() {
  for (const box of bell.querySelectorAll("input")) {
    box.checked = box.name === "sound" ? Boolean(wishes.sound) : (wishes[box.name] ?? KINDS).includes(box.value);
    box.disabled = box.name !== "sound" && !wishes.sound;
  }
}
const changed = {}; // what was chosen here, until the server tells it again
bell?.addEventListener("change", ({ target }) => {
  const chosen = (by) => [...bell.querySelectorAll(`[name=${by}]:checked`)].map((box) => box.value);
  const wish = target.name === "sound" ? { sound: target.checked } : { [target.name]: chosen(target.name) };
  Object.assign(changed, wish);
  Object.assign(wishes, wish);
  keep(wish);
  choices();
  if (target.checked && target.name !== "notices") beep(660);
  if (target.checked && target.name !== "sounds") askBrowser();
});
async function askBrowser() {
  if (!("Notification" in window)) return;
  if (Notification.permission === "default") await Notification.requestPermission();
  if (Notification.permission === "denied") tell(bell.dataset.blocked);
}
export function keep(wish) {
  fetch("/desk/wishes", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": csrf() },
    body: JSON.stringify(wish),
  }).catch(() => tell(document.getElementById("words").dataset.offline));
}

if (bell) {
  document.addEventListener("htmx:after:swap", read);
  if (document.getElementById("queue")) read();
  else load();
  // Alarms come with time; and what a lost socket has missed is found here.
  setInterval(stir, 30000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) stir(); });
}
