// Bundles the extension into dist/extension.js; with --tests, each test file into out/test/ for node's test runner.
import { rm } from "node:fs/promises";
import { build } from "esbuild";

const tests = process.argv.includes("--tests");
const outdir = tests ? "out/test" : "dist";
await rm(outdir, { recursive: true, force: true });
await build({
  entryPoints: tests ? ["test/*.test.ts"] : ["src/extension.ts"],
  outdir,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["vscode"],
  minify: !tests,
  sourcemap: tests ? "inline" : false,
  logLevel: "warning",
});
