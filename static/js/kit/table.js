// Rows: j and k move, x selects, Enter opens, shift selects a range; the bulk bar says what would happen.
import { all, announce, ask, debounce, fragment, isTyping, on, say, withQuery } from "./dom.js";

let anchor;

const table = () => document.querySelector("[data-table]:has(tr[data-href])");
const rows = () => all("tbody tr[data-href]", table() ?? document.createElement("i"));
const current = () => rows().find((row) => row.hasAttribute("data-current"));
const boxes = () => all("input[data-select]");

const focusRow = (row) => {
  if (!row) return;
  for (const other of rows()) other.removeAttribute("data-current");
  row.setAttribute("data-current", "");
  row.scrollIntoView({ block: "nearest" });
  (row.querySelector(".table-title a") ?? row.querySelector("a"))?.focus({ preventScroll: true });
};

const preview = debounce(250, async (form, ids) => {
  const place = form.querySelector("[data-bulk-preview]");
  if (!place || !ids.length) return;
  const address = new URL(place.dataset.bulkPreview, location.href);
  for (const id of ids) address.searchParams.append("chosen", id);
  const answer = await ask(address.href);
  if (!answer.ok) return;
  place.replaceChildren(fragment(await answer.text()));
  place.hidden = !place.textContent.trim();
});

const refresh = () => {
  const chosen = boxes().filter((box) => box.checked);
  for (const box of boxes()) box.closest("tr")?.setAttribute("aria-selected", String(box.checked));
  for (const whole of all("input[data-select-all]")) {
    whole.checked = chosen.length > 0 && chosen.length === boxes().length;
    whole.indeterminate = chosen.length > 0 && chosen.length < boxes().length;
  }
  const words = say("selected", { n: chosen.length });
  for (const bar of all("[data-bulk]")) {
    bar.hidden = chosen.length === 0;
    const count = bar.querySelector("[data-bulk-count]");
    if (count && count.textContent !== words) count.textContent = words;
    const form = bar.closest("form");
    if (form) preview(form, chosen.map((box) => box.value));
  }
  document.dispatchEvent(new CustomEvent("kit:selection", { detail: { ids: chosen.map((box) => box.value) } }));
};

const set = (chosen) => {
  for (const box of boxes()) box.checked = chosen;
  refresh();
};

const move = (step) => {
  const list = rows();
  const at = list.indexOf(current());
  focusRow(list[Math.min(Math.max(at + step, 0), list.length - 1)]);
};

const keys = (event) => {
  if (event.key === "Escape" && boxes().some((box) => box.checked) && !document.querySelector("dialog[open], details[data-menu][open]")) return set(false);
  if (document.body.dataset.shortcuts === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]") || !rows().length) return;
  const row = current();
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "x" && row) row.querySelector("input[data-select]")?.click();
  else if (event.key === "Enter" && row && !event.target.closest("a, button, input, summary")) location.assign(row.dataset.href);
  else return;
  event.preventDefault();
};

export const start = () => {
  if (boxes().length) refresh();
};

export const once = () => {
  document.addEventListener("keydown", keys);
  on("click", "input[data-select]", (event, box) => {
    if (event.shiftKey && anchor?.isConnected) {
      const list = boxes();
      const [from, to] = [list.indexOf(anchor), list.indexOf(box)].sort((a, b) => a - b);
      for (const between of list.slice(from, to + 1)) between.checked = box.checked;
    }
    anchor = box;
    refresh();
    announce(say("selected", { n: boxes().filter((other) => other.checked).length }));
  });
  on("change", "input[data-select-all]", (event, whole) => set(whole.checked));
  on("click", "[data-bulk-clear]", () => set(false));
  on("focusin", "tr[data-href]", (event, row) => {
    for (const other of rows()) other.toggleAttribute("data-current", other === row);
  });
  on("click", "tr[data-href]", (event, row) => {
    if (event.target.closest("a, button, input, label, summary, .table-choose") || String(getSelection())) return;
    if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
    else location.assign(row.dataset.href);
  });
};
