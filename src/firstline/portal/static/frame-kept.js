// What the widget keeps in this tab from one page of the site to the next. Where the browser lets a
// framed page keep nothing, the site's own page keeps what was typed, never the session.
import { tabStorage } from "../storage.js";

const NAME = "firstline-widget";
export const SESSION = "session";
const read = (text) => { try { return JSON.parse(text) ?? {}; } catch { return {}; } };
let all = tabStorage.get(NAME) ?? {};
let lend = null;
function save() {
  const { [SESSION]: own, ...rest } = all;
  if (!tabStorage.set(NAME, all)) lend?.(JSON.stringify(rest));
}
export const store = {
  get: (name) => all[name] ?? null,
  set(name, value) { all[name] = value; save(); },
  wipe() { all = {}; save(); },
  // What the page around us has kept, and how to hand it more.
  borrow(text, give) { if (!tabStorage.works && !lend) { all = { ...read(text), ...all }; lend = give; } },
};
// What one person has typed, by place: `new`, or the number of a request.
export class Drafts {
  constructor(sub) { this.name = `typed-${sub}`; this.all = store.get(this.name) ?? {}; }
  get(place) { return this.all[place] ?? {}; }
  set(place, change) { this.all[place] = { ...this.all[place], ...change }; store.set(this.name, this.all); }
  drop(place) { delete this.all[place]; store.set(this.name, this.all); }
  // The files of a place, for Files: they stay those of this person wherever one goes meanwhile.
  files(place) {
    return { all: () => this.get(place).files ?? [], keep: (files) => this.set(place, { files }) };
  }
}
