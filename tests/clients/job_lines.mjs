// How a driver and the tests talk: a line of JSON each way on standard input and output.
//   in:   {"id", ...job}
//   out:  {"ready": true}, then {"id", "reported"} and, last for each job, {"id", "record"}
//         or {"id", "problem"} where the scenario itself is at fault
import { createInterface } from "node:readline";

/** Runs jobs with `run(job, report)` as they come, many at once, until standard input ends. */
export async function serveJobs(run) {
  say({ ready: true });
  for await (const line of createInterface({ input: process.stdin })) {
    perform(JSON.parse(line), run);
  }
}

async function perform({ id, ...job }, run) {
  try {
    const record = await run(job, (reported) => say({ id, reported }));
    say({ id, record });
  } catch (error) {
    say({ id, problem: error.stack });
  }
}

function say(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
