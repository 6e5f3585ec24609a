// Runs commands of the Salesforce CLI one after the other in one process: loading it takes longer than most commands.
// Each line of standard input is a list of words, each line of standard output the code and what the command wrote.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const root = process.argv[2];
const core = createRequire(`${root}/package.json`).resolve('@oclif/core');
const { Config, run, settings } = await import(pathToFileURL(core));
settings.enableAutoTranspile = false;
const config = new Config({ root });
await config.load();

const write = process.stdout.write.bind(process.stdout);
for await (const line of createInterface({ input: process.stdin })) {
  let text = '';
  process.stdout.write = (part, ...rest) => {
    text += part;
    rest.find((it) => typeof it === 'function')?.();
    return true;
  };
  process.exitCode = undefined;
  let code = 0;
  try {
    await run(JSON.parse(line), config);
    code = Number(process.exitCode ?? 0);
  } catch (error) {
    code = Number(process.exitCode || error?.oclif?.exit || error?.exitCode || 1);
    if (!text) text = String(error?.stack ?? error);
  }
  process.stdout.write = write;
  write(`${JSON.stringify({ code, text })}\n`);
}
