// node read.mjs SERVER TOKEN < addresses: for each address a line of JSON, what fhirclient gives for it (all pages, joined).
import { createRequire } from 'node:module';
import readline from 'node:readline';
const require = createRequire(`${process.env.LEEWARD_NODE_MODULES}/`);
const Client = require('fhirclient/lib/Client').default;
const [serverUrl, access_token] = process.argv.slice(2);
const client = new Client({}, { serverUrl, tokenResponse: { access_token, token_type: 'Bearer' } });
for await (const address of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  try {
    const found = await client.request(address, { pageLimit: 0, flat: true });
    console.log(JSON.stringify({ found }));
  } catch (error) {
    console.log(JSON.stringify({ status: error.status ?? error.statusCode ?? 0, says: String(error.message) }));
  }
}
