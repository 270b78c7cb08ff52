// What every behaviour needs: finding, delegating, asking the server, and the words that the server translated.

const source = document.getElementById("kit-words");
export const words = source ? JSON.parse(source.textContent) : {};

export const say = (name, values = {}) =>
  Object.entries(values).reduce((text, [key, value]) => text.replace(`%(${key})s`, value), words[name] ?? name);

export const all = (selector, root = document) => {
  const found = [...root.querySelectorAll(selector)];
  return root.matches?.(selector) ? [root, ...found] : found;
};

export const on = (type, selector, handle, options) =>
  document.addEventListener(type, (event) => {
    const element = event.target.closest?.(selector);
    if (element) handle(event, element);
  }, options);

export const csrf = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

// A request as htmx would make it: the server answers a fragment. A failure is an exception with its status.
export const ask = async (url, { method = "GET", body, headers = {}, signal } = {}) => {
  const more = method === "GET" ? {} : { "X-CSRFToken": csrf() };
  return fetch(url, { method, body, signal, credentials: "same-origin", headers: { "HX-Request": "true", ...more, ...headers } });
};

export const withQuery = (url, values) => {
  const address = new URL(url, location.href);
  for (const [key, value] of Object.entries(values)) address.searchParams.set(key, value);
  return address.href;
};

// The server's fragments are ours and escaped there; this parses them without running anything.
export const fragment = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
};

export const announce = (text) => {
  const region = document.getElementById("live");
  if (region) region.textContent = text;
};

export const debounce = (wait, run) => {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...values), wait);
  };
};

export const isTyping = (element) =>
  element?.isContentEditable || element?.matches?.("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, .ts-control *");

export const loadScript = (src) => {
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

export const icon = (name, size = 14) => {
  const svg = fragment(`<svg class="icon icon-${size}" width="${size}" height="${size}" aria-hidden="true"><use/></svg>`).firstChild;
  svg.firstChild.setAttribute("href", `${document.body.dataset.sprite}#${name}`);
  return svg;
};
