// Menus are <details>: Esc and a click outside close them, arrows move in them, one is open at a time.
import { all, on } from "./dom.js";

const close = (menu, refocus) => {
  menu.open = false;
  if (refocus) menu.querySelector("summary").focus();
};

export const start = () => {};

export const once = () => {
  document.addEventListener("click", (event) => {
    for (const menu of all("details[data-menu][open]")) {
      if (!menu.contains(event.target) || event.target.closest(".menu-item")) close(menu);
    }
  });
  on("keydown", "details[data-menu]", (event, menu) => {
    if (event.key === "Escape" && menu.open) {
      close(menu, true);
      event.stopPropagation();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    menu.open = true;
    const items = all("a.menu-item, button.menu-item", menu);
    const step = event.key === "ArrowDown" ? 1 : -1;
    const at = items.indexOf(document.activeElement);
    items.at(at === -1 ? (step === 1 ? 0 : -1) : (at + step) % items.length)?.focus();
  });
};
