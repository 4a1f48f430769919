// A page that was made while a store was unavailable asks for itself until it can be made whole, and only then shows itself again.
const every = 5000;

async function retry() {
  if (!document.querySelector("[data-retry]")) return;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" }, signal: AbortSignal.timeout(10000) });
    if (answer.ok && !(await answer.text()).includes("data-retry")) {
      location.reload();
      return;
    }
  } catch {
    // The server is unavailable too; the next attempt may find it.
  }
  setTimeout(retry, every);
}

export const watchForStores = () => setTimeout(retry, every);
