// Talks to a scripted node as any program would: connects with a user name, defines a table, writes and reads each type, pages.
// Arguments: address, port, user name, password. Writes what it read to its output as JSON.
import cassandra from 'cassandra-driver';

const [address, port, username, password] = process.argv.slice(2);
const { types, auth } = cassandra;

const client = new cassandra.Client({
  contactPoints: [address],
  localDataCenter: 'dc1',
  protocolOptions: { port: Number(port) },
  authProvider: new auth.PlainTextAuthProvider(username, password),
  isMetadataSyncEnabled: false,
  pooling: { warmup: true },
  policies: { timestampGeneration: null },
  queryOptions: { consistency: types.consistencies.localQuorum, prepare: true },
});

const insert = 'INSERT INTO health.golden (word, number, large, ratio, moment, day, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)';
const select = 'SELECT word, number, large, ratio, moment, day, bytes FROM health.golden WHERE word = ?';

const row = (number) => [
  'Zoë', number, types.Long.fromString('-9007199254740993'), 71.333333333333329,
  new Date('2026-03-01T12:00:00.007Z'), types.LocalDate.fromString('1960-02-29'), Buffer.from('00ff10', 'hex'),
];

const shown = (r) => [
  r.word, r.number, r.large?.toString() ?? null, r.ratio, r.moment?.toISOString() ?? null, r.day?.toString() ?? null, r.bytes?.toString('hex') ?? null,
];

await client.connect();
await client.execute(
  'CREATE TABLE IF NOT EXISTS health.golden (word text, number int, large bigint, ratio double, moment timestamp, day date, bytes blob, PRIMARY KEY ((word), number))',
  [], { prepare: false });
await client.execute(insert, row(-7));
await client.execute(insert, ['empty', 0, null, null, null, null, null]);
await client.batch([1, 2, 3].map((number) => ({ query: insert, params: row(number) })), { prepare: true, logged: false });

let pages = 0;
const paged = [];
let state;
do {
  const page = await client.execute(select, ['Zoë'], { fetchSize: 2, pageState: state });
  paged.push(...page.rows.map(shown));
  state = page.pageState;
  pages += 1;
} while (state);

const ours = await client.execute(select, ['ours']);
const empty = await client.execute(select, ['empty']);
console.log(JSON.stringify({ pages, paged, ours: ours.rows.map(shown), empty: empty.rows.map(shown) }));
await client.shutdown();
