// A field for a person: while one types, the desk's people who fit are offered in its datalist.

for (const input of document.querySelectorAll("input[data-people]")) {
  let running;
  let timer;
  const look = async () => {
    running?.abort();
    running = new AbortController();
    const url = new URL(input.dataset.people, location.href);
    url.searchParams.set("q", input.value);
    try {
      const answer = await fetch(url, { signal: running.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const options = (await answer.json()).map(({ value, text }) => Object.assign(new Option(text, value), { label: text }));
      input.list.replaceChildren(...options);
    } catch {
      // Typing goes on; a user name can be written without help.
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim().length > 1) timer = setTimeout(look, 150);
  });
}
