// Forms that are sent without leaving the page: a refusal stands in place and keeps what was typed.
import { post, renewSession, say, signedOut } from "../base.js";
import { forgetForm } from "../drafts.js";

const words = document.getElementById("words").dataset;
const AGAIN = 3000;
// Without the token, which is another one in another session.
function typed(form) {
  const fields = new URLSearchParams(new FormData(form));
  fields.delete("csrf");
  return fields.toString();
}

// What the desk answered; a refusal is thrown with its `status` and the `field` that it is about.
export async function send(form) {
  const answer = await post(form.action, new URLSearchParams(new FormData(form)));
  const found = await answer.json().catch(() => ({}));
  if (answer.ok) return found;
  throw Object.assign(new Error(found.detail ?? words.offline), { status: answer.status, field: found.field });
}

// What an ended session refused goes out by itself when its writer has signed in again, unless it was changed since.
export function sendLater(form) {
  signedOut();
  const before = typed(form);
  const timer = setInterval(async () => {
    if (form.isConnected && typed(form) === before && (document.hidden || !(await renewSession()))) return;
    clearInterval(timer);
    if (form.isConnected && typed(form) === before) form.requestSubmit();
  }, AGAIN);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-act]")) return;
  event.preventDefault();
  const button = form.querySelector("button:not([type=button])");
  button.disabled = true;
  try {
    const { next } = await send(form);
    forgetForm(form);
    if ("quiet" in form.dataset) return form.remove();
    if (new URL(next, location.href).pathname === location.pathname) location.reload();
    else location.assign(next);
  } catch (error) {
    if (error.status === 401) sendLater(form);
    else say(error instanceof TypeError ? words.offline : error.message);
    button.disabled = false;
  }
});
