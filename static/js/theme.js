// Classic and blocking, in <head>: what was chosen of the looks is set before the first paint.
(() => {
  // The first press always changes something: from the system's theme to the other one.
  const themes = () => (matchMedia("(prefers-color-scheme: dark)").matches ? ["auto", "light", "dark"] : ["auto", "dark", "light"]);
  const root = document.documentElement;
  const apply = (theme) => {
    if (theme === "auto") root.removeAttribute("data-theme");
    else root.dataset.theme = theme;
  };
  const read = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null; // storage can be forbidden
    }
  };
  const stored = () => read("theme") ?? "auto";
  apply(stored());
  root.toggleAttribute("data-folded", read("contact") === "folded"); // details.js
  addEventListener("storage", (event) => event.key === "theme" && apply(stored()));
  addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-theme-switch]")) return;
    const next = themes()[(themes().indexOf(stored()) + 1) % 3];
    try {
      localStorage.setItem("theme", next);
    } catch {
      // lasts for this page only
    }
    apply(next);
  });
})();
