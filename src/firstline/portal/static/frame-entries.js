// Entries of a thread in the widget, and the files in them.
export function wireEntry(entry, session) {
  openFiles(entry, session);
  noteArticles(entry, session);
}
// Files are asked for with the session, which a plain link of a framed page could not carry.
function openFiles(entry, session) {
  for (const link of entry.querySelectorAll(".fl-files a")) {
    const id = link.getAttribute("href").split("/").pop();
    const image = link.querySelector("img");
    image?.removeAttribute("src");
    const blob = () => fetch(`/api/v1/attachments/${id}`, { headers: { Authorization: `Bearer ${session().token}` } }).then((answer) => answer.blob()).then((it) => URL.createObjectURL(it));
    if (image) blob().then((address) => { image.src = address; });
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      const saved = document.createElement("a");
      saved.href = await blob();
      saved.download = link.textContent.trim() || image?.alt || "file";
      saved.click();
    });
  }
}
// An article opens in a page that does not know this session: that it was opened is said from here.
function noteArticles(entry, session) {
  for (const link of entry.querySelectorAll('.fl-words a[href*="/wiki/"]')) {
    const way = /^\/requests\/\d+\/wiki\/[a-z0-9-]+/.exec(link.pathname);
    if (way) link.addEventListener("click", () => fetch(`/api/v1/widget${way[0]}`, { method: "POST", keepalive: true, headers: { Authorization: `Bearer ${session().token}` } }).catch(() => {}));
  }
}
// A request in the list.
export function row(one, open) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  const title = document.createElement("b");
  title.textContent = one.title;
  const stand = document.createElement("span");
  stand.className = "quiet";
  stand.textContent = `#${one.no} · ${one.stand}`;
  button.append(title, stand);
  button.addEventListener("click", open);
  item.append(button);
  return item;
}
// Words on their way.
export function pending(item, sentence) {
  const node = document.createElement("article");
  node.className = "fl-entry fl-mine pending";
  node.dataset.pending = item.key;
  const bubble = document.createElement("div");
  bubble.className = "fl-bubble fl-words";
  Object.assign(bubble, { dir: "auto", textContent: item.body });
  const state = document.createElement("p");
  state.className = "quiet";
  state.textContent = sentence;
  node.append(bubble, state);
  return node;
}
