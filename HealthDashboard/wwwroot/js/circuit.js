// Starts Blazor and keeps the page connected to the server for as long as it is open.
//
// When the connection drops, we try for ever to get it back. When the server has started again, the old circuit is
// gone; then a new one takes its place in this same document, because a reload would lose what the page's scripts hold
// (above all the permission to make a sound, which only a click gives).
//
// Says on the document what is going on: events "circuit:down" and "circuit:up", and <html data-circuit="down|up">.
import { eventHandlerIds, removalBatch } from "./removal-batch.js";

const root = document.documentElement;
const passage = new URL("reconnecting", document.baseURI).pathname;
const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
// Every second at first, then every two; not all screens at the same moment.
const pause = attempt => wait((attempt < 10 ? 1000 : 2000) * (0.9 + 0.2 * Math.random()));

let state;       // "up" or "down"; undefined while the page has no circuit
let settingUp;   // the circuit has not rendered the page's components yet
let reconnecting;
let lost;        // the server no longer knows our circuit
let returnTo;    // the page to come back to once the lost circuit is let go; undefined while nobody is on the way
let letGo;       // Blazor has let go of the lost circuit
let overdue;     // the timer that ends a way that leads nowhere
let lastBatch;   // the number of the circuit's last render batch
let rootIds;     // the circuit's root components
let handlerIds;  // the event handlers on the page when the connection dropped
let connecting;  // the server is being asked whether it still knows our circuit
let current;     // the connection that was built last
let closed;      // resolves once that one has closed

function show(next) {
    if (next === state) return;
    state = root.dataset.circuit = next;
    document.dispatchEvent(new CustomEvent(`circuit:${next}`));
}

async function connectionDown() {
    show("down");
    clearTimeout(overdue);
    settingUp = false;
    handlerIds ??= eventHandlerIds();
    if (reconnecting) return;
    reconnecting = true;
    for (let attempt = 0; reconnecting; attempt++) {
        try {
            await Blazor.reconnect();
            reconnecting = false;
        } catch {
            // The connection broke again before the circuit answered, as it does while a server is on its way down.
            await pause(attempt);
        }
    }
}

function connectionUp() {
    if (lost) leaveCircuit();
    else circuitUp();
}

function circuitUp() {
    settingUp = false;
    handlerIds = undefined;
    show("up");
}

// For the moments in which there is no circuit yet that could be kept or replaced.
async function reload() {
    show("down");
    await pause(0);
    await untilServed(location.href);
    location.reload();
}

async function untilServed(url) {
    for (let attempt = 0; ; attempt++) {
        const answer = fetch(url, { signal: AbortSignal.timeout(10000) });
        if (await answer.then(response => response.status < 500, () => false)) return;
        await pause(attempt);
    }
}

// Enhanced navigation: the document stays, only its content changes.
async function goTo(url) {
    let arrived = false;
    const loaded = new Promise(resolve => Blazor.addEventListener("enhancedload", function load() {
        Blazor.removeEventListener("enhancedload", load);
        resolve(arrived = true);
    }));
    for (;;) {
        await untilServed(url);
        if (arrived) return;
        Blazor.navigateTo(url, { replaceHistoryEntry: true });
        if (await Promise.race([loaded, wait(10000)])) return;
    }
}

// Blazor starts a new circuit only when no component of the old one is left. So we pass through a page that has no
// interactive component, and answer in the place of the server, which no longer knows them, that they are removed.
// Blazor then closes the circuit (circuitClosed below), and the way back starts a new one.
async function leaveCircuit() {
    clearTimeout(overdue);
    overdue = setTimeout(loadAgain, 15000);
    // The connection may break and come back while we are on the way: a second way would cross the first, and whichever
    // ended last would be where the page stays.
    if (letGo) current.stop();
    if (returnTo) return;
    returnTo = location.href;
    await goTo(`${passage}?returnTo=${encodeURIComponent(returnTo)}`);
}

// Nobody is left standing on the way, whatever went wrong: better a reload, which costs the permission to make a sound.
async function loadAgain() {
    const url = returnTo;
    await untilServed(url);
    if (lost) location.replace(url);
}

async function circuitClosed() {
    if (!lost) {
        // Blazor closes the circuit of a page on which nothing is interactive.
        state = undefined;
        delete root.dataset.circuit;
        return;
    }
    letGo = true;
    // Blazor stops the connection that it knew. If that one was broken, connectionDown makes a new one, which
    // leaveCircuit stops.
    await closed;
    await goTo(returnTo);
    returnTo = undefined;
    clearTimeout(overdue);
}

// Stands between Blazor and its SignalR connection.
function attend(connection) {
    const handlers = {};
    const [start, send, invoke, on] = ["start", "send", "invoke", "on"].map(name => connection[name].bind(connection));
    current = connection;
    closed = new Promise(resolve => connection.onclose(resolve));
    // Blazor does not notice a connection that drops while it sets up a circuit.
    closed.then(() => { if (settingUp) reload(); });

    connection.start = async () => {
        for (let attempt = 0; ; attempt++) {
            try {
                return await start();
            } catch (error) {
                // Signed out, or not allowed: the page that the server gives now says so.
                if (/Status code '40[134]'/.test(error)) location.reload();
                show("down");
                await pause(attempt);
            }
        }
    };

    connection.on = (name, handler) => {
        handlers[name] = handler;
        if (name === "JS.RenderBatch") on(name, (id, batch) => { lastBatch = id; return handler(id, batch); });
        else if (name === "JS.AttachComponent") on(name, (id, selector) => { rootIds.push(id); return handler(id, selector); });
        else if (name === "JS.EndUpdateRootComponents") on(name, id => { handler(id); circuitUp(); });
        // An unhandled exception ended the circuit. Blazor would stop for good; we go on with a new circuit.
        else if (name === "JS.Error") on(name, message => { console.error(message); connection.stop(); });
        else on(name, handler);
    };

    connection.invoke = async (method, ...values) => {
        if (method === "StartCircuit") {
            rootIds = [];
            lastBatch = 1;
            lost = letGo = false;
            settingUp = true;
            const circuit = await invoke(method, ...values).catch(() => null);
            if (!circuit) reload();
            return circuit;
        }
        if (method === "ConnectCircuit") {
            const asked = invoke(method, ...values).then(known => { lost = !known; });
            connecting = asked.catch(() => { });
            await asked;
            return true;
        }
        return await invoke(method, ...values);
    };

    // Nothing about a lost circuit reaches the server: it would answer with an error. Instead we say here that what the
    // document no longer has is removed.
    connection.send = async (method, ...values) => {
        await connecting;
        if (!lost) return await send(method, ...values);
        if (method !== "UpdateRootComponents") return;
        if (rootIds.length) await handlers["JS.RenderBatch"](++lastBatch, removalBatch(rootIds, handlerIds));
        handlers["JS.EndUpdateRootComponents"](JSON.parse(values[0]).batchId);
    };

    return connection;
}

// Whoever reloads the passage is not on the way any more: back to where they came from.
if (location.pathname === passage) {
    const back = new URL(new URLSearchParams(location.search).get("returnTo") ?? "", document.baseURI);
    location.replace(back.origin === location.origin ? back : document.baseURI);
}

Blazor.start({
    ssr: { circuitInactivityTimeoutMs: 500 },
    circuit: {
        configureSignalR: builder => {
            const build = builder.build.bind(builder);
            builder.build = () => attend(build());
        },
        reconnectionHandler: { onConnectionDown: connectionDown, onConnectionUp: connectionUp },
        circuitHandlers: [{ onCircuitClosed: circuitClosed }],
    },
});

// The server's <html> does not carry our mark, so each enhanced navigation takes it off.
Blazor.addEventListener("enhancedload", () => { if (state) root.dataset.circuit = state; });
