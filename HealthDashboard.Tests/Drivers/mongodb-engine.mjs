// A MongoDB server of one member, to be asked what our statements mean: queries, updates and pipelines are those of mingo, BSON is that
// of MongoDB's own client. Of ours are only the commands around them. Writes its address when it listens; ends with its standard input.
import net from 'node:net';
import { deserialize, Long, serialize } from 'bson';
import { Aggregator, Query, update } from 'mingo';

const OP_REPLY = 1, OP_QUERY = 2004, OP_MSG = 2013;
const databases = new Map();
const cursors = new Map();
const done = new Map();
let lastCursor = 0;

class Refusal extends Error {
  constructor(code, codeName, ...errorLabels) {
    super(codeName);
    this.reply = { ok: 0, errmsg: codeName, code, codeName, ...(errorLabels.length && { errorLabels }) };
  }
}

const copy = (document) => deserialize(serialize(document));
const databaseOf = (name) => databases.get(name)
  ?? databases.set(name, { collections: new Map(), unique: new Map(), transactions: new Map(), version: 0 }).get(name);
const matches = (documents, filter) => new Query(filter).find(documents).all();

// The values that no two documents of a collection may share.
class UniqueKeys {
  constructor({ unique }, collection, documents) {
    this.fields = ['_id', ...(unique.get(collection) ?? [])];
    this.taken = new Set(documents.flatMap((document) => this.keysOf(document)));
  }

  keysOf(document) {
    return this.fields.map((field) => `${field} ${Buffer.from(serialize({ '': document[field] ?? null })).toString('latin1')}`);
  }

  add(document) {
    const keys = this.keysOf(document);
    if (keys.some((key) => this.taken.has(key)))
      throw new Refusal(11000, 'DuplicateKey');
    keys.forEach((key) => this.taken.add(key));
  }
}

// view is the collections as the command sees them: name -> documents. Documents and lists are replaced, never changed.
const commands = {
  create({ create: name }, { view }) {
    if (view.has(name))
      throw new Refusal(48, 'NamespaceExists');
    view.set(name, []);
  },
  createIndexes({ createIndexes: name, indexes }, { database }) {
    const unique = indexes.filter((index) => index.unique).flatMap((index) => Object.keys(index.key));
    database.unique.set(name, [...new Set([...(database.unique.get(name) ?? []), ...unique])]);
  },
  dropDatabase: (_, { view }) => view.clear(),
  insert({ insert: name, documents }, { database, view }) {
    const there = [...(view.get(name) ?? [])];
    const unique = new UniqueKeys(database, name, there);
    view.set(name, there);
    return each(documents, (document) => {
      unique.add(document);
      there.push(document);
      return { n: 1 };
    });
  },
  update: ({ update: name, updates }, { database, view }) => each(updates, ({ q, u, upsert, multi }) => {
    const there = view.get(name) ?? [];
    const found = matches(there, q).slice(0, multi ? undefined : 1);
    const isChange = Object.keys(u)[0]?.startsWith('$');
    const change = (document) => {
      const changed = copy(document);
      return isChange ? (update(changed, u), changed) : { _id: document._id, ...u };
    };
    if (!found.length && upsert) {
      const added = change(Object.fromEntries(Object.entries(q).filter(([field]) => !field.startsWith('$'))));
      new UniqueKeys(database, name, there).add(added);
      view.set(name, [...there, added]);
      return { n: 1, upserted: { _id: added._id } };
    }
    const changed = new Map(found.map((document) => [document, change(document)]));
    const others = there.filter((document) => !changed.has(document));
    const unique = new UniqueKeys(database, name, others);
    changed.forEach((document) => unique.add(document));
    view.set(name, there.map((document) => changed.get(document) ?? document));
    return { n: found.length, nModified: found.length };
  }),
  delete: ({ delete: name, deletes }, { view }) => each(deletes, ({ q, limit }) => {
    const there = view.get(name) ?? [];
    const gone = new Set(matches(there, q).slice(0, limit || undefined));
    view.set(name, there.filter((document) => !gone.has(document)));
    return { n: gone.size };
  }),
  find({ find: name, filter = {}, projection, sort, skip = 0, limit = 0, batchSize = 101, singleBatch }, { view }) {
    let found = new Query(filter).find(view.get(name) ?? [], projection);
    if (sort)
      found = found.sort(sort);
    found = found.skip(skip).all();
    return cursor(name, limit ? found.slice(0, limit) : found, singleBatch ? Infinity : batchSize);
  },
  aggregate: ({ aggregate: name, pipeline, cursor: { batchSize = 101 } }, { view }) =>
    cursor(name, new Aggregator(pipeline).run([...view.get(name) ?? []]), batchSize),
  getMore({ getMore: id, collection, batchSize = Infinity }) {
    if (!cursors.has(Number(id)))
      throw new Refusal(43, 'CursorNotFound');
    return batch('nextBatch', collection, Number(id), batchSize);
  },
  killCursors: ({ cursors: ids }) => { ids.forEach((id) => cursors.delete(Number(id))); },
  ping() {},
  endSessions() {},
};
const writes = new Set(['create', 'createIndexes', 'dropDatabase', 'insert', 'update', 'delete']);

function each(statements, run) {
  const reply = { n: 0 };
  for (const [index, statement] of statements.entries()) {
    try {
      const { n, nModified, upserted } = run(statement);
      reply.n += n;
      if (nModified !== undefined)
        reply.nModified = (reply.nModified ?? 0) + nModified;
      if (upserted)
        (reply.upserted ??= []).push({ index, ...upserted });
    } catch (error) {
      if (!(error instanceof Refusal))
        throw error;
      reply.writeErrors = [{ index, code: error.reply.code, errmsg: error.reply.errmsg }];
      break;
    }
  }
  return reply;
}

function cursor(name, documents, size) {
  cursors.set(++lastCursor, documents);
  return batch('firstBatch', name, lastCursor, size);
}

function batch(field, name, id, size) {
  const rest = cursors.get(id);
  const taken = rest.splice(0, size);
  if (!rest.length)
    cursors.delete(id);
  return { cursor: { [field]: taken, id: Long.fromNumber(rest.length ? id : 0), ns: `health.${name}` } };
}

// A transaction works on collections of its own. It is refused when another write came in between, as one that met another's would be.
function inTransaction(database, command, name) {
  const key = `${command.lsid.id.toString('hex')}:${command.txnNumber}`;
  if (command.startTransaction)
    database.transactions.set(key, { view: new Map(database.collections), begun: database.version });
  const transaction = database.transactions.get(key) ?? (name === 'commitTransaction' && done.get(key));
  if (!transaction)
    throw new Refusal(251, 'NoSuchTransaction', 'TransientTransactionError');
  if (name === 'commitTransaction' || name === 'abortTransaction') {
    database.transactions.delete(key);
    if (name === 'commitTransaction' && !done.has(key)) {
      if (transaction.begun !== database.version)
        throw new Refusal(112, 'WriteConflict', 'TransientTransactionError');
      database.collections = transaction.view;
      database.version++;
      done.set(key, transaction);
    }
    return {};
  }
  const reply = commands[name](command, { database, view: transaction.view });
  if (reply?.writeErrors)
    database.transactions.delete(key);
  return reply;
}

function run(command) {
  const name = Object.keys(command)[0];
  if (['hello', 'isMaster', 'ismaster'].includes(name))
    return hello();
  const ending = name === 'commitTransaction' || name === 'abortTransaction';
  if (!commands[name] && !ending)
    throw new Refusal(59, 'CommandNotFound');
  if (command.autocommit === false) {
    // An end is told to admin; the transaction is where it began.
    const begun = [...databases.values()].find((one) => one.transactions.has(`${command.lsid.id.toString('hex')}:${command.txnNumber}`));
    return inTransaction(ending ? begun ?? databaseOf(command.$db) : databaseOf(command.$db), command, name);
  }
  const database = databaseOf(command.$db);
  const key = command.txnNumber !== undefined && `${command.lsid.id.toString('hex')}:${command.txnNumber}`;
  if (key && done.has(key))
    return done.get(key);
  const reply = commands[name](command, { database, view: database.collections });
  if (writes.has(name))
    database.version++;
  if (key)
    done.set(key, reply);
  return reply;
}

const hello = () => ({
  ismaster: true, isWritablePrimary: true, helloOk: true, setName: 'rs0', setVersion: 1, hosts: [address], me: address, primary: address,
  maxBsonObjectSize: 16777216, maxMessageSizeBytes: 48000000, maxWriteBatchSize: 100000, localTime: new Date(),
  logicalSessionTimeoutMinutes: 30, connectionId: 1, minWireVersion: 0, maxWireVersion: 21, readOnly: false,
});

function answer(command) {
  try {
    return { ...run(command), ok: 1 };
  } catch (error) {
    return error instanceof Refusal ? error.reply : { ok: 0, errmsg: error.message, code: 2, codeName: 'BadValue' };
  }
}

const sized = (bytes, at) => bytes.subarray(at, at + bytes.readInt32LE(at));
const textEnd = (bytes, at) => bytes.indexOf(0, at) + 1;

// [MongoDB wire protocol, "OP_MSG"]
function readMessage(message) {
  const command = {};
  for (let at = 20; at < message.length;) {
    if (message[at++] === 0) {
      const body = sized(message, at);
      Object.assign(command, deserialize(body));
      at += body.length;
      continue;
    }
    const section = sized(message, at);
    const list = [];
    const start = textEnd(section, 4);
    for (let from = start; from < section.length; from += section.readInt32LE(from))
      list.push(deserialize(sized(section, from)));
    command[section.toString('utf8', 4, start - 1)] = list;
    at += section.length;
  }
  return command;
}

function write(socket, to, opcode, ...parts) {
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + parts.reduce((sum, part) => sum + part.length, 0), 0);
  header.writeInt32LE(to, 8);
  header.writeInt32LE(opcode, 12);
  socket.write(Buffer.concat([header, ...parts]));
}

function take(socket, message) {
  const [id, opcode] = [message.readInt32LE(4), message.readInt32LE(12)];
  if (opcode === OP_MSG) {
    write(socket, id, OP_MSG, Buffer.alloc(5), serialize(answer(readMessage(message)), { ignoreUndefined: true }));
  } else if (opcode === OP_QUERY) {
    // How clients greet a server that they do not know.
    const fields = Buffer.alloc(20);
    fields.writeInt32LE(1, 16);
    write(socket, id, OP_REPLY, fields, serialize(answer({ ...deserialize(sized(message, textEnd(message, 20) + 8)), $db: 'admin' })));
  } else {
    socket.destroy();
  }
}

const server = net.createServer((socket) => {
  let waiting = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (data) => {
    waiting = Buffer.concat([waiting, data]);
    while (waiting.length >= 4 && waiting.length >= waiting.readInt32LE(0)) {
      const message = sized(waiting, 0);
      waiting = waiting.subarray(message.length);
      take(socket, message);
    }
  });
});
let address;
server.listen(0, '127.0.0.1', () => {
  address = `127.0.0.1:${server.address().port}`;
  console.log(address);
});
process.stdin.on('end', () => process.exit()).resume();
