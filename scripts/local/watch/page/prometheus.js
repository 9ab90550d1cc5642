// Series by PromQL.
// Source: https://prometheus.io/docs/prometheus/latest/querying/api/
import { asProblem, getJson } from "./server.js";

/** Answers what to ask Prometheus about the `range` before `now`. */
export function prometheusSource({ seconds, step }, now) {
  const end = Math.floor(now / step) * step;
  const start = end - seconds;
  const times = Array.from({ length: seconds / step + 1 }, (_, index) => start + index * step);
  const newest = remembered((query) => newestOf(query, { start: end - step, end, step }));
  return {
    start,
    end,
    totals: false,
    seriesOf: (tile) => seriesOf(tile, times, step),
    readingsOf: (tile) => readingsOf(tile, newest),
  };
}

async function seriesOf(tile, times, step) {
  const [start, end] = [times[0], times[times.length - 1]];
  const found = await Promise.all(
    tile.lines.map(async ({ query, legend }) => {
      const { data } = await getJson("/api/v1/query_range", { query, start, end, step });
      return data.result.map(({ metric, values }) => ({
        name: named(legend, metric),
        values: aligned(values, times, step),
      }));
    }),
  ).catch(asProblem);
  if (found.problem) return found;
  return { times, series: found.flat().filter(hasValues).sort(byName) };
}

/** Answers the newest values of a tile's signals, each with how many samples it rests on. */
async function readingsOf({ signals }, newest) {
  const found = await Promise.all(
    Object.entries(signals).map(async ([signal, { query, samples, least }]) => {
      const [values, counts] = await Promise.all([newest(query), samples ? newest(samples) : {}]);
      return Object.entries(values).map(([whose, value]) => ({
        ...{ signal, value, least },
        samples: counts[whose] ?? 0,
      }));
    }),
  ).catch(asProblem);
  return found.problem ? [] : found.flat();
}

/** Answers the newest number of each series, by its labels. */
async function newestOf(query, range) {
  const { data } = await getJson("/api/v1/query_range", { query, ...range });
  const numbers = data.result.map(({ metric, values }) => [keyOf(metric), Number(values.at(-1)[1])]);
  return Object.fromEntries(numbers.filter(([, value]) => Number.isFinite(value)));
}

const keyOf = ({ __name__, ...labels }) => JSON.stringify(Object.entries(labels).sort());

/** Answers `ask`, but asks the same only once: tiles share their signals. */
function remembered(ask) {
  const answers = new Map();
  return (query) => {
    if (!answers.has(query)) answers.set(query, ask(query));
    return answers.get(query);
  };
}

function named(legend, labels) {
  return legend.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label) => labels[label] ?? "").trim();
}

function aligned(values, times, step) {
  const row = times.map(() => null);
  for (const [time, text] of values) {
    const value = Number(text);
    if (Number.isFinite(value)) row[Math.round((time - times[0]) / step)] = value;
  }
  return row;
}

const hasValues = ({ values }) => values.some((value) => value !== null);
const byName = (one, other) => one.name.localeCompare(other.name);
