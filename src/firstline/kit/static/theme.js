// Before the first paint: the theme chosen by hand (set by the server), else the system's.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => { root.dataset.bsTheme = dark.matches ? "dark" : "light"; };
  if (!root.dataset.bsTheme) {
    follow();
    dark.addEventListener("change", () => { if (!document.cookie.includes("firstline-theme=")) follow(); });
  }
})();
