// The choice of how far back the page looks; kept in the address, so that a reload keeps it.
import { element } from "./elements.js";

const RANGES = {
  "15m": { title: "15 m", seconds: 900, step: 5 },
  "1h": { title: "1 h", seconds: 3600, step: 20 },
  "6h": { title: "6 h", seconds: 21600, step: 120 },
};
const FIRST = "15m";

/** Answers the chosen range: seconds, and the step between two points. */
export const currentRange = () => RANGES[chosen()];

/** Fills `fieldset` with the choices, and calls `changed` on each new one. */
export function makeRanges(fieldset, changed) {
  for (const [key, { title }] of Object.entries(RANGES)) {
    const input = element("input", { type: "radio", name: "range", value: key });
    input.checked = key === chosen();
    input.addEventListener("change", () => {
      location.replace(`#${key}`);
      changed();
    });
    fieldset.append(element("label", {}, input, element("span", {}, title)));
  }
}

function chosen() {
  const key = location.hash.slice(1);
  return Object.hasOwn(RANGES, key) ? key : FIRST;
}
