// A Neo4j server, to be asked what our Cypher means: statements, uniqueness constraints and indexes are run by Grafeo, a graph database
// that we did not write. Of ours is only the Query API around it (POST /db/{database}/query/v2). Apart from Neo4j's: a database is there
// as soon as it is named; its constraints are listed by the API; one statement runs at a time, as Grafeo has other locks than Neo4j; times are kept to the microsecond.
// Writes its connection string when it listens; ends with its standard input. (The package @grafeo-db/js only chooses among the packages of
// each system, of which a lock file must have all; the one that is needed here has the same classes.)
import http from 'node:http';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';

const { GrafeoDB } = createRequire(import.meta.url)('@grafeo-db/js-linux-x64-gnu');
const [username, password] = ['neo4j', 'a:b;c'];
const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
const databases = new Map();
let turn = Promise.resolve();

// Where Grafeo 0.6 departs from Neo4j it is told the same in words that it takes:
const rewritten = (statement) => statement
  // A reserved word may be a relation's type (openCypher 9: SchemaName); Grafeo wants it quoted.
  .replace(/\[(\w*):IN\]/g, '[$1:`IN`]')
  // To set a property of null does nothing (openCypher's test kit, Set1 [8]); Grafeo refuses it.
  .replace(/(OPTIONAL MATCH \(\w+\)-\[(\w+):[^]*?)\bSET (\2\.\w+ = (\w+))\b/g,
    '$1CALL { WITH $2, $4 WITH $2, $4 WHERE $2 IS NOT NULL SET $3 }');

class Refusal extends Error {
  constructor(status, code) {
    super(code);
    Object.assign(this, { status, code });
  }
}

// What Grafeo says, in Neo4j's words.
function refusalOf(error) {
  if (error instanceof Refusal)
    return error;
  const code = error.message.includes('UNIQUE constraint violation') ? 'Schema.ConstraintValidationFailed'
    : error.message.includes('Missing parameter') ? 'Statement.ParameterMissing'
    : /syntax error|semantic error/.test(error.message) ? 'Statement.SyntaxError'
    : 'Statement.ExecutionFailed';
  return new Refusal(400, `Neo.ClientError.${code}`);
}

function databaseOf(name) {
  return databases.get(name) ?? databases.set(name, { graph: GrafeoDB.create(), bookmarks: new Set(), constraints: [] }).get(name);
}

async function run({ graph, bookmarks, constraints }, { statement, parameters = {}, accessMode = 'WRITE', bookmarks: sent = [] }) {
  if (sent.some((bookmark) => !bookmarks.has(bookmark)))
    throw new Refusal(400, 'Neo.ClientError.Transaction.InvalidBookmark');
  if (statement.startsWith('SHOW CONSTRAINTS'))
    return { data: { fields: ['labelsOrTypes', 'properties', 'type'], values: constraints }, bookmarks: [] };
  const transaction = graph.beginTransaction();
  try {
    const result = await transaction.executeCypher(rewritten(statement), parameters);
    if (accessMode === 'READ' && Object.values(result.counters).some((count) => count > 0))
      throw new Refusal(403, 'Neo.ClientError.Statement.AccessMode');
    const data = { fields: result.columns, values: result.rows() };
    transaction.commit();
    const [, label, properties] = statement.match(/^CREATE CONSTRAINT \w+ IF NOT EXISTS FOR \(n:(\w+)\) REQUIRE \((.+)\) IS UNIQUE$/) ?? [];
    if (label)
      constraints.push([[label], properties.split(', ').map((property) => property.slice('n.'.length)), 'UNIQUENESS']);
    const bookmark = `FB:${bookmarks.size}`;
    bookmarks.add(bookmark);
    return { data, bookmarks: [bookmark] };
  } finally {
    if (transaction.isActive)
      transaction.rollback();
  }
}

async function answer(request) {
  if (request.headers.authorization !== authorization)
    throw new Refusal(401, 'Neo.ClientError.Security.Unauthorized');
  const [, name] = request.url.match(/^\/db\/([\w.-]+)\/query\/v2$/) ?? [];
  if (!name || request.method !== 'POST')
    throw new Refusal(404, 'Neo.ClientError.Request.Invalid');
  const body = JSON.parse(await text(request));
  const done = turn.then(() => run(databaseOf(name), body));
  turn = done.catch(() => {});
  return done;
}

const server = http.createServer(async (request, response) => {
  let [status, body] = [202];
  try {
    body = await answer(request);
  } catch (error) {
    const { status: refused, code } = refusalOf(error);
    [status, body] = [refused, { errors: [{ code, message: error.message }] }];
  }
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body, (_, value) => (typeof value === 'bigint' ? Number(value) : value)));
});
server.listen(0, '127.0.0.1', () =>
  console.log(`http://127.0.0.1:${server.address().port};Username=${username};Password="${password}"`));
process.stdin.on('end', () => process.exit()).resume();
