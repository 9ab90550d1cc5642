// Series by PromQL.
// Source: https://prometheus.io/docs/prometheus/latest/querying/api/
import { getJson, UnavailableError } from "./server.js";

/** Answers what to ask Prometheus about the `range` before `now`. */
export function prometheusSource({ seconds, step }, now) {
  const end = Math.floor(now / step) * step;
  const start = end - seconds;
  const times = Array.from({ length: seconds / step + 1 }, (_, index) => start + index * step);
  return {
    start,
    end,
    totals: false,
    seriesOf: (tile) => seriesOf(tile, times, step),
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

/** A query that Prometheus refuses is shown in its tile, and spoils no other. */
function asProblem(error) {
  if (!(error instanceof UnavailableError)) throw error;
  return { problem: error.message };
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
