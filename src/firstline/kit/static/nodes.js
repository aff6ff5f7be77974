// Our own server's HTML, parsed without running anything in it.
const policy = window.trustedTypes
  ? trustedTypes.createPolicy("firstline", { createHTML: (text) => text })
  : { createHTML: (text) => text };

export const parse = (html) => new DOMParser().parseFromString(policy.createHTML(html), "text/html");

export function nodes(html) {
  const fragment = document.createDocumentFragment();
  fragment.append(...parse(html).body.childNodes);
  return document.importNode(fragment, true);
}
