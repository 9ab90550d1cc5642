// A tile of lines over time, with the thresholds of its alerts.
import { makeChart } from "./chart.js";
import { element } from "./elements.js";
import { SEVERITIES, worstPassed } from "./severities.js";
import { written } from "./units.js";

const MOST_SERIES = 12;

export function makeLines(tile, card, body) {
  const plot = element("div", { class: "plot", role: "img" });
  const empty = element("p", { class: "empty" });
  body.append(plot, empty);
  let chart = null;
  let drawn = "";

  function draw(source, { times, series }) {
    const shown = series.slice(0, MOST_SERIES);
    const unit = source.totals ? "COUNT" : tile.unit;
    const thresholds = source.totals ? [] : tile.thresholds;
    const form = JSON.stringify([unit, shown.map(({ name }) => name)]);
    if (form !== drawn) {
      chart?.destroy();
      chart = makeChart(plot, { unit, thresholds, names: shown.map(({ name }) => name) });
      drawn = form;
    }
    chart.update(times, shown, source);
    plot.setAttribute("aria-label", newest(tile, shown, unit));
    card.dataset.severity = worst(shown, thresholds);
  }

  async function refresh(source) {
    const found = await source.seriesOf(tile);
    const message = found.problem ?? (found.series.length ? "" : "no data yet");
    empty.textContent = message;
    empty.hidden = !message;
    plot.hidden = Boolean(message);
    if (message) card.dataset.severity = "";
    else draw(source, found);
  }

  return { refresh };
}

function newest({ title }, series, unit) {
  const values = series.map(({ name, values }) => `${name} ${written(values.at(-1), unit)}`);
  return `${title}, newest: ${values.join(", ")}`;
}

/** Answers the worst severity that a series' newest value has passed, empty where none has. */
function worst(series, thresholds) {
  const passed = series
    .map(({ values }) => values.at(-1) ?? values.at(-2) ?? null)
    .filter((value) => value !== null)
    .map((value) => worstPassed(value, thresholds)?.severity);
  return SEVERITIES.find((severity) => passed.includes(severity)) ?? "";
}
