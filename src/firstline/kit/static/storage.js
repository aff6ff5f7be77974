// What a browser keeps for us: `storage` for all its windows, `tabStorage` for one. Where it keeps nothing (blocked, full,
// a frame on another site's page) it stands in this page's memory. Nothing else touches the browser's own.
class Keeper {
  #memory = new Map();
  #find;
  constructor(find) { this.#find = find; }
  // Looking is refused where the browser keeps nothing.
  get #own() { try { return this.#find() ?? null; } catch { return null; } }
  get works() { return this.#own !== null; }
  get(name) {
    if (this.#memory.has(name)) return this.#memory.get(name);
    try { return JSON.parse(this.#own?.getItem(name) ?? "null"); } catch { return null; }
  }
  // Whether the browser keeps it.
  set(name, value) {
    try {
      this.#find().setItem(name, JSON.stringify(value));
      this.#memory.delete(name);
      return true;
    } catch {
      this.#memory.set(name, value);
      return false;
    }
  }
  names() {
    try { return [...new Set([...this.#memory.keys(), ...Object.keys(this.#own ?? {})])]; } catch { return [...this.#memory.keys()]; }
  }
  drop(name) {
    this.#memory.delete(name);
    try { this.#own?.removeItem(name); } catch { /* nothing is kept there */ }
  }
}
export const storage = new Keeper(() => localStorage);
export const tabStorage = new Keeper(() => sessionStorage);
