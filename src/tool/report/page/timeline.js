"use strict";
// What all charts share: the part of the run that is shown, the strip of phases, the keyboard.

function wholeRange() { return [milliseconds(data.slots.begin), milliseconds(data.slots.ends[data.slots.count - 1])]; }

function shownRange() { return charts.length > 0 ? charts[0].graph.xAxisRange() : wholeRange(); }

/// Shows a part of the run, in milliseconds, in one chart; the others follow it. null: everything.
function zoom(range) {
  if (charts.length === 0) return;
  if (range === null) { for (const chart of charts) chart.graph.resetZoom(); return; }
  const [first, last] = wholeRange();
  const length = Math.min(Math.max(range[1] - range[0], (last - first) / 1e5), last - first);
  const begin = Math.min(Math.max(range[0], first), last - length);
  charts[0].graph.updateOptions({dateWindow: [begin, begin + length]});
}

/// Shows seconds since tick 0 with a little around them.
function showTime(begin, end, scrolls) {
  const around = Math.max((end - begin) * 0.05, data.run.interval);
  zoom([milliseconds(begin - around), milliseconds(end + around)]);
  if (scrolls) document.getElementById("charts").scrollIntoView({block: "start"});
}

/// Phases that overlap lie in lanes below each other.
function lanesOf(phases) {
  const lanes = [];
  for (const phase of phases) {
    const free = lanes.find((lane) => lane[lane.length - 1].end <= phase.begin);
    if (free) free.push(phase);
    else lanes.push([phase]);
  }
  return lanes;
}

function drawStrip() {
  const strip = document.getElementById("strip");
  if (charts.length === 0) return;
  const area = charts[0].graph.getArea();
  const [from, to] = shownRange();
  const lanes = lanesOf(data.phases.filter((phase) => phase.origin !== "run")).slice(0, 5).map((lane) => {
    const place = element("div", {class: "lane"});
    place.style.marginLeft = `${area.x}px`;
    place.style.width = `${area.w}px`;
    for (const phase of lane) {
      const [left, right] = [phase.begin, phase.end].map((at) => (milliseconds(at) - from) / (to - from));
      if (right <= 0 || left >= 1) continue;
      const begin = Math.max(left, 0), end = Math.min(right, 1);
      const told = `${phase.name}, ${originText(phase)}, ${timeText(phase.begin)} to ${timeText(phase.end)}, ` +
        durationText(phase.end - phase.begin);
      const button = element("button", {type: "button", class: phase.origin, title: told, "aria-label": `Show ${told}`,
        onclick: () => showTime(phase.begin, phase.end, false)}, named(phase.name));
      button.style.left = `${100 * begin}%`;
      button.style.width = `${Math.max(100 * (end - begin), 0.2)}%`;
      place.append(button);
    }
    return place;
  });
  const bar = element("div", {class: "bar"},
    element("span", {class: "faint"}, `${timeText((from - milliseconds(0)) / 1000)} to ${timeText((to - milliseconds(0)) / 1000)} UTC`),
    element("button", {type: "button", id: "everything", onclick: () => zoom(null)}, "Show everything"));
  const focused = strip.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
  strip.replaceChildren(bar, ...lanes);
  if (focused) [...strip.querySelectorAll("button")].find((one) => one.getAttribute("aria-label") === focused)?.focus();
}

function onKey(chart, event) {
  const graph = chart.graph;
  const [from, to] = graph.xAxisRange();
  const selected = graph.getSelection();
  const middle = selected >= 0 ? graph.getValue(selected, 0) : (from + to) / 2;
  const zoomBy = (factor) => zoom([middle - (middle - from) * factor, middle + (to - middle) * factor]);
  const step = (by) => {
    let row = selected;
    if (row < 0) for (row = 0; row < chart.rows - 1 && graph.getValue(row, 0) < from; ++row);
    else row = Math.min(Math.max(row + by, 0), chart.rows - 1);
    graph.setSelection(row);
    announce(chart.say(row));
  };
  const keys = {
    "+": () => zoomBy(0.5), "=": () => zoomBy(0.5), "-": () => zoomBy(2), Escape: () => zoom(null), 0: () => zoom(null),
    ArrowLeft: () => event.shiftKey ? zoom([from - (to - from) / 4, to - (to - from) / 4]) : step(-1),
    ArrowRight: () => event.shiftKey ? zoom([from + (to - from) / 4, to + (to - from) / 4]) : step(1),
  };
  if (chart.moveHost) {
    keys.ArrowUp = () => { chart.moveHost(-1); step(0); };
    keys.ArrowDown = () => { chart.moveHost(1); step(0); };
  }
  if (!keys[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  keys[event.key]();
}

function joinCharts() {
  if (charts.length === 0) return;
  if (charts.length > 1)
    Dygraph.synchronize(charts.map((chart) => chart.graph), {zoom: true, selection: true, range: false});
  // While everything is shown, the synchronizer has each chart that is drawn draw all others: a window
  // of another size would cost the square of the charts. It is asked when the range has changed, only.
  let shown = "";
  for (const {graph} of charts) {
    const synchronize = graph.getFunctionOption("drawCallback");
    graph.updateOptions({drawCallback: (drawn, isFirst) => {
      if (drawn === charts[0].graph) drawStrip();
      const range = drawn.isZoomed("x") ? drawn.xAxisRange().join() : "";
      if (range === shown) return;
      shown = range;
      synchronize?.call(drawn, drawn, isFirst);
    }}, true);
  }
  for (const chart of charts) chart.place.addEventListener("keydown", (event) => onKey(chart, event));
  drawStrip();
}
