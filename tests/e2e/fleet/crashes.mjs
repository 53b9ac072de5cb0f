import { rpc } from '../lib/devnet.mjs';
import { prepareFleet } from '../lib/fleet.mjs';

const cap = 8_000; // the longest round timer of a devnet

/** Asks until it answers: a node that starts says nothing of its RPC. */
async function answers(node) {
  for (const deadline = performance.now() + 60_000; ;) {
    try {
      return await node.head();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }
}

/** Whether one of the nodes counted that slot's vote for the block; each keeps the first votes that were enough. */
async function voted(nodes, slot, number) {
  await Promise.all(nodes.map(n => n.block(number, 60_000)));
  const certificates = await Promise.all(nodes.map(n => rpc(n.http, 'por_certificate', number)));
  return certificates.some(c => c.signers.includes(slot));
}

const isOnBench = async (node, slot) => (await rpc(node.http, 'por_bench')).members.some(m => m.slot === slot);

/** Until that slot's votes count again. Who was away for half of an epoch has no seat for one (protocol rule 5.11): time runs from when it has. */
async function untilVotes(nodes, slot) {
  let began = performance.now(), note = '';
  for (let number = await nodes[0].head(); !(await voted(nodes, slot, number)); number++) {
    if (await isOnBench(nodes[0], slot)) continue;
    began = performance.now();
    note = `, off the bench through block ${number} for its absence`;
  }
  return { seconds: (performance.now() - began) / 1000, note };
}

export async function run({ rounds = 10, keep }) {
  const fleet = (await prepareFleet(4, { keep })).start();
  const [first, second, third, fourth] = fleet.nodes;
  try {
    await Promise.all(fleet.nodes.map(n => n.block(5)));
    let slowest = 0;
    for (let i = 1; i <= rounds; i++) {
      await fourth.kill();
      const head = await first.head();
      await first.block(head + 2 + (i % 4), 60_000);
      fourth.start();
      const { seconds, note } = await untilVotes([first, second, third], 3);
      slowest = Math.max(slowest, seconds);
      console.log(`killed and started again ${i} of ${rounds}: votes again after ${seconds.toFixed(1)} s${note}; all agree on ${await fleet.agree()}`);
    }
    await Promise.all([third.kill(), fourth.kill()]);
    const head = Math.max(await first.head(), await second.head());
    const silent = await Promise.race([first.block(head + 2, 20_000).then(() => false), new Promise(resolve => setTimeout(() => resolve(true), 15_000))]).catch(() => true);
    if (!silent) throw new Error(`block ${head + 2} was decided by half of the weight`);
    console.log(`two killed at block ${head}: no block after it for 15 s`);
    const began = performance.now();
    third.start();
    fourth.start();
    await Promise.all([third, fourth].map(answers));
    const up = performance.now();
    await first.block(head + 2, 4 * cap);
    const waited = performance.now() - up;
    console.log(`both back: RPC after ${((up - began) / 1000).toFixed(1)} s, blocks ${(waited / 1000).toFixed(1)} s later (bound ${2 * cap / 1000} s); all agree on ${await fleet.agree()}`);
    return Math.max(waited, 1000 * slowest) <= 2 * cap ? 0 : 1;
  } finally {
    await fleet.stop();
  }
}
