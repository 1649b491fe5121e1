"use strict";
// What is asked first: in short, above everything else.

function showHead() {
  const run = data.run;
  document.getElementById("title").append(named(data.file));
  const hosts = run.missing > 0 ? `${run.collected} of ${counted(run.hosts, "host")}` : counted(run.collected, "host");
  const parts = [hosts, durationText(run.seconds), `a sample every ${Number(run.interval.toPrecision(6))} s`,
    `${run.start} to ${run.end}`];
  document.getElementById("subtitle").append(parts.join(" · "), " · ",
    run.completeness === "complete" ? run.completeness : element("strong", {class: "alarm"}, run.completeness));
  document.getElementById("footer").append(
    `Written by ${data.program}. All times are UTC by the clock of the first host at the start; they follow from the ` +
    "monotonic clock, so that a clock that was set changes nothing. Throughput of disks is what reached the devices: " +
    "what the page cache served is not in it.");
}

/// The direction in which a phase moved most: its place among the metrics of the table, or -1.
function busiestOf(i) {
  const means = data.table.rows[i].map((cell, column) =>
    cell !== null && data.table.metrics[column].unit === "bytes/s" ? cell[0] : 0);
  const most = Math.max(0, ...means);
  return most > 0 ? means.indexOf(most) : -1;
}

/// In percent of the median host: a slowest host that is nearly as quick is not worth a word.
const LEAST_OF_MEDIAN = 75;

function ofMedian(slowest) { return `${slowest.percent.toFixed(0)} % of the median`; }

/// Layers of storage: what lies on another is counted in both.
const LAYERS = {disk: "disks", nfs: "NFS", lustre: "Lustre"};
const LEAST_BYTES = 1e6;

function subjectOf(metric) { return metric.name.split(".")[0]; }

/// What else was moved in a phase: by the same layer of storage in the other direction, if that is a tenth or more,
/// and by the other layers, each in the direction of most bytes.
function otherBytes(i, column) {
  const told = [], busiest = data.table.metrics[column];
  for (const layer of Object.keys(LAYERS)) {
    const all = data.table.metrics.map((metric, at) => [metric, data.table.rows[i][at]])
      .filter(([metric, cell]) => subjectOf(metric) === layer && metric.unit === "bytes/s" && cell !== null);
    const isSame = layer === subjectOf(busiest), rest = all.filter(([metric]) => metric !== busiest);
    if (rest.length === 0) continue;
    const [metric, cell] = rest.reduce((most, one) => one[1][0] > most[1][0] ? one : most);
    if (cell[0] >= (isSame ? data.table.rows[i][column][0] / 10 : LEAST_BYTES))
      told.push(`; ${uncapitalized(metric.title)} ${quantity(cell[0], metric.unit)} (at most ${quantity(cell[1], metric.unit)})`);
  }
  return told;
}

/// Whether several layers of storage moved bytes in the run.
function hasLayers() {
  const moved = data.table.metrics.filter((metric, at) => metric.unit === "bytes/s" && LAYERS[subjectOf(metric)] &&
    data.table.rows[0][at] !== null && data.table.rows[0][at][0] >= LEAST_BYTES / 10).map(subjectOf);
  return new Set(moved).size > 1;
}

/// "write 1: disk written 3.87 GB/s (at most 4.80 GB/s in a sample) for 1 min 47 s; slowest host node02, …"
function shortPhase(phase, i) {
  const column = busiestOf(i), slowest = data.table.slowest[i];
  if (column < 0) return null;
  const [mean, most] = data.table.rows[i][column], metric = data.table.metrics[column];
  return element("li", {}, named(phase.name), `: ${uncapitalized(metric.title)} `,
    element("strong", {}, quantity(mean, metric.unit)), ` (at most ${quantity(most, metric.unit)} in a sample), ` +
    `${timeText(phase.begin)} to ${timeText(phase.end)}`, otherBytes(i, column),
    slowest === null || slowest.percent > LEAST_OF_MEDIAN ? null
      : ["; slowest host ", named(slowest.host), `, ${ofMedian(slowest)}`]);
}

/// What is asked first: how much, who was slow, what limited it, what is missing.
function showShort() {
  const MOST = 4;
  const place = document.getElementById("short"), run = data.run;
  const own = data.phases.map((phase, i) => [phase, i]).filter(([phase]) => phase.origin === "marked" || phase.origin === "found");
  const told = (own.length > 0 ? own : data.phases.map((phase, i) => [phase, i]).slice(0, 1))
    .map(([phase, i]) => shortPhase(phase, i)).filter((item) => item !== null);
  place.append(...told.slice(0, MOST));
  if (told.length > MOST) place.append(element("li", {}, `${counted(told.length - MOST, "further phase")}: see below`));
  if (told.length === 0) place.append(element("li", {}, "Disks and networks moved nothing."));
  if (told.length > 0 && hasLayers())
    place.append(element("li", {}, "Disks, NFS and Lustre are layers: what lies on another is counted in both, so their bytes must not be added."));
  const slow = new Map();
  for (const finding of data.findings.filter((one) => one.rule === "straggler"))
    for (const host of finding.hosts) slow.set(host, true);
  if (slow.size > 0)
    place.append(element("li", {}, "Slower than the others: ", nameList([...slow.keys()].slice(0, 3), slow.size), " (see the findings)"));
  const memory = data.phases[0]?.lowest_memory;
  if (memory)
    place.append(element("li", {}, `Least memory available on a host: ${quantity(memory.value, "bytes")}, on `, named(memory.host),
      ` at ${timeText(memory.at)}`));
  const limits = data.findings.filter((finding) => finding.severity === "limit");
  place.append(element("li", {}, "What limited it: ", limits.length === 0
    ? "none of the limits that this page looks for" : named(limits.map((finding) => uncapitalized(finding.title)).join(", ")),
    limits.length === 0 ? "" : " (see the findings)"));
  // Hosts with trouble come first in the list.
  const namesOf = (chosen, count) => [" (", nameList(data.hosts.filter(chosen).map((host) => host.name), count), ")"];
  const lacks = [
    run.missing > 0 ? [counted(run.missing, "host"), namesOf((host) => host.state === "missing", run.missing)] : null,
    run.partial > 0 ? `a part of ${counted(run.partial, "host")} (see below)` : null,
    run.missed > 0 ? [counted(run.missed, "tick"), namesOf((host) => host.missed > 0)] : null,
    run.resets > 0 ? [counted(run.resets, "sample"), " after a counter reset (", nameList(run.reset_hosts, run.hosts_with_resets), ")"] : null,
    run.dropped > 0 ? `${counted(run.dropped, "sample")} dropped` : null,
    run.unreadable > 0 ? `${counted(run.unreadable, "host")} that could not be read (see below)` : null,
  ].filter((one) => one !== null);
  place.append(element("li", {}, "Missing: ", lacks.length === 0 ? "nothing" : null,
    lacks.map((one, i) => [i > 0 ? "; " : null, one])));
}
