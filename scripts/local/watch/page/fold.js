// A chart's legend has two lines; where it has more names, a button tells how many, and shows them.
import { element } from "./elements.js";

/** Answers the `button` for the legend in `plot`, and `fit`, to call when the legend has changed. */
export function makeFold(card, plot) {
  const button = element("button", { type: "button", class: "more", "aria-expanded": "false", hidden: "" });
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", String(!isOpen()));
    fit();
  });
  const isOpen = () => button.getAttribute("aria-expanded") === "true";

  function fit() {
    plot.classList.remove("unfolded");
    const legend = plot.querySelector(".u-legend");
    const hidden = legend && !plot.hidden ? hiddenIn(legend) : 0;
    button.hidden = !hidden;
    const open = hidden > 0 && isOpen();
    const height = open ? legend.scrollHeight - legend.clientHeight : 0;
    plot.classList.toggle("unfolded", open);
    card.style.setProperty("--more", `${height}px`);
    button.textContent = open ? "fewer" : `+${hidden} more`;
  }

  return { button, fit };
}

function hiddenIn(legend) {
  const end = legend.getBoundingClientRect().bottom + 1;
  const names = [...legend.querySelectorAll(".u-series")];
  return names.filter((name) => name.getBoundingClientRect().bottom > end).length;
}
