// Drives a server with the official client for Node.js, and writes what it saw as JSON.
import { MongoClient, MongoServerError } from 'mongodb';

const client = new MongoClient(process.argv[2], { serverSelectionTimeoutMS: 10000 });
const seen = {};
try {
  const items = client.db('health').collection('items');
  const concern = { writeConcern: { w: 'majority', j: true } };
  seen.inserted = (await items.insertMany(Array.from({ length: 250 }, (_, n) => ({ _id: n, n, words: [`W${n}`, 'ALL'] })), concern)).insertedCount;
  seen.found = (await items.find({ n: { $gte: 10, $lt: 240 } }, { readConcern: { level: 'majority' } }).sort({ n: -1 }).batchSize(100).toArray()).map((item) => item.n);
  seen.prefix = (await items.find({ words: { $elemMatch: { $gte: 'W24', $lt: 'W24\u{10FFFF}' } } }).toArray()).length;
  seen.matched = (await items.updateOne({ _id: 7, n: 7 }, { $set: { n: 70 } })).matchedCount;
  seen.stale = (await items.replaceOne({ _id: 7, n: 7 }, { n: 700 })).matchedCount;
  seen.updated = (await items.findOne({ _id: 7 })).n;
  seen.deleted = (await items.deleteOne({ _id: 8 })).deletedCount;
  seen.counted = await items.countDocuments({});
  try {
    await items.insertOne({ _id: 1 });
  } catch (error) {
    seen.duplicate = error instanceof MongoServerError && error.code;
  }
  await client.withSession((session) => session.withTransaction(async () => {
    await items.insertOne({ _id: 1000 }, { session });
    seen.outside = await items.countDocuments({ _id: 1000 });
    seen.inside = await items.countDocuments({ _id: 1000 }, { session });
  }));
  seen.committed = await items.countDocuments({ _id: 1000 });
} finally {
  await client.close();
}
console.log(JSON.stringify(seen));
