// The newest errors that the functions have logged.
import { element } from "./elements.js";
import { asProblem, getJson } from "./server.js";
import { clock } from "./units.js";

const HEADINGS = ["Time", "Severity", "Function", "Message"];

export function makeLog(_tile, card, body) {
  const empty = element("p", { class: "empty" });
  const rows = element("tbody");
  const head = element("tr", {}, ...HEADINGS.map((text) => element("th", { scope: "col" }, text)));
  const table = element("table", {}, element("thead", {}, head), rows);
  body.append(empty, table);
  let shown = "";

  return {
    async refresh() {
      const { log = [], problem } = await getJson("/log.json").catch(asProblem);
      const text = JSON.stringify(log);
      empty.textContent = problem ?? "no errors yet";
      empty.hidden = log.length > 0;
      card.classList.toggle("calm", !log.length);
      table.hidden = !log.length;
      if (text !== shown) rows.replaceChildren(...log.map(row));
      shown = text;
    },
  };
}

function row({ severity, time, message, request, function: name }) {
  return element(
    "tr",
    { "data-log": severity, title: request ? `request ${request}` : "" },
    element("td", {}, Date.parse(time) ? clock(new Date(time)) : time),
    element("td", {}, severity),
    element("td", {}, name),
    element("td", {}, message),
  );
}
