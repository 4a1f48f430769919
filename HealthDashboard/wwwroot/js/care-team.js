// The graph of care teams, links that put somebody in the middle, and a clinician who is dragged onto a patient.
// Where each node stands follows from the model's order and the width alone, so nothing jumps when the page reads again.
const pad = 12;
const gap = 10;
const line = 58;               // from one row of boxes to the next in the layout "middle"
const rowsBesides = 6;         // so many boxes above each other before there is another column
const between = 56;            // between doctors, patients and nurses in the layout "ward"

const measure = (() => {
  const context = document.createElement("canvas").getContext("2d");
  return (text, font) => { context.font = font; return context.measureText(text).width; };
})();

class Graph {
  constructor(root, page) {
    Object.assign(this, { root, page, boxes: [] });
    this.stage = root.querySelector("[data-stage]");
    const style = getComputedStyle(root);
    this.family = style.fontFamily;
    this.listeners = new AbortController();
    const on = (target, event, run, capture = false) => target.addEventListener(event, run, { signal: this.listeners.signal, capture });
    on(root, "click", event => this.at(event) && this.choose(this.at(event).id[0], this.at(event).id.slice(1)));
    on(root, "mousemove", event => { root.style.cursor = this.at(event) ? "pointer" : ""; root.title = this.at(event)?.title ?? ""; });
    on(document, "theme:changed", () => this.draw());
    // Before Blazor, which would fetch the page that the link leads to.
    on(document, "click", event => this.follow(event), true);
    on(document, "dragstart", event => this.begin(event));
    on(document, "dragover", event => this.over(event));
    on(document, "drop", event => this.drop(event));
    on(document, "dragend", () => this.end());
    this.sizes = new ResizeObserver(() => this.resized());
    this.sizes.observe(root);
  }

  choose(kind, id) { this.page.invokeMethodAsync("ChooseAsync", kind, id); }

  // A link that puts somebody in the middle does so without a new page; with a key for a new tab it stays a link.
  follow(event) {
    const link = event.target.closest("a[data-middle]");
    if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.choose(link.dataset.middle[0] ?? "", link.dataset.middle.slice(1));
  }

  begin(event) {
    const from = event.target.closest?.("[data-clinician]");
    if (!from) return;
    this.dragged = from.dataset.clinician;
    event.dataTransfer.setData("text/plain", from.dataset.name);
    event.dataTransfer.effectAllowed = "copy";
    document.documentElement.toggleAttribute("data-dragging", true);
  }

  over(event) {
    const row = this.dragged && event.target.closest?.("[data-drop]");
    this.mark(row || undefined);
    if (!row) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  }

  drop(event) {
    const row = this.dragged && event.target.closest?.("[data-drop]");
    if (!row) return;
    event.preventDefault();
    this.page.invokeMethodAsync("DropAsync", this.dragged, row.dataset.drop, event.target.closest("[data-part]")?.dataset.part ?? null);
    this.end();
  }

  end() {
    this.mark();
    this.dragged = undefined;
    document.documentElement.removeAttribute("data-dragging");
  }

  mark(row) {
    if (row === this.marked) return;
    this.marked?.removeAttribute("data-over");
    row?.setAttribute("data-over", "");
    this.marked = row;
  }

  at(event) {
    const box = this.root.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    return this.boxes.find(one => one.kind !== "title" && Math.abs(one.x - x) <= one.w / 2 && Math.abs(one.y - y) <= one.h / 2);
  }

  show(model) {
    this.model = model;
    this.draw();
  }

  resized() {
    if (this.model && this.root.clientWidth !== this.width) this.draw();
  }

  // A swatch of the key beside the graph has each colour, so that themes need nothing here.
  look(name) {
    const style = getComputedStyle(document.querySelector(`[data-swatch="${name}"]`));
    return { fill: style.backgroundColor, ink: style.color, edge: style.borderTopColor };
  }

  draw() {
    this.cy?.destroy();
    this.cy = undefined;
    this.boxes = [];
    this.width = this.root.clientWidth;
    if (!this.model || this.width === 0) return;
    const { boxes, height } = this.model.layout === "ward" ? this.ward() : this.middle();
    this.boxes = boxes;
    this.root.style.height = `${height}px`;
    this.cy = cytoscape({
      container: this.stage,
      elements: {
        nodes: boxes.map(box => ({ data: { ...box, ...this.look(box.isMiddle ? "middle" : box.kind), width: box.kind === "title" ? 0 : 1.5, opacity: box.kind === "title" ? 0 : 1 }, position: { x: box.x, y: box.y } })),
        edges: this.model.edges.map((edge, i) => ({ data: { id: `e${i}`, source: edge.from, target: edge.to, edge: this.look(`edge-${edge.kind}`).edge }, classes: edge.kind })),
      },
      style: [
        { selector: "node", style: {
          shape: "round-rectangle", width: "data(w)", height: "data(h)", label: "data(label)", color: "data(ink)", "background-color": "data(fill)", "border-color": "data(edge)", "border-width": "data(width)", "background-opacity": "data(opacity)",
          "font-family": this.family, "font-size": 12, "font-weight": 600, "text-wrap": "wrap", "text-valign": "center", "text-halign": "center", "line-height": 1.3, events: "no" } },
        { selector: "edge", style: { "curve-style": "straight", width: 1.5, "line-color": "data(edge)", events: "no" } },
        { selector: "edge.lead", style: { width: 1 } },
        { selector: "edge.advice", style: { "line-style": "dashed" } },
      ],
      layout: { name: "preset", fit: false },
      zoom: 1, pan: { x: 0, y: 0 }, userZoomingEnabled: false, userPanningEnabled: false, boxSelectionEnabled: false, autoungrabify: true, autounselectify: true,
    });
    this.root.toggleAttribute("data-drawn", true);
  }

  box(node, w, h) {
    const font = `600 12px ${this.family}`;
    const fit = text => {
      if (measure(text, font) <= w - 16) return text;
      while (text && measure(`${text}\u2026`, font) > w - 16) text = text.slice(0, -1).trimEnd();
      return `${text}\u2026`;
    };
    const title = [node.text, node.more].filter(Boolean).join(", ");
    return { ...node, w, h, title, label: [node.text, node.more].filter(Boolean).map(fit).join("\n") };
  }

  // Rows from the left to the right, each centred; as many in one as in another where they are equally wide.
  rows(boxes, left, width, top) {
    const room = width - 2 * pad;
    const lines = [[]];
    const even = boxes.length > 0 && boxes.every(box => box.w === boxes[0].w);
    const most = even ? Math.ceil(boxes.length / Math.ceil(boxes.length / Math.max(1, Math.floor((room + gap) / (boxes[0].w + gap))))) : Infinity;
    let used = 0;
    for (const box of boxes) {
      if (lines.at(-1).length && (used + box.w > room || lines.at(-1).length >= most)) { lines.push([]); used = 0; }
      lines.at(-1).push(box);
      used += box.w + gap;
    }
    lines.forEach((boxesOfLine, i) => {
      let x = left + (width - boxesOfLine.reduce((sum, box) => sum + box.w + gap, -gap)) / 2;
      for (const box of boxesOfLine) {
        Object.assign(box, { x: x + box.w / 2, y: top + i * 42 + box.h / 2 });
        x += box.w + gap;
      }
    });
    return top + lines.length * 42 - 10;
  }

  // Doctors, their patients, and the nurses below; of several wards each for itself, side by side as far as there is room.
  ward() {
    const font = `600 12px ${this.family}`;
    const names = [...new Set(this.model.nodes.map(node => node.group))];
    const columns = Math.max(1, Math.min(names.length, Math.floor(this.width / 430)));
    const width = this.width / columns;
    const boxes = [];
    let [top, bottom] = [pad, pad];
    names.forEach((name, i) => {
      if (i % columns === 0 && i > 0) top = bottom + 2 * pad;
      const left = i % columns * width;
      const of = (...kinds) => this.model.nodes.filter(node => node.group === name && kinds.includes(node.kind));
      const person = node => this.box(node, Math.min(Math.ceil(measure(node.text, font)) + 24, width - 2 * pad), 32);
      let y = top;
      if (name) {
        boxes.push({ ...this.box({ id: `t${i}`, kind: "title", text: name }, width - 2 * pad, 20), x: left + width / 2, y: y + 10 });
        y += 28;
      }
      for (const group of [of("doctor").map(person), of("patient", "uncovered").map(node => this.box(node, 58, 32)), of("nurse").map(person)].filter(group => group.length)) {
        y = this.rows(group, left, width, y) + between;
        boxes.push(...group);
      }
      bottom = Math.max(bottom, y - between);
    });
    return { boxes, height: bottom + pad };
  }

  middle() {
    const [center, ...others] = this.model.nodes;
    const both = this.width >= 640;
    const w = both ? 190 : Math.min(190, (this.width - 2 * pad - 28) * 0.65);
    const own = this.box(center, both ? 200 : this.width - 2 * pad - 28 - w, both ? 56 : 48);
    const sides = both ? [others.slice(0, Math.ceil(others.length / 2)), others.slice(Math.ceil(others.length / 2))] : [[], others];
    const room = both ? (this.width - own.w) / 2 - 60 : w;
    const columns = Math.max(1, Math.min(Math.floor(room / (w + gap)), Math.ceil(sides[0].length / rowsBesides)));
    const most = Math.max(1, ...sides.map(side => Math.ceil(side.length / columns)));
    const height = Math.max(most * line, 72) + 2 * pad;
    Object.assign(own, { x: both ? this.width / 2 : pad + own.w / 2, y: height / 2 });
    const boxes = sides.flatMap((side, right) => side.map((node, i) => {
      const [column, row] = [Math.floor(i / most), i % most];
      const inColumn = Math.min(most, side.length - column * most);
      const far = own.w / 2 + (both ? 60 : 28) + column * (w + gap) + w / 2;
      return Object.assign(this.box(node, w, 46), { x: own.x + (right ? far : -far), y: height / 2 + (row - (inColumn - 1) / 2) * line });
    }));
    return { boxes: [own, ...boxes], height };
  }

  close() {
    this.listeners.abort();
    this.sizes.disconnect();
    this.end();
    this.cy?.destroy();
  }
}

/** Draws into [data-stage] of the root, at the size of the root; the page is called back with what somebody chooses or drops. */
export async function create(root, library, page) {
  await import(new URL(library, document.baseURI));
  return new Graph(root, page);
}
