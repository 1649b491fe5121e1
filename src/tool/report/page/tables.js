"use strict";
// Findings, the run, and whatever else is words and tables.

function showHead() {
  const run = data.run;
  document.getElementById("title").append(named(data.file));
  const parts = [counted(run.collected, "host"), durationText(run.seconds), `a sample every ${Number(run.interval.toPrecision(6))} s`,
    `${run.start} to ${run.end}`, run.completeness];
  document.getElementById("subtitle").textContent = parts.join(" · ");
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

/// "write 1: disk written 3.87 GB/s (at most 4.80 GB/s in a sample) for 1 min 47 s; slowest host node02, …"
function shortPhase(phase, i) {
  const column = busiestOf(i), slowest = data.table.slowest[i];
  if (column < 0) return null;
  const [mean, most] = data.table.rows[i][column], metric = data.table.metrics[column];
  return element("li", {}, named(phase.name), `: ${uncapitalized(metric.title)} `,
    element("strong", {}, quantity(mean, metric.unit)), ` (at most ${quantity(most, metric.unit)} in a sample), ` +
    `${timeText(phase.begin)} to ${timeText(phase.end)}`,
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
    run.dropped > 0 ? `${counted(run.dropped, "sample")} dropped` : null,
    run.unreadable > 0 ? `${counted(run.unreadable, "host")} that could not be read (see below)` : null,
  ].filter((one) => one !== null);
  place.append(element("li", {}, "Missing: ", lacks.length === 0 ? "nothing" : null,
    lacks.map((one, i) => [i > 0 ? "; " : null, one])));
}

function evidenceList(finding) {
  const items = finding.evidence.map((one) => element("li", {},
    `${one.what}: ${one.value}`, one.threshold ? element("small", {}, ` (rule: ${one.threshold})`) : null));
  if (finding.hosts.length > 1 || finding.host_count > 1)
    items.push(element("li", {}, "Hosts: ", nameList(finding.hosts, finding.host_count)));
  return element("details", {},
    element("summary", {}, "Evidence, and what it cannot know"),
    element("ul", {}, items, element("li", {}, `Rule: ${finding.rule_text}`),
      element("li", {}, `Cannot know: ${finding.cannot_know}`)));
}

function showFindings() {
  const place = contentOf("findings");
  if (data.findings.length === 0)
    place.append(element("p", {class: "notice"}, "Nothing that the rules of this page look for was found."));
  place.append(element("ul", {class: "findings"}, data.findings.map((finding) =>
    element("li", {class: finding.severity},
      element("span", {class: "kind"}, `${finding.title}.`),
      element("span", {class: "name"}, finding.text),
      finding.begin === undefined ? null :
        element("button", {type: "button", onclick: () => showTime(finding.begin, finding.end, true)}, "Show when"),
      evidenceList(finding)))));
  const silent = data.rules.filter((rule) => rule.judged && !data.findings.some((one) => one.rule === rule.name));
  const blind = data.rules.filter((rule) => !rule.judged);
  if (silent.length > 0)
    place.append(element("p", {class: "faint"}, `Looked for and not found: ${silent.map((rule) => uncapitalized(rule.title)).join(", ")}.`));
  if (blind.length > 0)
    place.append(element("details", {},
      element("summary", {}, `${counted(blind.length, "rule")} could not be judged by what this file holds`),
      element("ul", {}, blind.map((rule) => element("li", {}, `${rule.title}: needs ${rule.needs}`)))));
}

function definitions(pairs) {
  const list = element("dl", {});
  for (const [term, ...told] of pairs)
    if (told.some((one) => one !== null && one !== "")) list.append(element("dt", {}, term), element("dd", {class: "name"}, told));
  return list;
}

function mapText(map) { return Object.entries(map).map(([key, value]) => `${key}=${value}`).join(", "); }

/// How many samples are joined in what the charts show.
function shownText() {
  const perPoint = data.slots.steps / data.slots.count;
  const perColumn = perPoint * Math.max(1, ...data.charts.map((spec) => spec.slots_per_column ?? 1));
  const joined = [perPoint > 1 ? `${digits(perPoint)} to a point of a curve` : null,
    perColumn > perPoint ? `${digits(perColumn)} to a column of a heat map` : null].filter((one) => one !== null);
  return joined.length === 0 ? "every sample"
    : `${counted(data.slots.steps, "sample")} of each host, ${joined.join(", ")}; ` +
      "the lowest and the highest of each are kept, so that no spike is lost";
}

function showRun() {
  const run = data.run, cost = data.cost;
  const command = run.command;
  contentOf("run").append(definitions([
    ["State", `${run.completeness}: ${run.collected} of ${counted(run.hosts, "host")}, ${counted(run.samples, "sample")}`],
    ["When", `${run.start} to ${run.end}, ${durationText(run.seconds)}; ended by: ${run.stop_reason || "not known"}`],
    ["Command", command && command.line ? element("code", {class: "name"}, command.line) : null,
      command && command.exit_status !== undefined ? ` ended with status ${command.exit_status}` : null],
    ["Labels", mapText(run.labels)],
    ["Job", mapText(run.job)],
    ["Hosts", data.kinds.map((kind, i) => [i ? element("br") : null,
      `${counted(kind.hosts, "host")}: `, named(kind.text)])],
    ["Missing", run.missing > 0 ? `${counted(run.missing, "host")}; ${counted(run.missed, "tick")} missed by the others`
      : run.missed > 0 ? `${counted(run.missed, "tick")} missed` : "nothing"],
    ["Collecting cost", cost.text],
    ["Shown here", shownText()],
    ["Not judged", data.devices_left_out > 0
      ? `${counted(data.devices_left_out, "device")} beyond the first ${data.devices_judged} of a host`
      : null],
    ["Every number", element("code", {}, `tscollect rates ${data.file}`), " prints what this page is made of"],
  ]));
}

function originText(phase) {
  return {run: "the whole run", command: "the command", marked: "marked", found: "found in the data"}[phase.origin];
}

/// Columns of tables that fit a sheet of paper: those of one subject stay together.
function metricGroups(metrics) {
  const MOST = 8;
  const subjects = new Map();
  metrics.forEach((metric, i) => {
    const subject = metric.name.split(".")[0];
    subjects.set(subject, [...subjects.get(subject) || [], i]);
  });
  const groups = [[]];
  for (const columns of subjects.values()) {
    if (groups.at(-1).length > 0 && groups.at(-1).length + columns.length > MOST) groups.push([]);
    groups.at(-1).push(...columns);
  }
  return groups;
}

function showPhases() {
  const metrics = data.table.metrics;
  const cellOf = (cell, unit) => cell === null ? "–" : [quantity(cell[0], unit),
    cell.length < 2 ? null : [element("br"), element("small", {}, quantity(cell[1], unit))]];
  const titleOfMetric = (name) => uncapitalized(metrics.find((metric) => metric.name === name)?.title ?? name);
  const slowestOf = (slowest) => slowest === null ? "–" :
    {class: "text", content: [named(slowest.host), element("br"),
      element("small", {}, `${ofMedian(slowest)} (${titleOfMetric(slowest.quantity)})`)]};
  const place = contentOf("phases"), hasSlowest = data.table.slowest.some((slowest) => slowest !== null);
  metricGroups(metrics).forEach((columns, group) => {
    const isFirst = group === 0;
    const rows = data.phases.map((phase, i) => [
      [named(phase.name), element("br"), element("small", {}, originText(phase))],
      ...isFirst ? [timeText(phase.begin), durationText(phase.end - phase.begin)] : [],
      ...columns.map((column) => cellOf(data.table.rows[i][column], metrics[column].unit)),
      ...isFirst && hasSlowest ? [slowestOf(data.table.slowest[i])] : []]);
    const heads = ["Phase", ...isFirst ? ["Begins", "Lasts"] : [], ...columns.map((column) => metrics[column].title),
      ...isFirst && hasSlowest ? ["Slowest host"] : []];
    place.append(table(isFirst ? "All hosts together, in each phase: mean, and below it the highest value of a sample"
      : "The same, continued", heads, rows));
  });
  if (data.phases_left_out > 0)
    place.append(element("p", {class: "hint"}, `${counted(data.phases_left_out, "further phase")} not shown.`));
  if (data.phases.some((phase) => phase.origin === "found"))
    place.append(element("p", {class: "hint"}, "Phases that are found were marked by nobody: they are periods in which " +
      "disks or networks were active."));
}

function showComparison() {
  if (!data.comparison || data.comparison.length === 0) return;
  document.getElementById("comparison").hidden = false;
  const place = contentOf("comparison");
  for (const part of data.comparison) {
    const [baseline, ours] = part.parts;
    const rows = part.metrics.map((metric) => {
      const [first, second] = metric.parts;
      const range = (one) => one === null ? "–" : [quantity(one.mean, metric.unit), element("br"),
        element("small", {}, `${quantity(one.p5, metric.unit)} to ${quantity(one.p95, metric.unit)}`)];
      const differs = second !== null && first !== null && second.differs;
      return [metric.name, range(first), range(second),
        second === null || second.ratio === undefined ? "–" : `${digits(second.ratio)} ×`,
        {class: differs ? "differs" : "", content: first === null || second === null ? "–" : differs ? "differs" : second.too_small ? "too small to matter" : "no"}];
    });
    place.append(table(`${part.phase === "run" ? "The whole runs" : part.phase}: mean, and the range from the 5th to the 95th percentile`,
      ["Quantity", [named(baseline.file), ` ${durationText(baseline.seconds)}`],
        [named(ours.file), ` ${durationText(ours.seconds)}`], "Ratio", "Beyond its spread"], rows));
  }
  place.append(element("p", {class: "hint"}, "Differs: the mean of each lies outside of the other's range. Too small to matter: it does, but both runs " +
    "are nearly idle there, or it is the mean of less than one request a second."));
}

function showOutliers() {
  const place = contentOf("outliers");
  if (data.outliers.length === 0) {
    place.append(element("p", {}, data.run.collected < data.outlier_rule.fewest
      ? `With ${counted(data.run.collected, "host")} there is nothing to compare one with.`
      : "No host stands out from the others."));
  } else {
    place.append(table(`Means over the run that lie far from the median of the hosts`,
      ["Host", "Quantity", "Its mean", "Median of hosts", "Ratio"],
      data.outliers.map((one) => [named(one.host), {class: "text", content: one.metric}, quantity(one.value, one.unit),
        quantity(one.median, one.unit), one.median > 0 ? `${digits(one.value / one.median)} ×` : "–"])));
    if (data.outliers_left_out > 0) place.append(element("p", {class: "hint"}, `And ${data.outliers_left_out} more.`));
  }
  place.append(element("p", {class: "hint"}, data.outlier_rule.text));
}

/// A long table is folded away.
function folded(count, noun, content) {
  return element("details", {open: count <= 16 ? "" : null}, element("summary", {}, counted(count, noun)), content);
}

const DEVICES = {disk: "Disks", nfs: "NFS mounts", lustre: "Lustre file systems", net: "Network interfaces", rdma: "RDMA ports"};

/// Devices of one kind, with the columns that this kind has. Those that did nothing have no kind.
function tablesOfDevices(devices) {
  const subjectOf = (metric) => metric.name.split(".")[0];
  const kinds = new Map([...devices.metrics.map((metric) => [subjectOf(metric), []]), ["", []]]);
  for (const row of devices.rows) {
    const first = row.values.findIndex((value) => value !== null);
    kinds.get(first < 0 ? "" : subjectOf(devices.metrics[first])).push(row);
  }
  return [...kinds].filter(([, rows]) => rows.length > 0).map(([kind, rows]) => {
    const columns = devices.metrics.map((metric, i) => [metric, i]).filter(([metric]) => subjectOf(metric) === kind);
    return table(kind === "" ? "Devices that moved nothing"
      : `${DEVICES[kind]} whose bytes are in the sums, and what they did over the run`,
      ["Device", "Host", "What it is", ...columns.map(([metric]) => metric.title)],
      rows.map((row) => [
        named(row.name), {class: "text", content: named(row.host)}, {class: "text", content: row.what},
        ...columns.map(([metric, i]) => row.values[i] === null ? "–" : quantity(row.values[i], metric.unit))]));
  });
}

function showHosts() {
  const place = contentOf("hosts");
  const hint = (text) => place.append(element("p", {class: "hint"}, text));
  const devices = data.devices;
  if (devices.rows.length > 0)
    place.append(folded(devices.rows.length, "device", tablesOfDevices(devices)));
  if (devices.left_out > 0)
    hint(`${counted(devices.left_out, "further device")} of these hosts not shown; tscollect info --all lists them.`);
  if (data.hosts.length > 0)
    place.append(folded(data.hosts.length, "host", table(
      "Hosts: samples, and what it cost them",
      ["Host", "State", "Samples", "Missed", "Lateness (99 %)", "Errors", "CPU of the collector"],
      data.hosts.map((host) => [
        named(host.name), host.state, host.samples.toLocaleString("en"), host.missed, quantity(host.late_ms, "ms"),
        host.errors, host.cpu_percent === null ? "–" : `${digits(host.cpu_percent)} %`]))));
  if (data.hosts_left_out > 0)
    hint(`${counted(data.hosts_left_out, "further host")}, complete and without trouble, not listed.`);
}

function showUnread() {
  const place = contentOf("unread");
  const items = [];
  for (const one of data.unread.hosts) items.push(element("li", {}, named(one.host), ` ${one.state}: `, named(one.why)));
  for (const one of data.unread.errors)
    items.push(element("li", {}, `${one.source}, ${counted(one.count, "time")}, from ${one.first} to ${one.last}, on `,
      nameList(one.hosts, one.host_count), ": ", named(one.message)));
  for (const one of data.unread.absent) items.push(element("li", {}, named(one.what), " On ", nameList(one.hosts, one.host_count)));
  for (const one of data.unread.gaps) items.push(element("li", {}, named(one.host), `: ${one.text}`));
  for (const text of data.unread.notes) items.push(element("li", {}, text));
  place.append(items.length === 0 ? element("p", {}, "Everything that was asked for was read.") : element("ul", {}, items));
}
