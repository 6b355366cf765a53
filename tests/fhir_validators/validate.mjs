// node validate.mjs < resources.jsonl: for each line {"valid": true} or {"valid": false, "errors": ["place: message"]}.
import { createRequire } from 'node:module';
import readline from 'node:readline';
const require = createRequire(`${process.env.LEEWARD_NODE_MODULES}/`);
const { Fhir, Versions } = require('fhir');
const { ParseConformance } = require('fhir/parseConformance');
const fhir = new Fhir(new ParseConformance(true, Versions.R4)); // true: with the definitions of R4 that come with it
for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { valid, messages } = fhir.validate(JSON.parse(line), { errorOnUnexpected: true });
  const errors = messages.filter((one) => ['error', 'fatal'].includes(one.severity));
  console.log(JSON.stringify({ valid, errors: errors.map((one) => `${one.location}: ${one.message}`) }));
}
