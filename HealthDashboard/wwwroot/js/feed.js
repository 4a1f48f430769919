// The open alerts as the server has them, over /hubs/alerts, and whether we still hear from it.
// Events: "change" (an alert changed; detail is the change, absent after a catching up), "up" (heard again; detail is how
// many changes we had missed) and "signed-out".
const state = { connection: undefined, sequence: 0, pending: undefined, asking: undefined, connecting: false, lastHeard: Date.now(), heard: false, clockOffset: 0 };

export const feed = new EventTarget();
export const open = new Map();

/** When the server was last heard, and whether it ever was. */
export const lastHeard = () => state.lastHeard;
/** The server's time, as well as we know it: a screen's own clock may be wrong. */
export const serverNow = () => serverTime(Date.now());
export const serverTime = time => time + state.clockOffset;

const tell = (name, detail) => feed.dispatchEvent(new CustomEvent(name, { detail }));
const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

function take(change) {
  const known = open.get(change.id);
  // Sequence 0 is a change that is not recorded yet: newer than whatever we have.
  if (known && change.sequence !== 0 && change.sequence <= known.sequence) return;
  if (change.condition === "ended") open.delete(change.id);
  else open.set(change.id, change);
  state.sequence = Math.max(state.sequence, change.sequence);
}

function onAlert(change) {
  state.lastHeard = Date.now();
  if (state.pending) return state.pending.push(change);
  take(change);
  tell("change", change);
}

function onHeartbeat({ sequence, time }) {
  state.lastHeard = Date.now();
  state.clockOffset = Date.parse(time) - state.lastHeard;
  // The server believes that we have more than we do. If the connection breaks over the question, onclose goes on.
  if (sequence > state.sequence) resync().catch(() => {});
}

/** @returns {number} how many changes we had missed; Infinity when nobody counted them */
function startFrom(answer) {
  // Numbers grow, but not by one: the changes themselves are what can be counted.
  const missed = !state.heard || answer.sequence <= state.sequence ? 0 : answer.changes?.length ?? Infinity;
  open.clear();
  for (const alert of answer.snapshot) open.set(alert.id, alert);
  state.sequence = answer.sequence;
  state.heard = true;
  state.lastHeard = Date.now();
  return missed;
}

// One question at a time, however many want it asked.
const resync = () => state.asking ??= ask().finally(() => { state.asking = undefined; });

// What comes while we ask is kept until the answer is in, so that nothing is taken twice or out of order.
async function ask() {
  state.pending = [];
  try {
    const missed = startFrom(await state.connection.invoke("Resync", state.sequence));
    for (const change of state.pending) take(change);
    tell("up", missed);
    tell("change");
  } finally {
    state.pending = undefined;
  }
}

// One loop at a time: two would stop each other's connection.
async function connect() {
  if (state.connecting) return;
  state.connecting = true;
  for (let attempt = 0; state.connecting; attempt++) {
    try {
      await state.connection.start();
      await resync();
      state.connecting = false;
    } catch (error) {
      if (/Status code '40[13]'/.test(error)) {
        state.connecting = false;
        return tell("signed-out");
      }
      await state.connection.stop();
      await pause(attempt < 10 ? 1000 : 2000);
    }
  }
}

/** Goes on after the person has signed in again; does nothing otherwise. */
export function resume() {
  if (state.connection?.state === signalR.HubConnectionState.Disconnected) connect();
}

/** Begins to listen; again does nothing. */
export function listen() {
  if (state.connection) return;
  state.lastHeard = Date.now();
  const connection = state.connection = new signalR.HubConnectionBuilder()
    .withUrl("hubs/alerts", { timeout: 10000 })
    .configureLogging(signalR.LogLevel.None)
    .build();
  // The server's heartbeat comes every 2 s. A connection that is silent for longer is dead, whatever TCP believes.
  connection.serverTimeoutInMilliseconds = 6000;
  connection.keepAliveIntervalInMilliseconds = 2000;
  connection.on("alert", onAlert);
  connection.on("heartbeat", onHeartbeat);
  connection.on("snapshot", answer => { tell("up", startFrom(answer)); tell("change"); });
  connection.onclose(connect);
  connect();
}
