// What one types is kept: on the server, and in this browser when the server is away. An empty text forgets the draft.
import { all, ask, debounce, say } from "./dom.js";

const keyOf = (area) => `draft:${area.dataset.draftUrl}`;

const sign = (area, text) => {
  const place = area.closest("form")?.querySelector("[data-draft-state]");
  if (place) place.textContent = text;
};

const keep = async (area) => {
  const body = new FormData();
  body.set("body", area.value);
  const mode = area.form?.querySelector("[name=audience]:checked");
  if (mode) body.set("audience", mode.value);
  try {
    const answer = await ask(area.dataset.draftUrl, { method: "POST", body });
    if (!answer.ok) throw new Error(String(answer.status));
    localStorage.removeItem(keyOf(area));
    sign(area, area.value ? say("kept", { time: new Date().toLocaleTimeString(document.documentElement.lang || [], { hour: "2-digit", minute: "2-digit" }) }) : "");
  } catch {
    localStorage.setItem(keyOf(area), area.value);
    sign(area, say("keptHere"));
  }
};

const follow = (area) => {
  const stored = localStorage.getItem(keyOf(area));
  if (stored && !area.value) {
    area.value = stored;
    sign(area, say("keptHere"));
  }
  const later = debounce(1200, () => { if (!area.form?.sent) keep(area); });
  area.addEventListener("input", later);
  area.form?.addEventListener("submit", () => localStorage.removeItem(keyOf(area)));
};

export const start = (root) => {
  for (const area of all("[data-draft-url]", root)) if (!area.keeping) { area.keeping = true; follow(area); }
};
