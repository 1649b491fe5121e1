"use strict";
// The numbers behind the page, in the columns of tscollect rates.

/// As RFC 4180 has it; what a spreadsheet would take for a formula begins with an apostrophe.
function csvCell(text) {
  const safe = /^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

function csvTime(seconds) {
  const ns = BigInt(data.clock.zero_ns) + BigInt(Math.round(seconds * 1e9));
  const whole = new Date(Number(ns / 1000000000n) * 1000).toISOString().slice(0, 19);
  return `${whole}.${(ns % 1000000000n).toString().padStart(9, "0")}Z`;
}

/// Calls take(host, metric, unit, statistic, slot, value) for each number of a chart.
function eachNumber(spec, take) {
  const all = (host, metric, statistic, values) => values.forEach((value, i) => take(host, metric, statistic, i, value));
  if (spec.form === "lines") {
    for (const one of spec.series) {
      const kind = one.host === "" ? `${one.combine} of hosts` : "mean";
      if (data.slots.points === 1) { all(one.host, one.metric, kind, one.values); continue; }
      for (const [statistic, choose] of [["lowest", Math.min], ["highest", Math.max]])
        all(one.host, one.metric, one.host === "" ? `${statistic} ${kind}` : statistic, data.slots.ends.map((_, i) => {
          const pair = [one.values[2 * i], one.values[2 * i + 1]].filter((value) => value !== null);
          return pair.length === 0 ? null : choose(...pair);
        }));
    }
  } else if (spec.form === "band") {
    all("", spec.metric, "median of hosts", spec.median);
    for (const statistic of ["lowest", "highest"])
      spec[statistic].forEach((value, i) => take(bandHost(spec, statistic, i), spec.metric, `${statistic} of hosts`, i, value));
    for (const one of spec.outliers) all(one.name, spec.metric, "mean", one.values);
  } else {
    for (const statistic of ["lowest", "highest"]) {
      const bytes = bytesOf(spec[statistic]);
      spec.rows.forEach((host, row) => {
        for (let column = 0; column < spec.columns; ++column) {
          const value = valueOf(spec, bytes[row * spec.columns + column]);
          take(host, spec.metric, statistic, Math.min((column + 1) * spec.slots_per_column, data.slots.count) - 1, value);
        }
      });
    }
  }
}

/// How many rows the file will have, about: numbers that are not known have none.
function csvRows() {
  let rows = 0;
  for (const spec of data.charts) {
    if (spec.form === "lines") rows += spec.series.reduce((sum, one) => sum + one.values.length, 0);
    else if (spec.form === "band") rows += (3 + spec.outliers.length) * spec.median.length;
    else rows += 2 * spec.rows.length * spec.columns;
  }
  return rows;
}

function csvText() {
  const lines = ["host,device,time,seconds,metric,value,unit,statistic"];
  const times = data.slots.ends.map(csvTime);
  const lengths = data.slots.ends.map((end, i) => end - (i > 0 ? data.slots.ends[i - 1] : data.slots.begin));
  for (const spec of data.charts)
    eachNumber(spec, (host, metric, statistic, slot, value) => {
      if (value === null) return;
      lines.push([csvCell(host), "", times[slot], Number(lengths[slot].toPrecision(9)), metric, value, spec.unit, statistic].join(","));
    });
  return lines.join("\n") + "\n";
}

function saveCsv() {
  const address = URL.createObjectURL(new Blob([csvText()], {type: "text/csv"}));
  const link = element("a", {href: address, download: data.file.replace(/\.h5$/, "").replace(/[^\w.-]+/g, "_") + ".csv"});
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
