// Queries, their pages, Bulk 2.0.
import { check, conn, equal, holds, raises, refused, rows } from './checks.mjs';

await check('query: pages, queryMore, batch size, events', async () => {
  const body = Array.from({ length: 2200 }, (_, n) => ({ LastName: `Page ${String(n).padStart(4, '0')}` }));
  const made = await conn.sobject('Contact').create(body, { allowRecursive: true, allOrNone: true });
  equal(made.every((it) => it.success), true);
  const soql = "SELECT LastName FROM Contact WHERE LastName LIKE 'Page %' ORDER BY LastName";
  const first = await conn.query(soql);
  equal([first.totalSize, first.done, first.records.length], [2200, false, 2000]);
  const rest = await conn.queryMore(first.nextRecordsUrl);
  equal([rest.done, rest.records.length, rest.records[199].LastName], [true, 200, 'Page 2199']);
  equal((await conn.query(soql, { headers: { 'Sforce-Query-Options': 'batchSize=250' } })).records.length, 250);
  const all = await conn.query(soql).execute({ autoFetch: true, maxFetch: 3000 });
  equal([all.length ?? all.records.length], [2200]);
});

await check('query: find, count, select children by the builder', async () => {
  equal(await conn.sobject('Contact').count({ LastName: { $like: 'Page %' } }), 2200);
  const found = await conn.sobject('Account').find({ Name: 'Bergheim Trading' }, 'Id, Name').include('Contacts').select('Name').orderby('Name').end().execute();
  equal(found[0].Contacts.records.map((it) => it.Name), ['Fanny First', 'Selma Second']);
  equal((await conn.sobject('Contact').findOne({ Email: 'jane.doe@example.com' })).LastName, 'Doe');
});

await check('query: aggregates', async () => {
  const [counted] = (await conn.query("SELECT COUNT(Id) n, MIN(LastName) least FROM Contact WHERE LastName LIKE 'Page %'")).records;
  equal([counted.n, counted.least], [2200, 'Page 0000']);
  const grouped = await conn.query('SELECT ProfileId, COUNT(Id) n FROM User GROUP BY ProfileId HAVING COUNT(Id) > 1 ORDER BY COUNT(Id) DESC');
  equal(grouped.records.length > 0 && grouped.records.every((it) => it.n > 1), true);
});

await check('queryAll: deleted records', async () => {
  const gone = await conn.sobject('Account').create({ Name: 'Deleted one' });
  await conn.sobject('Account').destroy(gone.id);
  const soql = "SELECT Id, IsDeleted FROM Account WHERE Name = 'Deleted one'";
  equal((await conn.query(soql)).totalSize, 0);
  const all = await conn.query(soql, { scanAll: true });
  equal(all.records.map((it) => [it.Id, it.IsDeleted]), [[gone.id, true]]);
});

await check('query: destroy and update what a query finds', async () => {
  await conn.sobject('Contact').create(Array.from({ length: 5 }, () => ({ LastName: 'Sweep' })));
  const updated = await conn.sobject('Contact').find({ LastName: 'Sweep' }).update({ FirstName: 'Soon' });
  equal(updated.every((it) => it.success), true);
  equal((await conn.query("SELECT COUNT() FROM Contact WHERE FirstName = 'Soon'")).totalSize, 5);
  const gone = await conn.sobject('Contact').find({ LastName: 'Sweep' }).destroy();
  equal(gone.length, 5);
});

await check('tooling: query, describe', async () => {
  equal((await conn.tooling.query('SELECT Id FROM ApexClass')).totalSize, 0);
  equal(Array.isArray((await conn.tooling.describeGlobal()).sobjects), true);
});

await refused('tooling: executeAnonymous', 'the practice org runs no Apex, and says so', async () => {
  const got = await conn.tooling.executeAnonymous('System.debug(1);');
  equal([got.success, got.compiled], [false, false]);
  holds(got.compileProblem, 'practice org');
});

conn.bulk2.pollInterval = 200;
conn.bulk2.pollTimeout = 60_000;

await check('bulk 2: insert, with a row that fails', async () => {
  const input = Array.from({ length: 300 }, (_, n) => ({ LastName: `Bulk ${n}`, Email: n === 5 ? 'none' : `jsb${n}@example.com` }));
  const got = await conn.bulk2.loadAndWaitForResults({ object: 'Contact', operation: 'insert', input, pollInterval: 200 });
  equal([got.successfulResults.length, got.failedResults.length, got.unprocessedRecords.length], [299, 1, 0]);
  equal([got.successfulResults[0].sf__Created, got.successfulResults[0].LastName], ['true', 'Bulk 0']);
  holds(got.failedResults[0].sf__Error, 'INVALID_EMAIL_ADDRESS:');
  equal((await conn.query("SELECT COUNT() FROM Contact WHERE LastName LIKE 'Bulk %'")).totalSize, 299);
});

await check('bulk 2: upsert and delete', async () => {
  const got = await conn.bulk2.loadAndWaitForResults({
    object: 'Contact',
    operation: 'upsert',
    externalIdFieldName: 'Email',
    input: [{ Email: 'jsb1@example.com', LastName: 'Bulk 1' }, { Email: 'jsb.new@example.com', LastName: 'Bulk new' }],
    pollInterval: 200,
  });
  equal(got.successfulResults.map((it) => it.sf__Created), ['false', 'true']);
  const input = (await rows("SELECT Id FROM Contact WHERE LastName LIKE 'Bulk %'")).map(({ Id }) => ({ Id }));
  const gone = await conn.bulk2.loadAndWaitForResults({ object: 'Contact', operation: 'delete', input, pollInterval: 200 });
  equal([gone.successfulResults.length, gone.failedResults.length], [300, 0]);
  equal((await conn.query("SELECT COUNT() FROM Contact WHERE LastName LIKE 'Bulk %'")).totalSize, 0);
});

await check('bulk 2: an aborted job', async () => {
  const job = conn.bulk2.createJob({ operation: 'insert', object: 'Contact' });
  await job.open();
  await job.uploadData('LastName\nNever\n');
  await job.abort();
  equal((await job.check()).state, 'Aborted');
  equal(await rows("SELECT Id FROM Contact WHERE LastName = 'Never'"), []);
});

await check('bulk 2: query', async () => {
  const stream = await conn.bulk2.query("SELECT LastName, FirstName FROM Contact WHERE LastName LIKE 'Page %'", { pollInterval: 200 });
  const found = await stream.toArray();
  equal(found.length, 2200);
  equal(Object.keys(found[0]), ['LastName', 'FirstName']);
});

await refused('bulk 2: a query that is wrong', 'the job fails with the reason, or is not made', async () => {
  const error = await raises(() => conn.bulk2.query('SELECT Nope FROM Contact', { pollInterval: 200 }));
  holds(`${error.errorCode} ${error.name} ${error.message}`, 'Nope');
});

await refused('bulk 1', 'Bulk API 1.0 is not here, and the answer says so in its own shape', async () => {
  const job = conn.bulk.createJob('Contact', 'insert');
  const error = await raises(() => new Promise((yes, no) => { job.on('error', no); job.open().then(yes, no); }));
  equal(error.message.length > 0 && error.name !== 'TypeError', true);
});
