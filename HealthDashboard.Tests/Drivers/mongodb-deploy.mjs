// Runs a script of deploy/mongodb as mongosh would, against a shell that only writes down what it is told: one JSON line a call.
import { readFileSync } from 'node:fs';
import vm from 'node:vm';

const told = (owner) => new Proxy({}, {
  get: (_, name) => (...args) => (console.log(JSON.stringify([`${owner}.${String(name)}`, ...args])), null),
});
const context = {
  process: { env: JSON.parse(process.argv[3]) },
  sh: told('sh'),
  db: { getSiblingDB: (name) => told(name) },
  MinKey: () => 'MinKey',
  MaxKey: () => 'MaxKey',
};
vm.runInNewContext(readFileSync(process.argv[2], 'utf8'), context);
