#!/usr/bin/env node
// Stands in for cqlsh, as far as deploy/cassandra/init.sh uses it: cqlsh HOST -u USER -p PASSWORD [-e CQL], or CQL on standard input.
// The port is that of CQLSH_PORT, as cqlsh's. Ends with 1 when it cannot sign in, with 2 when a statement is refused.
import { readFileSync } from 'node:fs';
import cassandra from 'cassandra-driver';

const [host, ...rest] = process.argv.slice(2);
const option = (name) => (rest.includes(name) ? rest[rest.indexOf(name) + 1] : undefined);
const text = (option('-e') ?? readFileSync(0, 'utf8')).replace(/^\s*--.*$/gm, '');
const client = new cassandra.Client({
  contactPoints: [host],
  localDataCenter: 'dc1',
  protocolOptions: { port: Number(process.env.CQLSH_PORT ?? 9042) },
  authProvider: new cassandra.auth.PlainTextAuthProvider(option('-u'), option('-p')),
  socketOptions: { readTimeout: 60_000 },
});

try {
  await client.connect();
} catch (error) {
  console.error(Object.values(error.innerErrors ?? {}).join('; ') || String(error));
  process.exit(1);
}
let consistency = cassandra.types.consistencies.one;
for (const statement of text.split(';').map((part) => part.trim()).filter(Boolean)) {
  try {
    if (statement === 'CONSISTENCY ALL') consistency = cassandra.types.consistencies.all;
    else if (statement !== 'DESCRIBE CLUSTER') await client.execute(statement, [], { consistency });
  } catch (error) {
    console.error(`${statement.split(' ').slice(0, 3).join(' ')}: ${error.message}`);
    process.exit(2);
  }
}
await client.shutdown();
