// Tells the record that I am here, and shows who else is. Lost beats do no harm.
import { all, ask, fragment } from "./dom.js";

const BEAT = 15000;

const doing = () => {
  if (document.hidden) return "away";
  return document.activeElement?.matches("textarea, .field input, .field select") ? "editing" : "reading";
};

const follow = (element) => {
  const beat = async () => {
    const here = document.getElementById(element.id);
    if (!here) return;
    const body = new FormData();
    body.set("doing", doing());
    try {
      const answer = await ask(element.dataset.presence, { method: "POST", body, headers: { "X-Poll": "true" } });
      if (answer.status === 200) {
        const next = fragment(await answer.text()).firstElementChild;
        here.replaceChildren(...(next?.id === element.id ? next.childNodes : next ? [next] : []));
      }
      if (answer.status === 403 || answer.status === 404) return;
    } catch { /* the next beat will do */ }
    setTimeout(beat, document.hidden ? BEAT * 4 : BEAT);
  };
  setTimeout(beat, 500);
};

export const start = (root) => {
  for (const element of all("[data-presence]", root)) if (!element.following) { element.following = true; follow(element); }
};
