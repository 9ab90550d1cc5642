// node dashboard.mjs EXECUTABLE: shows the dashboard's page in headless Chromium, and tells what is
// on it. The window is high enough for all tiles to be in view.
import { chromium } from "playwright-core";

import { serveJobs } from "./job_lines.mjs";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"];
const VIEWPORT = { width: 1440, height: 9000 };
const PATIENCE_MS = 28000; // less than client.py waits

const [executablePath] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, headless: true, args: FLAGS });
const seen = { page: null, console: [], hosts: new Set() };

async function opened({ url }) {
  await seen.page?.close();
  Object.assign(seen, { page: await browser.newPage({ viewport: VIEWPORT }), console: [], hosts: new Set() });
  seen.page.on("console", (message) => message.type() === "log" || seen.console.push(message.text()));
  seen.page.on("pageerror", (error) => seen.console.push(error.stack));
  seen.page.on("request", (request) => seen.hosts.add(new URL(request.url()).host));
  await seen.page.goto(url);
}

const found = ({ selector, text }) => seen.page.locator(selector, text && { hasText: text }).first();

const actions = {
  open: opened,
  text: async (job) => (await found(job).innerText({ timeout: PATIENCE_MS })).trim(),
  shown: async (job) => found(job).waitFor({ timeout: PATIENCE_MS }),
  press: async ({ selector, key }) => seen.page.locator(selector).first().press(key),
  fits: async ({ selector }) =>
    seen.page.locator(selector).evaluate((each) => each.scrollHeight <= each.clientHeight),
  address: async () => seen.page.url(),
  count: async ({ selector }) => seen.page.locator(selector).count(),
  noise: async () => ({ console: seen.console, hosts: [...seen.hosts] }),
};

try {
  await serveJobs(async ({ action, ...job }) => ({ answer: (await actions[action](job)) ?? null }));
} finally {
  await browser.close();
}
