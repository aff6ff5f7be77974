// Firstline's button for the company's own site, and the frame behind it. One tag is enough:
//   <script src="https://desk.example/widget.js" async data-token="…signed by your server…"></script>
// or later Firstline("identify", token); Firstline("renew", async () => token); Firstline("open");
// Firstline("forget") when somebody signs out.
(() => {
  const script = document.currentScript;
  // A site that swaps its pages by script runs the tag again: one button goes on, with the new token.
  if (window.Firstline?.adopt) return window.Firstline.adopt(script.dataset);
  const desk = new URL(script.src).origin;
  const all = /*WORDS*/ {};
  const KEPT = "firstline-kept"; // what the frame may not keep itself
  let dataset = script.dataset;
  let lang = "";
  let words = null;
  let frame = null;
  let ready = false;
  let token = dataset.token || "";
  let tagged = Boolean(token); // the token came by the tag, so a tag without one is a sign-out
  let wipe = false;
  let renew = null;
  let shown = false;
  let unread = 0;
  const language = () => {
    const spoken = (dataset.lang || document.documentElement.lang || navigator.language).slice(0, 2).toLowerCase();
    return spoken in all ? spoken : "en";
  };

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
  // Without a token nobody is here: the frame shows nothing of whoever was; `wipe` is a sign-out.
  const identify = () => tell(token ? { firstline: "identify", token, kept: keeper((own) => own.getItem(KEPT)) } : { firstline: "forget", wipe });
  const keeper = (use) => { try { return use(sessionStorage); } catch { return null; } };

  function speak() {
    if (lang === language()) return;
    lang = language();
    words = all[lang];
    count(unread);
    if (frame) show(frame);
  }
  function show(it) {
    ready = false;
    it.title = words.title;
    it.src = `${desk}/widget?lang=${lang}`;
  }
  function load() {
    if (frame) return;
    frame = document.createElement("iframe");
    frame.hidden = true;
    show(frame);
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
  function count(number) {
    unread = number;
    badge.hidden = !unread;
    badge.textContent = unread > 9 ? "9+" : unread;
    button.setAttribute("aria-label", unread ? words.unread.replace("%d", unread) : words.open);
  }

  // A token that the desk refuses is asked for anew ever more slowly, at last every five minutes.
  let refused = 0;
  let waiting = 0;
  async function expired() {
    token = "";
    if (!renew || waiting) return;
    const asked = renew;
    waiting = setTimeout(async () => {
      const found = await Promise.resolve().then(asked).catch(() => "");
      waiting = 0;
      if (renew !== asked || token) return;
      token = found ? String(found) : "";
      if (token) identify();
      else expired();
    }, refused ? Math.min(300000, 1000 * 2 ** refused) : 0);
    refused += 1;
  }
  function become(given) {
    refused = 0;
    clearTimeout(waiting);
    waiting = 0;
    token = String(given ?? "");
    if (token) { wipe = false; load(); }
    identify();
  }

  addEventListener("message", ({ origin, source, data }) => {
    if (origin !== desk || source !== frame?.contentWindow || typeof data !== "object") return;
    if (data?.firstline === "ready") {
      ready = true;
      identify();
      if (shown) tell({ firstline: "shown" });
    } else if (data?.firstline === "close") close();
    else if (data?.firstline === "unread") count(shown ? 0 : Number(data.count) || 0);
    else if (data?.firstline === "keep") keeper((own) => own.setItem(KEPT, String(data.kept)));
    else if (data?.firstline === "identified") refused = 0;
    else if (data?.firstline === "expired") expired();
    else if (data?.firstline === "forgotten") { leave(); token = ""; } // signed out in another tab
  });
  button.addEventListener("click", () => (shown ? close() : open()));
  addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });

  function leave() {
    wipe = true;
    renew = null;
    keeper((own) => own.removeItem(KEPT));
    close();
    count(0);
  }
  const commands = {
    identify(given) { tagged = false; become(given); },
    renew(given) { renew = given; if (!token && frame) expired(); },
    forget() {
      leave();
      load(); // what it keeps goes also where it was not opened on this page
      become("");
    },
    open,
    close,
  };
  const queue = window.Firstline?.q ?? [];
  window.Firstline = (name, value) => commands[name]?.(value);
  window.Firstline.adopt = (given) => {
    dataset = given;
    if (given.token || tagged) { tagged = true; become(given.token); }
    begin();
  };
  // Beside the body, which such sites replace; and back again if the whole document was.
  function begin() {
    if (!host.isConnected) { ready = false; document.documentElement.append(host); }
    speak();
  }
  const watch = () => new MutationObserver(begin).observe(document.documentElement, { childList: true, attributeFilter: ["lang"] });
  const start = () => {
    begin();
    watch();
    new MutationObserver(() => { begin(); watch(); }).observe(document, { childList: true });
    if (token) load();
    for (const [name, value] of queue) window.Firstline(name, value);
  };
  if (document.body) start();
  else addEventListener("DOMContentLoaded", start);
})();
