// node cql_execution.mjs LOGIC < requests: for each line {id, library, expressions, when, request} a line {applies, whole, evaluated}.
// `request` is the text of a hook call; `whole` counts from that text to the answer, `evaluated` from resources to the answer, in ms.
import fs from 'node:fs';
import readline from 'node:readline';
import { createRequire } from 'node:module';

const require = createRequire(`${process.env.LEEWARD_NODE_MODULES}/`);
const cql = require('cql-execution');
const { FHIRWrapper, PatientSource } = require('cql-exec-fhir');

const logic = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const repository = new cql.Repository(logic.libraries);
const codes = new cql.CodeService(logic.valueSets);
// One source and one wrapper for all requests: making one reads the model of FHIR anew, ten times the work of an answer.
const source = PatientSource.FHIRv401();
const wrapper = FHIRWrapper.FHIRv401();

function gather(value, into) {
  if (!value) return;
  const resource = value.resource && !value.resourceType ? value.resource : value;
  if (resource.resourceType === 'Bundle') for (const entry of resource.entry ?? []) gather(entry.resource, into);
  else into.push({ resource });
}

async function answered({ library, expressions, when, request }) {
  const begun = performance.now();
  const { prefetch, context } = JSON.parse(request);
  const entry = [];
  for (const value of Object.values(prefetch ?? {})) gather(value, entry);
  const bundle = { resourceType: 'Bundle', type: 'collection', entry };
  const drafts = [];
  gather(context.draftOrders, drafts);
  const read = performance.now();
  const parameters = { ContextPrescriptions: drafts.map(({ resource }) => wrapper.wrap(resource)) };
  const executor = new cql.Executor(repository.resolve(library, logic.version), codes, parameters);
  let applies = false;
  for (const expression of expressions) {
    source.reset();
    source.loadBundles([bundle]);
    const results = await executor.exec_expression(expression, source, new cql.DateTime(...when));
    const found = Object.values(results.patientResults)[0]?.[expression];
    applies = applies === true || found === true ? true : (found ?? null) === null ? null : applies;
  }
  const done = performance.now();
  return { applies, whole: done - begun, evaluated: done - read };
}

for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const asked = JSON.parse(line);
  try {
    console.log(JSON.stringify(await answered(asked)));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.message ?? error).slice(0, 120) }));
  }
}
