// The dashboard's sections and the grid of each one's tiles.
import { element } from "./elements.js";
import { makeLines } from "./lines.js";
import { makeLog } from "./log.js";
import { makeNumber } from "./number.js";

// Alerts have no tile here: they are on top of the page.
const MAKERS = { number: makeNumber, lines: makeLines, logs: makeLog };

const LEAST_WIDTH = 6; // columns of a number
const MARGIN = "200px"; // below the window, so that a tile is drawn before it is scrolled to

/**
 * Fills `main` and answers its tiles, each with `refresh(source)` and `inView()`; calls
 * `entered` when tiles come into view.
 */
export function makeSections(main, { columns, sections }, entered) {
  main.style.setProperty("--columns", columns);
  const inView = watchView(entered);
  const shown = sections.map(({ title, tiles }) => ({
    title,
    tiles: inOneRow(
      tiles.filter(({ show }) => show in MAKERS),
      columns,
    ),
  }));
  return shown
    .filter(({ tiles }) => tiles.length)
    .flatMap((section) => makeSection(main, section, inView));
}

/** Numbers that have a section for themselves fill its row: the alerts beside them are above. */
function inOneRow(tiles, columns) {
  if (!tiles.every(({ show }) => show === "number")) return tiles;
  const width = Math.max(LEAST_WIDTH, Math.floor(columns / tiles.length));
  return tiles.map((tile) => ({ ...tile, width }));
}

/** Answers what begins to watch a card, and answers how to ask whether it is in view. */
function watchView(entered) {
  const cards = new Set();
  const observer = new IntersectionObserver(
    (changes) => {
      for (const { target, isIntersecting } of changes) cards[isIntersecting ? "add" : "delete"](target);
      if (changes.some(({ isIntersecting }) => isIntersecting)) entered();
    },
    { rootMargin: MARGIN },
  );
  return (card) => {
    observer.observe(card);
    return () => cards.has(card);
  };
}

function makeSection(main, { title, tiles }, inView) {
  const grid = element("div", { class: "grid" });
  main.append(element("section", { "aria-label": title }, element("h2", {}, title), grid));
  return tiles.map((tile) => {
    const { card, body } = makeCard(tile);
    grid.append(card);
    return { ...MAKERS[tile.show](tile, card, body), inView: inView(card) };
  });
}

function makeCard({ title, what, show, width, height }) {
  const body = element("div", { class: "body" });
  const card = element(
    "article",
    { class: `tile ${show}`, tabindex: "0", title: what, "aria-label": title },
    element("h3", {}, title),
    element("p", { class: "what" }, what),
    body,
  );
  card.style.setProperty("--width", width);
  card.style.setProperty("--height", height);
  return { card, body };
}
