// A notification that is followed is read: said to the server beside the way to the record.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-reads], tr[data-unread]")?.closest("tr")?.querySelector("a[data-reads]");
  if (!link || event.target.closest("button")) return;
  const form = document.getElementById("mark-read");
  const body = new URLSearchParams({ id: link.dataset.reads, csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
  fetch(form.action, { method: "POST", body, keepalive: true, headers: { "X-Requested-With": "fetch" } });
});
