// The Metadata API of jsforce, by SOAP and REST; Connect; SOAP partner.
import { createRequire } from 'node:module';
import { check, conn, connected, equal, holds, plain, raises, refused, rows, waitFor } from './checks.mjs';

const Zip = createRequire(`${process.env.CLIENTS_NODE}/node_modules/`)('jszip');
const list = (it) => (it === undefined || it === null ? [] : Array.isArray(it) ? it : [it]);
conn.metadata.pollInterval = 200;
conn.metadata.pollTimeout = 30_000;

const NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"';
async function zipped(name, body) {
  const zip = new Zip();
  zip.file('package.xml', `<?xml version="1.0"?><Package ${NS}><types><members>${name}</members><name>PermissionSet</name></types><version>62.0</version></Package>`);
  zip.file(`permissionsets/${name}.permissionset`, body);
  return zip.generateAsync({ type: 'nodebuffer' });
}
const set = (label) => `<?xml version="1.0"?><PermissionSet ${NS}><label>${label}</label></PermissionSet>`;

await check('metadata: list, describe', async () => {
  const found = list(await conn.metadata.list([{ type: 'Profile' }, { type: 'PermissionSet' }], '62.0'));
  equal(found.some((it) => it.type === 'Profile' && it.fullName === 'Admin'), true);
  equal(found.some((it) => it.type === 'PermissionSet' && it.fullName === 'CLMRuntimeUser'), true);
  equal(list(await conn.metadata.list([{ type: 'ApexClass' }], '62.0')), []);
  const kinds = (await conn.metadata.describe('62.0')).metadataObjects.map((it) => it.xmlName);
  equal(['Profile', 'PermissionSet', 'Network', 'Role'].filter((it) => !kinds.includes(it)), []);
});

await check('metadata: read', async () => {
  const admin = await conn.metadata.read('Profile', 'Admin');
  equal([admin.fullName, admin.userLicense, admin.custom], ['Admin', 'Salesforce', false]);
  equal((await conn.metadata.read('CommunitiesSettings', 'Communities')).enableNetworksEnabled, true);
  const two = await conn.metadata.read('PermissionSet', ['DocGenUser', 'CLMRuntimeUser']);
  equal(two.map((it) => it.label), ['DocGen User', 'CLM Runtime User']);
  equal((await conn.metadata.read('Role', 'CEO')).name, 'CEO');
  equal((await conn.metadata.read('Network', 'Client Portal')).urlPathPrefix, 'clients');
});

await check('metadata: settings, updated', async () => {
  const update = (on) => conn.metadata.update('CommunitiesSettings', { fullName: 'Communities', enableNetworksEnabled: true, enableInviteChatterGuestEnabled: on });
  equal([(await update(true)).success, (await conn.metadata.read('CommunitiesSettings', 'Communities')).enableInviteChatterGuestEnabled], [true, true]);
  equal([(await update(false)).success, (await conn.metadata.read('CommunitiesSettings', 'Communities')).enableInviteChatterGuestEnabled], [true, false]);
});

await check('metadata: create, update, upsert, rename, delete', async () => {
  const made = await conn.metadata.create('PermissionSet', { fullName: 'MadeByJs', label: 'Made' });
  equal([made.success, made.fullName], [true, 'MadeByJs']);
  equal((await conn.metadata.update('PermissionSet', { fullName: 'MadeByJs', label: 'Updated' })).success, true);
  equal(await rows("SELECT Label FROM PermissionSet WHERE Name = 'MadeByJs'"), [{ Label: 'Updated' }]);
  const upserted = await conn.metadata.upsert('PermissionSet', [{ fullName: 'MadeByJs', label: 'Upserted' }, { fullName: 'NewByJs', label: 'New' }]);
  equal(upserted.map((it) => [it.success, it.created]), [[true, false], [true, true]]);
  equal((await conn.metadata.rename('PermissionSet', 'NewByJs', 'NamedByJs')).success, true);
  const gone = await conn.metadata.delete('PermissionSet', ['MadeByJs', 'NamedByJs']);
  equal(gone.map((it) => it.success), [true, true]);
  equal(await rows("SELECT Id FROM PermissionSet WHERE Name LIKE '%ByJs'"), []);
});

await check('metadata: a custom field with an external id, and upsert by it', async () => {
  const made = await conn.metadata.create('CustomField', {
    fullName: 'Account.Number__c', label: 'Number', type: 'Text', length: 20, externalId: true, unique: true,
  });
  equal(made.success, true);
  const upsert = (Name) => conn.sobject('Account').upsert({ Number__c: '4711', Name }, 'Number__c');
  equal([(await upsert('By number')).created, (await upsert('Renamed')).created ?? false], [true, false]);
  equal(await rows("SELECT Name FROM Account WHERE Number__c = '4711'"), [{ Name: 'Renamed' }]);
});

await refused('metadata: update of what is not there', "a SaveResult with Salesforce's code", async () => {
  const got = await conn.metadata.update('Profile', { fullName: 'Nope', custom: true });
  equal([got.success, list(got.errors)[0].statusCode.length > 0], [false, true]);
});

await refused('metadata: eleven components', 'Salesforce takes ten components a call', async () => {
  const names = Array.from({ length: 11 }, (_, n) => `Set${n}`);
  equal((await raises(() => conn.metadata.read('PermissionSet', names))).message.length > 0, true);
});

await refused('metadata: a session that is not there', "Salesforce's fault sf:INVALID_SESSION_ID", async () => {
  const error = await raises(() => connected({ accessToken: '00Dxx!x' }).metadata.read('Profile', 'Admin'));
  holds(`${error.errorCode} ${error.message}`, 'INVALID_SESSION_ID');
});

await check('deploy: by SOAP', async () => {
  const done = await conn.metadata.deploy(await zipped('BySoap', set('By SOAP')), { rollbackOnError: true, singlePackage: true }).complete(true);
  equal([done.status, done.success, done.numberComponentsDeployed], ['Succeeded', true, 1]);
  equal(await rows("SELECT Label FROM PermissionSet WHERE Name = 'BySoap'"), [{ Label: 'By SOAP' }]);
});

await check('deploy: by REST', async () => {
  const done = await conn.metadata.deployRest(await zipped('ByRest', set('By REST')), { rollbackOnError: true, singlePackage: true }).complete(true);
  equal([done.status, done.numberComponentsDeployed], ['Succeeded', 1]);
  equal(await rows("SELECT Label FROM PermissionSet WHERE Name = 'ByRest'"), [{ Label: 'By REST' }]);
});

await check('deploy: a check, and the quick deployment of it', async () => {
  const done = await conn.metadata.deploy(await zipped('Quick', set('Quick')), { checkOnly: true, rollbackOnError: true, singlePackage: true, testLevel: 'RunLocalTests' }).complete(true);
  equal([done.status, done.checkOnly], ['Succeeded', true]);
  equal(await rows("SELECT Id FROM PermissionSet WHERE Name = 'Quick'"), []);
  const id = await conn.metadata.deployRecentValidation({ id: done.id, rest: false });
  await waitFor('the quick deployment', async () => (await conn.metadata.checkDeployStatus(id ?? done.id)).done);
  equal(await rows("SELECT Label FROM PermissionSet WHERE Name = 'Quick'"), [{ Label: 'Quick' }]);
});

await refused('deploy: a file that is wrong', 'the deployment fails and names the file', async () => {
  const done = await conn.metadata.deploy(await zipped('Broken', '<PermissionSet'), { rollbackOnError: true, singlePackage: true }).complete(true);
  equal([done.status, done.numberComponentErrors], ['Failed', 1]);
  holds(list(done.details.componentFailures)[0].fileName, 'Broken.permissionset');
});

await check('retrieve: what it brings is deployed again', async () => {
  const got = await conn.metadata.retrieve({
    apiVersion: '62.0',
    singlePackage: true,
    unpackaged: { types: [{ name: 'PermissionSet', members: ['CLMRuntimeUser'] }, { name: 'Profile', members: ['Admin'] }], version: '62.0' },
  }).complete();
  equal([got.status, String(got.success)], ['Succeeded', 'true']);
  const bytes = Buffer.from(got.zipFile, 'base64');
  const names = Object.keys((await Zip.loadAsync(bytes)).files).filter((it) => !it.endsWith('/'));
  equal(names.sort(), ['package.xml', 'permissionsets/CLMRuntimeUser.permissionset', 'profiles/Admin.profile']);
  const done = await conn.metadata.deploy(bytes, { singlePackage: true, rollbackOnError: true }).complete(true);
  equal([done.status, list(done.details?.componentFailures)], ['Succeeded', []]);
});

await check('connect: create and publish a site', async () => {
  const job = await conn.requestPost('/connect/communities', { name: 'Made by JS', urlPathPrefix: 'js', templateName: 'Customer Service' });
  equal(job.jobId.slice(0, 3), '08P');
  const [site] = await waitFor('the site', async () => {
    const found = await rows("SELECT Id, Status FROM Network WHERE Name = 'Made by JS'");
    return found.length && found;
  });
  equal(site.Status, 'UnderConstruction');
  const published = await conn.requestPost(`/connect/communities/${site.Id}/publish`, {});
  equal([published.id, published.name], [site.Id, 'Made by JS']);
});

await check('soap partner: user, time', async () => {
  const me = await conn.soap.getUserInfo();
  equal([me.userFullName.length > 0, me.organizationId], [true, (await rows('SELECT Id FROM Organization'))[0].Id]);
  const now = await conn.soap.getServerTimestamp();
  equal(Math.abs(Date.parse(now.timestamp) - Date.now()) < 86_400_000, true);
});

await check('soap partner: create, update, upsert, delete, undelete', async () => {
  const [made] = list(await conn.soap.create([{ type: 'Account', Name: 'By SOAP' }]));
  equal([made.success, made.id.slice(0, 3)], [true, '001']);
  const [changed] = list(await conn.soap.update([{ type: 'Account', Id: made.id, Name: 'Changed by SOAP' }]));
  equal(changed.success, true);
  equal(await rows(`SELECT Name FROM Account WHERE Id = '${made.id}'`), [{ Name: 'Changed by SOAP' }]);
  equal(list(await conn.soap.delete([made.id]))[0].success, true);
  equal(await rows(`SELECT Id FROM Account WHERE Id = '${made.id}'`), []);
  equal(list(await conn.soap.undelete([made.id]))[0].success, true);
  equal((await rows(`SELECT Id FROM Account WHERE Id = '${made.id}'`)).length, 1);
});

await refused('chatter, streaming, analytics', 'not part of setting up users; answers say so', async () => {
  equal((await raises(() => conn.chatter.resource('/users/me').retrieve())).errorCode, 'FUNCTIONALITY_NOT_ENABLED');
  equal((await raises(() => conn.analytics.reports())).errorCode, 'FUNCTIONALITY_NOT_ENABLED');
});
void plain;
