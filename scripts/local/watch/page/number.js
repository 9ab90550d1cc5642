// A tile of one number: its newest value, coloured by the worst threshold passed, and its course.
import { element } from "./elements.js";
import { judged, tooFew } from "./severities.js";
import { written } from "./units.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [100, 24];

export function makeNumber(tile, card, body) {
  const value = element("p", { class: "value" });
  const note = element("p", { class: "note" });
  const course = document.createElementNS(SVG, "svg");
  course.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  course.setAttribute("preserveAspectRatio", "none");
  course.setAttribute("aria-hidden", "true");
  body.append(value, note, course);

  async function refresh(source) {
    const [found, readings] = await Promise.all([source.seriesOf(tile), source.readingsOf(tile)]);
    const { series = [], problem } = found;
    const values = series[0]?.values ?? [];
    const newest = values.at(-1) ?? values.at(-2) ?? null;
    const judgement = newest === null ? {} : judged(readings, tile.thresholds);
    card.dataset.severity = judgement.passed?.severity ?? "";
    value.textContent = newest === null ? "" : written(newest, source.totals ? "COUNT" : tile.unit);
    note.textContent = problem ?? said(newest, judgement, source, series, tile);
    course.replaceChildren(...lines(values));
  }

  return { refresh };
}

function said(newest, judgement, source, series, tile) {
  if (newest === null) return "no data";
  if (source.totals) return `total: ${series[0].name}`;
  const { passed } = judgement;
  return passed
    ? `${passed.severity}: ${passed.sign} ${written(passed.value, tile.unit)}`
    : tooFew(judgement);
}

/** Answers one line for each stretch of values without a gap. */
function lines(values) {
  const highest = Math.max(...values, 0) || 1;
  const stretches = [[]];
  values.forEach((value, index) => {
    if (value === null) stretches.push([]);
    else stretches.at(-1).push(point(index / (values.length - 1 || 1), value / highest));
  });
  return stretches.filter((points) => points.length > 1).map(polyline);
}

const point = (x, y) => `${(x * WIDTH).toFixed(2)},${(HEIGHT - 1 - y * (HEIGHT - 2)).toFixed(2)}`;

function polyline(points) {
  const line = document.createElementNS(SVG, "polyline");
  line.setAttribute("points", points.join(" "));
  return line;
}
