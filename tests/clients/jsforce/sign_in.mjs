// Each way to sign in that jsforce has.
import { createSign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ADMIN, APP, FOLDER, PASSWORD, READY, check, conn, connected, equal, holds, jsforce, plain, raises, refused, rows } from './checks.mjs';

const signedOut = (options = {}) => connected({ accessToken: undefined, instanceUrl: undefined, ...options });
const withApp = (app = {}) => signedOut({ oauth2: { ...APP, loginUrl: READY.url, ...app } });

async function works(signed) {
  equal((await signed.query('SELECT COUNT() FROM Organization')).totalSize, 1);
  equal((await signed.identity()).username, ADMIN);
}

function assertion(claims = {}) {
  const text = (it) => Buffer.from(JSON.stringify(it)).toString('base64url');
  const body = `${text({ alg: 'RS256' })}.${text({
    iss: '3MVG9.jwt',
    sub: ADMIN,
    aud: `${READY.url}/`,
    exp: Date.now() + 180_000,
    ...claims,
  })}`;
  return `${body}.${createSign('RSA-SHA256').update(body).sign(readFileSync(`${FOLDER}/jwt.key`), 'base64url')}`;
}

/** The code that the page of the practice org sends to the callback, as after a click on Allow. */
async function code(oauth2, answer = 'allow', scope = 'api refresh_token') {
  const asked = oauth2.getAuthorizationUrl({ scope, state: 'kept' });
  const { status, location } = await plain(
    'GET',
    `${asked.slice(READY.url.length)}&practice_user=${encodeURIComponent(ADMIN)}&practice_answer=${answer}`,
  );
  equal([302, 303].includes(status), true);
  const back = new URL(location);
  equal([back.origin + back.pathname, back.searchParams.get('state')], [APP.redirectUri, 'kept']);
  return back.searchParams;
}

await check('sign-in: access token', () => works(conn));

await check('sign-in: username and password by SOAP', async () => {
  const signed = signedOut();
  const user = await signed.login(ADMIN, PASSWORD);
  equal(user.id, (await rows(`SELECT Id FROM User WHERE Username = '${ADMIN}'`))[0].Id);
  equal(user.organizationId, (await rows('SELECT Id FROM Organization'))[0].Id);
  equal((await signed.query('SELECT COUNT() FROM Organization')).totalSize, 1);
  const token = signed.accessToken;
  await signed.logout();
  equal((await raises(() => connected({ accessToken: token }).query('SELECT Id FROM User'))).errorCode, 'INVALID_SESSION_ID');
});

await check('sign-in: username and password by OAuth', async () => {
  const signed = withApp();
  const user = await signed.login(ADMIN, PASSWORD);
  equal(user.id, (await rows(`SELECT Id FROM User WHERE Username = '${ADMIN}'`))[0].Id);
  await works(signed);
});

await check('sign-in: JWT, its time in milliseconds and a slash behind the audience', async () => {
  const signed = signedOut({ oauth2: { loginUrl: READY.url } });
  await signed.authorize({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: assertion() });
  await works(signed);
});

await check('sign-in: client credentials', async () => {
  const signed = signedOut({ oauth2: { ...APP, redirectUri: undefined, loginUrl: READY.url } });
  await signed.authorize({ grant_type: 'client_credentials' });
  await works(signed);
});

await check('sign-in: web code with PKCE, refresh, revoke', async () => {
  const signed = withApp({ useVerifier: true });
  await signed.authorize((await code(signed.oauth2)).get('code'));
  await works(signed);
  const dead = connected({ accessToken: '00Dxx!dead', refreshToken: signed.refreshToken, oauth2: signed.oauth2 });
  let refreshed = '';
  dead.on('refresh', (token) => (refreshed = token));
  await works(dead);
  equal([refreshed, refreshed === signed.accessToken], [dead.accessToken, false]);
  const token = signed.refreshToken;
  await signed.oauth2.revokeToken(token);
  equal((await raises(() => signed.oauth2.refreshToken(token))).name, 'invalid_grant');
});

await refused('sign-in: a code twice', "Salesforce's invalid_grant", async () => {
  const signed = withApp();
  const got = (await code(signed.oauth2)).get('code');
  await signed.authorize(got);
  equal((await raises(() => withApp().authorize(got))).name, 'invalid_grant');
});

await refused('sign-in: the user denies', "Salesforce's access_denied", async () => {
  equal((await code(withApp().oauth2, 'deny')).get('error'), 'access_denied');
});

await refused('sign-in: a wrong password by OAuth', "Salesforce's invalid_grant", async () => {
  const error = await raises(() => withApp().login(ADMIN, 'wrong'));
  equal([error.name, error.message], ['invalid_grant', 'authentication failure']);
});

await refused('sign-in: a wrong password by SOAP', "Salesforce's INVALID_LOGIN", async () => {
  holds((await raises(() => signedOut().login(ADMIN, 'wrong'))).message, 'INVALID_LOGIN: Invalid username, password, security token; or user locked out.');
});

await refused('sign-in: SOAP login at 65.0', 'retired by Salesforce with version 65.0', async () => {
  const error = await raises(() => signedOut({ version: '65.0' }).login(ADMIN, PASSWORD));
  holds(error.message, 'INVALID_OPERATION');
});

await refused('sign-in: a JWT for another user', "Salesforce's invalid_grant", async () => {
  const signed = signedOut({ oauth2: { loginUrl: READY.url } });
  const error = await raises(() =>
    signed.authorize({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: assertion({ sub: 'nobody@example.com' }) }),
  );
  equal(error.name, 'invalid_grant');
});

await refused('sign-in: a wrong secret', "Salesforce's invalid_client", async () => {
  const error = await raises(() => withApp({ clientSecret: 'wrong' }).authorize({ grant_type: 'client_credentials' }));
  equal(error.name, 'invalid_client');
});

await refused('sign-in: a session that is not there', "Salesforce's INVALID_SESSION_ID", async () => {
  equal((await raises(() => connected({ accessToken: '00Dxx!x' }).query('SELECT Id FROM User'))).errorCode, 'INVALID_SESSION_ID');
});

await check('identity', async () => {
  const me = await conn.identity();
  equal([me.username, me.organization_id], [ADMIN, (await rows('SELECT Id FROM Organization'))[0].Id]);
  equal(conn.userInfo?.id, me.user_id);
});
void jsforce;
