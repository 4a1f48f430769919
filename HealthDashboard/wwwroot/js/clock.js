// A worker: its timer goes on where the page's own is slowed down, in a tab that is not in front.
setInterval(() => postMessage(0), 250);
