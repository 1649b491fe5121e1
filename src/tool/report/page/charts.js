"use strict";
// Lines and bands, drawn by dygraphs.

/// What is drawn: {graph, spec, figure, redraw}, from top to bottom.
const charts = [];
const AXIS_WIDTH = 78;
const DASHES = [null, [9, 4], [3, 3], [10, 3, 3, 3], null, [9, 4], [3, 3], [10, 3, 3, 3]];

/// Where the points of each curve lie: at the ends of the slots, or, where samples were joined, one
/// in the middle and one at the end of each, for the lowest and the highest in their order.
function pointTimes(perSlot) {
  const times = [];
  data.slots.ends.forEach((end, i) => {
    const begin = i > 0 ? data.slots.ends[i - 1] : data.slots.begin;
    if (perSlot === 2) times.push((begin + end) / 2);
    times.push(end);
  });
  return times;
}

function highestOf(spec) {
  if (spec.form === "map") return spec.high;
  const curves = spec.form === "band" ? [spec.highest] : spec.series.map((one) => one.values);
  return curves.flat().reduce((most, value) => value !== null && value > most ? value : most, 0);
}

/// "Disk read, MB/s"
function titleOf(spec) { return `${spec.title}, ${scaleOf(spec.top || 1, spec.unit)[1]}`; }

/// A host of a band: the one with the lowest or the highest value of a slot.
const HOST_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+-";
function bandHost(spec, statistic, slot) { return data.band_hosts[HOST_DIGITS.indexOf(spec[`${statistic}_hosts`][slot])] ?? ""; }

/// Hatches the times in which a host was not sampled.
function hatchUnsampled(context, area, graph) {
  context.save();
  for (const one of data.unsampled.periods) {
    const [left, right] = [one.begin, one.end].map((at) => graph.toDomXCoord(milliseconds(at)));
    const from = Math.max(left, area.x), to = Math.min(right, area.x + area.w);
    if (to <= from) continue;
    context.beginPath();
    context.rect(from, area.y, to - from, area.h);
    context.save();
    context.clip();
    context.beginPath();
    context.strokeStyle = style("--hatch");
    context.lineWidth = 1;
    for (let x = from - area.h; x < to; x += 7) { context.moveTo(x, area.y + area.h); context.lineTo(x + area.h, area.y); }
    context.stroke();
    context.restore();
  }
  context.restore();
}

/// Whose samples are missing in the hatched times.
function hatchText() {
  const hosts = [...new Set(data.unsampled.periods.map((one) => one.host))];
  if (hosts.length === 0) return [];
  return ["hatched: ", nameList(hosts), hosts.length === 1 ? " was not sampled" : " were not sampled", ": sums over hosts are without ",
    hosts.length === 1 ? "it" : "them", " there"];
}

function shadePhases(context, area, graph) {
  hatchUnsampled(context, area, graph);
  const shown = data.phases.filter((phase) => phase.origin === "marked" || phase.origin === "found");
  shown.forEach((phase, i) => {
    const [left, right] = [phase.begin, phase.end].map((at) => graph.toDomXCoord(milliseconds(at)));
    const from = Math.max(left, area.x), to = Math.min(right, area.x + area.w);
    if (to <= from) return;
    context.fillStyle = style("--shade");
    if (i % 2 === 0) context.fillRect(from, area.y, to - from, area.h);
    context.fillStyle = style("--line");
    context.fillRect(from, area.y, 1, area.h);
    context.fillRect(to - 1, area.y, 1, area.h);
  });
}

function swatch(color, dash, isBand) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 26 10");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", isBand ? "rect" : "line");
  const given = isBand ? {x: 0, y: 0, width: 26, height: 10, fill: color, opacity: 0.25}
    : {x1: 0, y1: 5, x2: 26, y2: 5, stroke: color, "stroke-width": 3, "stroke-dasharray": dash ? dash.join(" ") : "none"};
  for (const [key, value] of Object.entries(given)) shape.setAttribute(key, value);
  svg.append(shape);
  return svg;
}

/// The curves of a spec: {name, color, dash, points} where a point is a number, or low, middle and high.
function curvesOf(spec) {
  const color = (i) => style(`--series-${i % 8}`);
  if (spec.form === "lines")
    return spec.series.map((one, i) => ({name: one.name, color: color(i), dash: DASHES[i % 8], points: one.values}));
  const band = {name: "median of hosts, between the lowest and the highest", color: color(0), dash: null, isBand: true,
    points: spec.median.map((middle, i) => middle === null ? [null, null, null] : [spec.lowest[i], middle, spec.highest[i]])};
  return [band, ...spec.outliers.map((one, i) => ({name: one.name, color: color(i + 1), dash: DASHES[(i + 1) % 8],
    points: one.values.map((value) => [value, value, value])}))];
}

function summaryText(spec) {
  const said = spec.stats.map((one) => {
    const at = one.at === undefined ? "" : ` at ${timeText(one.at)}`;
    const most = one.highest !== undefined ? `, highest ${quantity(one.highest, spec.unit)}${at}`
      : one.lowest !== undefined ? `, lowest ${quantity(one.lowest, spec.unit)}${at}` : "";
    return `${one.name}: mean ${quantity(one.mean, spec.unit)}${most}`;
  });
  return `Over the whole run: ${said.join("; ")}.`;
}

/// Legend, figure and place of a chart; `legend` are the elements of its list.
function makeFigure(spec, legend) {
  const caption = element("figcaption", {}, named(summaryText(spec)));
  const label = `${titleOf(spec)}. ${summaryText(spec)} Arrow keys read values, plus and minus zoom, Escape shows everything.`;
  const place = element("div", {class: "chart", tabindex: 0, role: "img", "aria-label": label});
  const figure = element("figure", {class: spec.form, "data-title": spec.title},
    element("div", {class: "head"}, element("h4", {title: spec.cannot_know ? `Cannot know: ${spec.cannot_know}` : null},
      titleOf(spec)), legend), place, caption);
  return {figure, place};
}

/// Ticks that are round in the unit that is shown: 64 GiB is no round number of bytes. Where a part
/// of the run has values far below the others, they have a unit of their own.
function scaledTicks(size, unit) {
  return (low, high, pixels, options, graph) => {
    const isSmall = high < size / 2;
    const [own, name] = isSmall ? scaleOf(high, unit) : [size, ""];
    const isWhole = own === 1 && unit.startsWith("bytes");
    const ticks = Dygraph.numericTicks(low / own, high / own, pixels, options, graph)
      .filter((tick) => !isWhole || Number.isInteger(tick.v));
    const labels = ticks.map((tick) => digits(tick.v));
    const exact = new Set(labels).size < labels.length;
    return ticks.map((tick, i) => ({...tick, v: tick.v * own,
      label: `${exact ? Number(tick.v.toPrecision(3)) : labels[i]}${own !== size && tick.v !== 0 ? ` ${name}` : ""}`}));
  };
}

function drawCurves(spec) {
  const curves = curvesOf(spec);
  const values = curves.map(() => element("span", {class: "value"}));
  const time = element("li", {class: "value"});
  const legend = element("ul", {class: "legend"}, curves.map((curve, i) =>
    element("li", {}, swatch(curve.color, curve.dash, curve.isBand), named(curve.name), " ", values[i])), time);
  const {figure, place} = makeFigure(spec, legend);
  contentOf("charts").append(figure);
  const times = pointTimes(spec.form === "lines" ? data.slots.points : 1);
  const rows = times.map((time, row) => [new Date(milliseconds(time)), ...curves.map((curve) => curve.points[row])]);
  const [size] = scaleOf(spec.top || 1, spec.unit);
  const look = () => {
    const series = {};
    curvesOf(spec).forEach((curve, i) => {
      series[`s${i}`] = {color: curve.color, strokePattern: curve.dash, strokeWidth: i === 0 || spec.form === "lines" ? 1.6 : 1.4};
    });
    return {series, gridLineColor: style("--grid"), axisLineColor: style("--line")};
  };
  const read = (row) => {
    time.textContent = row === null ? "" : `at ${timeText((rows[row][0].getTime() - milliseconds(0)) / 1000)}`;
    curves.forEach((curve, i) => {
      const point = row === null ? null : curve.points[row];
      const middle = Array.isArray(point) ? point[1] : point;
      const end = (statistic, value) => `${statistic} ${quantity(value, spec.unit)} (${bandHost(spec, statistic, row)})`;
      values[i].textContent = row === null ? "" : curve.isBand && middle !== null && point[0] !== point[2]
        ? `${end("lowest", point[0])}, median ${quantity(middle, spec.unit)}, ${end("highest", point[2])}`
        : quantity(middle, spec.unit);
    });
  };
  const graph = new Dygraph(place, rows, {
    ...look(), ...timeAxis(), labels: ["time", ...curves.map((_, i) => `s${i}`)], legend: "never", customBars: spec.form === "band",
    includeZero: true, fillAlpha: 0.22, connectSeparatedPoints: false, drawGapEdgePoints: true, highlightCircleSize: 3,
    rightGap: 8, underlayCallback: shadePhases,
    axes: {y: {axisLabelWidth: AXIS_WIDTH, axisLabelFormatter: digits, ticker: scaledTicks(size, spec.unit), pixelsPerLabel: 26}},
    highlightCallback: (event, x, points, row) => read(row), unhighlightCallback: () => read(null),
  });
  charts.push({graph, spec, figure, place, rows: rows.length,
    redraw: () => {
      graph.updateOptions(look());
      figure.querySelectorAll(".legend svg").forEach((svg, i) => {
        const curve = curvesOf(spec)[i];
        svg.replaceWith(swatch(curve.color, curve.dash, curve.isBand));
      });
    },
    say: (row) => {
      read(row);
      return [new Date(rows[row][0]).toISOString().slice(11, 23),
        ...curves.map((curve, i) => `${curve.name} ${values[i].textContent}`)].join("; ");
    }});
}

function timeAxis() {
  return {labelsUTC: true, xRangePad: 0, dateWindow: null, animatedZooms: false};
}

function showCharts() {
  const place = contentOf("charts");
  let section = "";
  for (const spec of data.charts) {
    spec.top = highestOf(spec);
    if (spec.section !== section) place.append(element("h3", {}, spec.section));
    section = spec.section;
    if (spec.form === "map") drawMap(spec);
    else drawCurves(spec);
  }
  if (data.quiet.length > 0)
    place.append(element("p", {class: "hint"}, `Zero all through, and not drawn: ${data.quiet.join(", ")}.`));
  if (data.charts.length === 0) place.append(element("p", {}, "There is nothing to draw in this file."));
  const hint = document.getElementById("charts-hint");
  if (data.charts.length === 0) return;
  const phases = data.phases.some((phase) => phase.origin === "marked" || phase.origin === "found");
  const keys = [phases ? "shaded, or between two lines: a phase" : null, hatchText()].filter((one) => one !== null && one.length > 0);
  hint.append(element("span", {}, keys.map((one, i) => [i > 0 ? "; " : "In the charts, ", one]), keys.length > 0 ? ". " : ""),
    "Drag over a chart to zoom, all charts follow; shift and drag moves along, a double click shows everything again. " +
    "With the keyboard: arrow keys read values, plus and minus zoom, Escape shows everything. " +
    (data.slots.points === 2 ? "Each point stands for several samples, of which the lowest and the highest are kept." : ""));
}
