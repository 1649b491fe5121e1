"use strict";
// Hosts over time as a heat map: a canvas of one pixel a cell, put under the axes of a dygraph, which
// gives it the time axis, zoom and panning of the other charts.

/// Viridis, which the colour-blind can read, at nine places.
const VIRIDIS = [[68, 1, 84], [71, 45, 123], [59, 82, 139], [44, 114, 142], [33, 145, 140], [40, 174, 128], [94, 201, 98],
  [173, 220, 48], [253, 231, 37]];

function heatColor(share) {
  const at = Math.min(Math.max(share, 0), 1) * (VIRIDIS.length - 1);
  const low = Math.min(Math.floor(at), VIRIDIS.length - 2);
  return VIRIDIS[low].map((from, i) => Math.round(from + (VIRIDIS[low + 1][i] - from) * (at - low)));
}

function bytesOf(base64) { return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)); }

/// A byte of a map as a number: 0 is unknown, 1 to 255 go from the lowest to the highest value.
function valueOf(spec, byte) {
  if (byte === 0) return null;
  const share = (byte - 1) / 254;
  return spec.low + (spec.high - spec.low) * (spec.scale === "root" ? share * share : share);
}

function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

function drawMap(spec) {
  const columns = spec.columns, hosts = spec.rows.length;
  const planes = {highest: bytesOf(spec.highest), lowest: bytesOf(spec.lowest)};
  const orders = {mean: spec.rows.map((_, i) => i), name: spec.rows.map((_, i) => i)};
  orders.mean.sort((one, other) => (spec.means[other] ?? -1) - (spec.means[one] ?? -1) || one - other);
  const state = {plane: spec.shown, order: "mean"};

  const choice = (label, key, options) => element("label", {class: "controls"}, `${label} `,
    element("select", {onchange: (event) => { state[key] = event.target.value; paint(); graph.updateOptions({}); }},
      options.map(([value, text]) => element("option", {value, selected: state[key] === value ? "" : null}, text))));
  const scale = element("canvas", {width: 140, height: 1, "aria-hidden": "true"});
  const legend = [element("span", {class: "scale"}, quantity(spec.low, spec.unit), scale, quantity(spec.high, spec.unit)),
    choice("Cells show the", "plane", [["highest", "highest"], ["lowest", "lowest"]]),
    choice("Hosts by", "order", [["mean", "mean"], ["name", "name"]])];
  const {figure, place} = makeFigure(spec, legend);
  const reading = element("p", {class: "reading"});
  place.after(reading);
  contentOf("charts").append(figure);
  const picture = element("canvas", {width: columns, height: hosts});

  function paint() {
    const context = picture.getContext("2d");
    const image = context.createImageData(columns, hosts);
    const unknown = style("--unknown").match(/\w\w/g).map((part) => parseInt(part, 16));
    orders[state.order].forEach((host, row) => {
      for (let column = 0; column < columns; ++column) {
        const byte = planes[state.plane][host * columns + column];
        image.data.set([...(byte === 0 ? unknown : heatColor((byte - 1) / 254)), 255], 4 * (row * columns + column));
      }
    });
    context.putImageData(image, 0, 0);
    const line = scale.getContext("2d");
    for (let i = 0; i < 140; ++i) {
      line.fillStyle = `rgb(${heatColor(i / 139).join(",")})`;
      line.fillRect(i, 0, 1, 1);
    }
  }
  paint();

  // Columns are some slots each; the last may be of fewer.
  const ends = [];
  for (let i = 0; i < columns; ++i)
    ends.push(milliseconds(data.slots.ends[Math.min((i + 1) * spec.slots_per_column, data.slots.count) - 1]));
  const begin = milliseconds(data.slots.begin);
  const nameOf = (row) => spec.rows[orders[state.order][row]];

  function drawPicture(context, area, graph) {
    const [low, high] = graph.yAxisRange(0);
    context.save();
    context.beginPath();
    context.rect(area.x, area.y, area.w, area.h);
    context.clip();
    context.imageSmoothingEnabled = false;
    const top = graph.toDomYCoord(hosts), bottom = graph.toDomYCoord(0);
    // Slots may differ in length, so each column has its own place.
    for (let i = 0; i < columns; ++i) {
      const left = graph.toDomXCoord(i > 0 ? ends[i - 1] : begin), right = graph.toDomXCoord(ends[i]);
      if (right < area.x || left > area.x + area.w || high <= low) continue;
      context.drawImage(picture, i, 0, 1, hosts, Math.floor(left), top, Math.ceil(right) - Math.floor(left), bottom - top);
    }
    context.restore();
  }

  function ticker(low, high) {
    const first = Math.max(0, Math.ceil(hosts - high)), last = Math.min(hosts - 1, Math.floor(hosts - low));
    const count = Math.min(7, last - first + 1);
    const ticks = [];
    for (let i = 0; i < count; ++i) {
      const row = count === 1 ? first : Math.round(first + (last - first) * i / (count - 1));
      // Of hosts that share a row, the first: "node0001 to node0002" has no room here.
      const name = nameOf(row).split(" to ")[0];
      ticks.push({v: hosts - row - 0.5, label: escapeHtml(name.length > 12 ? name.slice(0, 11) + "…" : name)});
    }
    return ticks;
  }

  function read(row, column) {
    if (row < 0 || row >= hosts || column < 0 || column >= columns) { reading.textContent = ""; return ""; }
    const at = orders[state.order][row] * columns + column;
    const [low, high] = [planes.lowest[at], planes.highest[at]].map((byte) => valueOf(spec, byte));
    const value = high === null ? "not known" : low === high || data.slots.steps === columns ? `about ${quantity(high, spec.unit)}`
      : `about ${quantity(low, spec.unit)} to ${quantity(high, spec.unit)}`;
    const text = `${nameOf(row)}, until ${new Date(ends[column]).toISOString().slice(11, 19)}: ${value}`;
    reading.replaceChildren(named(text));
    return text;
  }

  // A curve of nothing, so that there is one point for each column.
  const rows = [[new Date(begin), 0], ...ends.map((end) => [new Date(end), 0])];
  const graph = new Dygraph(place, rows, {
    ...timeAxis(), labels: ["time", "s0"], legend: "never", strokeWidth: 0, highlightCircleSize: 0, valueRange: [0, hosts],
    underlayCallback: drawPicture, rightGap: 8, axisLineColor: style("--line"),
    axes: {x: {drawGrid: false}, y: {axisLabelWidth: AXIS_WIDTH, drawGrid: false, ticker}},
  });
  place.addEventListener("mousemove", (event) => {
    const [x, y] = graph.eventToDomCoords(event);
    const [time, height] = graph.toDataCoords(x, y);
    read(Math.floor(hosts - height), ends.findIndex((end) => time <= end));
  });
  const cursor = {row: 0};
  charts.push({graph, spec, figure, place, rows: rows.length, read,
    redraw: () => { paint(); graph.updateOptions({axisLineColor: style("--line")}); },
    moveHost: (by) => { cursor.row = Math.min(Math.max(cursor.row + by, 0), hosts - 1); },
    say: (row) => read(cursor.row, Math.max(row - 1, 0))});
}
