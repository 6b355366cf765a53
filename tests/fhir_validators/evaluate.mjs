// node evaluate.mjs EXPRESSION < responses.jsonl: for each line the list that the FHIRPath expression gives for it.
import { createRequire } from 'node:module';
import readline from 'node:readline';
const require = createRequire(`${process.env.LEEWARD_NODE_MODULES}/`);
const fhirpath = require('fhirpath');
const evaluate = fhirpath.compile(process.argv[2], require('fhirpath/fhir-context/r4'));
for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const resource = JSON.parse(line);
  const found = await evaluate(resource, { resource });
  console.log(JSON.stringify(found.map((one) => (typeof one?.toJSON === 'function' ? one.toJSON() : one))));
}
