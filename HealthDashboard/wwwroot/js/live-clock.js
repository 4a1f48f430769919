// The hospital's time in the bar: that it goes on, and is green, says that the alerts on this screen are live.
import { serverNow } from "./feed.js";
import { clock } from "./hospital-time.js";

/** To be called a few times a second. */
export function showClock() {
  const node = document.querySelector("[data-hospital-clock]")?.firstChild;
  const text = clock(serverNow());
  if (node && node.nodeValue !== text) node.nodeValue = text;
}
