// A part of the page that follows a form: when the form changes, the server says what it should show now.
import { all, ask, debounce, fragment } from "./dom.js";

const follow = (place) => {
  const form = document.getElementById(place.dataset.followForm);
  if (!form) return;
  const only = place.dataset.followField;
  const look = debounce(200, async () => {
    const address = new URL(place.dataset.follow, location.href);
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && name !== "csrfmiddlewaretoken" && value && value.length < 200) address.searchParams.append(name, value);
    }
    try {
      const answer = await ask(address.href);
      if (!answer.ok) return;
      place.replaceChildren(fragment(await answer.text()));
      document.dispatchEvent(new CustomEvent("kit:start", { detail: { root: place } }));
    } catch { /* the form goes without */ }
  });
  form.addEventListener("change", (event) => {
    if (!only || event.target.name === only) look();
  });
};

export const start = (root) => {
  for (const place of all("[data-follow]", root)) if (!place.following) { place.following = true; follow(place); }
};
