// Charts from the JSON beside them, in the tokens' colours; the table of the same figures is one press away.
import { all, loadScript, on, say } from "./dom.js";

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

export const start = async (root) => {
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

export const once = () => {
  on("click", "[data-chart-show]", (event, button) => show(button.closest("[data-chart-panel]"), button.dataset.chartShow));
  document.addEventListener("kit:theme", () => [...drawn.keys()].forEach((place) => place.isConnected && draw(place)));
  addEventListener("resize", () => drawn.forEach((chart) => chart.resize()));
};
