// While one types a title: what the server knows that may answer it.
import { all, ask, debounce, fragment, withQuery } from "./dom.js";

const follow = (input) => {
  const place = document.getElementById(input.dataset.suggestInto);
  let running;
  const look = debounce(250, async () => {
    running?.abort();
    running = new AbortController();
    if (input.value.trim().length < 3) {
      place.replaceChildren();
      return;
    }
    try {
      const answer = await ask(withQuery(input.dataset.suggest, { [input.name || "q"]: input.value }), { signal: running.signal });
      if (!answer.ok) return;
      place.replaceChildren(fragment(answer.status === 204 ? "" : await answer.text()));
      document.dispatchEvent(new CustomEvent("kit:start", { detail: { root: place } }));
    } catch { /* typing goes on */ }
  });
  place?.setAttribute("aria-live", "polite");
  input.addEventListener("input", look);
};

export const start = (root) => {
  for (const input of all("[data-suggest]", root)) if (!input.suggesting) { input.suggesting = true; follow(input); }
};
