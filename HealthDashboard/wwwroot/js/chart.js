// The charts of one patient: for each sign the mean as a line, lowest to highest as a band, limits and alarms, on one time axis.
// The page (VitalCharts.razor.cs) asks the store and hands over what changed; a zoom by mouse goes back to it and is answered
// with finer data.
import { chartOptions, seriesOf } from "./chart-options.js";

const redraw = 50;

class VitalCharts {
  constructor(root, panels, page) {
    this.root = root;
    this.page = page;
    this.panels = panels;
    this.signs = {};
    this.limits = [];
    this.marks = [];
    this.charts = panels.map(panel => new ApexCharts(root.querySelector(`[data-chart="${panel.key}"]`), this.options(panel)));
    this.ready = Promise.all(this.charts.map(chart => chart.render()));
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
    Object.assign(this, { from: data.from, to: data.to });
    this.limits = limits ?? this.limits;
    this.marks = marks ?? this.marks;
    for (const [name, sign] of Object.entries(data.signs)) {
      const kept = (this.signs[name]?.points ?? []).filter(point => point[0] >= data.from && point[0] < data.since);
      this.signs[name] = { gap: sign.gap, points: kept.concat(sign.points) };
    }
    this.draw();
  }

  // A chart that is not in view need not be drawn each time.
  draw() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.closed || !this.from) return;
      this.charts.forEach((chart, index) => {
        const { series, ...rest } = this.options(this.panels[index]);
        chart.updateOptions({ ...rest, series }, false, false, false);
      });
      this.align();
    }, redraw);
  }

  // The strips below, which are not drawn here, begin and end where the charts do.
  align() {
    const { translateX, gridWidth } = this.charts[0].w.globals;
    this.root.style.setProperty("--plot-left", `${translateX}px`);
    this.root.style.setProperty("--plot-width", `${gridWidth}px`);
  }

  seriesOf(panel) {
    return seriesOf(panel, this.signs);
  }

  async print() {
    await this.ready;
    await new Promise(resolve => setTimeout(resolve, 4 * redraw));
    window.print();
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    document.removeEventListener("theme:changed", this.retheme);
    for (const chart of this.charts) chart.destroy();
  }
}

/** Puts an empty chart into each [data-chart] of the root. */
export async function create(root, panels, library, page) {
  await import(new URL(library, document.baseURI));
  return new VitalCharts(root, panels, page);
}
