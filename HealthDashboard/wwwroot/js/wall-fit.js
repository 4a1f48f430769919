// Chooses columns and rows of the wall so that its beds fill the screen, and does it before they are painted: hence in the
// head and not deferred. It is done again only when the screen changes or beds come or go, so that places and heights stand.
// <html data-wall-flow style="--wall-columns; --wall-tile"> is what css/wall.css lays out by.
(() => {
  const root = document.documentElement;
  const ideal = 1.3;              // width of a tile to its height, as it reads best
  const least = { width: 128, height: 98 };
  const most = () => Math.max(250, innerHeight / 5);   // pixels of height: two beds need not fill a screen
  const gap = 6;
  const label = 26;               // a ward's name beside its rows
  let fitted = "";

  // The best way to lay out heaps of beds of which each begins a row of its own.
  function choose(heaps, room) {
    const beds = heaps.reduce((sum, heap) => sum + heap);
    let best;
    for (let columns = 1; columns <= Math.max(...heaps); columns++) {
      const rows = heaps.reduce((sum, heap) => sum + Math.ceil(heap / columns), 0);
      const width = (room.width - gap * (columns - 1)) / columns;
      if (columns > 1 && width < least.width) break;
      const height = Math.floor(Math.min(most(), (room.height - gap * (rows - 1)) / rows));
      const fits = height >= least.height;
      // Holes are worse than the shape of a tile, and a wall that scrolls is worse than both.
      const holes = 1 - beds / (rows * columns);
      const bad = Math.abs(Math.log(width / Math.max(height, least.height) / ideal)) + 1.5 * holes + (fits ? 0 : 10 + rows);
      if (!best || bad < best.bad) best = { columns, fits, bad, height: fits ? height : least.height };
    }
    return best;
  }

  function fit(wall) {
    const wards = [...wall.querySelectorAll("[data-ward-beds]")].map(ward => ward.childElementCount).filter(Boolean);
    const inside = getComputedStyle(wall);
    const room = {
      width: wall.clientWidth - parseFloat(inside.paddingLeft) - parseFloat(inside.paddingRight),
      height: innerHeight - wall.getBoundingClientRect().top - scrollY - parseFloat(inside.paddingTop) - parseFloat(inside.paddingBottom),
    };
    const signature = `${wards} ${room.width} ${room.height}`;
    // Enhanced navigation takes off what the server did not put on.
    if (wards.length === 0 || (signature === fitted && root.style.getPropertyValue("--wall-tile"))) return;
    fitted = signature;
    const named = wards.length > 1 || wall.querySelector("[data-ward-name]") !== null;
    let best = choose(wards, { ...room, width: room.width - (named ? label : 0) });
    const flow = !best.fits && wards.length > 1 && room.width > 700;
    if (flow) best = choose([wards.reduce((sum, beds) => sum + beds)], room);
    root.toggleAttribute("data-wall-flow", flow);
    root.style.setProperty("--wall-columns", best.columns);
    root.style.setProperty("--wall-tile", `${best.height}px`);
  }

  const look = () => {
    const wall = document.querySelector("[data-wall-beds]");
    if (wall) fit(wall);
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  addEventListener("resize", look);
  // Only with the style sheets is it known how high the bar is.
  addEventListener("load", look);
})();
