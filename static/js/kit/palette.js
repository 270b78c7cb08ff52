// Ctrl-K: a dialog with a combobox; the server finds, this moves.
import { all, announce, ask, csrf, debounce, fragment, on, say, withQuery } from "./dom.js";

let running;

const parts = () => {
  const dialog = document.getElementById("palette");
  return dialog && { dialog, input: dialog.querySelector("[data-palette-input]"), results: dialog.querySelector("[data-palette-results]") };
};

const options = () => all("[role=option]", parts().results);

const choose = (option) => {
  const { input } = parts();
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
};

const search = async () => {
  const { dialog, input, results } = parts();
  running?.abort();
  running = new AbortController();
  try {
    const answer = await ask(withQuery(dialog.dataset.palette, { q: input.value, on: dialog.dataset.paletteOn }), { signal: running.signal });
    if (!answer.ok) return;
    results.replaceChildren(fragment(await answer.text()));
    choose(options()[0]);
    announce(options().length ? say("results", { n: options().length }) : say("nothing"));
  } catch (error) {
    if (error.name !== "AbortError") results.replaceChildren(fragment(`<p class="palette-empty">${say("failed")}</p>`));
  }
};

const go = (option, newTab) => {
  if (option.dataset.method === "post") {
    const form = document.createElement("form");
    form.method = "post";
    form.action = option.href;
    const token = Object.assign(document.createElement("input"), { type: "hidden", name: "csrfmiddlewaretoken", value: csrf() });
    form.append(token);
    document.body.append(form);
    form.submit();
  } else if (newTab) {
    window.open(option.href, "_blank", "noopener");
  } else {
    location.assign(option.href);
  }
};

const keys = (event) => {
  const found = options();
  const at = found.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (found.length) choose(found.at((at + (event.key === "ArrowDown" ? 1 : -1)) % found.length));
  } else if (event.key === "Enter" && found[at]) {
    event.preventDefault();
    go(found[at], event.ctrlKey || event.metaKey);
  }
};

const open = () => {
  const palette = parts();
  if (!palette || palette.dialog.open) return;
  const opener = document.activeElement;
  palette.dialog.showModal();
  palette.input.focus();
  palette.input.select();
  palette.dialog.addEventListener("close", () => opener?.focus?.(), { once: true });
  if (!options().length) search();
};

export const start = () => {};

export const once = () => {
  if (!parts()) return;
  const later = debounce(120, search);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !event.shiftKey) {
      event.preventDefault();
      open();
    }
  });
  on("click", "[data-palette-open]", (event) => {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open();
  });
  on("input", "[data-palette-input]", later);
  on("keydown", "[data-palette-input]", keys);
  on("click", "#palette [role=option]", (event, option) => {
    if (option.dataset.method !== "post") return;
    event.preventDefault();
    go(option);
  });
};
