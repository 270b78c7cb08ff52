// Starts every behaviour: `once` for the page, `start` for each part that arrives.
import * as chart from "./chart.js";
import * as combobox from "./combobox.js";
import * as composer from "./composer.js";
import * as dialog from "./dialog.js";
import * as draft from "./draft.js";
import * as follow from "./follow.js";
import * as forms from "./forms.js";
import * as live from "./live.js";
import * as menu from "./menu.js";
import * as palette from "./palette.js";
import * as presence from "./presence.js";
import * as shortcuts from "./shortcuts.js";
import * as suggest from "./suggest.js";
import * as table from "./table.js";
import * as times from "./times.js";
import * as toast from "./toast.js";

const behaviours = [menu, dialog, composer, forms, toast, times, palette, table, shortcuts, live, presence, draft, suggest, follow, combobox, chart];

const startIn = (root) => behaviours.forEach((behaviour) => behaviour.start?.(root));

behaviours.forEach((behaviour) => behaviour.once?.());
startIn(document);
document.addEventListener("kit:start", (event) => startIn(event.detail.root));
document.addEventListener("htmx:after:process", (event) => { if (event.target !== document.body && event.target !== document) startIn(event.target); });
document.documentElement.dataset.ready = "true";
