// Four real processes over RLPx: they agree, survive a kill, stand still without a quorum, and convict who cheats.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contradicts, slashes, spoilers, spoils } from './lib/cheats.mjs';
import { prepareFleet } from './lib/fleet.mjs';

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

// The kind is the number of the evidence (protocol rule 7.1).
for (const [behaviour, kind] of [['equivocate', 1], ['double-vote-1', 2], ['double-vote-2', 3], ['vote-2-then-hide', 4]]) {
  test(`${behaviour}: convicted, the bond in escrow, and the chain goes on`, () => contradicts(behaviour, kind));
}

// A sample: of the header, of the body, of the payload, and of execution. `tools/fleet cheats` shows them all.
for (const spoiler of spoilers().filter(s => ['bad-timestamp', 'bad-transaction', 'forged-evidence', 'bad-state-root'].includes(s.name))) {
  test(`${spoiler.name}: refused for ${spoiler.reason}, the bond in escrow, and the chain goes on`, () => spoils(spoiler));
}

test('hidden votes cost the others nothing', async t => {
  const fleet = (await prepareFleet(4)).start({ 3: { behaviour: 'hide-votes' } });
  t.after(() => fleet.stop());
  await fleet.nodes[0].block(10);
  assert.deepEqual(await slashes(fleet.nodes[0]), []);
});
