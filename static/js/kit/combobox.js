// A long <select> becomes one that can be searched; without JavaScript it stays what it is.
import { all, ask, loadScript, say, withQuery } from "./dom.js";

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

export const start = async (root) => {
  const selects = all("select[data-combobox]:not(.tomselected)", root).filter((select) => !select.tomselect);
  if (!selects.length || !document.body.dataset.tomSelect) return;
  if (!window.TomSelect) await loadScript(document.body.dataset.tomSelect);
  selects.filter((select) => !select.tomselect && select.isConnected).forEach(dress);
};
