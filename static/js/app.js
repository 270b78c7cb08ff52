// Made by tools/join_js.py from static/js/kit/; edit those.
const kit = {};

kit.dom = (() => {
// What every behaviour needs: finding, delegating, asking the server, and the words that the server translated.

const source = document.getElementById("kit-words");
const words = source ? JSON.parse(source.textContent) : {};

const say = (name, values = {}) =>
  Object.entries(values).reduce((text, [key, value]) => text.replace(`%(${key})s`, value), words[name] ?? name);

const all = (selector, root = document) => {
  const found = [...root.querySelectorAll(selector)];
  return root.matches?.(selector) ? [root, ...found] : found;
};

const on = (type, selector, handle, options) =>
  document.addEventListener(type, (event) => {
    const element = event.target.closest?.(selector);
    if (element) handle(event, element);
  }, options);

const csrf = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

// A request as htmx would make it: the server answers a fragment. A failure is an exception with its status.
const ask = async (url, { method = "GET", body, headers = {}, signal } = {}) => {
  const more = method === "GET" ? {} : { "X-CSRFToken": csrf() };
  return fetch(url, { method, body, signal, credentials: "same-origin", headers: { "HX-Request": "true", ...more, ...headers } });
};

const withQuery = (url, values) => {
  const address = new URL(url, location.href);
  for (const [key, value] of Object.entries(values)) address.searchParams.set(key, value);
  return address.href;
};

// The server's fragments are ours and escaped there; this parses them without running anything.
const fragment = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
};

const announce = (text) => {
  const region = document.getElementById("live");
  if (region) region.textContent = text;
};

const debounce = (wait, run) => {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...values), wait);
  };
};

const isTyping = (element) =>
  element?.isContentEditable || element?.matches?.("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, .ts-control *");

const loadScript = (src) => {
  const known = document.querySelector(`script[data-src="${src}"]`);
  if (known) return known.loaded;
  const script = document.createElement("script");
  script.dataset.src = src;
  script.charset = "utf-8";
  script.loaded = new Promise((done, fail) => {
    script.onload = done;
    script.onerror = fail;
  });
  script.src = src;
  document.head.append(script);
  return script.loaded;
};

const icon = (name, size = 14) => {
  const svg = fragment(`<svg class="icon icon-${size}" width="${size}" height="${size}" aria-hidden="true"><use/></svg>`).firstChild;
  svg.firstChild.setAttribute("href", `${document.body.dataset.sprite}#${name}`);
  return svg;
};
return { words, say, all, on, csrf, ask, withQuery, fragment, announce, debounce, isTyping, loadScript, icon };
})();

kit.chart = (() => {
const { all, loadScript, on, say } = kit.dom;
// Charts from the JSON beside them, in the tokens' colours; the table of the same figures is one press away.

const drawn = new Map();
const dashes = ["solid", "dashed", "dotted"];
const marks = ["circle", "rect", "triangle"];

const colour = (name) => {
  const probe = document.createElement("i");
  probe.className = "visually-hidden";
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
};

const duration = (seconds) => {
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return say("m", { n: minutes });
  if (minutes < 2880) return minutes % 60 ? say("hm", { h: Math.floor(minutes / 60), m: String(minutes % 60).padStart(2, "0") }) : say("h", { n: minutes / 60 });
  return say("d", { n: Math.round(minutes / 144) / 10 });
};

const formatter = (data) => (value) => {
  if (value === null || value === undefined) return "–";
  if (data.format === "duration") return duration(value);
  return `${Number(value).toLocaleString()}${data.unit ? ` ${data.unit}` : ""}`;
};

// Steps that a clock knows: 12 h rather than 11 h 07 m.
const scale = (data) => {
  if (data.format !== "duration") return {};
  const most = Math.max(...data.series.flatMap((one) => one.values), 60);
  const steps = [60, 300, 600, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800];
  const interval = steps.find((size) => most / size <= 5) ?? Math.ceil(most / 5 / 604800) * 604800;
  return { interval, max: Math.ceil(most / interval) * interval };
};

const options = (data) => {
  const [ink, ink2, ink3, line, surface, raised] = ["ink", "ink-2", "ink-3", "line", "surface", "raised"].map(colour);
  const stacked = data.kind === "stacked";
  const palette = (stacked ? ["r1", "r2", "r3", "r4"] : ["c1", "c2", "c3"]).map(colour);
  const edge = colour("r2");
  const show = formatter(data);
  const font = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 11 };
  const last = data.labels.length - 1;
  const series = data.series.map((one, i) => {
    const hue = palette[i % palette.length];
    if (data.kind !== "line") {
      return { name: one.name, type: "bar", stack: stacked ? "all" : undefined, data: one.values, barMaxWidth: 28,
        itemStyle: { color: hue, borderColor: stacked && i === 0 ? edge : surface, borderWidth: 1 } };
    }
    const hollow = { itemStyle: { color: surface, borderColor: hue, borderWidth: 2 } };
    return { name: one.name, type: "line", symbol: marks[i % 3], symbolSize: 8, color: hue, showSymbol: true,
      data: one.values.map((value, at) => (data.unfinished && at === last ? { value, ...hollow } : value)),
      lineStyle: { width: 2, type: dashes[i % 3] }, areaStyle: one.area ? { color: hue, opacity: 0.08 } : undefined,
      endLabel: { show: true, formatter: one.name, color: hue, fontWeight: 600, ...font }, connectNulls: false };
  });
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches, animationDuration: 160,
    textStyle: { color: ink2, ...font }, aria: { enabled: false },
    grid: { left: 8, right: data.kind === "line" ? 64 : 16, top: stacked || data.kind === "bar" ? 36 : 16, bottom: 4, containLabel: true },
    legend: data.kind === "line" || data.series.length < 2 ? { show: false } : { top: 0, right: 0, itemWidth: 10, itemHeight: 10, textStyle: { color: ink2, ...font, fontSize: 12 } },
    tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: show, confine: true, backgroundColor: raised, borderColor: line, borderWidth: 1, padding: 10,
      textStyle: { color: ink, ...font, fontSize: 12 }, axisPointer: { type: data.kind === "line" ? "line" : "shadow", lineStyle: { color: ink3, type: "dotted" } } },
    xAxis: { type: "category", data: data.labels, boundaryGap: data.kind !== "line", axisTick: { show: false }, axisLine: { lineStyle: { color: line } }, axisLabel: { color: ink3, ...font } },
    yAxis: { type: "value", ...scale(data), splitLine: { lineStyle: { color: line } }, axisLabel: { color: ink3, ...font, formatter: show } },
    series,
  };
};

const draw = (place) => {
  const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const chart = drawn.get(place) ?? window.echarts.init(place, null, { renderer: "svg" });
  drawn.set(place, chart);
  chart.setOption(options(data), true);
  place.setAttribute("aria-label", `${place.getAttribute("aria-label").split(":")[0]}: ${data.series.map((one) => one.name).join(", ")}`);
};

const show = (panel, what) => {
  panel.querySelector("[data-chart-box]").hidden = what !== "chart";
  panel.querySelector("[data-chart-table]").hidden = what !== "table";
  for (const button of all("[data-chart-show]", panel)) button.setAttribute("aria-pressed", String(button.dataset.chartShow === what));
  if (what === "chart") for (const place of all("[data-chart]", panel)) drawn.get(place)?.resize();
};

const start = async (root) => {
  const places = all("[data-chart]", root).filter((place) => !drawn.has(place));
  if (!places.length || !document.body.dataset.echarts) return;
  for (const place of places) { // room is kept before the library is here, so nothing jumps
    const panel = place.closest("[data-chart-panel]");
    panel.querySelector("[data-chart-switch]").hidden = false;
    show(panel, "chart");
  }
  try {
    if (!window.echarts) await loadScript(document.body.dataset.echarts);
    places.forEach(draw);
  } catch {
    places.forEach((place) => show(place.closest("[data-chart-panel]"), "table"));
  }
};

const once = () => {
  on("click", "[data-chart-show]", (event, button) => show(button.closest("[data-chart-panel]"), button.dataset.chartShow));
  document.addEventListener("kit:theme", () => [...drawn.keys()].forEach((place) => place.isConnected && draw(place)));
  addEventListener("resize", () => drawn.forEach((chart) => chart.resize()));
};
return { start, once };
})();

kit.combobox = (() => {
const { all, ask, loadScript, say, withQuery } = kit.dom;
// A long <select> becomes one that can be searched; without JavaScript it stays what it is.

const dress = (select) => {
  const url = select.dataset.comboboxUrl;
  const box = new window.TomSelect(select, {
    plugins: select.multiple ? { remove_button: {} } : {},
    maxOptions: 200,
    allowEmptyOption: !select.required,
    placeholder: select.getAttribute("placeholder") ?? undefined,
    render: { no_results: () => { const none = document.createElement("div"); none.className = "no-results"; none.textContent = say("nothing"); return none; } },
    ...(url && {
      valueField: "value", labelField: "text", searchField: ["text"], preload: "focus",
      load: async (query, done) => {
        try {
          const answer = await ask(withQuery(url, { q: query }), { headers: { Accept: "application/json" } });
          done(answer.ok ? await answer.json() : []);
        } catch { done([]); }
      },
    }),
  });
  const label = select.id && document.querySelector(`label[for="${select.id}"], label[for="${select.id}-ts-control"]`);
  if (label) box.control_input.setAttribute("aria-label", label.textContent.trim());
  for (const name of ["aria-describedby", "aria-invalid"]) if (select.hasAttribute(name)) box.control_input.setAttribute(name, select.getAttribute(name));
};

const start = async (root) => {
  const selects = all("select[data-combobox]:not(.tomselected)", root).filter((select) => !select.tomselect);
  if (!selects.length || !document.body.dataset.tomSelect) return;
  if (!window.TomSelect) await loadScript(document.body.dataset.tomSelect);
  selects.filter((select) => !select.tomselect && select.isConnected).forEach(dress);
};
return { start };
})();

kit.composer = (() => {
const { all, ask, debounce, fragment, icon, on, withQuery } = kit.dom;
// Where one writes: note or reply, asked about when a note became a reply; Ctrl Enter; files by paste and drop; @names.

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

const start = (root) => {
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

const once = () => {
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
return { start, once };
})();

kit.dialog = (() => {
const { all, ask, fragment, on } = kit.dom;
// Dialogs: those in the page, and those whose form comes from the server.

const open = (dialog, opener) => {
  if (dialog.open) return;
  dialog.showModal();
  dialog.addEventListener("close", () => opener?.isConnected && opener.focus(), { once: true });
};

const fill = (dialog, html) => {
  dialog.replaceChildren(fragment(html));
  document.dispatchEvent(new CustomEvent("kit:start", { detail: { root: dialog } }));
  (dialog.querySelector("[data-focus], [autofocus], [aria-invalid=true]") ?? dialog.querySelector("input:not([type=hidden]), select, textarea, button"))?.focus();
};

const leave = (address) => {
  if (address.split("#")[0] === location.href.split("#")[0]) location.reload();
  else location.assign(address);
};

const load = async (link) => {
  const dialog = fragment('<dialog class="dialog"></dialog>').firstChild;
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  try {
    const answer = await ask(link.href);
    if (!answer.ok || answer.redirected) return location.assign(link.href);
    const html = await answer.text();
    if (/<html/i.test(html.slice(0, 400))) return location.assign(link.href);
    open(dialog, link);
    fill(dialog, html);
    const title = dialog.querySelector("h1, h2");
    if (title) {
      title.id ||= "dialog-title";
      dialog.setAttribute("aria-labelledby", title.id);
    }
    dialog.address = link.href;
  } catch {
    location.assign(link.href);
  }
};

const send = async (event, form) => {
  const dialog = form.closest("dialog");
  if (!dialog?.address || form.method !== "post") return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "true";
  const body = new FormData(form, event.submitter);
  try {
    const answer = await ask(form.getAttribute("action") || dialog.address, { method: "POST", body });
    const target = answer.headers.get("HX-Redirect");
    if (target) return leave(new URL(target, location.href).href);
    if (answer.headers.get("HX-Refresh") === "true") return location.reload();
    if (answer.redirected) return leave(answer.url);
    if (answer.status === 204) return location.reload();
    fill(dialog, await answer.text());
  } finally {
    delete form.dataset.busy;
  }
};

const start = (root) => all("dialog[data-open]", root).forEach((dialog) => open(dialog));

const once = () => {
  on("click", "[data-dialog-open]", (event, button) => {
    const dialog = document.getElementById(button.dataset.dialogOpen);
    if (!dialog) return;
    event.preventDefault();
    open(dialog, button);
  });
  on("click", "[data-dialog-close]", (event, button) => {
    event.preventDefault();
    button.closest("dialog").close();
  });
  on("click", "a[data-dialog-url]", (event, link) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    load(link);
  });
  on("click", "dialog", (event, dialog) => event.target === dialog && dialog.close());
  on("submit", "dialog form", send);
};
return { start, once };
})();

kit.draft = (() => {
const { all, ask, debounce, say } = kit.dom;
// What one types is kept: on the server, and in this browser when the server is away. An empty text forgets the draft.

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

const start = (root) => {
  for (const area of all("[data-draft-url]", root)) if (!area.keeping) { area.keeping = true; follow(area); }
};
return { start };
})();

kit.follow = (() => {
const { all, ask, debounce, fragment } = kit.dom;
// A part of the page that follows a form: when the form changes, the server says what it should show now.

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

const start = (root) => {
  for (const place of all("[data-follow]", root)) if (!place.following) { place.following = true; follow(place); }
};
return { start };
})();

kit.toast = (() => {
const { all, fragment, icon, on, say } = kit.dom;
// Toasts leave by themselves, wait while they are looked at, and say when a request failed.

const run = (toast) => {
  let left = Number(toast.dataset.toast);
  if (!left || toast.running) return;
  toast.running = setInterval(() => {
    if (!toast.isConnected) return clearInterval(toast.running);
    if (toast.matches(":hover, :focus-within") || document.hidden) return;
    left -= 1;
    const sign = toast.querySelector("[data-toast-left]");
    if (sign && toast.querySelector("form")) sign.textContent = say("seconds", { n: left });
    if (left <= 0) {
      clearInterval(toast.running);
      toast.remove();
    }
  }, 1000);
};

const toast = (text, token = "success", seconds = 8) => {
  const region = document.getElementById("toasts");
  if (!region) return;
  const element = fragment('<div class="toast"><span></span></div>').firstChild;
  if (token !== "success") element.classList.add(`toast-${token}`);
  element.dataset.toast = seconds;
  element.prepend(icon(token === "danger" ? "alert-circle" : "circle-check", 16));
  element.querySelector("span").textContent = text;
  region.append(element);
  run(element);
};

const start = (root) => all("[data-toast]", root).forEach(run);

const once = () => {
  on("click", "[data-toast-close]", (event, button) => button.closest("[data-toast]").remove());
  let last = 0;
  const failed = () => {
    if (Date.now() - last > 5000) toast(say("failed"), "danger", 12);
    last = Date.now();
  };
  document.addEventListener("htmx:error", failed);
  document.addEventListener("htmx:response:error", (event) => {
    if ((event.detail?.ctx?.response?.status ?? 500) >= 500) failed();
  });
};
return { toast, start, once };
})();

kit.forms = (() => {
const { all, on, say } = kit.dom;
const { toast } = kit.toast;
// Small courtesies of forms: no second submission, submit on change, focus on what is wrong, copy, theme, folded navigation.

const remember = (name, value) => {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
};

const guard = (event, form) => {
  if (event.defaultPrevented) return;
  if (form.sent) return event.preventDefault();
  form.sent = true;
  const button = event.submitter ?? form.querySelector("button:not([type=button])");
  if (button) button.dataset.busy = "true";
  const again = () => {
    form.sent = false;
    if (button) delete button.dataset.busy;
  };
  setTimeout(again, 8000);
  window.addEventListener("pageshow", again, { once: true });
  form.addEventListener("htmx:finally:request", again, { once: true });
};

const setTheme = (event, button) => {
  event.preventDefault();
  remember("theme", button.value);
  document.documentElement.dataset.bsTheme = button.value;
  for (const other of all("[data-theme-choice] button")) other.setAttribute("aria-pressed", String(other.value === button.value));
  document.dispatchEvent(new CustomEvent("kit:theme"));
};

const fold = (event, form) => {
  event.preventDefault();
  const next = document.body.dataset.nav === "rail" ? "open" : "rail";
  document.body.dataset.nav = next;
  form.elements.nav.value = next === "rail" ? "open" : "rail";
  remember("nav", next);
};

const start = (root) => {
  all("[data-focus]", root).at(0)?.focus();
};

const once = () => {
  on("submit", "form[data-once]", guard);
  on("change", "form[data-submit-on-change]", (event, form) => form.requestSubmit());
  on("click", "[data-theme-choice] button", setTheme);
  on("submit", "form[data-nav-fold]", fold);
  on("click", "[data-fill]", (event, link) => {
    const field = document.getElementById(link.dataset.fillInto);
    if (!field) return;
    event.preventDefault();
    field.value = link.dataset.fill;
    field.focus();
  });
  on("click", "[data-print]", () => window.print());
  on("click", "[data-copy]", async (event, button) => {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast(`${say("copied")}: ${button.dataset.copy}`, "success", 3);
  });
  on("click", "[aria-disabled=true]", (event) => event.preventDefault());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.dispatchEvent(new CustomEvent("kit:theme")));
};
return { start, once };
})();

kit.live = (() => {
const { all, announce, ask, say } = kit.dom;
// Parts that follow the server by asking with an ETag: every 4 s while somebody is active, every 30 s when idle, never when
// hidden. Everything goes through one `listen`, so that Server-Sent Events can take its place.

const ACTIVE = 4000;
const IDLE = 30000;
let lastAct = Date.now();

const listen = (element, url, receive) => {
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

const start = (root) => {
  for (const element of all("[data-live]", root)) if (!element.listening) { element.listening = true; slot(element); }
  for (const element of all("[data-live-part]", root)) if (!element.listening) { element.listening = true; part(element); }
};

const once = () => {
  for (const type of ["pointerdown", "keydown", "wheel"]) document.addEventListener(type, () => { lastAct = Date.now(); }, { passive: true });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) lastAct = Date.now(); });
};
return { listen, start, once };
})();

kit.menu = (() => {
const { all, on } = kit.dom;
// Menus are <details>: Esc and a click outside close them, arrows move in them, one is open at a time.

const close = (menu, refocus) => {
  menu.open = false;
  if (refocus) menu.querySelector("summary").focus();
};

const start = () => {};

const once = () => {
  document.addEventListener("click", (event) => {
    for (const menu of all("details[data-menu][open]")) {
      if (!menu.contains(event.target) || event.target.closest(".menu-item")) close(menu);
    }
  });
  on("keydown", "details[data-menu]", (event, menu) => {
    if (event.key === "Escape" && menu.open) {
      close(menu, true);
      event.stopPropagation();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    menu.open = true;
    const items = all("a.menu-item, button.menu-item", menu);
    const step = event.key === "ArrowDown" ? 1 : -1;
    const at = items.indexOf(document.activeElement);
    items.at(at === -1 ? (step === 1 ? 0 : -1) : (at + step) % items.length)?.focus();
  });
};
return { start, once };
})();

kit.palette = (() => {
const { all, announce, ask, csrf, debounce, fragment, on, say, withQuery } = kit.dom;
// Ctrl-K: a dialog with a combobox; the server finds, this moves.

let running;

const parts = () => {
  const dialog = document.getElementById("palette");
  return dialog && { dialog, input: dialog.querySelector("[data-palette-input]"), results: dialog.querySelector("[data-palette-results]") };
};

const options = () => all("[role=option]", parts().results);

const choose = (option) => {
  const { input } = parts();
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
};

const search = async () => {
  const { dialog, input, results } = parts();
  running?.abort();
  running = new AbortController();
  try {
    const answer = await ask(withQuery(dialog.dataset.palette, { q: input.value, on: dialog.dataset.paletteOn }), { signal: running.signal });
    if (!answer.ok) return;
    results.replaceChildren(fragment(await answer.text()));
    choose(options()[0]);
    announce(options().length ? say("results", { n: options().length }) : say("nothing"));
  } catch (error) {
    if (error.name !== "AbortError") results.replaceChildren(fragment(`<p class="palette-empty">${say("failed")}</p>`));
  }
};

const go = (option, newTab) => {
  if (option.dataset.method === "post") {
    const form = document.createElement("form");
    form.method = "post";
    form.action = option.href;
    const token = Object.assign(document.createElement("input"), { type: "hidden", name: "csrfmiddlewaretoken", value: csrf() });
    form.append(token);
    document.body.append(form);
    form.submit();
  } else if (newTab) {
    window.open(option.href, "_blank", "noopener");
  } else {
    location.assign(option.href);
  }
};

const keys = (event) => {
  const found = options();
  const at = found.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (found.length) choose(found.at((at + (event.key === "ArrowDown" ? 1 : -1)) % found.length));
  } else if (event.key === "Enter" && found[at]) {
    event.preventDefault();
    go(found[at], event.ctrlKey || event.metaKey);
  }
};

const open = () => {
  const palette = parts();
  if (!palette || palette.dialog.open) return;
  const opener = document.activeElement;
  palette.dialog.showModal();
  palette.input.focus();
  palette.input.select();
  palette.dialog.addEventListener("close", () => opener?.focus?.(), { once: true });
  if (!options().length) search();
};

const start = () => {};

const once = () => {
  if (!parts()) return;
  const later = debounce(120, search);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !event.shiftKey) {
      event.preventDefault();
      open();
    }
  });
  on("click", "[data-palette-open]", (event) => {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open();
  });
  on("input", "[data-palette-input]", later);
  on("keydown", "[data-palette-input]", keys);
  on("click", "#palette [role=option]", (event, option) => {
    if (option.dataset.method !== "post") return;
    event.preventDefault();
    go(option);
  });
};
return { start, once };
})();

kit.presence = (() => {
const { all, ask, fragment } = kit.dom;
// Tells the record that I am here, and shows who else is. Lost beats do no harm.

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

const start = (root) => {
  for (const element of all("[data-presence]", root)) if (!element.following) { element.following = true; follow(element); }
};
return { start };
})();

kit.shortcuts = (() => {
const { all, fragment, isTyping } = kit.dom;
// Single keys and sequences press whatever carries data-key. They can be switched off (body data-shortcuts="off").

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

const start = () => {};

const once = () => {
  document.addEventListener("keydown", handle);
  list();
};
return { start, once };
})();

kit.suggest = (() => {
const { all, ask, debounce, fragment, withQuery } = kit.dom;
// While one types a title: what the server knows that may answer it.

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

const start = (root) => {
  for (const input of all("[data-suggest]", root)) if (!input.suggesting) { input.suggesting = true; follow(input); }
};
return { start };
})();

kit.table = (() => {
const { all, announce, ask, debounce, fragment, isTyping, on, say, withQuery } = kit.dom;
// Rows: j and k move, x selects, Enter opens, shift selects a range; the bulk bar says what would happen.

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

const start = () => {
  if (boxes().length) refresh();
};

const once = () => {
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
return { start, once };
})();

kit.times = (() => {
const { all, say } = kit.dom;
// Relative times and running clocks tick by the minute; a clock under two minutes by the second.

const ago = (seconds) => {
  if (seconds < 60) return say("now");
  if (seconds < 3600) return say("min", { n: Math.floor(seconds / 60) });
  if (seconds < 86400) return say("h", { n: Math.floor(seconds / 3600) });
  return say("d", { n: Math.floor(seconds / 86400) });
};

const span = (seconds) => {
  if (seconds < 120) return say("seconds", { n: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return say("m", { n: minutes });
  return say("hm", { h: Math.floor(minutes / 60), m: String(minutes % 60).padStart(2, "0") });
};

const tick = () => {
  const now = Date.now();
  for (const time of all("time[data-ago]")) {
    const text = ago(Math.max(0, (now - Date.parse(time.dateTime)) / 1000));
    if (time.textContent !== text) time.textContent = text;
  }
  let soon = false;
  for (const clock of all("[data-clock]")) {
    clock.endsAt ??= now + Number(clock.dataset.clock) * 1000;
    const left = Math.round((clock.endsAt - now) / 1000);
    if (left >= 86400) continue; // days are the server's: they depend on opening hours
    const text = left < 0 ? say("over", { time: span(-left) }) : span(left);
    if (clock.textContent !== text) clock.textContent = text;
    clock.closest(".clock")?.classList.toggle("clock-over", left < 0);
    soon ||= Math.abs(left) < 120;
  }
  setTimeout(tick, soon ? 1000 : 20000);
};

const start = () => {};
const once = tick;
return { start, once };
})();

kit.start = (() => {
const chart = kit.chart;
const combobox = kit.combobox;
const composer = kit.composer;
const dialog = kit.dialog;
const draft = kit.draft;
const follow = kit.follow;
const forms = kit.forms;
const live = kit.live;
const menu = kit.menu;
const palette = kit.palette;
const presence = kit.presence;
const shortcuts = kit.shortcuts;
const suggest = kit.suggest;
const table = kit.table;
const times = kit.times;
const toast = kit.toast;
// Starts every behaviour: `once` for the page, `start` for each part that arrives.

const behaviours = [menu, dialog, composer, forms, toast, times, palette, table, shortcuts, live, presence, draft, suggest, follow, combobox, chart];

const startIn = (root) => behaviours.forEach((behaviour) => behaviour.start?.(root));

behaviours.forEach((behaviour) => behaviour.once?.());
startIn(document);
document.addEventListener("kit:start", (event) => startIn(event.detail.root));
document.addEventListener("htmx:after:process", (event) => { if (event.target !== document.body && event.target !== document) startIn(event.target); });
document.documentElement.dataset.ready = "true";
return {  };
})();
