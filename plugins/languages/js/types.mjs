// Writes sdk/usher.d.ts: the SDK's types for TypeScript, from the comments in its sources, as one file. The checks of
// TypeScript come with it. `node types.mjs TYPESCRIPT [--check]`; TYPESCRIPT is the folder of the package typescript.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [typescript, check] = process.argv.slice(2);
const sdk = new URL("sdk/", import.meta.url).pathname;
const OUT = join(sdk, "usher.d.ts");
// Modules that are not for authors.
const INNER = ["complete.js", "contract.js"];
const sources = readdirSync(sdk).filter((name) => name.endsWith(".js"));

const folder = mkdtempSync(join(tmpdir(), "usher-types-"));
try {
  const flags = ["--allowJs", "--checkJs", "--strict", "--declaration", "--emitDeclarationOnly", "--outDir", folder];
  const target = ["--target", "es2023", "--module", "es2022", "--moduleResolution", "bundler", "--lib", "es2023,dom"];
  const files = sources.map((name) => join(sdk, name));
  execFileSync(process.execPath, [join(typescript, "bin", "tsc"), ...flags, ...target, ...files], { stdio: "inherit" });
  const parts = sources.filter((name) => !INNER.includes(name)).map((name) => declarations(join(folder, name.replace(/js$/, "d.ts"))));
  const text = `// Written by types.mjs from the SDK's sources.\n\n${parts.join("\n")}`;
  if (check === undefined) writeFileSync(OUT, text);
  else if (readFileSync(OUT, "utf8") !== text) throw new Error(`${OUT} is not as types.mjs writes it: run types.mjs`);
} finally {
  rmSync(folder, { recursive: true });
}

/** The declarations of one module, as they stand in one file with all others. */
function declarations(path) {
  const lines = readFileSync(path, "utf8").split("\n");
  return lines
    .filter((line) => !/^(import|export) .* from "\.\/.*";$|^export type (\w+) = import\("\.\/[\w.]+"\)\.\2;$/.test(line))
    .map((line) => line.replace(/import\("\.\/[\w.]+"\)\./g, ""))
    .join("\n");
}
