// Relative times and running clocks tick by the minute; a clock under two minutes by the second.
import { all, say } from "./dom.js";

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

export const start = () => {};
export const once = tick;
