// Classic and blocking, in <head>: the chosen theme is set before the first paint.
(() => {
  const themes = ["auto", "light", "dark"];
  const root = document.documentElement;
  const apply = (theme) => {
    if (theme === "auto") root.removeAttribute("data-theme");
    else root.dataset.theme = theme;
  };
  const stored = () => {
    try {
      return localStorage.getItem("theme") ?? "auto";
    } catch {
      return "auto"; // storage can be forbidden
    }
  };
  apply(stored());
  addEventListener("storage", (event) => event.key === "theme" && apply(stored()));
  addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-theme-switch]")) return;
    const next = themes[(themes.indexOf(stored()) + 1) % themes.length];
    try {
      localStorage.setItem("theme", next);
    } catch {
      // lasts for this page only
    }
    apply(next);
  });
})();
