// node chromium.mjs EXECUTABLE: plays the scenarios in a page of headless Chromium.
//
// The page is served on a port of its own, so each of its calls is a cross-origin one.
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { chromium } from "playwright-core";

import { serveJobs } from "./job_lines.mjs";

const HTML = '<!doctype html><title>App</title><script type="module" src="/app.js"></script>';
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

async function bundled() {
  const entry = fileURLToPath(new URL("page.mjs", import.meta.url));
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    write: false,
  });
  return outputFiles[0].text;
}

async function served(script) {
  const server = createServer(({ url }, answer) => {
    const [type, body] = url === "/app.js" ? ["text/javascript", script] : ["text/html", HTML];
    answer.writeHead(200, { "Content-Type": `${type}; charset=utf-8` }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

const [executablePath] = process.argv.slice(2);
const server = await served(await bundled());
const browser = await chromium.launch({ executablePath, headless: true, args: FLAGS });
try {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(error));
  const reports = [];
  await page.exposeFunction("report", (number, reported) => reports[number](reported));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction("globalThis.play");
  await serveJobs((job, report) => {
    const number = reports.push(report) - 1;
    return page.evaluate(([n, text]) => globalThis.play(n, text), [number, JSON.stringify(job)]);
  });
} finally {
  await browser.close();
  server.close();
}
