// Small courtesies of forms: no second submission, submit on change, focus on what is wrong, copy, theme, folded navigation.
import { all, on, say } from "./dom.js";
import { toast } from "./toast.js";

const remember = (name, value) => {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
};

const guard = (event, form) => {
  if (event.defaultPrevented) return;
  if (form.sent) return event.preventDefault();
  form.sent = true;
  const button = event.submitter ?? form.querySelector("button:not([type=button])");
  if (button) button.dataset.busy = "true";
  const again = () => {
    form.sent = false;
    if (button) delete button.dataset.busy;
  };
  setTimeout(again, 8000);
  window.addEventListener("pageshow", again, { once: true });
  form.addEventListener("htmx:finally:request", again, { once: true });
};

const setTheme = (event, button) => {
  event.preventDefault();
  remember("theme", button.value);
  document.documentElement.dataset.bsTheme = button.value;
  for (const other of all("[data-theme-choice] button")) other.setAttribute("aria-pressed", String(other.value === button.value));
  document.dispatchEvent(new CustomEvent("kit:theme"));
};

const fold = (event, form) => {
  event.preventDefault();
  const next = document.body.dataset.nav === "rail" ? "open" : "rail";
  document.body.dataset.nav = next;
  form.elements.nav.value = next === "rail" ? "open" : "rail";
  remember("nav", next);
};

export const start = (root) => {
  all("[data-focus]", root).at(0)?.focus();
};

export const once = () => {
  on("submit", "form[data-once]", guard);
  on("change", "form[data-submit-on-change]", (event, form) => form.requestSubmit());
  on("click", "[data-theme-choice] button", setTheme);
  on("submit", "form[data-nav-fold]", fold);
  on("click", "[data-fill]", (event, link) => {
    const field = document.getElementById(link.dataset.fillInto);
    if (!field) return;
    event.preventDefault();
    field.value = link.dataset.fill;
    field.focus();
  });
  on("click", "[data-print]", () => window.print());
  on("click", "[data-copy]", async (event, button) => {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast(`${say("copied")}: ${button.dataset.copy}`, "success", 3);
  });
  on("click", "[aria-disabled=true]", (event) => event.preventDefault());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.dispatchEvent(new CustomEvent("kit:theme")));
};
