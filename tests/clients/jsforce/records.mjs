// Records, describes, and what hangs on them.
import { check, conn, connected, equal, holds, raises, refused, rows } from './checks.mjs';

await check('records: create, retrieve, update, destroy', async () => {
  const made = await conn.sobject('Account').create({ Name: 'Northwind', BillingCity: 'Bergen' });
  equal([made.success, made.errors, made.id.slice(0, 3), made.id.length], [true, [], '001', 18]);
  const read = await conn.sobject('Account').retrieve(made.id);
  equal([read.Name, read.BillingCity, read.attributes.type], ['Northwind', 'Bergen', 'Account']);
  equal((await conn.sobject('Account').update({ Id: made.id, BillingCity: 'Oslo' })).success, true);
  equal(await rows(`SELECT BillingCity FROM Account WHERE Id = '${made.id}'`), [{ BillingCity: 'Oslo' }]);
  equal((await conn.sobject('Account').destroy(made.id)).success, true);
  equal((await raises(() => conn.sobject('Account').retrieve(made.id))).errorCode.length > 0, true);
});

await check('records: several at once (collections), in part and all or none', async () => {
  const body = Array.from({ length: 450 }, (_, n) => ({ LastName: `Many ${n}` }));
  body[7].LastName = '';
  const some = await conn.sobject('Contact').create(body, { allowRecursive: true });
  equal([some.length, some.filter((it) => it.success).length], [450, 449]);
  equal(some[7].errors[0].statusCode, 'REQUIRED_FIELD_MISSING');
  const ids = some.filter((it) => it.success).slice(0, 3).map((it) => it.id);
  const read = await conn.sobject('Contact').retrieve(ids);
  equal(read.map((it) => it.LastName), ['Many 0', 'Many 1', 'Many 2']);
  const updated = await conn.sobject('Contact').update(ids.map((Id) => ({ Id, FirstName: 'Up' })), { allOrNone: true });
  equal(updated.every((it) => it.success), true);
  equal((await conn.sobject('Contact').destroy(ids)).every((it) => it.success), true);
  equal((await conn.query("SELECT COUNT() FROM Contact WHERE FirstName = 'Up'")).totalSize, 0);
});

await check('records: upsert by an idLookup field', async () => {
  const first = await conn.sobject('Contact').upsert({ LastName: 'One', Email: 'js.one@example.com' }, 'Email');
  equal([first.success, first.created], [true, true]);
  const second = await conn.sobject('Contact').upsert({ LastName: 'Two', Email: 'js.one@example.com' }, 'Email');
  equal([second.success, second.created ?? false], [true, false]);
  equal(await rows("SELECT LastName FROM Contact WHERE Email = 'js.one@example.com'"), [{ LastName: 'Two' }]);
});

await check('records: updated and deleted since', async () => {
  const [seen, gone] = await conn.sobject('Account').create([{ Name: 'Seen' }, { Name: 'Gone' }]);
  await conn.sobject('Account').destroy(gone.id);
  const [begin, end] = [new Date(Date.now() - 600_000), new Date(Date.now() + 600_000)];
  equal((await conn.sobject('Account').updated(begin, end)).ids.includes(seen.id), true);
  equal((await conn.sobject('Account').deleted(begin, end)).deletedRecords.some((it) => it.id === gone.id), true);
});

await check('records: recent, tabs, theme', async () => {
  equal(Array.isArray(await conn.recent()), true);
  equal(Array.isArray(await conn.tabs()), true);
  equal(typeof (await conn.theme()), 'object');
});

await check('records: list views and layouts of an object', async () => {
  equal(Array.isArray((await conn.sobject('Contact').listviews()).listviews), true);
  equal(Array.isArray((await conn.sobject('Contact').layouts()).layouts), true);
  equal(Array.isArray((await conn.sobject('Contact').compactLayouts()).compactLayouts), true);
});

for (const [name, code, run] of [
  ['a required field is missing', 'REQUIRED_FIELD_MISSING', () => conn.sobject('Contact').create({ FirstName: 'A' })],
  ['an unknown field', 'INVALID_FIELD', () => conn.sobject('Contact').create({ LastName: 'A', Nope__c: 1 })],
  ['an unknown object', 'NOT_FOUND', () => conn.sobject('Nope__c').create({ Name: 'A' })],
  ['an id that is none', 'MALFORMED_ID', () => conn.sobject('Contact').update({ Id: 'nope', LastName: 'A' })],
  ['a query that is wrong', 'MALFORMED_QUERY', () => conn.query('SELECT FROM User')],
  ['a field that is not there', 'INVALID_FIELD', () => conn.query('SELECT Nope FROM User')],
  ['an object that is not there', 'INVALID_TYPE', () => conn.query('SELECT Id FROM Nope')],
]) {
  await refused(`errors: ${name}`, `Salesforce's ${code}`, async () => {
    const error = await raises(run);
    equal(error.errorCode === code || (code === 'MALFORMED_ID' && error.errorCode === 'NOT_FOUND'), true);
  });
}

await refused('errors: search', 'the practice org has no search index, and says so', async () => {
  const error = await raises(() => conn.search('FIND {Doe} IN ALL FIELDS RETURNING Contact(Id)'));
  equal(error.errorCode, 'FUNCTIONALITY_NOT_ENABLED');
});

await refused('errors: a version that Salesforce has retired', "Salesforce's 410 below 31.0", async () => {
  equal((await raises(() => connected({ version: '20.0' }).query('SELECT Id FROM User'))).errorCode, 'GONE');
});

await check('describe: an object, and all', async () => {
  const contact = await conn.sobject('Contact').describe();
  const fields = Object.fromEntries(contact.fields.map((it) => [it.name, it]));
  equal([contact.name, contact.keyPrefix, contact.undeletable], ['Contact', '003', true]);
  equal([fields.Email.type, fields.Email.idLookup, fields.Email.soapType], ['email', true, 'xsd:string']);
  equal([fields.AccountId.referenceTo, fields.AccountId.relationshipName], [['Account'], 'Account']);
  const all = await conn.describeGlobal();
  equal(all.sobjects.find((it) => it.name === 'User').keyPrefix, '005');
  equal((await conn.describe$('Contact')).name, 'Contact');
});

await check('limits and API usage', async () => {
  const limits = await conn.limits();
  equal(limits.DailyApiRequests.Max >= limits.DailyApiRequests.Remaining, true);
  equal(conn.limitInfo.apiUsage.limit, limits.DailyApiRequests.Max);
});

await check('permission sets: assign, refuse twice, take back', async () => {
  const [user] = await rows("SELECT Id FROM User WHERE Profile.Name = 'Standard User' AND IsActive = true LIMIT 1");
  const [set] = await rows("SELECT Id FROM PermissionSet WHERE Name = 'Advisor'");
  const body = { AssigneeId: user.Id, PermissionSetId: set.Id };
  const made = await conn.sobject('PermissionSetAssignment').create(body);
  equal([made.success, made.id.slice(0, 3)], [true, '0Pa']);
  equal((await raises(() => conn.sobject('PermissionSetAssignment').create(body))).errorCode, 'DUPLICATE_VALUE');
  equal((await conn.sobject('PermissionSetAssignment').destroy(made.id)).success, true);
  equal(await rows(`SELECT Id FROM PermissionSetAssignment WHERE Id = '${made.id}'`), []);
});

await check('users: set and reset a password', async () => {
  const [user] = await rows("SELECT Id FROM User WHERE Profile.Name = 'Standard User' AND IsActive = true LIMIT 1");
  const path = `/sobjects/User/${user.Id}/password`;
  equal(await conn.requestPost(path, { NewPassword: 'Another horse 2' }) ?? 'empty', 'empty');
  equal((await conn.requestGet(path)).isExpired, false);
  equal((await conn.requestDelete(path)).NewPassword.length >= 8, true);
});

await check('composite: batch', async () => {
  const got = await conn.requestPost('/composite/batch', {
    batchRequests: [
      { method: 'GET', url: 'v62.0/limits' },
      { method: 'GET', url: 'v62.0/sobjects/Nope/describe' },
    ],
  });
  equal([got.hasErrors, got.results.map((it) => it.statusCode)], [true, [200, 404]]);
});
