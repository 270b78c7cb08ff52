// Parts that follow the server by asking with an ETag: every 4 s while somebody is active, every 30 s when idle, never when
// hidden. Everything goes through one `listen`, so that Server-Sent Events can take its place.
import { all, announce, ask, say } from "./dom.js";

const ACTIVE = 4000;
const IDLE = 30000;
let lastAct = Date.now();

export const listen = (element, url, receive) => {
  let etag = element.dataset.etag ?? "";
  let failures = 0;
  const turn = async () => {
    if (!element.isConnected) return;
    if (!document.hidden) {
      try {
        const answer = await ask(url, { headers: { "X-Poll": "true", ...(etag && { "If-None-Match": etag }) } });
        failures = answer.ok || answer.status === 304 ? 0 : failures + 1;
        if (answer.status === 200) {
          etag = answer.headers.get("ETag") ?? etag;
          await receive(answer);
        }
        if (answer.status === 401 || answer.status === 403 || answer.status === 404) return;
      } catch {
        failures += 1;
      }
    }
    const pace = Date.now() - lastAct < 60000 ? ACTIVE : IDLE;
    setTimeout(turn, Math.min(pace * 2 ** failures, 300000));
  };
  setTimeout(turn, ACTIVE);
};

const slot = (element) => {
  const show = element.querySelector("[data-live-show]");
  listen(element, element.dataset.live, async (answer) => {
    const count = Number((await answer.json()).new ?? 0);
    const words = say(count === 1 ? "newOne" : "newMany", { n: count });
    show.hidden = count === 0;
    const place = show.querySelector("[data-live-count]");
    if (place.textContent === words) return;
    place.textContent = words;
    if (count) announce(words);
  });
};

const part = (element) => {
  listen(element, element.dataset.livePart, async (answer) => {
    const html = await answer.text();
    if (element.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) return;
    const held = document.activeElement === document.body ? null : document.activeElement;
    const top = held?.getBoundingClientRect().top;
    const unfolded = all("details[open]", element).map((each) => each.closest("[id]")?.id);
    if (window.htmx?.swap) await window.htmx.swap({ target: element, text: html, swap: "outerMorph", sourceElement: element });
    for (const id of unfolded) document.getElementById(id)?.querySelector("details")?.setAttribute("open", "");
    if (held?.isConnected) window.scrollBy(0, held.getBoundingClientRect().top - top); // what one writes in stays where it is
    document.dispatchEvent(new CustomEvent("kit:start", { detail: { root: document.getElementById(element.id) ?? element } }));
  });
};

export const start = (root) => {
  for (const element of all("[data-live]", root)) if (!element.listening) { element.listening = true; slot(element); }
  for (const element of all("[data-live-part]", root)) if (!element.listening) { element.listening = true; part(element); }
};

export const once = () => {
  for (const type of ["pointerdown", "keydown", "wheel"]) document.addEventListener(type, () => { lastAct = Date.now(); }, { passive: true });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) lastAct = Date.now(); });
};
