// Runs the queries of docs/queries/mongosh.md with the official client for Node.js behind a few of the shell's names. Called with the
// address, the database and the page. One JSON line a query: [the query, how many documents it shows or matches].
import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { Long, MongoClient } from 'mongodb';

const [uri, database, page] = process.argv.slice(2);
const client = new MongoClient(uri);
const shell = (collection) => ({
  find(filter, projection) {
    const cursor = collection.find(filter, { projection });
    return Object.defineProperty(cursor, 'readConcern', { value: (level) => cursor.withReadConcern({ level }) });
  },
  findOne: (filter, projection) => collection.findOne(filter, { projection }),
  aggregate: (pipeline) => collection.aggregate(pipeline),
  updateOne: (filter, change, options) => collection.updateOne(filter, change, options),
});
const context = vm.createContext({ Long: (value) => Long.fromNumber(value), db: new Proxy({}, { get: (_, name) => shell(client.db(database).collection(name)) }) });
// What asks about servers, shards and plans needs those.
const needsServers = /^(rs|sh)\.|getShardDistribution|explain\(/;
const lines = readFileSync(page, 'utf8').split('```js\n').slice(1)
  .flatMap((block) => block.split('```')[0].split('\n'))
  .map((line) => line.replace(/ +\/\/.*$/, ''))
  .filter((line) => line && !needsServers.test(line));
try {
  for (const line of lines) {
    const name = line.match(/^const (\w+) =/)?.[1];
    let shown = await vm.runInContext(line.replace(/^const /, ''), context);
    if (name && typeof context[name].then === 'function')
      context[name] = await context[name];
    shown = shown?.toArray ? await shown.toArray() : shown;
    console.log(JSON.stringify([line, shown?.length ?? shown?.matchedCount ?? (shown ? 1 : 0)]));
  }
} finally {
  await client.close();
}
