// node shoot.mjs CHROMIUM URL FILE SCHEME: takes the page's picture once all of it is drawn.
import { chromium } from "playwright-core";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"];
const PATIENCE_MS = 60000;
const DRAWN = ["#alerts .firing", "#alerts .pending", ".number polyline", ".lines canvas"];

const [executablePath, url, path, colorScheme] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, headless: true, args: FLAGS });
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme });
  await page.goto(url);
  const waits = DRAWN.map((drawn) => page.locator(drawn).first().waitFor({ timeout: PATIENCE_MS }));
  await Promise.all(waits);
  const before = await page.locator("#updated").innerText();
  await page.locator(`#updated:not(:text-is("${before}"))`).waitFor({ timeout: PATIENCE_MS });
  await page.screenshot({ path });
} finally {
  await browser.close();
}
