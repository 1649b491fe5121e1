"use strict";
// Findings, the run, and whatever else is words and tables.

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
    place.append(element("details", {},
      element("summary", {}, `Looked for and not found: ${silent.map((rule) => uncapitalized(rule.title)).join(", ")}`),
      element("ul", {}, silent.map((rule) => element("li", {}, `${rule.title}: it takes that ${rule.rule_text}. `,
        rule.nearest ? named(`Here this held ${rule.nearest}.`) : null)))));
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

function stopText(reason) {
  if (!reason) return "why it ended is not known";
  return /^SIG/.test(reason) ? `stopped by ${reason}${reason === "SIGUSR1" ? " (a normal stop)" : ""}` : `ended by: ${reason}`;
}

function showRun() {
  const run = data.run, cost = data.cost;
  const command = run.command;
  contentOf("run").append(definitions([
    ["State", `${run.completeness}: ${run.collected} of ${counted(run.hosts, "host")}, ${counted(run.samples, "sample")}`],
    ["When", `${run.start} to ${run.end}, ${durationText(run.seconds)}; ${stopText(run.stop_reason)}`],
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
  const lowestOf = (phase, cell, unit) => cell === null ? "–" : [quantity(cell[0], unit),
    phase.lowest_memory === null ? null : [element("br"), element("small", {}, `least ${quantity(phase.lowest_memory.value, unit)}, `,
      named(phase.lowest_memory.host), `, ${timeText(phase.lowest_memory.at)}`)]];
  const without = ({unsampled}) => unsampled.count === 0 ? null : [element("br"), element("small", {class: "alarm"}, "without ",
    unsampled.hosts.slice(0, 3).map((host, i) => [i > 0 ? ", " : null, named(host.name), ` for ${durationText(host.seconds)}`]),
    unsampled.count > 3 ? ` and ${unsampled.count - 3} more` : null)];
  const place = contentOf("phases"), hasSlowest = data.table.slowest.some((slowest) => slowest !== null);
  metricGroups(metrics).forEach((columns, group) => {
    const isFirst = group === 0;
    const rows = data.phases.map((phase, i) => [
      [named(phase.name), element("br"), element("small", {}, originText(phase)), isFirst ? without(phase) : null],
      ...isFirst ? [timeText(phase.begin), durationText(phase.end - phase.begin)] : [],
      ...columns.map((column) => metrics[column].name === "memory.available"
        ? lowestOf(phase, data.table.rows[i][column], metrics[column].unit)
        : cellOf(data.table.rows[i][column], metrics[column].unit)),
      ...isFirst && hasSlowest ? [slowestOf(data.table.slowest[i])] : []]);
    const heads = ["Phase", ...isFirst ? ["Begins", "Lasts"] : [], ...columns.map((column) => metrics[column].title),
      ...isFirst && hasSlowest ? ["Slowest host"] : []];
    place.append(table(isFirst ? "All hosts together, in each phase: mean, and below it the highest value of a sample; of memory the least on a host"
      : "The same, continued", heads, rows));
  });
  if (data.phases_left_out > 0)
    place.append(element("p", {class: "hint"}, `${counted(data.phases_left_out, "further phase")} not shown.`));
  if (data.phases.some((phase) => phase.unsampled.count > 0))
    place.append(element("p", {class: "hint"}, "Without a host: it was not sampled then. What its counters grew by is known only as a sum: " +
      "it counts in means over times that contain the whole gap, such as the run, and in no highest value, no chart and no shorter phase."));
  const found = data.phases.filter((phase) => phase.origin === "found");
  if (found.length > 0)
    place.append(element("p", {class: "hint"}, "Phases that are found were marked by nobody. " +
      (found.some((phase) => /^(read|write) /.test(phase.name))
        ? "They are periods of reading or writing of disks, NFS or Lustre, whichever of these moved most. Traffic of the network alone, " +
          "such as an exchange between hosts, is no phase in a run where storage moved a tenth of all bytes or more."
        : "They are periods of traffic of the network, as disks, NFS and Lustre moved less than a tenth of all bytes.")));
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
      data.outliers.map((one) => [named(one.host), {class: "text", content: element("span", {title: one.metric}, one.title)}, quantity(one.value, one.unit),
        quantity(one.median, one.unit), one.median > 0 ? `${digits(one.value / one.median)} ×` : "–"])));
    if (data.outliers_left_out > 0) place.append(element("p", {class: "hint"}, `The ${data.outliers.length} farthest are shown; ${counted(data.outliers_left_out, "further one")} not.`));
  }
  place.append(element("p", {class: "hint"}, `${data.outlier_rule.text} Compared are the quantities of the charts above, over the whole run.`));
}

/// A long table is folded away.
function folded(count, noun, content) {
  return element("details", {open: count <= 16 ? "" : null}, element("summary", {}, counted(count, noun)), content);
}

const DEVICES = {disk: "Disks", nfs: "NFS mounts", lustre: "Lustre file systems", net: "Network interfaces", rdma: "RDMA ports"};

/// "742 MB/s", and below it "328 MB/s (node13) to 787 MB/s (node05)" of several hosts.
function spreadCell(spread, unit) {
  if (spread === null) return "–";
  if (!spread.lowest) return quantity(spread.median, unit);
  const end = ([value, host]) => [`${quantity(value, unit)} (`, named(host), ")"];
  return [quantity(spread.median, unit), element("br"), element("small", {}, end(spread.lowest)), element("br"),
    element("small", {}, end(spread.highest))];
}

/// Devices of one kind, with the columns that this kind has.
function tablesOfDevices(devices) {
  const kinds = new Map();
  for (const row of devices.rows) kinds.set(row.kind, [...kinds.get(row.kind) || [], row]);
  return [...kinds].sort(([one], [other]) => Object.keys(DEVICES).indexOf(one) - Object.keys(DEVICES).indexOf(other)).map(([kind, rows]) => {
    const columns = devices.metrics.map((metric, i) => [metric, i]).filter(([metric]) => subjectOf(metric) === kind);
    const isOne = rows.every((row) => row.hosts === 1);
    return table(`${DEVICES[kind]} whose bytes are in the sums, and what they did over the run` +
      (isOne ? "" : ": median of the hosts that have one of this name, lowest and highest host"),
      ["Device", ...isOne ? [] : ["Hosts"], "What it is", ...columns.map(([metric]) => metric.title)],
      rows.map((row) => [
        named(row.name), ...isOne ? [] : [`${row.hosts}`], {class: "text", content: row.what},
        ...columns.map(([metric, i]) => spreadCell(row.values[i], metric.unit))]));
  });
}

function showHosts() {
  const place = contentOf("hosts");
  const hint = (text) => place.append(element("p", {class: "hint"}, text));
  const devices = data.devices;
  if (devices.rows.length > 0)
    place.append(folded(devices.rows.length, data.run.collected > 1 ? "device name" : "device", tablesOfDevices(devices)));
  if (devices.left_out > 0)
    hint(`${counted(devices.left_out, "further device name")}, the last by kind and name, not shown; tscollect info --all lists them.`);
  if (devices.idle > 0) hint(`${counted(devices.idle, "further device")} did nothing.`);
  if (data.hosts.length > 0)
    place.append(folded(data.hosts.length, "host", table(
      "Hosts: samples, and what it cost them",
      ["Host", "State", "Samples", "Missed", "Lateness (99 %)", "Errors", "CPU of the collector"],
      data.hosts.map((host) => [
        named(host.name), host.state, ...host.state === "missing" ? ["–", "–", "–", "–"]
          : [host.samples.toLocaleString("en"), host.missed, quantity(host.late_ms, "ms"), host.errors],
        host.cpu_percent === null ? "–" : `${digits(host.cpu_percent)} %`]))));
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
  const when = (begin, end) => [" ", element("button", {type: "button", onclick: () => showTime(begin, end, true)}, "Show when")];
  const MOST = 40;
  for (const one of data.unsampled.periods.slice(0, MOST))
    items.push(element("li", {}, named(one.host), ` was not sampled from ${timeText(one.begin)} to ${timeText(one.end)}, ` +
      durationText(one.end - one.begin), when(one.begin, one.end)));
  const further = data.unsampled.left_out + Math.max(0, data.unsampled.periods.length - MOST);
  if (further > 0) items.push(element("li", {}, `${counted(further, "further time")} in which a host was not sampled`));
  for (const one of data.unread.gaps)
    items.push(element("li", {}, named(one.host), `: ${one.text}`,
      one.at === undefined ? null : when(one.at - 10 * data.run.interval, one.at + 10 * data.run.interval)));
  for (const text of data.unread.notes) items.push(element("li", {}, text));
  place.append(items.length === 0 ? element("p", {}, "Everything that was asked for was read.") : element("ul", {}, items));
}

/// Links to the sections, and to those of the charts.
function showContents() {
  const links = [];
  for (const heading of document.querySelectorAll("main h2, #charts h3")) {
    if (heading.closest("[hidden]")) continue;
    if (!heading.id) heading.id = `part-${links.length}`;
    links.push(element("a", {href: `#${heading.id}`, class: heading.tagName === "H3" ? "inner" : null}, heading.textContent));
  }
  document.getElementById("contents").append(...links.flatMap((link, i) => [i > 0 ? " " : "", link]));
}
