// What there is without Prometheus: the metrics' totals, for as long as the page is open.

const METRIC = /custom_googleapis_com:\w+/g;
const SUFFIX = /_(bucket|sum|count)$/;
const PREFIX = "custom_googleapis_com:conteur_";

/** Answers what to draw of /live.json's document. */
export function liveSource({ times, values }, { seconds }) {
  const end = times[times.length - 1];
  const first = times.findIndex((time) => time >= end - seconds);
  const shown = times.slice(first);
  return {
    start: Math.min(shown[0], end - 60),
    end,
    totals: true,
    readingsOf: () => [],
    seriesOf: (tile) => ({
      times: shown,
      series: metricsOf(tile, values).map((name) => ({
        name: name.replace(PREFIX, "").replaceAll("_", " "),
        values: values[name].slice(first),
      })),
    }),
  };
}

function metricsOf({ lines }, values) {
  const named = lines.flatMap(({ query }) => query.match(METRIC) ?? []);
  const known = named.map((name) => (name in values ? name : name.replace(SUFFIX, "")));
  return [...new Set(known)].filter((name) => name in values);
}
