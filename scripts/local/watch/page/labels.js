// Where labels of thresholds go: beside each other where they would be above one another.

const HEIGHT = 12; // pixels of a label

/**
 * Answers each label's `place` in its row, from the left, and its `lift`: how many pixels the row
 * is above the label's own line. A row stands on the highest line of those that are close.
 */
export function rowsOf(tops) {
  const rows = tops.map(() => ({ place: 0, lift: 0 }));
  const order = tops.map((_, index) => index).sort((one, other) => tops[one] - tops[other]);
  order.slice(1).forEach((index, before) => {
    const above = order[before];
    const lift = tops[index] - tops[above] + rows[above].lift;
    if (lift < HEIGHT) rows[index] = { place: rows[above].place + 1, lift };
  });
  return rows;
}
