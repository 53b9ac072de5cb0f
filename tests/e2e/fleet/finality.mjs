import { privateKeyToAccount } from 'viem/accounts';
import { accountKeys, rpc } from '../lib/devnet.mjs';
import { prepareFleet } from '../lib/fleet.mjs';
import { missedRounds, spread } from './measure.mjs';

/** Blocks at their pace, with a payment every half second. */
export async function run({ processes = 4, blocks = 1000, 'block-time': pace = 1 }) {
  const fleet = (await prepareFleet(processes, { args: ['--block-time', String(pace)] })).start();
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
    for (let number = 2; number <= blocks; number++) {
      await first.block(number, 120_000);
      const at = performance.now();
      const block = await rpc(first.http, 'eth_getBlockByNumber', '0x' + number.toString(16), false);
      for (const hash of block.transactions) {
        if (!sent.has(hash)) continue;
        times.push(at - sent.get(hash));
        sent.delete(hash);
      }
      if (number % 100 === 0) console.log(`block ${number}, ${missedRounds(first.blocks)} rounds missed, finality ${spread(times)}`);
    }
    stopped = true;
    await paying;
    const agreed = await fleet.agree();
    const missed = missedRounds(first.blocks), seconds = (performance.now() - began) / 1000;
    console.log(`${processes} processes, ${pace} s blocks: ${first.blocks.length} blocks in ${seconds.toFixed(0)} s, ${missed} rounds missed, all agree on block ${agreed}`);
    console.log(`finality (sent to final): ${spread(times)}`);
    return missed === 0 ? 0 : 1;
  } finally {
    await fleet.stop();
  }
}
