// node firebase_help.mjs NAME...
//
// Prints, as {name: flags or null}, what the installed Firebase CLI says in the help of each
// command; the name "" stands for the CLI itself. It only looks its own commands up: no network.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const firebase = require("firebase-tools");

const flagsOf = (command) => command.helpInformation().match(/(?<=^\s+|, )--?[A-Za-z][\w-]*/gm) ?? [];

/** Returns the command of this name; the CLI loads one where it is asked for. */
function find(name) {
  firebase.getCommand(name);
  return firebase.cli.commands.find((command) => command.name() === name);
}

const found = { "": flagsOf(firebase.cli) };
for (const name of process.argv.slice(2)) {
  const command = find(name);
  found[name] = command ? flagsOf(command) : null;
}
console.log(JSON.stringify(found));
