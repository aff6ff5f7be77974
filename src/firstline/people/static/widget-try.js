// The page on which the widget is tried: its commands as buttons.
document.addEventListener("click", ({ target }) => {
  const command = target.closest("[data-widget]")?.dataset.widget;
  if (command) window.Firstline?.(command);
});
