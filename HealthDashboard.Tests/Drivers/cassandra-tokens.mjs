// Works out tokens and replicas as the npm package cassandra-driver does. Argument: a JSON file with keys in hex and rings. Writes JSON.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(import.meta.url);
const { Murmur3Tokenizer } = require('cassandra-driver/lib/tokenizer');
const Metadata = require('cassandra-driver/lib/metadata');
const { HostMap, Host } = require('cassandra-driver/lib/host');
const { defaultOptions } = require('cassandra-driver/lib/client-options');
const { getByVersion } = require('cassandra-driver/lib/metadata/schema-parser');

const asked = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const tokenizer = new Murmur3Tokenizer();
const tokens = asked.keys.map((key) => tokenizer.hash(Buffer.from(key, 'hex')).toString());

const placed = async ({ nodes, options }) => {
  const settings = { ...defaultOptions(), contactPoints: ['h'] };
  const hosts = new HostMap();
  for (const node of nodes) {
    const host = new Host(node.name, 4, settings, null);
    Object.assign(host, { datacenter: node.datacenter, rack: node.rack, tokens: node.tokens });
    hosts.set(node.name, host);
  }
  const control = { query: async () => ({ rows: [{ keyspace_name: 'health', replication: options, durable_writes: true }] }), getEncoder: () => null };
  const metadata = new Metadata(settings, control);
  metadata.setCassandraVersion([4, 1, 3]);
  metadata.tokenizer = tokenizer;
  metadata.initialized = true;
  metadata.buildTokens(hosts);
  const parser = getByVersion(settings, control, null, [4, 1, 3]);
  metadata.keyspaces = { health: await parser.getKeyspace('health') };
  return Object.fromEntries(nodes.flatMap((node) => node.tokens).map((token) => [
    token, metadata.getReplicas('health', tokenizer.parse(token)).map((host) => host.address)]));
};

const replicas = [];
for (const ring of asked.rings) replicas.push(await placed(ring));
console.log(JSON.stringify({ tokens, replicas }));
