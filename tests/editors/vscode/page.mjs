// Shows code-server in a browser and acts there as somebody would: `node page.mjs URL`. Each line on standard input is a
// JSON array of an action's name and its words, each line on standard output the JSON of what came of it. It ends with
// its input.
import readline from "node:readline";
import process from "node:process";
import { chromium } from "playwright-core";

const url = process.argv[2];
const PATIENCE = 30_000;
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags });
const context = await browser.newContext({ viewport: { width: 920, height: 560 } });
const ours = (address) => address.hostname === new URL(url).hostname || !address.protocol.startsWith("http");
await context.route(
  (address) => !ours(address),
  (route) => route.abort(),
);
const page = await context.newPage();
page.setDefaultTimeout(PATIENCE);

const keys = page.keyboard;
const box = page.locator(".quick-input-widget input.input");
const choices = page.locator(".quick-input-list .monaco-list-row");
const menu = page.locator(".action-widget .monaco-list-row.action");
const texts = (rows) =>
  rows.evaluateAll((all) => all.map((each) => each.getAttribute("aria-label") ?? each.textContent));

const actions = {
  open: async () => {
    await page.goto(url, { waitUntil: "domcontentloaded" });
    await page.locator(".monaco-workbench").waitFor({ timeout: 2 * PATIENCE });
  },
  press: (key) => keys.press(key),
  type: (text) => keys.type(text),
  command: async (title) => {
    await keys.press("F1");
    await box.fill(`>${title}`);
    await choices.first().waitFor();
    await keys.press("Enter");
  },
  file: async (name) => {
    await keys.press("Control+P");
    await box.fill(name);
    await page
      .locator(`.quick-input-list .monaco-list-row[aria-label*="${name.split("/").pop()}"]`)
      .first()
      .waitFor();
    await keys.press("Enter");
    await page.locator(".editor-instance .view-lines").first().waitFor();
  },
  place: async (line, column) => {
    await keys.press("Control+G");
    await box.fill(`:${line}:${column}`);
    await keys.press("Enter");
    await box.waitFor({ state: "hidden" });
  },
  choices: async () => {
    await choices.first().waitFor();
    return texts(choices);
  },
  choose: async (text) => {
    await box.fill(text);
    await choices.filter({ hasText: text }).first().waitFor();
    await keys.press("Enter");
  },
  // What stands in the text without being of it.
  hints: async () =>
    page.locator(".view-line").evaluateAll((lines) => lines.map((line) => line.textContent.replaceAll("\u00a0", " "))),
  squiggles: async (kind) => {
    await page.locator(`.squiggly-${kind}`).first().waitFor();
    return page.locator(`.squiggly-${kind}`).count();
  },
  hover: async (text) => {
    await actions.command("Show or Focus Hover");
    const shown = page.locator(".monaco-hover:visible", { hasText: text }).first();
    await shown.waitFor();
    return shown.innerText();
  },
  fixes: async () => {
    await keys.press("Control+.");
    await menu.first().waitFor();
    return texts(menu);
  },
  // By keyboard, since something lies over the menu and takes the clicks.
  fix: async (title) => {
    const focused = page.locator(".action-widget .monaco-list-row.action.focused");
    for (let left = await menu.count(); left > 0; left--) {
      if ((await focused.getAttribute("aria-label"))?.includes(title)) {
        await keys.press("Enter");
        await page.locator(".action-widget").waitFor({ state: "hidden" });
        return;
      }
      await keys.press("ArrowDown");
    }
    throw new Error(`no entry "${title}"`);
  },
  // Shows a finding in the Problems panel, with its story.
  problem: async (text) => {
    await actions.command("Problems: Focus on Problems View");
    const row = page.locator(".markers-panel .monaco-list-row", { hasText: text }).first();
    await row.waitFor();
    await page.locator('.markers-panel .monaco-list-row[aria-level="3"]').first().waitFor();
  },
  // The language status items, as their button in the status bar tells them.
  status: async () =>
    page.locator(".editor-status-language, [id='status.languageStatus']").first().getAttribute("aria-label"),
  wait: async (selector, text) => {
    const found = page.locator(selector, text ? { hasText: text } : {}).first();
    await found.waitFor();
    return found.innerText();
  },
  click: (selector, text) =>
    page
      .locator(selector, text ? { hasText: text } : {})
      .first()
      .click(),
  clear: () =>
    page
      .locator(".notifications-toasts .action-label.codicon-notifications-clear-all")
      .first()
      .click({ timeout: 500 })
      .catch(() => undefined),
  toasts: () => page.locator(".notification-list-item-message").allInnerTexts(),
  html: (selector) => page.locator(selector).first().innerHTML(),
  shot: async (path, clip) => {
    await page.screenshot({ path, ...(clip ? { clip } : {}) });
  },
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  const [name, ...words] = JSON.parse(line);
  let answer;
  try {
    answer = { ok: (await actions[name](...words)) ?? null };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();
