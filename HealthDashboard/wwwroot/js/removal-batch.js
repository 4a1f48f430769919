// A render batch as the server writes it (blazorpack: little-endian, sections first, then where each one starts) that
// changes nothing and removes components and event handlers.

/** The event handlers of everything on the page. Blazor keeps an element's handlers under _blazorEvents_<n>. */
export function eventHandlerIds() {
    return [...document.querySelectorAll("*")].flatMap(element =>
        Object.keys(element).filter(key => key.startsWith("_blazorEvents_")).flatMap(key =>
            Object.values(element[key].handlers).map(handler => handler.eventHandlerId)));
}

/** @param {number[]} componentIds @param {number[]} handlerIds @returns {Uint8Array} */
export function removalBatch(componentIds, handlerIds) {
    const bytes = new DataView(new ArrayBuffer(4 + 4 + (4 + 4 * componentIds.length) + (4 + 8 * handlerIds.length) + 20));
    const starts = [];
    let at = 0;
    const section = (values, size) => {
        starts.push(at);
        bytes.setInt32(at, values.length, true);
        at += 4;
        for (const value of values) {
            if (size === 8) bytes.setBigUint64(at, BigInt(value), true);
            else bytes.setInt32(at, value, true);
            at += size;
        }
    };
    section([], 4);            // changed components
    section([], 4);            // frames they refer to
    section(componentIds, 4);  // removed components
    section(handlerIds, 8);    // removed event handlers
    starts.push(at);           // the table of strings, which is empty
    for (const start of starts) {
        bytes.setInt32(at, start, true);
        at += 4;
    }
    return new Uint8Array(bytes.buffer);
}
