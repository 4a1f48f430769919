// What a FHIR client that others wrote does with our server: node fhir-client.mjs ADDRESS KEY. Writes what it got as JSON.
import { Client } from 'fhir-kit-client';

const [address, key] = process.argv.slice(2);
const client = new Client({ baseUrl: `${address}fhir`, customHeaders: { 'X-Api-Key': key } });
const patient = {
  resourceType: 'Patient',
  identifier: [{ system: 'urn:healthdashboard:mrn', value: 'KIT-1' }],
  name: [{ family: 'Kitsch', given: ['Kim'] }],
  birthDate: '1970-01-02',
  gender: 'other',
};
const out = {};

out.fhirVersion = (await client.capabilityStatement()).fhirVersion;
const created = await client.create({ resourceType: 'Patient', body: patient });
out.created = created.name[0].family;
const same = await client.create({ resourceType: 'Patient', body: patient, options: { headers: { 'If-None-Exist': 'identifier=urn:healthdashboard:mrn|KIT-1' } } });
out.createdOnce = same.id === created.id;
const read = await client.read({ resourceType: 'Patient', id: created.id });
out.version = read.meta.versionId;
const updated = await client.update({
  resourceType: 'Patient', id: read.id, body: { ...read, name: [{ family: 'Kitsch-Jones', given: ['Kim'] }] }, options: { headers: { 'If-Match': 'W/"1"' } },
});
out.updated = `${updated.meta.versionId} ${updated.name[0].family}`;
out.stale = await client.update({ resourceType: 'Patient', id: read.id, body: read, options: { headers: { 'If-Match': 'W/"1"' } } })
  .catch((error) => `${error.response.status} ${error.response.data.resourceType}`);
out.missing = await client.read({ resourceType: 'Patient', id: 'nobody' }).catch((error) => `${error.response.status} ${error.response.data.resourceType}`);

const entry = [1, 2, 3, 4, 5].map((day) => ({
  request: { method: 'POST', url: 'Observation' },
  resource: {
    resourceType: 'Observation', status: 'final', subject: { reference: `Patient/${read.id}` }, effectiveDateTime: `2004-05-0${day}T06:07:00Z`,
    code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
    valueQuantity: { value: 60 + day, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
  },
}));
const transaction = await client.transaction({ body: { resourceType: 'Bundle', type: 'transaction', entry } });
out.transaction = transaction.entry.map((one) => one.response.status).join(', ');

out.pages = [];
for (let page = await client.search({ resourceType: 'Observation', searchParams: { patient: read.id, code: '8867-4', _count: 2, _sort: 'date' } }); page; page = await client.nextPage({ bundle: page }))
  out.pages.push((page.entry ?? []).map((one) => one.resource.valueQuantity.value));
const everything = await client.operation({ name: 'everything', resourceType: 'Patient', id: read.id, method: 'get' });
out.everything = everything.entry.map((one) => one.resource.resourceType);
console.log(JSON.stringify(out));
