// Checks of one client: each has a name and asserts values. The report says what passed, failed and was refused.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const home = `${process.env.CLIENTS_NODE}/node_modules/jsforce`;
export const jsforce = require(home);
const { Transport } = require(`${home}/lib/transport.js`);

export const FOLDER = process.env.CLIENTS_FOLDER;
export const READY = JSON.parse(readFileSync(`${FOLDER}/ready.json`));
export const ADMIN = 'admin@practice.usher.example';
export const PASSWORD = 'correct horse 1';
export const APP = {
  clientId: '3MVG9.clients',
  clientSecret: 'clients-secret',
  redirectUri: 'http://localhost:1717/OauthRedirect',
};
export const VERSION = '62.0';

export const connected = (options = {}) =>
  new jsforce.Connection({
    instanceUrl: READY.url,
    loginUrl: READY.url,
    accessToken: READY.token,
    version: VERSION,
    ...options,
  });
export const conn = connected();

const report = {
  client: 'jsforce',
  version: JSON.parse(readFileSync(`${home}/package.json`)).version,
  passed: [],
  failed: [],
  refused: [],
};

/** What of a body tells requests apart: SOAP repeats its header in each. */
const told = (body) => String(body ?? '').replace(/^.*<soapenv:Body/s, '<Body').slice(0, 700);
let last = '';
const send = Transport.prototype.httpRequest;
Transport.prototype.httpRequest = function (request, options) {
  const answer = send.call(this, request, options);
  last = `${request.method} ${request.url} ${told(request.body)} → none yet`;
  answer.then(
    (got) => {
      last = `${request.method} ${request.url} ${told(request.body)} → ${got.statusCode} ${told(got.body)}`;
    },
    () => {},
  );
  return answer;
};

/** Runs the function. An exception is a failure; the next check goes on. */
export async function check(name, run) {
  const begin = performance.now();
  last = '';
  try {
    let timer;
    const late = new Promise((_, no) => {
      timer = setTimeout(() => no(new Error('no answer within 60 s')), 60_000);
    });
    await Promise.race([run(), late]).finally(() => clearTimeout(timer));
    report.passed.push(name);
    console.log(`  ok      ${name} (${((performance.now() - begin) / 1000).toFixed(1)} s)`);
    return true;
  } catch (error) {
    const line = /tests\/clients\/jsforce\/(?!checks)(\w+\.mjs:\d+)/.exec(error.stack ?? '')?.[1];
    const why = `${error.name}: ${error.message}`.slice(0, 1500);
    report.failed.push({ name, line, why, exchange: last });
    console.log(`  FAILED  ${name} (${line}): ${why}\n          ${last}`);
    return false;
  }
}

/** A refusal that is right: the function asserts its code. It counts apart, with the reason. */
export async function refused(name, reason, run) {
  if (await check(name, run)) {
    report.passed.pop();
    report.refused.push({ name, reason });
  }
}

/** The error that the function must end with. */
export async function raises(run) {
  let got;
  try {
    got = await run();
  } catch (error) {
    return error;
  }
  throw new Error(`it was not refused: ${JSON.stringify(got)}`);
}

export const equal = assert.deepStrictEqual;
export const holds = (text, part) =>
  assert.ok(String(text).includes(part), `'${part}' is not in '${String(text).slice(0, 800)}'`);

/** The first true answer of the function. */
export async function waitFor(thing, run, seconds = 30) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    const got = await run();
    if (got) return got;
    await new Promise((go) => setTimeout(go, 200));
  }
  throw new Error(`${thing}: not within ${seconds} s`);
}

/** A request without any client, for looking afterwards and for what no client has. */
export async function plain(method, path, body, token = READY.token) {
  const answer = await fetch(READY.url + path, {
    method,
    redirect: 'manual',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, location: answer.headers.get('location'), body: text && text[0].match(/[[{]/) ? JSON.parse(text) : text };
}

export async function rows(soql) {
  const { body } = await plain('GET', `/services/data/v${VERSION}/query?q=${encodeURIComponent(soql)}`);
  return body.records.map(({ attributes, ...row }) => row);
}

export function end() {
  writeFileSync(`${FOLDER}/report.json`, JSON.stringify(report, null, 1));
}
