"use strict";

const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");
let chosenTheme = null;

function applyTheme(onPaper) {
  const dark = !onPaper && (chosenTheme === null ? systemIsDark.matches : chosenTheme === "dark");
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

function redraw() {
  for (const chart of charts) {
    chart.redraw();
    chart.graph.resize();
  }
  drawStrip();
}

/// Browsers print a canvas that has just changed its size as an empty one, but not a picture of it.
function picturesOnPaper(onPaper) {
  for (const picture of document.querySelectorAll("img.on-paper")) picture.remove();
  if (!onPaper) return;
  for (const canvas of document.querySelectorAll("figure canvas")) {
    const picture = element("img", {class: "on-paper", alt: "", src: canvas.toDataURL()});
    picture.style.cssText = canvas.style.cssText;
    canvas.before(picture);
  }
}

/// On paper: light, as wide as a sheet, and with everything that is folded away.
function setOnPaper(onPaper) {
  if (document.documentElement.classList.contains("on-paper") === onPaper) return;
  document.documentElement.classList.toggle("on-paper", onPaper);
  for (const fold of document.querySelectorAll("main details")) {
    if (onPaper) { fold.dataset.was = fold.open; fold.open = true; }
    else fold.open = fold.dataset.was === "true";
  }
  applyTheme(onPaper);
  redraw();
  picturesOnPaper(onPaper);
}

applyTheme(false);
showHead();
showShort();
showFindings();
showRun();
showPhases();
showComparison();
showCharts();
joinCharts();
showOutliers();
showHosts();
showUnread();
showContents();

document.getElementById("csv").textContent = `Numbers of the charts as CSV (about ${Number(csvRows().toPrecision(2)).toLocaleString("en")} rows)`;
document.getElementById("csv").addEventListener("click", saveCsv);
document.getElementById("theme").addEventListener("click", () => {
  chosenTheme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  applyTheme(false);
  redraw();
});
systemIsDark.addEventListener("change", () => { applyTheme(false); redraw(); });
window.addEventListener("beforeprint", () => setOnPaper(true));
window.addEventListener("afterprint", () => setOnPaper(false));
