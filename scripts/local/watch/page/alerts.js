// The alerts that fire, and those that are about to, on top of the page.
import { element } from "./elements.js";
import { SEVERITIES } from "./severities.js";
import { clock, written } from "./units.js";

const STATES = ["firing", "pending"];

/** Shows Prometheus' `active` alerts; null where nobody knows. `known` is what each one is. */
export function showAlerts(place, active, known) {
  place.hidden = active === null;
  if (active === null) return;
  const rows = active.map((alert) => described(alert, known)).sort(worstFirst);
  const text = JSON.stringify(rows);
  if (place.dataset.shown === text) return; // what has not changed is not read out again
  place.dataset.shown = text;
  place.replaceChildren(rows.length ? list(rows) : quiet(Object.keys(known).length));
}

function described({ labels, state, activeAt, value }, known) {
  const alert = known[labels.alertname] ?? {};
  return {
    name: labels.alertname,
    state,
    severity: alert.severity ?? "P3",
    condition: alert.condition ?? "",
    title: alert.title ?? "",
    whose: labels.function ?? labels.job ?? labels.model ?? "",
    value: written(Number(value), alert.unit ?? "COUNT"),
    since: clock(new Date(activeAt)),
    minutes: alert.minutes,
    runbook: alert.runbook ?? "",
  };
}

const rank = ({ state, severity }) => [STATES.indexOf(state), SEVERITIES.indexOf(severity)].join();
const worstFirst = (one, other) =>
  rank(one).localeCompare(rank(other)) || one.name.localeCompare(other.name);

function quiet(count) {
  return element("p", { class: "quiet" }, `No alert fires, and none is about to. ${count} are watched.`);
}

function list(rows) {
  return element("ul", {}, ...rows.map(row));
}

function row(alert) {
  const state =
    alert.state === "firing"
      ? `firing, past its threshold since ${alert.since}`
      : `pending since ${alert.since}, fires after ${alert.minutes} min`;
  return element(
    "li",
    { class: alert.state, "data-severity": alert.severity },
    element("span", { class: "badge" }, alert.severity),
    element("strong", {}, alert.name),
    element("span", { class: "state" }, state),
    element("span", {}, [alert.title, alert.whose].filter(Boolean).join(": ")),
    element("span", { class: "reading" }, `${alert.value} (${alert.condition})`),
    element("code", {}, alert.runbook),
  );
}
