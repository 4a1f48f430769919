// Times as the hospital's clocks show them, whatever time zone this browser is in. Shared/Display.cs has the same for the server.
const timeZone = document.documentElement.dataset.timeZone;
const seconds = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", second: "2-digit" });
const days = new Intl.DateTimeFormat("en-GB", { timeZone, day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** 14:03:22 */
export const clock = time => seconds.format(time);
/** 29 Mar, 14:03:22 */
export const dayAndClock = time => days.format(time);
