// Ages and countdowns go on by themselves, so that the server need not send each second to each screen.
// <time data-age datetime="..."> shows how long ago, <time data-countdown datetime="..."> how long until then.
import { serverNow } from "./feed.js";

/** 47 s, 3 min, 2 h 05, 3 d; "time unknown" of what lies in the future by more than clocks differ. */
export function span(milliseconds) {
  if (milliseconds < -5000) return "time unknown";
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${String(Math.floor(seconds / 60) % 60).padStart(2, "0")}`;
  return `${Math.floor(seconds / 86400)} d`;
}

const countdown = milliseconds => {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
};

// Writes into the text node that Blazor made: a new one would be unknown to it.
function write(element, text) {
  const node = element.firstChild;
  if (node && node.nodeValue !== text) node.nodeValue = text;
}

export function ages() {
  const now = serverNow();
  for (const element of document.querySelectorAll("time[data-age]")) write(element, span(now - Date.parse(element.dateTime)));
  for (const element of document.querySelectorAll("time[data-countdown]")) write(element, countdown(Date.parse(element.dateTime) - now));
}
