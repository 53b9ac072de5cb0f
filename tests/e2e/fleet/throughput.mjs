import { encodeDeployData, encodeFunctionData } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { compile } from '../lib/compile.mjs';
import { accountKeys, rpc, within } from '../lib/devnet.mjs';
import { prepareFleet } from '../lib/fleet.mjs';
import { missedRounds, spread } from './measure.mjs';
import { printWork, takeWork } from './work.mjs';

const fees = { type: 'eip1559', maxFeePerGas: 1_000_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n };
const senders = 200, batch = 100, coin = 10n ** 18n;

/** Transactions are signed beforehand: what is measured is the chain, not the client's arithmetic. */
export async function run({ processes = 4, seconds = 60, kind = 'transfer', 'block-time': pace = 1, rate = 1500 }) {
  const capacity = Math.max(16_384, 20 * rate);
  const fleet = (await prepareFleet(processes, {
    args: ['--block-time', String(pace), '--txpool.capacity', String(capacity), '--txpool.nonces-per-sender', String(Math.max(2 * senders + 16, Math.ceil((seconds * rate) / senders) + 16))],
  })).start();
  const [first] = fleet.nodes;
  try {
    await Promise.all(fleet.nodes.map(n => n.block(2, 180_000)));
    const chainId = Number(await rpc(first.http, 'eth_chainId'));
    const accounts = Array.from({ length: senders }, () => privateKeyToAccount(generatePrivateKey()));
    const call = await prepare(first, chainId, accounts, kind);
    const total = Math.floor(seconds * rate), perSender = Math.floor(total / senders);
    console.log(`signing ${perSender * senders} transactions`);
    const signed = [];
    for (let nonce = 0; nonce < perSender; nonce++) {
      for (let i = 0; i < senders; i++) {
        signed.push(await accounts[i].signTransaction({ chainId, nonce, ...fees, ...call(accounts[(i * 7 + nonce) % senders]) }));
      }
    }
    const from = (await first.head()) + 1, blocks = first.blocks.length, sentAt = new Map();
    const before = await takeWork(fleet.nodes), began = performance.now();
    let refused = 0, done = false;
    const watching = watch(first, from, sentAt, () => done);
    for (let i = 0; i < signed.length; i += batch) {
      const due = began + (i / rate) * 1000, now = performance.now();
      if (due > now) await new Promise(resolve => setTimeout(resolve, due - now));
      // One sender's transactions go to one node: nonces do not overtake each other on the way.
      const answers = await send(fleet.nodes[(i / batch) % 2 === 0 ? 0 : processes > 1 ? 1 : 0], signed.slice(i, i + batch));
      const at = performance.now();
      for (const answer of answers) {
        if (answer.error) refused++;
        else sentAt.set(answer.result, at);
      }
    }
    const sending = (performance.now() - began) / 1000;
    const expected = sentAt.size + 0;
    done = true;
    const { included, times, last } = await watching;
    const after = await takeWork(fleet.nodes), duration = (last - began) / 1000;
    const pools = first.blocks.slice(blocks);
    console.log(`${kind}: ${processes} processes on this machine, ${pace} s blocks; ${signed.length} sent in ${sending.toFixed(1)} s, ${refused} refused`);
    console.log(`${included} final in ${duration.toFixed(1)} s: ${(included / duration).toFixed(0)} TPS; finality ${spread(times)}; ${missedRounds(pools)} rounds missed in ${pools.length} blocks; all agree on ${await fleet.agree()}`);
    printWork(before, after, processes, included);
    return included >= expected ? 0 : 1;
  } finally {
    await fleet.stop();
  }
}

async function prepare(node, chainId, accounts, kind) {
  const rich = privateKeyToAccount(accountKeys[1]);
  let nonce = Number(await rpc(node.http, 'eth_getTransactionCount', rich.address, 'latest'));
  const sign = tx => rich.signTransaction({ chainId, nonce: nonce++, ...fees, ...tx });
  const raw = [];
  for (const account of accounts) raw.push(await sign({ to: account.address, value: 10n * coin, gas: 21_000n }));
  let to;
  if (kind === 'erc20') {
    const { abi, bytecode } = compile('Token');
    const deployed = await rpc(node.http, 'eth_sendRawTransaction', await sign({ data: encodeDeployData({ abi, bytecode, args: [10n ** 30n] }), gas: 2_000_000n }));
    const receipts = await sendAll(node, raw, deployed);
    to = receipts.contractAddress;
    const grants = [];
    for (const account of accounts) grants.push(await sign({ to, data: encodeFunctionData({ abi, functionName: 'transfer', args: [account.address, 10n ** 24n] }), gas: 80_000n }));
    await sendAll(node, grants);
    return account => ({ to, data: encodeFunctionData({ abi, functionName: 'transfer', args: [account.address, 1n] }), gas: 65_000n });
  }
  await sendAll(node, raw);
  return account => ({ to: account.address, value: 1n, gas: 21_000n });
}

async function sendAll(node, raw, last) {
  const hashes = (await send(node, raw)).map(a => { if (a.error) throw new Error(a.error.message); return a.result; });
  return within(60_000, 'the preparation', (async () => {
    for (let number = await node.head(); ; number++) {
      await node.block(number);
      const receipt = await rpc(node.http, 'eth_getTransactionReceipt', last ?? hashes.at(-1));
      const other = await rpc(node.http, 'eth_getTransactionReceipt', hashes.at(-1));
      if (receipt && other) return receipt;
    }
  })());
}

async function send(node, raw) {
  const response = await fetch(node.http, {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify(raw.map((tx, id) => ({ jsonrpc: '2.0', id, method: 'eth_sendRawTransaction', params: [tx] }))),
  });
  return response.json();
}

/** Counts what becomes final, until nothing is left or nothing more comes. */
async function watch(node, from, sentAt, isDone) {
  const times = [];
  let included = 0, last = performance.now(), empty = 0;
  for (let number = from; ; number++) {
    await node.block(number, 120_000);
    const at = performance.now();
    const block = await rpc(node.http, 'eth_getBlockByNumber', '0x' + number.toString(16), false);
    let here = 0;
    for (const hash of block.transactions) {
      const sent = sentAt.get(hash);
      if (sent === undefined) continue;
      times.push(Math.max(0, at - sent));
      sentAt.delete(hash);
      here++;
    }
    // A block may be final before the answer to the batch came: what is in it beside transaction 0 is ours.
    included += block.transactions.length - 1;
    if (here > 0 || block.transactions.length > 1) { last = at; empty = 0; } else empty++;
    if (isDone() && empty >= 3) return { included, times, last };
  }
}
