// Makes the replica set of one or more members, named as in mongodb://, and waits for its primary. What is there already stays.
//   SET=rs0 MEMBERS=mongo1:27017,mongo2:27017 mongosh "mongodb://root:...@mongo1:27017/admin?directConnection=true" initiate.js
'use strict';

const members = (process.env.MEMBERS || '').split(',').filter(Boolean);
if (!process.env.SET || !members.length) throw new Error('SET and MEMBERS are to be set.');
const config = { _id: process.env.SET, members: members.map((host, _id) => ({ _id, host })) };
if (process.env.CONFIGSVR === '1') config.configsvr = true;
try {
  rs.initiate(config);
} catch (error) {
  if (error.codeName !== 'AlreadyInitialized') throw error;
}
for (let i = 0; !db.hello().isWritablePrimary && !db.hello().primary; i++) {
  if (i === 120) throw new Error(`${process.env.SET} has no primary after a minute.`);
  sleep(500);
}
