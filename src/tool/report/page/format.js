"use strict";
// Numbers, times and elements. Every text goes into the page as text, never as HTML.

const data = JSON.parse(document.getElementById("data").textContent);

/// An element with attributes, and children that are elements or texts.
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value);
  }
  for (const child of children.flat(Infinity))
    if (child !== null && child !== undefined) made.append(child);
  return made;
}

/// A name that somebody chose: its direction of writing changes nothing around it.
function named(text) { return element("span", {class: "name"}, text); }

/// About three digits, without a power of ten up to the millions.
function digits(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e7 || size < 1e-3) return value.toPrecision(3);
  if (size >= 100) return Math.round(value).toLocaleString("en");
  return value.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

const SCALES = {
  "bytes/s": [[1e9, "GB/s"], [1e6, "MB/s"], [1e3, "kB/s"], [1, "B/s"]],
  "bytes": [[2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"], [1, "B"]],
  "ms": [[1000, "s"], [1, "ms"], [1e-3, "µs"]],
  "1/s": [[1e6, "M/s"], [1e3, "k/s"], [1, "/s"]],
};

/// The size and the name of the unit in which `value` reads well.
function scaleOf(value, unit) {
  const scales = SCALES[unit];
  if (!scales) return [1, unit];
  return scales.find(([size]) => Math.abs(value) >= size) || scales[scales.length - 1];
}

/// "424 MB/s"
function quantity(value, unit) {
  if (value === null || value === undefined || Number.isNaN(value)) return "not known";
  const [size, name] = value === 0 ? scaleOf(1, unit) : scaleOf(value, unit);
  const shown = value / size;
  return `${Math.abs(shown) < 0.0005 ? "0" : digits(shown)} ${name}`;
}

/// "saturated disk", "NFS read": as within a sentence.
function uncapitalized(text) {
  return /^(?!Lustre)[A-Z][a-z]/.test(text) ? text[0].toLowerCase() + text.slice(1) : text;
}

function milliseconds(seconds) { return Number(BigInt(data.clock.zero_ns) / 1000000n) + seconds * 1000; }

/// "12:03:10.5" UTC; with the date where the run is longer than a day.
function timeText(seconds) {
  const text = new Date(milliseconds(seconds)).toISOString();
  const fraction = data.run.seconds < 600 ? text.slice(19, 23) : "";
  const time = text.slice(11, 19) + fraction;
  return data.run.seconds > 86400 ? `${text.slice(0, 10)} ${time}` : time;
}

function durationText(seconds) {
  if (seconds < 60) return `${digits(seconds)} s`;
  const all = Math.round(seconds);
  const parts = [[Math.floor(all / 3600), "h"], [Math.floor(all / 60) % 60, "min"], [all % 60, "s"]];
  return parts.filter(([count, name]) => count > 0 || name === "s").map(([count, name]) => `${count} ${name}`).join(" ");
}

function counted(count, noun) { return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`; }

/// "a, b, c and 5 more", each name apart from the others.
function nameList(names, count) {
  const all = count === undefined ? names.length : count;
  const shown = names.slice(0, 8);
  const nodes = [];
  shown.forEach((name, i) => nodes.push(i > 0 ? ", " : null, named(name)));
  if (all > shown.length) nodes.push(` and ${all - shown.length} more`);
  return nodes;
}

/// A table with a caption; the first cell of a row names it. Cells are texts, elements, or
/// {text, class}.
function table(caption, heads, rows) {
  const isText = (column) => column === 0 || rows.some((row) => row[column] && row[column].class === "text");
  const cell = (content, first) => {
    const given = content && content.nodeType === undefined && typeof content === "object" && !Array.isArray(content);
    const inside = given ? content.content : content;
    return element(first ? "th" : "td", {scope: first ? "row" : null, class: given ? content.class : null}, inside);
  };
  return element("div", {class: "scroll", tabindex: 0, role: "region", "aria-label": caption},
    element("table", {},
      element("caption", {}, caption),
      element("thead", {}, element("tr", {}, heads.map((head, i) =>
        element("th", {scope: "col", class: isText(i) ? "text" : null}, head)))),
      element("tbody", {}, rows.map((row) => element("tr", {}, row.map((one, i) => cell(one, i === 0)))))));
}

function style(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }

function announce(text) { document.getElementById("announcement").textContent = text; }

function contentOf(id) { return document.querySelector(`#${id} .content`); }
