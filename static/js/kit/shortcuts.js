// Single keys and sequences press whatever carries data-key. They can be switched off (body data-shortcuts="off").
import { all, fragment, isTyping } from "./dom.js";

let pending = "";
let timer;

const visible = (element) => element.offsetParent !== null || element.getClientRects().length > 0;

const press = (element) => {
  const radio = element.matches("label") ? element.control : null;
  if (radio) {
    radio.click();
    element.closest("form")?.querySelector("textarea")?.focus();
  } else if (element.matches("input:not([type=checkbox], [type=radio]), textarea, select")) {
    element.focus();
  } else {
    element.click();
  }
};

const find = (keys) => all("[data-key]").find((element) => element.dataset.key === keys && visible(element));

const home = () => document.querySelector(".nav-brand, .portal-brand")?.click();

const own = { "?": () => document.getElementById("shortcuts-help")?.showModal(), "/": () => document.querySelector("[data-palette-open]")?.click(), "g h": home };

const handle = (event) => {
  if (document.body.dataset.shortcuts === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]") || event.defaultPrevented) return;
  if (event.key.length !== 1) return;
  const keys = pending ? `${pending} ${event.key}` : event.key;
  const element = find(keys);
  clearTimeout(timer);
  pending = "";
  if (element) {
    event.preventDefault();
    press(element);
  } else if (own[keys]) {
    event.preventDefault();
    own[keys]();
  } else if (keys === "g" || all("[data-key]").some((e) => e.dataset.key.startsWith(`${keys} `))) {
    pending = event.key;
    timer = setTimeout(() => { pending = ""; }, 1500);
  }
};

const list = () => {
  const into = document.querySelector("[data-shortcuts-list]");
  if (!into) return;
  const seen = new Set();
  for (const element of all("[data-key]")) {
    const keys = element.dataset.key;
    if (seen.has(keys) || keys === ".") continue;
    seen.add(keys);
    const line = fragment("<dt></dt><dd></dd>");
    for (const key of keys.split(" ")) line.firstChild.append(Object.assign(document.createElement("kbd"), { textContent: key }), " ");
    const copy = element.cloneNode(true);
    copy.querySelectorAll("kbd").forEach((kbd) => kbd.remove());
    line.lastChild.textContent = element.getAttribute("aria-label") ?? element.title ?? "";
    line.lastChild.textContent ||= copy.textContent.trim();
    into.append(line);
  }
};

export const start = () => {};

export const once = () => {
  document.addEventListener("keydown", handle);
  list();
};
