// Builds one VSIX per platform into vscode-client/out: `node package.mjs [TARGET...]`, without words for this machine.
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import process from "node:process";

// What the links in the README are relative to, for those who read it in the marketplace.
const SITE = "https://sessile.dev/vscode-client";
const client = path.dirname(import.meta.dirname);
const root = path.dirname(client);
const python = path.join(root, ".venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
const run = (command, ...args) => execFileSync(command, args, { cwd: client, stdio: ["ignore", "inherit", "inherit"] });
const musl = () => process.platform === "linux" && !process.report.getReport().header.glibcVersionRuntime;

const targets = process.argv.slice(2);
if (targets.length === 0) {
  targets.push(`${musl() ? "alpine" : process.platform}-${process.arch}`);
}
const { version } = JSON.parse(readFileSync(path.join(client, "package.json"), "utf8"));
execFileSync("sh", [path.join(root, "scripts", "venv")], { stdio: "inherit" });
mkdirSync(path.join(client, "out"), { recursive: true });
cpSync(path.join(root, "docs", "images"), path.join(client, "images"), { recursive: true });
copyFileSync(path.join(root, "LICENSE"), path.join(client, "LICENSE"));
run("node", "esbuild.mjs");
for (const target of targets) {
  const vsix = path.join("out", `sessile-${version}-${target}.vsix`);
  run(python, path.join("scripts", "bundle.py"), target);
  const links = ["--baseContentUrl", SITE, "--baseImagesUrl", SITE, "--allow-missing-repository"];
  run("npx", "vsce", "package", "--target", target, "--out", vsix, "--no-dependencies", ...links);
  console.log(`${vsix}: ${(statSync(path.join(client, vsix)).size / 1e6).toFixed(1)} MB`);
}
