// Toasts leave by themselves, wait while they are looked at, and say when a request failed.
import { all, fragment, icon, on, say } from "./dom.js";

const run = (toast) => {
  let left = Number(toast.dataset.toast);
  if (!left || toast.running) return;
  toast.running = setInterval(() => {
    if (!toast.isConnected) return clearInterval(toast.running);
    if (toast.matches(":hover, :focus-within") || document.hidden) return;
    left -= 1;
    const sign = toast.querySelector("[data-toast-left]");
    if (sign && toast.querySelector("form")) sign.textContent = say("seconds", { n: left });
    if (left <= 0) {
      clearInterval(toast.running);
      toast.remove();
    }
  }, 1000);
};

export const toast = (text, token = "success", seconds = 8) => {
  const region = document.getElementById("toasts");
  if (!region) return;
  const element = fragment('<div class="toast"><span></span></div>').firstChild;
  if (token !== "success") element.classList.add(`toast-${token}`);
  element.dataset.toast = seconds;
  element.prepend(icon(token === "danger" ? "alert-circle" : "circle-check", 16));
  element.querySelector("span").textContent = text;
  region.append(element);
  run(element);
};

export const start = (root) => all("[data-toast]", root).forEach(run);

export const once = () => {
  on("click", "[data-toast-close]", (event, button) => button.closest("[data-toast]").remove());
  let last = 0;
  const failed = () => {
    if (Date.now() - last > 5000) toast(say("failed"), "danger", 12);
    last = Date.now();
  };
  document.addEventListener("htmx:error", failed);
  document.addEventListener("htmx:response:error", (event) => {
    if ((event.detail?.ctx?.response?.status ?? 500) >= 500) failed();
  });
};
