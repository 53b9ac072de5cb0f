import { rpc } from '../lib/devnet.mjs';
import { prepareFleet } from '../lib/fleet.mjs';

const cap = 8_000; // the longest round timer of a devnet

/** Slots that voted for the block, by the certificate that a node keeps. */
const signers = async (node, number) => (await rpc(node.http, 'por_certificate', number)).signers;

export async function run({ rounds = 10 }) {
  const fleet = (await prepareFleet(4)).start();
  const [first, second, third, fourth] = fleet.nodes;
  try {
    await Promise.all(fleet.nodes.map(n => n.block(5)));
    for (let i = 1; i <= rounds; i++) {
      await fourth.kill();
      const head = await first.head();
      await first.block(head + 2 + (i % 4), 60_000);
      const began = performance.now();
      fourth.start();
      let number = await first.head();
      while (!(await signers(first, number)).includes(3)) await first.block(++number, 60_000);
      console.log(`killed and started again ${i} of ${rounds}: votes again ${((performance.now() - began) / 1000).toFixed(1)} s after its start, at block ${number}; all agree on ${await fleet.agree()}`);
    }
    await Promise.all([third.kill(), fourth.kill()]);
    const head = Math.max(await first.head(), await second.head());
    const silent = await Promise.race([first.block(head + 2, 20_000).then(() => false), new Promise(resolve => setTimeout(() => resolve(true), 15_000))]).catch(() => true);
    if (!silent) throw new Error(`block ${head + 2} was decided by half of the weight`);
    console.log(`two killed at block ${head}: no block after it for 15 s`);
    const began = performance.now();
    third.start();
    fourth.start();
    await Promise.all([third, fourth].map(async n => { while (true) try { return await n.head(); } catch { await new Promise(r => setTimeout(r, 50)); } }));
    const up = performance.now();
    await first.block(head + 2, 4 * cap);
    const waited = performance.now() - up;
    console.log(`both back: RPC after ${((up - began) / 1000).toFixed(1)} s, blocks ${(waited / 1000).toFixed(1)} s later (bound ${2 * cap / 1000} s); all agree on ${await fleet.agree()}`);
    return waited <= 2 * cap ? 0 : 1;
  } finally {
    await fleet.stop();
  }
}
