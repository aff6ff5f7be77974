// Sound, notifications and the tab's badge. An alarm repeats until somebody has taken the request.
import { open, wish } from "./desk.js";

const desk = document.getElementById("desk");
const queue = document.getElementById("queue");
const bell = document.querySelector("[data-sound]");
const every = Number(desk.dataset.alarmEvery || 300) * 1000;
const rung = new Map(); // alarm → when it last sounded
let newest = null;
let fresh = null;
let audio = null;

const on = () => bell?.getAttribute("aria-pressed") === "true";

bell?.addEventListener("click", () => switchTo(!on(), true));
document.addEventListener("desk:sound", (event) => switchTo(event.detail, false));
function switchTo(wanted, keep) {
  bell.setAttribute("aria-pressed", wanted);
  const box = document.querySelector('#wishes [name="sound"]');
  if (box) box.checked = wanted;
  if (keep) wish({ sound: wanted });
  if (wanted) {
    beep(660);
    if ("Notification" in window && Notification.permission === "default") Notification.requestPermission();
  }
}

// Two soft notes, made here: no file to load. Browsers allow it after the first click or key.
function beep(pitch) {
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
  } catch { /* no sound here: the notification and the badge remain */ }
}

function notify(text, body, url) {
  if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
  const note = new Notification(text, { body, tag: url, icon: document.querySelector('link[rel="icon"]').href });
  note.onclick = () => { window.focus(); open(url); note.close(); };
}

function look() {
  const state = queue.querySelector(".desk-queue")?.dataset;
  if (!state) return;
  const alarms = state.alarms.split(" ").filter(Boolean);
  badge(alarms.length);
  if (on()) {
    ring(alarms);
    const highest = Number(state.newest);
    if (newest !== null && highest > newest) { beep(523); notify(queue.dataset.arrived, `#${highest}`, `/desk/requests/${highest}`); }
    if (fresh !== null && Number(state.fresh) > fresh) beep(587);
  }
  newest = Math.max(newest ?? 0, Number(state.newest));
  fresh = Number(state.fresh);
}

function ring(alarms) {
  for (const alarm of rung.keys()) if (!alarms.includes(alarm)) rung.delete(alarm);
  const due = alarms.filter((alarm) => Date.now() - (rung.get(alarm) ?? 0) >= every);
  if (!due.length) return;
  for (const alarm of due) rung.set(alarm, Date.now());
  beep(784);
  const no = due[0].split("/")[0];
  notify(queue.dataset.alarm, `#${no}`, `/desk/requests/${no}`);
}

function badge(count) {
  if (!navigator.setAppBadge) return;
  (count ? navigator.setAppBadge(count) : navigator.clearAppBadge()).catch(() => {});
}

document.addEventListener("htmx:after:swap", look);
look();
