// The end of a session: on the desk, for whoever may have its word, and in the site's other tabs.
const AGAIN = 3000;

export function endSession(session) {
  if (!session) return;
  const headers = { Authorization: `Bearer ${session.token}` };
  const end = () => fetch("/api/v1/sessions", { method: "DELETE", keepalive: true, headers });
  end().catch(() => setTimeout(() => end().catch(() => {}), AGAIN));
}

// Calls `heard` when somebody has signed out in another tab; gives what tells the others.
export function otherTabs(heard) {
  if (!window.BroadcastChannel) return () => {};
  const tabs = new BroadcastChannel("firstline-widget");
  tabs.addEventListener("message", heard);
  return () => tabs.postMessage("forget");
}
