// A tile of lines over time, with the thresholds of its alerts.
import { makeChart } from "./chart.js";
import { element } from "./elements.js";
import { makeFold } from "./fold.js";
import { judged, tooFew } from "./severities.js";
import { written } from "./units.js";

const MOST_SERIES = 12;

export function makeLines(tile, card, body) {
  const aside = element("p", { class: "aside" });
  const plot = element("div", { class: "plot", role: "img" });
  const empty = element("p", { class: "empty" });
  const fold = makeFold(card, plot);
  body.append(aside, plot, fold.button, empty);
  let chart = null;
  let drawn = "";

  function draw(source, { times, series }, readings) {
    const shown = series.slice(0, MOST_SERIES);
    const unit = source.totals ? "COUNT" : tile.unit;
    const thresholds = source.totals ? [] : tile.thresholds;
    const form = JSON.stringify([unit, shown.map(({ name }) => name)]);
    if (form !== drawn) {
      chart?.destroy();
      chart = makeChart(plot, { unit, thresholds, names: shown.map(({ name }) => name) }, fold.fit);
      drawn = form;
    }
    chart.update(times, shown, source);
    plot.setAttribute("aria-label", newest(tile, shown, unit));
    const judgement = judged(readings, thresholds);
    card.dataset.severity = judgement.passed?.severity ?? "";
    aside.textContent = [leftOut(series), tooFew(judgement)].filter(Boolean).join(", ");
  }

  async function refresh(source) {
    const [found, readings] = await Promise.all([source.seriesOf(tile), source.readingsOf(tile)]);
    const message = found.problem ?? (found.series.length ? "" : "no data");
    empty.textContent = message;
    empty.hidden = !message;
    plot.hidden = aside.hidden = Boolean(message);
    if (message) card.dataset.severity = "";
    else draw(source, found, readings);
    fold.fit();
  }

  return { refresh };
}

const leftOut = ({ length }) => (length > MOST_SERIES ? `${MOST_SERIES} of ${length} lines` : "");

function newest({ title }, series, unit) {
  const values = series.map(({ name, values }) => `${name} ${written(values.at(-1), unit)}`);
  return `${title}, newest: ${values.join(", ")}`;
}
