// @ethereumjs/devp2p, an implementation that shares no code with ours, as a peer of a real node over TCP.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createCustomCommon, Mainnet } from '@ethereumjs/common';
import { ETH, RLPx } from '@ethereumjs/devp2p';
import { RLP } from '@ethereumjs/rlp';
import { bigIntToUnpaddedBytes, bytesToHex, bytesToInt, hexToBytes } from '@ethereumjs/util';
import { keccak256 } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { binary, root, rpc, within } from './lib/devnet.mjs';

const spec = JSON.parse(readFileSync(path.join(root, 'chainspec/solo.json')));
const producer = privateKeyToAccount(spec.engine.por.publishedProducers[0]);
const alice = privateKeyToAccount(spec.engine.por.publishedAccounts[0]);
const messages = { headers: [0x03, 0x04], bodies: [0x05, 0x06], receipts: [0x0f, 0x10] };
const [TRANSACTIONS, ANNOUNCED, GET_POOLED, POOLED] = [0x02, 0x08, 0x09, 0x0a];

let node, http, enode, directory, rlpx, eth, peer, status;
const received = [], waiting = [];

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** The first message of that code that the node sent or sends and that fits; each is taken once. */
function message(code, fits = () => true) {
  return within(30_000, `message ${code}`, new Promise(resolve => {
    const index = received.findIndex(m => m.code === code && fits(m.payload));
    if (index >= 0) resolve(received.splice(index, 1)[0].payload);
    else waiting.push({ code, fits, resolve });
  }));
}

function onMessage(code, payload) {
  const index = waiting.findIndex(w => w.code === code && w.fits(payload));
  if (index >= 0) waiting.splice(index, 1)[0].resolve(payload);
  else received.push({ code, payload });
}

let lastId = 0;

async function ask([question, answer], content) {
  const id = ++lastId;
  eth.sendMessage(question, [bigIntToUnpaddedBytes(BigInt(id)), content]);
  const [, items] = await message(answer, payload => bytesToInt(payload[0]) === id);
  return items;
}

const number = n => bigIntToUnpaddedBytes(BigInt(n));
const flag = b => b ? new Uint8Array([1]) : new Uint8Array();
const getHeaders = (from, limit, skip = 0, reverse = false) =>
  ask(messages.headers, [typeof from === 'string' ? hexToBytes(from) : number(from), number(limit), number(skip), flag(reverse)]);
const hashOf = header => keccak256(RLP.encode(header));
const block = (n, full = false) => rpc(http, 'eth_getBlockByNumber', `0x${n.toString(16)}`, full);

async function waitForBlock(n) {
  await within(60_000, `block ${n}`, (async () => {
    while (Number(await rpc(http, 'eth_blockNumber')) < n) await new Promise(resolve => setTimeout(resolve, 100));
  })());
}

async function waitForReceipt(hash) {
  return within(60_000, `receipt of ${hash}`, (async () => {
    for (;;) {
      const receipt = await rpc(http, 'eth_getTransactionReceipt', hash);
      if (receipt) return receipt;
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  })());
}

let nonce = 0;

/** Signed by alice, next nonce; `data` makes it long. */
async function transfer(data = '0x') {
  const raw = await alice.signTransaction({
    type: 'eip1559', chainId: spec.chainId, nonce: nonce++, to: producer.address, value: 1n, data,
    gas: 21_000n + 40n * BigInt(data.length), maxFeePerGas: 100_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n,
  });
  return { raw, hash: keccak256(raw), bytes: hexToBytes(raw) };
}

before(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'bpdao-devp2p-'));
  const port = await freePort();
  http = `http://127.0.0.1:${port}`;
  node = spawn(binary, [
    'run', '--datadir', directory, '--chain', path.join(root, 'chainspec/solo.json'), '--account', producer.address, '--http.port', String(port),
    '--p2p.host', '127.0.0.1', '--port', '0', '--discovery=false',
  ], { stdio: ['ignore', 'pipe', 'inherit'] });
  enode = await within(60_000, 'the node', new Promise((resolve, reject) => {
    let url;
    createInterface({ input: node.stdout }).on('line', line => {
      url ??= /enode:\/\/\S+/.exec(line)?.[0];
      if (line.includes('RPC at')) resolve(new URL(url));
    });
    node.once('exit', code => reject(new Error(`the node ended with ${code}`)));
  }));
  await waitForBlock(3);

  // All forks up to Prague hold from genesis, so every fork hash is that of the genesis block alone.
  const genesis = await block(0);
  const forks = Mainnet.hardforks.map(f => f.name).slice(0, Mainnet.hardforks.findIndex(f => f.name === 'prague') + 1);
  const common = createCustomCommon({
    name: 'bpdao', chainId: spec.chainId,
    hardforks: forks.map(name => ({ name, block: 0, ...(['shanghai', 'cancun', 'prague'].includes(name) ? { block: null, timestamp: 0 } : {}), forkHash: null })),
  }, Mainnet, { hardfork: 'prague' });
  common.setForkHashes(hexToBytes(genesis.hash));

  rlpx = new RLPx(new Uint8Array(randomBytes(32)), { capabilities: [ETH.eth68], common, listenPort: null, timeout: 30_000 });
  // A failure is seen by what does not come.
  rlpx.events.on('peer:error', () => {});
  rlpx.events.on('error', () => {});
  const added = once(rlpx.events, 'peer:added');
  await rlpx.connect({ id: hexToBytes(`0x${enode.username}`), address: enode.hostname, tcpPort: Number(enode.port), udpPort: 0 });
  [peer] = await within(30_000, 'the session', added);
  eth = peer.getProtocols()[0];
  eth.events.on('message', onMessage);
  const told = once(eth.events, 'status');
  eth.sendStatus({ td: new Uint8Array(), bestHash: hexToBytes(genesis.hash), genesisHash: hexToBytes(genesis.hash) });
  [status] = await within(30_000, 'the status', told);
});

after(async () => {
  if (rlpx) rlpx.destroy();
  if (node) {
    node.kill('SIGTERM');
    await once(node, 'exit');
  }
  rmSync(directory, { recursive: true, force: true });
});

test('RLPx and Hello: the node names itself and agrees on eth/68', () => {
  const hello = peer.getHelloMessage();
  assert.match(hello.clientId, /^BpDao/);
  assert.equal(hello.protocolVersion, 5);
  assert.equal(eth.getVersion(), 68);
});

test('eth status: chain, genesis and fork id are those of the chain', async () => {
  assert.equal(bytesToInt(status.chainId), spec.networkId ?? spec.chainId);
  assert.equal(bytesToHex(status.genesisHash), (await block(0)).hash);
  assert.equal(status.forkId.length, 2);
});

test('GetBlockHeaders: by number, by hash, backwards, with gaps, beyond the head', async () => {
  const first = await getHeaders(0, 4);
  assert.deepEqual(first.map(hashOf), (await Promise.all([0, 1, 2, 3].map(n => block(n)))).map(b => b.hash));
  assert.deepEqual((await getHeaders((await block(3)).hash, 2, 0, true)).map(hashOf), [(await block(3)).hash, (await block(2)).hash]);
  assert.deepEqual((await getHeaders(0, 2, 1)).map(hashOf), [(await block(0)).hash, (await block(2)).hash]);
  assert.deepEqual(await getHeaders(1_000_000, 3), []);
});

test('GetBlockBodies and GetReceipts: what RPC says', async () => {
  const blocks = await Promise.all([1, 2, 3].map(n => block(n, true)));
  const hashes = blocks.map(b => hexToBytes(b.hash));
  const bodies = await ask(messages.bodies, hashes);
  assert.deepEqual(bodies.map(([txs]) => txs.length), blocks.map(b => b.transactions.length));
  assert.deepEqual(
    bodies.map(([txs]) => keccak256(txs[0] instanceof Uint8Array ? txs[0] : RLP.encode(txs[0]))), blocks.map(b => b.transactions[0].hash));
  const receipts = await ask(messages.receipts, hashes);
  for (let i = 0; i < blocks.length; i++) {
    const expected = await rpc(http, 'eth_getBlockReceipts', blocks[i].number);
    const gas = receipts[i].map(r => (r instanceof Uint8Array ? RLP.decode(r.slice(1)) : r)[1]);
    assert.deepEqual(gas.map(bytesToInt), expected.map(r => Number(r.cumulativeGasUsed)));
  }
  assert.deepEqual(await ask(messages.bodies, [new Uint8Array(32)]), []);
});

test('a transaction of the node comes whole', async () => {
  const tx = await transfer();
  assert.equal(await rpc(http, 'eth_sendRawTransaction', tx.raw), tx.hash);
  const came = await message(TRANSACTIONS, txs => txs.some(t => t instanceof Uint8Array && keccak256(t) === tx.hash));
  assert.ok(came.length >= 1);
  assert.equal((await waitForReceipt(tx.hash)).status, '0x1');
});

test('a long transaction of the node is announced, and given to who asks', async () => {
  const tx = await transfer(`0x${'11'.repeat(6000)}`);
  // Asked for while it waits: the node answers from its pool, and the next block is a second away.
  assert.equal(await rpc(http, 'eth_sendRawTransaction', tx.raw), tx.hash);
  const [types, sizes, hashes] = await message(ANNOUNCED, ([, , all]) => all.some(h => bytesToHex(h) === tx.hash));
  const index = hashes.findIndex(h => bytesToHex(h) === tx.hash);
  assert.equal(types[index], 2);
  assert.equal(bytesToInt(sizes[index]), tx.bytes.length);
  const answer = await ask([GET_POOLED, POOLED], [hexToBytes(tx.hash)]);
  // A block may have taken it meanwhile; then it is on the chain, and the answer is empty.
  if (answer.length === 0) assert.ok(await rpc(http, 'eth_getTransactionReceipt', tx.hash));
  else assert.equal(keccak256(answer[0]), tx.hash);
  assert.equal((await waitForReceipt(tx.hash)).status, '0x1');
});

test('the node asks for a transaction that the peer announces, and takes it into a block', async () => {
  const tx = await transfer();
  eth.sendMessage(ANNOUNCED, [new Uint8Array([2]), [number(tx.bytes.length)], [hexToBytes(tx.hash)]]);
  const [id, hashes] = await message(GET_POOLED, ([, all]) => all.some(h => bytesToHex(h) === tx.hash));
  assert.equal(hashes.length, 1);
  eth.sendMessage(POOLED, [id, [tx.bytes]]);
  assert.equal((await waitForReceipt(tx.hash)).status, '0x1');
});

test('the node takes a whole transaction of the peer', async () => {
  const tx = await transfer();
  eth.sendMessage(TRANSACTIONS, [tx.bytes]);
  assert.equal((await waitForReceipt(tx.hash)).status, '0x1');
});

test('a malformed message ends the session with a reason', async () => {
  const closed = once(peer.events, 'close');
  eth.sendMessage(ANNOUNCED, [new Uint8Array([2]), [], []]);
  const [reason] = await within(30_000, 'the end', closed);
  assert.equal(reason, 2);
});
