// A button beside each block of code that puts it on the clipboard; kit's copy.js does it.
const article = document.querySelector(".fl-article");

for (const [index, block] of [...article.querySelectorAll("pre")].entries()) {
  block.id ||= `code-${index + 1}`;
  const frame = document.createElement("div");
  frame.className = "fl-copied";
  block.replaceWith(frame);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm";
  button.dataset.copyOf = block.id;
  button.textContent = article.dataset.copies;
  frame.append(block, button);
}
