// Where one writes: note or reply, asked about when a note became a reply; Ctrl Enter; files by paste and drop; @names.
import { all, ask, debounce, fragment, icon, on, withQuery } from "./dom.js";

const modeOf = (form) => form.querySelector("[name=audience]:checked")?.value ?? "internal";

const setMode = (form) => {
  form.dataset.mode = modeOf(form);
};

const send = (event, form) => {
  const asks = form.querySelector("[data-composer-confirm]");
  if (modeOf(form) !== "public" || !form.beganAsNote || form.confirmed || !asks) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  form.sendBy = event.submitter;
  asks.showModal();
};

const showFiles = (form) => {
  const input = form.querySelector("[data-composer-input]");
  const list = form.querySelector("[data-composer-files]");
  list.replaceChildren(...[...input.files].map((file) => {
    const item = document.createElement("li");
    item.className = "attachment";
    item.append(icon("paperclip"), file.name);
    return item;
  }));
};

const addFiles = (form, files) => {
  const input = form.querySelector("[data-composer-input]");
  if (!files.length || !input) return;
  const together = new DataTransfer();
  for (const file of [...input.files, ...files]) together.items.add(file);
  input.files = together.files;
  showFiles(form);
};

// What is offered while one types: @ a colleague, :: a reply that is kept ready.
const OFFERS = [
  { source: "mentionUrl", typed: /(?:^|\s)@([\p{L}\d._-]*)$/u, replaces: 0, after: " " },
  { source: "cannedUrl", typed: /(?:^|\s)::([\p{L}\d ._-]{0,40})$/u, replaces: 2, after: "" },
];

const offer = (area, { source, typed, replaces, after }) => {
  const list = fragment('<ul class="mentions list-unstyled" role="listbox" hidden></ul>').firstChild;
  list.id = `${area.id}-${source}`;
  area.after(list);
  const word = () => area.value.slice(0, area.selectionStart).match(typed);
  const options = () => all("[role=option]", list);
  const choose = (option) => options().forEach((other) => other.setAttribute("aria-selected", String(other === option)));
  const close = () => { list.hidden = true; };
  const take = (option) => {
    const start = area.selectionStart - (word()?.[1].length ?? 0) - replaces;
    area.setRangeText(`${option.dataset.value}${after}`, start, area.selectionStart, "end");
    close();
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  area.addEventListener("input", debounce(150, async () => {
    const found = word();
    if (!found) return close();
    const answer = await ask(withQuery(area.dataset[source], { q: found[1] }));
    if (!answer.ok || !word()) return close();
    list.replaceChildren(fragment(await answer.text()));
    list.hidden = !options().length;
    area.setAttribute("aria-controls", list.id);
    choose(options()[0]);
  }));
  area.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const found = options();
    const at = found.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") choose(found.at((at + (event.key === "ArrowDown" ? 1 : -1)) % found.length));
    else if ((event.key === "Enter" || event.key === "Tab") && found[at]) take(found[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => { const option = event.target.closest("[role=option]"); if (option) take(option); });
  area.addEventListener("blur", () => setTimeout(close, 200));
};

// A text from elsewhere on the page goes where one writes, as words of its own.
const insert = (event, button) => {
  const area = document.getElementById(button.dataset.insertInto);
  if (!area) return;
  event.preventDefault();
  const before = area.value.slice(0, area.selectionStart);
  const gap = !before.trim() ? "" : before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  area.setRangeText(`${gap}${button.dataset.insert}`, area.selectionStart, area.selectionEnd, "end");
  button.closest("dialog")?.close();
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
};

const filter = (event, input) => {
  const words = input.value.toLocaleLowerCase().trim();
  for (const line of all("[data-filter-line]", input.closest("[data-filter-list]"))) line.hidden = !line.textContent.toLocaleLowerCase().includes(words);
};

export const start = (root) => {
  for (const form of all("form[data-composer]", root)) {
    if (form.composing) continue;
    form.composing = true;
    setMode(form);
    form.beganAsNote = false;
    form.addEventListener("submit", (event) => send(event, form), { capture: true });
    form.addEventListener("input", (event) => { if (event.target.matches("textarea") && modeOf(form) !== "public") form.beganAsNote = Boolean(event.target.value.trim()); });
  }
  for (const area of all("textarea[data-mention-url], textarea[data-canned-url]", root)) {
    if (area.offering) continue;
    area.offering = true;
    for (const each of OFFERS) if (area.dataset[each.source]) offer(area, each);
  }
};

export const once = () => {
  on("click", "[data-insert]", insert);
  on("input", "[data-filter-by]", filter);
  on("change", "[data-composer] [name=audience]", (event, radio) => setMode(radio.form));
  on("change", "[data-composer-input]", (event, input) => showFiles(input.form));
  on("click", "[data-composer-keep]", (event, button) => {
    const form = button.closest("form");
    const note = form.querySelector("[name=audience][value=internal]");
    note.checked = true;
    setMode(form);
    button.closest("dialog").close();
  });
  on("click", "[data-composer-go]", (event, button) => {
    const form = button.closest("form");
    form.confirmed = true;
    button.closest("dialog").close();
    form.requestSubmit(form.sendBy?.matches("[name]") ? form.sendBy : null);
  });
  on("keydown", "form textarea", (event, area) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    area.form.requestSubmit();
  });
  on("paste", "[data-composer] textarea", (event, area) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    addFiles(area.form, event.clipboardData.files);
  });
  on("dragover", "[data-composer]", (event, form) => { event.preventDefault(); form.classList.add("dropzone-over"); });
  on("dragleave", "[data-composer]", (event, form) => form.classList.remove("dropzone-over"));
  on("drop", "[data-composer]", (event, form) => {
    event.preventDefault();
    form.classList.remove("dropzone-over");
    addFiles(form, event.dataTransfer.files);
  });
};
