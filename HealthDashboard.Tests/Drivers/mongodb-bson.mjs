// Writes a document of every type with the npm package bson, and reads back what it is given: one line each, in hex.
import { serialize, deserialize, ObjectId, Long, Double, Int32, Binary, Timestamp, BSONRegExp, calculateObjectSize } from 'bson';

const document = {
  double: new Double(1.5),
  zero: new Double(-0),
  text: 'Łukasz 李 👩‍⚕️ \u0000 "',
  document: { a: new Int32(1), b: { c: null } },
  array: ['x', new Int32(2), [new Double(0.1)], {}],
  binary: new Binary(Buffer.from('00ff10', 'hex'), 0),
  uuid: new Binary(Buffer.from('00112233445566778899aabbccddeeff', 'hex'), 4),
  id: new ObjectId('0102030405060708090a0b0c'),
  true: true,
  false: false,
  date: new Date(Date.UTC(2026, 2, 1, 12, 0, 0, 7)),
  early: new Date(Date.UTC(1903, 1, 3)),
  null: null,
  regex: new BSONRegExp('^A.*', 'i'),
  int: new Int32(-2147483648),
  timestamp: new Timestamp({ t: 4000000000, i: 3 }),
  long: Long.fromString('-9223372036854775807'),
  'name with . and $': 'é',
};
console.log(Buffer.from(serialize(document)).toString('hex'));

const given = Buffer.from(process.argv[2], 'hex');
const read = deserialize(given, { promoteValues: false, promoteBuffers: false, bsonRegExp: true });
const again = Buffer.from(serialize(read));
if (calculateObjectSize(read) !== given.length) throw new Error('The size differs.');
console.log(again.toString('hex'));
