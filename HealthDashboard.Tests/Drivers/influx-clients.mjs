// The two clients of InfluxDB for Node.js as their authors' examples use them: first what they ask of a server, then readings.
// Arguments: the server's address, a key, an MRN, the time of the first reading in milliseconds.
import { InfluxDB as InfluxDB2, Point } from '@influxdata/influxdb-client';
import { BucketsAPI, HealthAPI, PingAPI } from '@influxdata/influxdb-client-apis';
import { InfluxDB as InfluxDB1 } from 'influx';

const [address, key, mrn, first] = process.argv.slice(2);
const url = new URL(address);
const said = {};

// Version 1: npm influx 5.
const one = new InfluxDB1({ host: url.hostname, port: Number(url.port), protocol: 'http', username: 'gateway', password: key, database: 'hospital' });
said.ping1 = (await one.ping(5000)).map(host => [host.online, host.version]);
said.databases = await one.getDatabaseNames();
await one.createDatabase('hospital');
said.created = (await one.getDatabaseNames()).includes('hospital');
await one.writePoints(
  [0, 1, 2].map(i => ({ measurement: 'vitals', tags: { mrn }, fields: { heartRate: 70 + i, ward_note: 'quiet' }, timestamp: new Date(Number(first) + 1000 * i) })),
  { precision: 'ms' });
await one.writeMeasurement('heart_rate', [{ tags: { patient_id: mrn }, fields: { value: 73 }, timestamp: new Date(Number(first) + 3000) }]);

// Version 2: @influxdata/influxdb-client.
const two = new InfluxDB2({ url: address, token: key });
said.ping2 = (await new PingAPI(two).getPing()) ?? null;
said.health = (await new HealthAPI(two).getHealth()).status;
said.buckets = (await new BucketsAPI(two).getBuckets({ name: 'vitals' })).buckets.map(bucket => bucket.name);
const write = two.getWriteApi('hospital', 'vitals', 'ms', { maxRetries: 0 });
for (let i = 0; i < 3; i++)
  write.writePoint(new Point('vitals').tag('mrn', mrn).floatField('spo2', 95 + i).timestamp(Number(first) + 1000 * i));
await write.close();

// A key that is not known is an error with a reason, for both.
const reason = async call => call().then(() => 'none', error => String(error.message ?? error));
said.refused1 = await reason(() => new InfluxDB1({ host: url.hostname, port: Number(url.port), username: 'gateway', password: 'nobodys-key', database: 'hospital' })
  .writePoints([{ measurement: 'vitals', tags: { mrn }, fields: { heartRate: 1 } }]));
said.refused2 = await reason(async () => {
  const refused = new InfluxDB2({ url: address, token: 'nobodys-key' }).getWriteApi('hospital', 'vitals', 'ms', { maxRetries: 0, writeFailed: () => {} });
  refused.writePoint(new Point('vitals').tag('mrn', mrn).floatField('spo2', 1));
  await refused.flush();
});
console.log(JSON.stringify(said));
