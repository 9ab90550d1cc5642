// The dashboard: asks the local server every few seconds, and draws what it answers.
import "uplot/dist/uPlot.min.css";
import "./page.css";

import { showAlerts } from "./alerts.js";
import { liveSource } from "./live.js";
import { prometheusSource } from "./prometheus.js";
import { currentRange, makeRanges } from "./ranges.js";
import { asProblem, getJson } from "./server.js";
import { makeSections } from "./sections.js";
import { clock } from "./units.js";

const REFRESH_MS = 5000;
const byId = (id) => document.getElementById(id);

const seen = { tiles: [], alerts: {}, updated: null, timer: null, busy: false, again: false };

/** Answers PromQL where there is Prometheus, and else the metrics' totals. */
async function currentSource(alerts) {
  if (alerts) return prometheusSource(currentRange(), Date.now() / 1000);
  return liveSource(await getJson("/live.json"), currentRange());
}

async function load() {
  const dashboard = await getJson("/tiles.json");
  seen.alerts = dashboard.alerts;
  seen.tiles = makeSections(byId("sections"), dashboard, refresh);
}

async function draw() {
  if (!seen.tiles.length) await load();
  const { alerts = null, notice, problem } = await getJson("/alerts.json").catch(asProblem);
  say(byId("notice"), problem ?? notice);
  showAlerts(byId("alerts"), alerts, seen.alerts);
  const source = await currentSource(alerts);
  const shown = seen.tiles.filter((tile) => tile.inView());
  await Promise.all(shown.map((tile) => tile.refresh(source)));
}

async function refresh() {
  clearTimeout(seen.timer);
  if (seen.busy) {
    seen.again = true;
    return;
  }
  seen.busy = true;
  do {
    seen.again = false;
    await attempt();
  } while (seen.again);
  seen.busy = false;
  if (!document.hidden) seen.timer = setTimeout(refresh, REFRESH_MS);
}

async function attempt() {
  try {
    await draw();
    seen.updated = new Date();
    byId("updated").textContent = `Updated ${clock(seen.updated)}`;
    say(byId("gone"), "");
  } catch (error) {
    const since = seen.updated ? ` Figures are as of ${clock(seen.updated)}.` : "";
    say(byId("gone"), `${error.message}.${since}`);
  }
}

function say(element, text) {
  element.hidden = !text;
  if (element.textContent !== text) element.textContent = text;
}

makeRanges(byId("ranges"), refresh);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
refresh();
