// Signing out takes what a person typed from this browser; what has not got to the desk is named before. A session that
// merely ends leaves it to the same person, and the next one who signs in here removes it.
import { say } from "./base.js";
import { person } from "./drafts.js";
import { storage } from "./storage.js";

const words = document.getElementById("words").dataset;
const LEFT = "firstline-left";
const OUTBOX = "firstline-outbox";
const TYPED = /^firstline-(?:draft|form|policy):([^:@]*)/;
const WAY_OUT = 'form[action="/sign-out"], form[action="/sign-out-everywhere"]';
const PATIENCE = 3000;

function forgetPeople(leaves) {
  for (const name of storage.names()) if (leaves(TYPED.exec(name)?.[1])) storage.drop(name);
  storage.set(OUTBOX, (storage.get(OUTBOX) ?? []).filter((item) => !leaves(item.person)));
}
const isUnsaved = (typed) => {
  const text = typed?.body ?? typed?.text ?? Object.values(typed?.values ?? {}).join("");
  return !typed?.saved && Boolean(text.trim() || typed?.files?.length);
};
const waits = () => (storage.get(OUTBOX) ?? []).some((item) => item.person === person)
  || storage.names().some((name) => TYPED.exec(name)?.[1] === person && isUnsaved(storage.get(name)));

// Whether all that was typed gets to the desk within a moment: its draft is on the way as the field has lost the focus.
async function allArrives() {
  for (const end = Date.now() + PATIENCE; waits() && Date.now() < end;) await new Promise((done) => setTimeout(done, 100));
  return !waits();
}
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!person || !form.matches(WAY_OUT)) return;
  event.preventDefault();
  if (!("sure" in form.dataset) && !(await allArrives())) {
    form.dataset.sure = "";
    return say(words.leaving);
  }
  // Taken by the next page: this one may still write down what its drafts were answered.
  storage.set(LEFT, person);
  form.submit();
});

const left = storage.get(LEFT);
if (left) {
  forgetPeople((whose) => whose === left);
  storage.drop(LEFT);
}
if (person) forgetPeople((whose) => whose !== undefined && whose !== person);
