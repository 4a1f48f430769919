// How one chart looks, for ApexCharts.
import { dayAndClock } from "./hospital-time.js";

const colours = new Map();

/** A token's colour in the theme of the moment, in a form that a drawing library understands. */
function colour(token) {
  if (!colours.has(token)) {
    const probe = document.createElement("span");
    probe.style.color = `var(--${token})`;
    document.body.append(probe);
    colours.set(token, getComputedStyle(probe).color);
    probe.remove();
  }
  return colours.get(token);
}

document.addEventListener("theme:changed", () => colours.clear());

const signColour = name => colour(`sign-${["systolic", "diastolic", "meanPressure"].includes(name) ? "pressure" : name}`);

// Where nothing was measured, nothing is drawn.
function withGaps(sign, pick, nothing) {
  const data = [];
  let last;
  for (const point of sign?.points ?? []) {
    if (last !== undefined && point[0] - last > sign.gap) data.push({ x: last + 1, y: nothing });
    data.push({ x: point[0], y: pick(point) });
    last = point[0];
  }
  return data;
}

/** A band and a line for each sign; the mean pressure lies between the others and needs no band. */
function seriesOf(panel, signs) {
  const bands = panel.signs.filter(sign => sign.name !== "meanPressure");
  return [
    ...bands.map(({ name, label }) => ({ name: `${label} range`, type: "rangeArea", color: signColour(name), data: withGaps(signs[name], point => [point[1], point[2]], [null, null]) })),
    ...panel.signs.map(({ name, label }) => ({ name: label, type: "line", color: signColour(name), data: withGaps(signs[name], point => point[3], null) })),
  ];
}

// Enough room for the limits, so that one sees how far away they are.
function scaleOf(panel, { signs, limits }) {
  const values = panel.signs.flatMap(({ name }) => (signs[name]?.points ?? []).flatMap(point => [point[1], point[2]]));
  const near = limits.filter(limit => limit.priority === "medium" && panel.signs.some(sign => sign.name === limit.sign)).map(limit => limit.value);
  const all = values.concat(near);
  if (all.length === 0) return { min: 0, max: 100, tickAmount: 4 };
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const step = [0.5, 1, 2, 5, 10, 20, 25, 50, 100].find(candidate => (high - low) / candidate <= 4) ?? 100;
  const [first, last] = [Math.floor((low - 0.2 * step) / step), Math.ceil((high + 0.2 * step) / step)];
  const max = panel.key === "spo2" ? Math.min(last * step, 100) : last * step;
  return { min: Math.max(0, first * step), max, tickAmount: Math.max(1, Math.round((max - Math.max(0, first * step)) / step)) };
}

function limitsOf(panel, { limits }, scale) {
  const shown = limits.filter(limit => limit.sign !== "meanPressure" && panel.signs.some(sign => sign.name === limit.sign) && limit.value > scale.min && limit.value < scale.max);
  return shown.map(limit => ({
    y: limit.value,
    // With several signs on one axis a band of one would lie over the values of another.
    y2: panel.signs.length > 1 ? null : limit.side === "low" ? scale.min : scale.max,
    fillColor: colour(`alarm-${limit.priority}-edge`),
    borderColor: colour(`alarm-${limit.priority}-edge`),
    opacity: 0.1,
    strokeDashArray: 4,
  }));
}

const ticksOf = ({ ticks }, borderColor) => ticks.map(tick => ({ x: tick.time, borderColor, strokeDashArray: 0 }));

// An alarm is the stretch during which it held: shaded, with its mark at the beginning.
function marksOf(panel, { marks, from, to }) {
  const shown = marks.filter(mark => panel.signs.some(sign => sign.name === mark.sign) && mark.time < to && (mark.until ?? to) > from);
  return shown.map(mark => ({
    x: Math.max(mark.time, from),
    x2: Math.min(mark.until ?? to, to),
    fillColor: colour(`alarm-${mark.priority}-edge`),
    borderColor: colour(`alarm-${mark.priority}-edge`),
    opacity: 0.16,
    strokeDashArray: 0,
    label: {
      text: mark.mark,
      orientation: "horizontal",
      textAnchor: "start",
      offsetY: 0,
      borderWidth: 0,
      style: { background: colour(`alarm-${mark.priority}`), color: colour(`alarm-${mark.priority}-text`), fontSize: "10px", fontWeight: 700, padding: { left: 3, right: 3, top: 1, bottom: 1 } },
    },
  }));
}

// Only numbers and our own labels are written here.
function tooltip(panel, state, x) {
  const lines = panel.signs.map(({ name, label }) => {
    const points = state.signs[name]?.points ?? [];
    const point = points.findLast(candidate => candidate[0] <= x);
    if (!point || x - point[0] > state.signs[name].gap) return "";
    const range = point[1] === point[2] ? "" : ` <small>${point[1]} to ${point[2]}</small>`;
    return `<div>${label} <b>${point[3]}</b>${range}</div>`;
  });
  const marks = state.marks.filter(mark => panel.signs.some(sign => sign.name === mark.sign) && Math.abs(mark.time - x) < (state.to - state.from) / 100);
  return `<div class="chart-tip"><time>${dayAndClock(x)}</time>${lines.join("")}${marks.map(mark => `<div>${mark.mark}</div>`).join("")}</div>`;
}

/** Everything that ApexCharts has to know about one chart. */
export function chartOptions(panel, state, { zoomed }) {
  const [muted, line] = [colour("text-muted"), colour("line")];
  const series = seriesOf(panel, state.signs);
  const bands = series.filter(({ type }) => type === "rangeArea").length;
  const scale = scaleOf(panel, state);
  const sparse = panel.key === "temperature" || panel.key === "pressure";
  return {
    series,
    chart: {
      id: panel.key,
      group: "vitals",
      type: "line",
      height: panel.height,
      animations: { enabled: false },
      background: "transparent",
      foreColor: muted,
      fontFamily: "inherit",
      redrawOnParentResize: true,
      toolbar: { show: false, autoSelected: "zoom" },
      zoom: { enabled: true, type: "x", allowMouseWheelZoom: false },
      events: { zoomed: (_, { xaxis }) => { if (xaxis?.min && xaxis?.max) zoomed(xaxis.min, xaxis.max); } },
    },
    stroke: { curve: "straight", width: series.map((_, index) => index < bands ? 0 : panel.signs[index - bands].name === "meanPressure" ? 1 : 2) },
    fill: { type: "solid", opacity: series.map((_, index) => index < bands ? 0.22 : 1) },
    // A single value between gaps has no line; a dot shows it.
    markers: { size: series.map((_, index) => index >= bands && sparse && (state.signs[panel.signs[index - bands].name]?.points.length ?? 0) < 120 ? 3 : 0), strokeWidth: 0, hover: { sizeOffset: 2 } },
    legend: { show: false },
    dataLabels: { enabled: false },
    grid: { borderColor: line, strokeDashArray: 0, padding: { top: -12, right: 8, bottom: -6, left: 4 }, xaxis: { lines: { show: false } } },
    xaxis: {
      type: "datetime",
      min: state.from,
      max: state.to,
      // ApexCharts knows the browser's time zone and UTC, but not the hospital's: the lines are drawn below, the labels by chart.js.
      labels: { show: false },
      axisBorder: { show: false },
      axisTicks: { show: false },
      tooltip: { enabled: false },
      crosshairs: { stroke: { color: muted, width: 1, dashArray: 0 } },
    },
    yaxis: { ...scale, labels: { minWidth: 40, maxWidth: 40, style: { colors: [muted], fontSize: "12px" }, formatter: value => value?.toFixed(panel.key === "temperature" ? 1 : 0) ?? "" } },
    annotations: { yaxis: limitsOf(panel, state, scale), xaxis: [...ticksOf(state, line), ...marksOf(panel, state)] },
    tooltip: { shared: true, intersect: false, custom: ({ seriesIndex, dataPointIndex, w }) => tooltip(panel, state, w.globals.seriesX[seriesIndex][dataPointIndex]) },
  };
}
