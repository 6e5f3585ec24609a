// All checks of jsforce. CLIENTS_FOLDER is the folder of an org that `prepare.py` prepared, CLIENTS_NODE has node_modules.
import { end } from './checks.mjs';

// The locators of jsforce reject twice: once for whoever waits, and once for nobody.
process.on('unhandledRejection', () => {});

for (const room of ['sign_in', 'records', 'queries', 'metadata']) {
  console.log(`== ${room}`);
  await import(`./${room}.mjs`);
}
end();
process.exit(0);
