// Forms that are sent without leaving the page: a refusal stands in place and keeps what was typed.
import { csrf, say } from "../base.js";

const words = document.getElementById("words").dataset;

export async function send(form) {
  const answer = await fetch(form.action, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRF-Token": csrf() },
    body: new URLSearchParams(new FormData(form)),
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.detail ?? words.offline);
  return told;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-act]")) return;
  event.preventDefault();
  const button = form.querySelector("button:not([type=button])");
  button.disabled = true;
  try {
    const { next } = await send(form);
    if ("quiet" in form.dataset) return form.remove();
    if (new URL(next, location.href).pathname === location.pathname) location.reload();
    else location.assign(next);
  } catch (error) {
    say(error instanceof TypeError ? words.offline : error.message);
    button.disabled = false;
  }
});
