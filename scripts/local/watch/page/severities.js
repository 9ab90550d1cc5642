// Which thresholds are passed, as the alerts see it; the first severity is the worst.

export const SEVERITIES = ["P1", "P2", "P3"];

const passes = (value, { sign, value: limit }) => (sign === ">" ? value > limit : value < limit);
const most = (one, other) => other.samples - one.samples;
const worst = (one, other) => SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity);

/**
 * Answers the worst threshold that is `passed` on enough samples. Where none is, `few` is the
 * reading that is past one on too few. A reading has signal, value, samples and least.
 */
export function judged(readings, thresholds) {
  const past = readings.map((reading) => [
    reading,
    thresholds.filter((each) => each.signal === reading.signal && passes(reading.value, each)),
  ]);
  const passed = past.flatMap(([{ samples, least }, each]) => (samples < least ? [] : each)).sort(worst)[0];
  if (passed) return { passed };
  const few = past.flatMap(([reading, each]) => (each.length ? [reading] : [])).sort(most)[0];
  return few ? { few } : {};
}

/** Answers why a value past a threshold counts for nothing, empty where that is not so. */
export function tooFew({ few }) {
  return few ? `too few samples (${Math.floor(few.samples + 0.001)} of ${few.least})` : "";
}
