// One producer of four cheats: what the other three make of it, by their own words and by the chain's.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseEventLogs } from 'viem';
import { artifact, binary, root, rpc, within } from './devnet.mjs';
import { dishonest, prepareFleet } from './fleet.mjs';

const judiciary = '0x0000000000000000000000000000000000b0da07';
const { abi } = artifact('Judiciary');
const cheater = 3;

/** The kind under which the Judiciary writes down a rejection certificate (protocol rule 7.1, E7). */
export const rejected = 7;

/** The ways to make an invalid block: name, reason of the votes against it, outcome (Convicted, Refused, Ignored). */
export const spoilers = () => JSON.parse(execFileSync(dishonest, ['spoilers']));

/** What the Judiciary put into escrow so far. */
export async function slashes(node) {
  const logs = await rpc(node.http, 'eth_getLogs', { fromBlock: '0x1', toBlock: 'latest', address: judiciary });
  return parseEventLogs({ abi, logs, eventName: 'Slashed' }).map(log => log.args);
}

const engineOf = async node => (await rpc(node.http, 'por_status')).engine;

/** What `find` finds after some block; undefined and null are nothing. */
const afterSomeBlock = (node, what, find) => within(120_000, what, (async () => {
  for (let number = 1; ; number++) {
    await node.block(number);
    const found = await find();
    if (found !== undefined && found !== null) return found;
  }
})());

/** A fleet on a devnet with other parameters of the Work contract. */
async function prepareOn(parameters, keep) {
  const directory = mkdtempSync(path.join(tmpdir(), 'bpdao-chain-'));
  try {
    const template = JSON.parse(readFileSync(path.join(root, 'chainspec/templates/devnet.json')));
    Object.assign(template.engine.por.parameters, parameters);
    const [from, to] = ['template.json', 'chain.json'].map(name => path.join(directory, name));
    writeFileSync(from, JSON.stringify(template));
    execFileSync(binary, ['genesis', 'build', '--template', from, '--out', to]);
    return await prepareFleet(4, { args: ['--chain', to], keep });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Starts four nodes of which the last cheats, lets `body` look, and sees that the chain of the other three goes on in agreement. */
async function withCheater(behaviour, { others = {}, parameters, keep }, body) {
  const fleet = await (parameters ? prepareOn(parameters, keep) : prepareFleet(4, { keep }));
  fleet.start({ ...others, [cheater]: { behaviour } });
  const honest = fleet.nodes.filter(n => n.index !== cheater && !others[n.index]);
  try {
    const found = await body(fleet, honest);
    const goesOn = (await honest[0].head()) + 4;
    await Promise.all(honest.map(n => n.block(goesOn)));
    await fleet.agree();
    for (const node of honest) assert.equal((await engineOf(node)).alarm, null);
    const identity = fleet.nodes[cheater].config.account;
    assert.ok((await slashes(honest[0])).every(s => s.identity.toLowerCase() === identity), 'nobody else pays');
    return { ...found, height: goesOn };
  } finally {
    await fleet.stop();
  }
}

/** The first slash is the cheater's, of that kind, and waits in escrow. */
async function convicted(fleet, node, kind) {
  const slash = await afterSomeBlock(node, 'the conviction', async () => (await slashes(node))[0]);
  const { timestamp } = await rpc(node.http, 'eth_getBlockByNumber', 'latest', false);
  assert.equal(slash.identity.toLowerCase(), fleet.nodes[cheater].config.account);
  assert.equal(slash.kind, kind);
  assert.ok(slash.amount > 0n);
  assert.ok(slash.maturesAt > BigInt(timestamp), 'the escrow is not settled yet');
  return slash;
}

/** Says something that contradicts itself: evidence of that kind. */
export const contradicts = (behaviour, kind, keep) => withCheater(behaviour, { keep }, async (fleet, [first]) => ({ slash: await convicted(fleet, first, kind) }));

/** Shows an invalid block: refused for exactly that reason by every honest node, and what the rules say follows. */
export function spoils({ name, reason, outcome }, keep) {
  const circumstances = {
    // The own timeout certificate can be forged only where an earlier leader has failed.
    InvalidTimeoutCertificate: { others: { 2: { behaviour: 'hide-proposals' } } },
    // The default has room for everything that a payload may hold.
    SystemTransactionFailed: { parameters: { systemGasLimit: '4000000' } },
  };
  return withCheater(name, { ...circumstances[reason], keep }, async (fleet, honest) => {
    const [first] = honest;
    const slash = outcome === 'Convicted' ? await convicted(fleet, first, rejected) : undefined;
    if (outcome === 'Ignored') {
      await afterSomeBlock(first, 'a failed round of the cheater', async () => (await engineOf(first)).lastFailedRound?.leader === cheater || undefined);
    }

    const refusals = outcome === 'Ignored' ? await Promise.all(honest.map(async n => (await engineOf(n)).lastRefusedBlock))
      : await Promise.all(honest.map(n => afterSomeBlock(n, `the refusal at node${n.index}`, async () => (await engineOf(n)).lastRefusedBlock)));
    for (const refusal of refusals) {
      if (outcome === 'Ignored') assert.equal(refusal, null, 'no vote against');
      else assert.deepEqual({ reason: refusal.reason, leader: refusal.leader }, { reason, leader: cheater });
    }

    if (!slash) assert.deepEqual(await slashes(first), []);
    return { slash, detail: refusals[0]?.detail };
  });
}
