// Four real processes over RLPx: they agree, survive a kill, stand still without a quorum, and convict who cheats.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEventLogs } from 'viem';
import { artifact, rpc, within } from './lib/devnet.mjs';
import { prepareFleet } from './lib/fleet.mjs';

const judiciary = '0x0000000000000000000000000000000000b0da07';
const { abi } = artifact('Judiciary');

/** What the Judiciary put into escrow so far. */
async function slashes(node) {
  const logs = await rpc(node.http, 'eth_getLogs', { fromBlock: '0x1', toBlock: 'latest', address: judiciary });
  return parseEventLogs({ abi, logs, eventName: 'Slashed' }).map(log => log.args);
}

test('four processes make blocks and agree', async t => {
  const fleet = (await prepareFleet(4)).start();
  t.after(() => fleet.stop());
  await Promise.all(fleet.nodes.map(n => n.block(12)));
  await fleet.agree();
  assert.ok(new Set(fleet.nodes[0].blocks.map(b => b.producer)).size >= 3);
});

test('a killed node comes back and votes; without a quorum there is no block', async t => {
  const fleet = (await prepareFleet(4)).start();
  const [first, , third, fourth] = fleet.nodes;
  t.after(() => fleet.stop());
  await first.block(4);
  await fourth.kill();
  const reached = await first.head();
  await first.block(reached + 4);
  fourth.start();
  await fourth.block(reached + 6);
  await fleet.agree();

  await Promise.all([third.kill(), fourth.kill()]);
  const stood = await first.head();
  await assert.rejects(first.block(stood + 2, 12_000), /took longer/);
  third.start();
  fourth.start();
  // Twice the timer's cap of 8 s, and the start of two processes.
  await first.block(stood + 2, 40_000);
  await fleet.agree();
});

// The kind is the number of the evidence (protocol rule 7.1): a rejection certificate, two proposals, two second votes.
for (const [behaviour, kind] of [['bad-state-root', 7], ['equivocate', 1], ['double-vote-2', 3]]) {
  test(`${behaviour}: convicted, the bond in escrow, and the chain goes on`, async t => {
    const fleet = (await prepareFleet(4)).start({ 3: { behaviour } });
    const [first] = fleet.nodes;
    t.after(() => fleet.stop());
    const conviction = await within(90_000, 'the conviction', (async () => {
      for (let number = 1; ; number++) {
        await first.block(number);
        const [slash] = await slashes(first);
        if (slash) return slash;
      }
    })());
    const goesOn = (await first.head()) + 6;
    await Promise.all(fleet.nodes.slice(0, 3).map(n => n.block(goesOn)));
    await fleet.agree();
    assert.equal(conviction.identity.toLowerCase(), fleet.nodes[3].config.account);
    assert.equal(conviction.kind, kind);
    assert.ok(conviction.amount > 0n);
    assert.ok((await slashes(first)).every(s => s.identity === conviction.identity), 'only who cheats is convicted');
  });
}

test('hidden votes cost the others nothing', async t => {
  const fleet = (await prepareFleet(4)).start({ 3: { behaviour: 'hide-votes' } });
  t.after(() => fleet.stop());
  await fleet.nodes[0].block(10);
  assert.deepEqual(await slashes(fleet.nodes[0]), []);
});
