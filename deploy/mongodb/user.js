// Makes the program's account, which may do what the program does and no more: the audit, notes, versions of records and the limits' history can be added to and read, not changed.
//   APP_USER=health APP_PASSWORD=... mongosh "mongodb://admin:...@mongo:27017/admin" deploy/mongodb/user.js
// Run it once on the primary, or through mongos. The program signs in with authSource=admin.
'use strict';

const database = process.env.DATABASE || 'health';
const user = process.env.APP_USER;
const pwd = process.env.APP_PASSWORD;
if (!user || !pwd) throw new Error('APP_USER and APP_PASSWORD are to be set.');

const prepare = ['createCollection', 'createIndex'];
const change = ['find', 'insert', 'update', 'remove', ...prepare];
const privileges = Object.entries({
  patients: change,
  patientVersions: ['find', 'insert', ...prepare],
  patientNotes: ['find', 'insert', ...prepare],
  patientKeys: change,
  alarmLimits: ['find', 'insert', 'update', ...prepare],
  limitHistory: ['find', 'insert', ...prepare],
  accounts: ['find', 'insert', 'update', ...prepare],
  grants: ['find', 'insert', 'update', 'remove', ...prepare],
  deletedPatients: ['find', 'insert', ...prepare],
  auditLog: ['find', 'insert', ...prepare],
  auditSeals: ['find', 'insert', ...prepare],
  health: ['find', 'insert', 'update', ...prepare],
  // What is followed is the whole database, of which two collections are kept.
  '': ['find', 'changeStream'],
}).map(([collection, actions]) => ({ resource: { db: database, collection }, actions }));

const admin = db.getSiblingDB('admin');
if (!admin.getRole('healthDashboard')) {
  admin.createRole({ role: 'healthDashboard', privileges, roles: [] });
} else {
  admin.updateRole('healthDashboard', { privileges, roles: [] });
}

const account = { pwd, roles: ['healthDashboard'], mechanisms: ['SCRAM-SHA-256'] };
if (!admin.getUser(user)) {
  admin.createUser({ user, ...account });
} else {
  admin.updateUser(user, account);
}
