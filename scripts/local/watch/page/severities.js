// Which thresholds a value has passed; the first severity is the worst.

export const SEVERITIES = ["P1", "P2", "P3"];

/** Tells whether the value is past the threshold. */
export const passes = (value, { sign, value: limit }) => (sign === ">" ? value > limit : value < limit);

/** Answers the worst threshold that a value has passed, undefined where it has passed none. */
export function worstPassed(value, thresholds) {
  return thresholds
    .filter((threshold) => passes(value, threshold))
    .sort((one, other) => SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity))[0];
}
