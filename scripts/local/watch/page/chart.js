// One uPlot chart: lines, axes in the tile's unit, and thresholds as dashed lines over it.
// Source: https://github.com/leeoniya/uPlot/tree/master/docs
import uPlot from "uplot";

import { element } from "./elements.js";
import { rowsOf } from "./labels.js";
import { written } from "./units.js";

const COLOURS = 8; // as many as page.css has
const SPARE = 1.12; // of the highest value, above it
const FONT = "11px system-ui, sans-serif";
const dark = matchMedia("(prefers-color-scheme: dark)");

/** Answers a chart in `place` with `update` and `destroy`; calls `resized` when it is. */
export function makeChart(place, { unit, thresholds, names }, resized) {
  const lines = thresholds.map((threshold) => thresholdLine(threshold, unit));
  const highest = Math.max(0, ...thresholds.map(({ value }) => value));
  let [data, scale] = [[[], ...names.map(() => [])], { start: 0, end: 1 }];
  let plot = null;

  function build() {
    plot?.destroy();
    plot = new uPlot(options(place, names, unit, highest, () => scale), data, place);
    plot.over.append(...lines);
    put(plot, lines, thresholds);
    plot.hooks.draw = [() => put(plot, lines, thresholds)];
  }

  const sizes = new ResizeObserver(() => {
    plot?.setSize(size(place, plot));
    resized();
  });
  dark.addEventListener("change", build);
  sizes.observe(place);

  return {
    update(times, series, { start, end }) {
      scale = { start, end };
      data = [times, ...series.map(({ values }) => values)];
      if (plot) plot.setData(data);
      else build();
      plot.setSize(size(place, plot));
    },
    destroy() {
      sizes.disconnect();
      dark.removeEventListener("change", build);
      plot?.destroy();
    },
  };
}

function options(place, names, unit, highest, scale) {
  const style = getComputedStyle(place);
  const colour = (name) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--quiet"),
    font: FONT,
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
  };
  return {
    ...size(place),
    padding: [8, 12, 0, 0],
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    legend: { markers: { width: 0, fill: (plot, index) => plot.series[index].stroke() } },
    scales: {
      x: { range: () => [scale().start, scale().end] },
      y: { range: (_plot, low, high) => [Math.min(0, low ?? 0), top(high, highest)] },
    },
    axes: [
      { ...axis, size: 28, space: 64, values: hours },
      { ...axis, size: 56, space: 32, values: (_plot, splits) => splits.map((value) => written(value, unit)) },
    ],
    series: [{}, ...names.map((name, index) => line(name, unit, colour(`--line-${index % COLOURS}`)))],
  };
}

function line(label, unit, stroke) {
  return {
    label,
    stroke,
    width: 1.75,
    points: { show: (plot, index) => plot.data[index].filter((value) => value !== null).length < 2 },
    value: (plot, value, index) => written(value ?? newest(plot.data[index]), unit),
  };
}

/** Answers what the legend says while nothing is pointed at. */
const newest = (values) => values?.at(-1) ?? values?.at(-2) ?? null;

const top = (high, highest) => Math.max(high ?? 0, highest) * SPARE || 1;

const HOURS = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hour12: false });
const hours = (_plot, splits) => splits.map((seconds) => HOURS.format(seconds * 1000));

function size(place, plot) {
  const legend = plot?.root.querySelector(".u-legend")?.offsetHeight ?? 24;
  return { width: place.clientWidth, height: Math.max(60, place.clientHeight - legend) };
}

function thresholdLine({ name, severity, sign, value }, unit) {
  const text = `${severity} ${sign} ${written(value, unit)}`;
  const attributes = { class: "threshold", "data-severity": severity, title: name };
  return element("div", attributes, element("span", {}, text));
}

function put(plot, lines, thresholds) {
  const tops = thresholds.map(({ value }) => plot.valToPos(value, "y"));
  const rows = rowsOf(tops);
  lines.forEach((each, index) => {
    each.style.top = `${tops[index]}px`;
    each.style.setProperty("--place", rows[index].place);
    each.style.setProperty("--lift", `${rows[index].lift}px`);
  });
}
