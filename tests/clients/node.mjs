// node node.mjs: plays the scenarios in Node.
import { serveJobs } from "./job_lines.mjs";
import { run } from "./scenarios.mjs";

await serveJobs(run);
process.exit(); // nobody waits for what is still being played
