// Firstline's button for the company's own site, and the frame behind it. One tag is enough:
//   <script src="https://desk.example/widget.js" async data-token="…signed by your server…"></script>
// or later Firstline("identify", token); Firstline("renew", async () => token); Firstline("open").
(() => {
  const script = document.currentScript;
  const desk = new URL(script.src).origin;
  const spoken = script.dataset.lang || document.documentElement.lang || navigator.language;
  const all = /*WORDS*/ {};
  const lang = spoken.slice(0, 2).toLowerCase() in all ? spoken.slice(0, 2).toLowerCase() : "en";
  const words = all[lang];
  let frame = null;
  let ready = false;
  let token = script.dataset.token || "";
  let renew = null;
  let shown = false;

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; color-scheme: light dark; }
    button { position: fixed; inset: auto 1.25rem 1.25rem auto; z-index: 2147483000; width: 3.5rem; height: 3.5rem; border: 0; border-radius: 50%; background: #0b5c68; color: #fff; cursor: pointer; box-shadow: 0 8px 24px rgb(0 0 0 / 28%); display: grid; place-items: center; padding: 0; }
    button:hover { background: #094b55; }
    button:focus-visible { outline: 3px solid #0b5c68; outline-offset: 3px; box-shadow: 0 0 0 3px #fff; }
    svg { width: 1.6rem; height: 1.6rem; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    b { position: absolute; top: -.25rem; right: -.25rem; min-width: 1.4rem; height: 1.4rem; border-radius: .7rem; padding: 0 .3rem; box-sizing: border-box; background: #a8201a; color: #fff; font: 700 .8rem/1.4rem system-ui, sans-serif; }
    iframe { position: fixed; inset: auto 1.25rem 5.5rem auto; z-index: 2147483000; width: min(24rem, calc(100vw - 2.5rem)); height: min(38rem, calc(100dvh - 7rem)); border: 0; border-radius: .875rem; box-shadow: 0 16px 48px rgb(0 0 0 / 30%); background: Canvas; }
    [hidden] { display: none; }
    @media (max-width: 480px) { iframe { inset: 0; width: 100vw; height: 100dvh; border-radius: 0; } button[aria-expanded=true] { display: none; } }
    @media print { :host { display: none; } }`);
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-label", words.open);
  const draw = (name, of) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(of)) node.setAttribute(key, value);
    return node;
  };
  const icon = draw("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
  icon.append(draw("path", { d: "M4 5h16v11H10l-5 4v-4H4z" }), draw("path", { d: "M8 9h8M8 12h5" }));
  const badge = document.createElement("b");
  badge.hidden = true;
  button.append(icon, badge);
  root.append(button);

  const tell = (message) => { if (ready) frame.contentWindow.postMessage(message, desk); };
  const identify = () => { if (token) tell({ firstline: "identify", token }); };

  function load() {
    if (frame) return;
    frame = document.createElement("iframe");
    frame.src = `${desk}/widget?lang=${lang}`;
    frame.title = words.title;
    frame.hidden = true;
    root.prepend(frame);
  }
  function open() {
    load();
    shown = true;
    frame.hidden = false;
    button.setAttribute("aria-expanded", "true");
    count(0);
    frame.focus();
    tell({ firstline: "shown" });
  }
  function close() {
    if (!shown) return;
    shown = false;
    frame.hidden = true;
    button.setAttribute("aria-expanded", "false");
    tell({ firstline: "hidden" });
    button.focus();
  }
  function count(unread) {
    badge.hidden = !unread;
    badge.textContent = unread > 9 ? "9+" : unread;
    button.setAttribute("aria-label", unread ? words.unread.replace("%d", unread) : words.open);
  }

  addEventListener("message", async ({ origin, source, data }) => {
    if (origin !== desk || source !== frame?.contentWindow || typeof data !== "object") return;
    if (data?.firstline === "ready") {
      ready = true;
      identify();
      if (shown) tell({ firstline: "shown" });
    } else if (data?.firstline === "close") close();
    else if (data?.firstline === "unread") count(shown ? 0 : Number(data.count) || 0);
    else if (data?.firstline === "expired") {
      token = (await renew?.()) ?? "";
      identify();
    }
  });
  button.addEventListener("click", () => (shown ? close() : open()));
  addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });

  const commands = {
    identify(given) { token = String(given); load(); identify(); },
    renew(given) { renew = given; },
    open,
    close,
  };
  const waiting = window.Firstline?.q ?? [];
  window.Firstline = (name, value) => commands[name]?.(value);
  const begin = () => {
    document.body.append(host);
    if (token) load();
    for (const [name, value] of waiting) window.Firstline(name, value);
  };
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
})();
