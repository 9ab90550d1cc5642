// Values as people read them.

const number = (digits) =>
  new Intl.NumberFormat("en", { maximumSignificantDigits: digits, notation: "compact" });
const THREE = number(3);
const time = new Intl.DateTimeFormat("en", { timeStyle: "medium", hour12: false });

const WRITTEN = {
  SHARE: (value) => `${THREE.format(value * 100)} %`,
  SECONDS: (value) => `${THREE.format(value)} s`,
  COUNT: (value) => THREE.format(value),
  DOLLARS: (value) => `$${THREE.format(value)}`,
};

/** Answers a value in its unit, and a dash where there is none. */
export function written(value, unit) {
  return value === null || value === undefined ? "–" : WRITTEN[unit](rounded(value));
}

// An increase is extrapolated, so that three events may be 3.0000001.
const rounded = (value) => Number(value.toPrecision(6));

/** Answers the time of day, to the second. */
export const clock = (date) => time.format(date);
