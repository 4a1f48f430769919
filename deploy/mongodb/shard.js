// Spreads the records over shards, each region's in its own zone. Run it through mongos, again after each change; what is done already stays.
//   ZONES="North=shardNorth,South=shardSouth" mongosh "mongodb://mongos:27017/health" deploy/mongodb/shard.js
// ZONES names the shard of each region. A region that is not named may lie on any shard. docs/data-model.md says why the keys are these.
'use strict';

const database = process.env.DATABASE || 'health';
const zones = (process.env.ZONES || '').split(',').filter(Boolean).map((pair) => {
  const [region, shard] = pair.split('=');
  if (!region || !shard) throw new Error(`ZONES has '${pair}', which is not region=shard.`);
  return { region, shard };
});

// Records, their versions and notes, and the copies of deleted ones, stay in their region: no other shard ever holds them.
const byRegion = ['patients', 'patientVersions', 'patientNotes', 'deletedPatients'];

sh.enableSharding(database);
for (const { region, shard } of zones) {
  sh.addShardToZone(shard, region);
  for (const collection of byRegion) {
    sh.updateZoneKeyRange(`${database}.${collection}`, { region, _id: MinKey() }, { region, _id: MaxKey() }, region);
  }
}
for (const collection of byRegion) sh.shardCollection(`${database}.${collection}`, { region: 1, _id: 1 });

// What is unique in the whole hospital is the _id here, which MongoDB keeps unique because it is the shard key.
sh.shardCollection(`${database}.patientKeys`, { _id: 1 });

// A node's rows of the audit follow each other, and each number is there once because it is the shard key.
sh.shardCollection(`${database}.auditLog`, { _id: 1 });

// alarmLimits, limitHistory, auditSeals, accounts, grants and health are small, and stay together on the database's first shard.
