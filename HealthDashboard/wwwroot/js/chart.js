// The charts of one patient: for each sign the mean as a line, lowest to highest as a band, limits and alarms, on one time axis.
// The page (VitalCharts.razor.cs) asks the store and hands over what changed; a zoom by mouse goes back to it and is answered
// with finer data.
import { chartOptions } from "./chart-options.js";

// Drawing must leave the page most of its time: a slow screen draws less often, and never what nobody sees.
const share = 5;
const nextFrame = () => new Promise(resolve => { requestAnimationFrame(resolve); setTimeout(resolve, 100); });

class VitalCharts {
  constructor(root, panels, page) {
    this.root = root;
    this.page = page;
    this.panels = panels;
    this.signs = {};
    this.limits = [];
    this.marks = [];
    this.ticks = [];
    this.visible = new Set();
    this.stale = new Set();
    this.restUntil = 0;
    this.charts = panels.map(panel => new ApexCharts(root.querySelector(`[data-chart="${panel.key}"]`), this.options(panel)));
    this.undrawn = new Set(this.charts);
    this.ready = Promise.all(this.charts.map(chart => chart.render()));
    this.watcher = new IntersectionObserver(entries => this.seen(entries), { rootMargin: "100px" });
    for (const chart of this.charts) this.watcher.observe(chart.el);
    this.retheme = () => this.draw();
    document.addEventListener("theme:changed", this.retheme);
  }

  options(panel) {
    return chartOptions(panel, this, { zoomed: (min, max) => this.page.invokeMethodAsync("ZoomAsync", Math.round(min), Math.round(max)) });
  }

  /** Takes points: those of this sign from data.since on are replaced, those before data.from are dropped. */
  async show(data, limits, marks) {
    await this.ready;
    if (this.closed) return;
    Object.assign(this, { from: data.from, to: data.to, ticks: data.ticks });
    this.limits = limits ?? this.limits;
    this.marks = marks ?? this.marks;
    for (const [name, sign] of Object.entries(data.signs)) {
      const kept = (this.signs[name]?.points ?? []).filter(point => point[0] >= data.from && point[0] < data.since);
      this.signs[name] = { gap: sign.gap, points: kept.concat(sign.points) };
    }
    this.draw(Boolean(limits));
  }

  seen(entries) {
    for (const entry of entries) {
      if (entry.isIntersecting) this.visible.add(entry.target);
      else this.visible.delete(entry.target);
    }
    this.work();
  }

  /** What someone asked for is drawn at once; what only goes on waits for its share of the time. */
  draw(atOnce = true) {
    if (atOnce) this.restUntil = 0;
    if (this.working) {
      this.again = true;
      return;
    }
    this.stale = new Set(this.charts);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.work(), Math.max(0, this.restUntil - performance.now()));
  }

  async work() {
    if (this.working) return;
    this.working = this.drawStale();
    await this.working;
    this.working = undefined;
    if (!this.again) return;
    this.again = false;
    this.draw(false);
  }

  // One chart a frame, so that clicks and the alarm feed are heard in between.
  async drawStale() {
    // What is in sight first; what is not, once, so that whoever prints has a chart, and as of when its axis says.
    const wanted = sight => this.charts.find(chart => this.stale.has(chart) && sight(chart));
    const next = () => wanted(chart => this.all || this.visible.has(chart.el)) ?? wanted(chart => this.undrawn.has(chart));
    let spent = 0;
    for (let chart = next(); chart && this.from && !this.closed; chart = next()) {
      this.stale.delete(chart);
      const began = performance.now();
      await chart.updateOptions(this.options(this.panels[this.charts.indexOf(chart)]), false, false, false);
      this.undrawn.delete(chart);
      chart.el.toggleAttribute("data-drawn", true);
      this.align(chart);
      this.writeAxis(chart);
      spent += performance.now() - began;
      await nextFrame();
    }
    this.restUntil = performance.now() + spent * (share - 1);
  }

  // The strips below, which are not drawn here, begin and end where the charts do.
  align(chart) {
    const { translateX, gridWidth } = chart.w.globals;
    this.root.style.setProperty("--plot-left", `${translateX}px`);
    this.root.style.setProperty("--plot-width", `${gridWidth}px`);
  }

  writeAxis(chart) {
    chart.el.parentElement.querySelector("[data-axis]").replaceChildren(...this.ticks.map(tick => {
      const label = document.createElement("li");
      label.textContent = tick.label;
      label.style.left = `${(tick.time - this.from) / (this.to - this.from) * 100}%`;
      return label;
    }));
  }

  async print() {
    this.all = true;
    this.stale = new Set(this.charts);
    while (this.working) await this.working;
    await this.work();
    window.print();
    this.all = false;
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.watcher.disconnect();
    document.removeEventListener("theme:changed", this.retheme);
    for (const chart of this.charts) chart.destroy();
  }
}

/** Puts an empty chart into each [data-chart] of the root. */
export async function create(root, panels, library, page) {
  await import(new URL(library, document.baseURI));
  return new VitalCharts(root, panels, page);
}
