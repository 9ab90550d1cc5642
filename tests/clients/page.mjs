// The page that plays the scenarios in a browser; chromium.mjs bundles it and calls `play`.
import { run } from "./scenarios.mjs";

globalThis.play = (number, job) =>
  run(JSON.parse(job), (reported) => globalThis.report(number, reported));
