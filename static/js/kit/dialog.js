// Dialogs: those in the page, and those whose form comes from the server.
import { all, ask, fragment, on } from "./dom.js";

const open = (dialog, opener) => {
  if (dialog.open) return;
  dialog.showModal();
  dialog.addEventListener("close", () => opener?.isConnected && opener.focus(), { once: true });
};

const fill = (dialog, html) => {
  dialog.replaceChildren(fragment(html));
  document.dispatchEvent(new CustomEvent("kit:start", { detail: { root: dialog } }));
  (dialog.querySelector("[data-focus], [autofocus], [aria-invalid=true]") ?? dialog.querySelector("input:not([type=hidden]), select, textarea, button"))?.focus();
};

const leave = (address) => {
  if (address.split("#")[0] === location.href.split("#")[0]) location.reload();
  else location.assign(address);
};

const load = async (link) => {
  const dialog = fragment('<dialog class="dialog"></dialog>').firstChild;
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  try {
    const answer = await ask(link.href);
    if (!answer.ok || answer.redirected) return location.assign(link.href);
    const html = await answer.text();
    if (/<html/i.test(html.slice(0, 400))) return location.assign(link.href);
    open(dialog, link);
    fill(dialog, html);
    const title = dialog.querySelector("h1, h2");
    if (title) {
      title.id ||= "dialog-title";
      dialog.setAttribute("aria-labelledby", title.id);
    }
    dialog.address = link.href;
  } catch {
    location.assign(link.href);
  }
};

const send = async (event, form) => {
  const dialog = form.closest("dialog");
  if (!dialog?.address || form.method !== "post") return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "true";
  const body = new FormData(form, event.submitter);
  try {
    const answer = await ask(form.getAttribute("action") || dialog.address, { method: "POST", body });
    const target = answer.headers.get("HX-Redirect");
    if (target) return leave(new URL(target, location.href).href);
    if (answer.headers.get("HX-Refresh") === "true") return location.reload();
    if (answer.redirected) return leave(answer.url);
    if (answer.status === 204) return location.reload();
    fill(dialog, await answer.text());
  } finally {
    delete form.dataset.busy;
  }
};

export const start = (root) => all("dialog[data-open]", root).forEach((dialog) => open(dialog));

export const once = () => {
  on("click", "[data-dialog-open]", (event, button) => {
    const dialog = document.getElementById(button.dataset.dialogOpen);
    if (!dialog) return;
    event.preventDefault();
    open(dialog, button);
  });
  on("click", "[data-dialog-close]", (event, button) => {
    event.preventDefault();
    button.closest("dialog").close();
  });
  on("click", "a[data-dialog-url]", (event, link) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    load(link);
  });
  on("click", "dialog", (event, dialog) => event.target === dialog && dialog.close());
  on("submit", "dialog form", send);
};
