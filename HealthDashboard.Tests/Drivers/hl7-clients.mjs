// What HL7 clients that others wrote do with our port: node hl7-clients.mjs PORT COUNT FIRST [PID]. Admits six patients with the one client and sends
// readings with the other, several connections at once; every 50th message has an impossible value, every 75th another's number, every 100th a
// version that is none. With PID it kills that process in the middle. Writes how each message was answered.
import { createRequire } from 'node:module';
import { Hl7Client, ReturnAckCategory } from '@medplum/hl7';
import { Hl7Message } from '@medplum/core';

const { Client, Message } = createRequire(import.meta.url)('node-hl7-client');
const [port, count, first, victim] = process.argv.slice(2).map(Number);
const patients = 6;
const connections = 48;

const stamp = (time) => `${new Date(time).toISOString().replace(/[-:TZ]/g, '').slice(0, 18)}+0000`;
const msa = (text) => text.split(/[\r\n]+/).find((line) => line.startsWith('MSA')).split('|');

const admitting = new Client({ host: '127.0.0.1' });
let answered;
const line = admitting.createConnection({ port }, (response) => answered(response.getMessage().toString()));
await new Promise((resolve) => line.once('connect', resolve));
const send = (message) => new Promise((resolve) => {
  answered = resolve;
  line.sendMessage(message);
});
const built = (type, event, id) => {
  const message = new Message({ messageHeader: { msh_9_1: type, msh_9_2: event, msh_10: id } });
  message.set('MSH.3', 'ADT1');
  message.set('MSH.11', 'P');
  return message;
};
const admitted = [];
for (let i = 0; i < patients; i++) {
  const message = built('ADT', 'A01', `A${i}`);
  message.addSegment('PID').set('3.1', `HL7-${i}`).set('3.5', 'MR').set('5.1', `Berg${i}`).set('5.2', 'Åsa');
  message.addSegment('PV1').set('2', 'I').set('3.1', 'ICU').set('3.2', '1').set('3.3', `H${i}`).set('3.4', 'North');
  admitted.push(msa(await send(message))[1]);
}
line.close();

const text = (i) => {
  const value = i % 50 === 7 ? 999 : 60 + (i % 60);
  return [
    `MSH|^~\\&|GW|ICU|HD|HOSP|${stamp(Date.now())}||ORU^R01^ORU_R01|${i}|P|${i % 100 === 11 ? '3.1' : '2.6'}`,
    `PID|1||${i % 75 === 13 ? 'nobody' : `HL7-${i % patients}`}^^^HOSP^MR`,
    'OBR|1|||x',
    `OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.1.1.${i}|${value}|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||F|||${stamp(first + 1000 * i)}||||GW-1`,
  ].join('\r');
};
const answers = { AA: [], AE: [], AR: [] };
let next = 0;
// This client takes only the last of several answers in one packet for one, so each connection has one message on its way.
await Promise.all(Array.from({ length: connections }, async () => {
  const client = new Hl7Client({ host: '127.0.0.1', port, keepAlive: true });
  const closed = new Promise((_, reject) => { client.addEventListener('close', () => reject(new Error('The connection ended.'))); });
  closed.catch(() => {});
  while (next < count) {
    const i = next++;
    if (victim && i === Math.floor(count / 2))
      process.kill(victim, 'SIGKILL');
    try {
      const sent = client.sendAndWait(Hl7Message.parse(text(i)), { returnAck: ReturnAckCategory.FIRST, timeoutMs: 60000 });
      const reply = await Promise.race([sent, closed]);
      const [code, id] = [1, 2].map((field) => reply.getSegment('MSA').getField(field).toString());
      if (id !== String(i))
        throw new Error(`The answer to ${i} names ${id}.`);
      answers[code].push(i);
    } catch (error) {
      // A server that was killed answers nothing more.
      if (!victim)
        throw error;
      return;
    }
  }
}));
console.log(JSON.stringify({ admitted, ...answers }));
process.exit(0);
