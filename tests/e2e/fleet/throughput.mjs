import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { encodeDeployData, encodeFunctionData } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { compile } from '../lib/compile.mjs';
import { accountKeys, binary, root, rpc, within } from '../lib/devnet.mjs';
import { prepareFleet } from '../lib/fleet.mjs';
import { missedRounds, spread } from './measure.mjs';
import { signAll } from './sign.mjs';
import { printHeights, watchHeights } from './timeline.mjs';
import { printWork, takeWork } from './work.mjs';

const fees = { type: 'eip1559', maxFeePerGas: 1_000_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n };
const senders = 200, batch = 100, coin = 10n ** 18n;

/** Transactions are signed beforehand, and the first seconds are not counted: what is measured is the chain, neither the client's arithmetic nor the compiler. */
export async function run(options) {
  const { processes = 4, seconds = 30, kind = 'transfer', rate = 1500, 'block-time': pace = 1, 'warm-up': warmUp = 10, 'gas-limit': gasLimit } = options;
  const perSender = Math.ceil(((seconds + warmUp) * rate) / senders), folder = mkdtempSync(path.join(tmpdir(), 'bpdao-chain-'));
  const fleet = (await prepareFleet(processes, {
    args: [
      ...(gasLimit === undefined ? ['--block-time', String(pace)] : ['--chain', chainWith(folder, processes, gasLimit)]),
      '--txpool.capacity', String(Math.max(16_384, perSender * senders)), '--txpool.nonces-per-sender', String(Math.max(2 * senders, perSender) + 16),
    ],
  })).start();
  const doors = fleet.nodes.slice(0, 2), [first] = doors;
  try {
    await Promise.all(fleet.nodes.map(n => n.block(2, 180_000)));
    const chainId = Number(await rpc(first.http, 'eth_chainId')), gas = Number((await rpc(first.http, 'eth_getBlockByNumber', 'latest', false)).gasLimit);
    const keys = Array.from({ length: senders }, generatePrivateKey), addresses = keys.map(key => privateKeyToAccount(key).address);
    const call = await prepare(first, chainId, addresses, kind);
    console.log(`signing ${perSender * senders} transactions`);
    const drafts = [];
    for (let nonce = 0; nonce < perSender; nonce++) {
      for (let i = 0; i < senders; i++) drafts.push({ from: i, chainId, nonce, ...fees, ...call(addresses[(i * 7 + nonce) % senders]) });
    }
    const signed = await signAll(keys, drafts), warm = Math.floor((warmUp * rate) / batch) * batch;
    await finish(fleet, doors, signed.slice(0, warm), rate);
    const load = loadavg()[0], blocks = first.blocks.length, before = await takeWork(fleet.nodes), heights = watchHeights(fleet.nodes);
    const { sent, refused, sending, times, duration } = await finish(fleet, doors, signed.slice(warm), rate);
    const way = await heights.stop(), after = await takeWork(fleet.nodes), passed = first.blocks.slice(blocks);
    console.log(`${kind}: ${processes} processes, ${availableParallelism()} processors (load ${load.toFixed(1)} before), ${pace} s blocks of ${gas / 1e6} M gas, ${warmUp} s of the same before`);
    console.log(`${signed.length - warm} sent in ${sending.toFixed(1)} s (${((signed.length - warm) / sending).toFixed(0)} a second, ${rate} wanted), ${refused} refused`);
    console.log(`${times.length} final in ${duration.toFixed(1)} s: ${(times.length / duration).toFixed(0)} TPS; finality ${spread(times)}; ${missedRounds(passed)} rounds missed in ${passed.length} blocks; all agree on ${await fleet.agree()}`);
    printHeights(way);
    printWork(before, after, processes, times.length);
    return times.length === sent ? 0 : 1;
  } finally {
    await fleet.stop();
    rmSync(folder, { recursive: true });
  }
}

/** The devnet's template with that many producers and another gas limit. */
function chainWith(folder, producers, gasLimit) {
  const template = JSON.parse(readFileSync(path.join(root, 'chainspec/templates/devnet.json')));
  template.engine.por.publishedProducers.count = producers;
  template.engine.por.parameters.gasLimit = template.genesis.gasLimit = String(gasLimit);
  const [from, to] = [path.join(folder, 'template.json'), path.join(folder, 'chain.json')];
  writeFileSync(from, JSON.stringify(template));
  execFileSync(binary, ['genesis', 'build', '--template', from, '--out', to]);
  return to;
}

async function prepare(node, chainId, addresses, kind) {
  const rich = privateKeyToAccount(accountKeys[1]);
  let nonce = Number(await rpc(node.http, 'eth_getTransactionCount', rich.address, 'latest'));
  const sign = tx => rich.signTransaction({ chainId, nonce: nonce++, ...fees, ...tx });
  const raw = [];
  for (const to of addresses) raw.push(await sign({ to, value: 10n * coin, gas: 21_000n }));
  if (kind !== 'erc20') {
    await settle(node, raw);
    return to => ({ to, value: 1n, gas: 21_000n });
  }
  const { abi, bytecode } = compile('Token');
  raw.push(await sign({ data: encodeDeployData({ abi, bytecode, args: [10n ** 30n] }), gas: 2_000_000n }));
  const to = (await settle(node, raw)).contractAddress, transfer = (to, amount) => encodeFunctionData({ abi, functionName: 'transfer', args: [to, amount] });
  const grants = [];
  for (const address of addresses) grants.push(await sign({ to, data: transfer(address, 10n ** 24n), gas: 80_000n }));
  await settle(node, grants);
  return address => ({ to, data: transfer(address, 1n), gas: 65_000n });
}

/** Sends one sender's transactions, and waits for the receipt of the last. */
async function settle(node, raw) {
  const hashes = (await send(node, raw)).map(a => { if (a.error) throw new Error(a.error.message); return a.result; });
  return within(60_000, 'the preparation', (async () => {
    for (let number = await node.head(); ; number++) {
      await node.block(number);
      const receipt = await rpc(node.http, 'eth_getTransactionReceipt', hashes.at(-1));
      if (receipt) return receipt;
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

/** Sends at that rate, and waits until all that was taken is final. */
async function finish(fleet, doors, signed, rate) {
  const [first] = doors, sentAt = new Map(), from = (await first.head()) + 1, began = performance.now();
  let refused = 0, open = true;
  const watching = watch(first, from, sentAt, () => open);
  // One sender's transactions go to one node: nonces do not overtake each other on the way.
  const lanes = doors.map(async (node, lane) => {
    for (let i = lane * batch; i < signed.length; i += doors.length * batch) {
      const wait = began + (i / rate) * 1000 - performance.now();
      if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait));
      const answers = await send(node, signed.slice(i, i + batch)), at = performance.now();
      for (const answer of answers) {
        if (answer.error) refused++;
        else sentAt.set(answer.result, at);
      }
    }
  });
  await Promise.all(lanes);
  const sending = (performance.now() - began) / 1000;
  open = false;
  const { times, last } = await watching;
  return { sent: sentAt.size, refused, sending, times, duration: (last - began) / 1000 };
}

/** When each transaction became final, until all did or nothing more comes. */
async function watch(node, from, sentAt, isOpen) {
  const finalAt = new Map(), isLeft = () => isOpen() || [...sentAt.keys()].some(hash => !finalAt.has(hash));
  for (let number = from, empty = 0; isLeft() && empty < 10; number++) {
    await node.block(number, 120_000);
    const at = performance.now(), { transactions } = await rpc(node.http, 'eth_getBlockByNumber', '0x' + number.toString(16), false);
    // A block may be final before the answer to the batch came.
    for (const hash of transactions) finalAt.set(hash, at);
    empty = isOpen() || transactions.length > 1 ? 0 : empty + 1;
  }
  const ours = [...sentAt].filter(([hash]) => finalAt.has(hash)).map(([hash, sent]) => [sent, finalAt.get(hash)]);
  return { times: ours.map(([sent, final]) => Math.max(0, final - sent)), last: ours.reduce((latest, [, final]) => Math.max(latest, final), 0) };
}
