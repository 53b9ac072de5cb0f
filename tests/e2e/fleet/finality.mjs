import { privateKeyToAccount } from 'viem/accounts';
import { accountKeys, rpc } from '../lib/devnet.mjs';
import { prepareFleet } from '../lib/fleet.mjs';
import { missedAt, missedRounds, spread } from './measure.mjs';

const epoch = 16;

/** Says when all are up: every process has printed a block, and every slot has signed one of the commit certificates of the epoch's length before it. */
function watchStart(fleet) {
  const signed = new Map();
  let upAt;
  return async number => {
    if (upAt !== undefined) return upAt;
    for (const slot of (await rpc(fleet.nodes[0].http, 'por_certificate', number)).signers) signed.set(slot, number);
    const present = [...signed.values()].filter(last => last > number - epoch).length;
    if (number >= epoch && present === fleet.nodes.length && fleet.nodes.every(n => n.blocks.length > 0)) upAt = number;
    return upAt;
  };
}

/** Blocks at their pace, with a payment every half second. */
export async function run({ processes = 4, blocks = 1000, 'block-time': pace = 1, keep }) {
  const fleet = (await prepareFleet(processes, { args: ['--block-time', String(pace)], keep })).start();
  const [first] = fleet.nodes;
  const began = performance.now();
  try {
    await Promise.all(fleet.nodes.map(n => n.block(2, 300_000)));
    const account = privateKeyToAccount(accountKeys[0]);
    const chain = Number(await rpc(first.http, 'eth_chainId'));
    const sent = new Map(), times = [];
    let stopped = false, nonce = Number(await rpc(first.http, 'eth_getTransactionCount', account.address, 'pending'));
    const paying = (async () => {
      while (!stopped) {
        const raw = await account.signTransaction({ chainId: chain, nonce: nonce++, to: account.address, value: 1n, gas: 21000n, maxFeePerGas: 100_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n, type: 'eip1559' });
        const at = performance.now();
        sent.set(await rpc(fleet.nodes[nonce % processes].http, 'eth_sendRawTransaction', raw), at);
        await new Promise(resolve => setTimeout(resolve, 400 + Math.random() * 200));
      }
    })();
    const whenAllUp = watchStart(fleet);
    let allUp = await whenAllUp(1);
    for (let number = 2; number <= blocks; number++) {
      await first.block(number, 120_000);
      const at = performance.now();
      allUp = await whenAllUp(number);
      const block = await rpc(first.http, 'eth_getBlockByNumber', '0x' + number.toString(16), false);
      for (const hash of block.transactions) {
        if (!sent.has(hash)) continue;
        times.push(at - sent.get(hash));
        sent.delete(hash);
      }
      if (number % 100 === 0) console.log(`block ${number}, rounds missed ${missedAt(first.blocks)}, finality ${spread(times)}`);
    }
    stopped = true;
    await paying;
    const agreed = await fleet.agree();
    const seconds = (performance.now() - began) / 1000;
    console.log(`${processes} processes, ${pace} s blocks: ${first.blocks.length} blocks in ${seconds.toFixed(0)} s, all agree on block ${agreed}`);
    console.log(`finality (sent to final): ${spread(times)}`);
    if (allUp === undefined) throw new Error(`after ${blocks} blocks not all are up`);
    const after = first.blocks.filter(b => b.number > allUp);
    console.log(`rounds missed (block:rounds): ${missedAt(first.blocks.filter(b => b.number <= allUp))} until all were up at block ${allUp}, ${missedAt(after)} after it`);
    return missedRounds(after) === 0 ? 0 : 1;
  } finally {
    await fleet.stop();
  }
}
