// Makes a component of a plugin in JavaScript: `node build.mjs FOLDER OUT`. Node 20 or later, with the packages of
// package-lock.json beside this file. FOLDER has plugin.js, manifest.json and sdk/.
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { componentize } from "componentize-qjs";

const [folder, out] = process.argv.slice(2).map((path) => resolve(path));
const read = (path) => readFile(path, "utf8");

const [, version] = /^package usher:step@([0-9A-Za-z.-]+);/m.exec(await read(`${folder}/sdk/step.wit`));
const manifest = await read(`${folder}/manifest.json`);
const entry = await read(new URL("entry.js", import.meta.url));
const source = entry.replaceAll("{{contract}}", () => version).replace("{{manifest}}", () => JSON.stringify(manifest));

// Plain calls (`sync`), no WASI import, and the small engine: 1.2 MB.
const { component } = await componentize({
  witPath: `${folder}/sdk/step.wit`,
  world: "step",
  jsSource: source,
  // A file of the folder, so that its modules are found. It must not be plugin.js, which the source imports.
  jsPath: `${folder}/manifest.json`,
  moduleRoot: folder,
  sync: true,
  stubWasi: true,
  optSize: true,
});
await writeFile(out, component);
