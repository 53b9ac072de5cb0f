import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encodeFunctionData } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { accountKeys, artifact, binary, rpc } from '../lib/devnet.mjs';
import { FleetNode, prepareFleet } from '../lib/fleet.mjs';

const availability = '0x0000000000000000000000000000000000b0da03';

/** The fifth of five leaves the bench, its machine goes, and its REP comes back on a new machine with an empty disk and another key. */
export async function run({ sync = 'full', keep }) {
  const fleet = (await prepareFleet(5, { keep })).start();
  const [first] = fleet.nodes;
  const chainspec = path.join(first.directory, 'chainspec.json');
  const keys = JSON.parse(readFileSync(chainspec)).engine.por.publishedProducers;
  const identity = privateKeyToAccount(keys[4]);
  const bench = async () => (await rpc(first.http, 'por_bench')).members;
  const send = async (tx, account = identity) => {
    const raw = await account.signTransaction({
      chainId: Number(await rpc(first.http, 'eth_chainId')), nonce: Number(await rpc(first.http, 'eth_getTransactionCount', account.address, 'pending')),
      type: 'eip1559', gas: 3_000_000n, maxFeePerGas: 100_000_000_000n, maxPriorityFeePerGas: 1n, to: availability, ...tx });
    const hash = await rpc(first.http, 'eth_sendRawTransaction', raw);
    for (let number = await first.head(); ; number++) {
      await first.block(number);
      const receipt = await rpc(first.http, 'eth_getTransactionReceipt', hash);
      if (receipt && receipt.status !== '0x1') throw new Error(`the transaction failed: ${JSON.stringify(receipt)}`);
      if (receipt) return Number(receipt.blockNumber);
    }
  };
  /** The first block after which that holds. */
  const until = async (what, holds, blocks = 200) => {
    for (let number = await first.head(), last = number + blocks; number <= last; number++) {
      await first.block(number);
      if (await holds()) {
        console.log(`block ${number}: ${what}`);
        return number;
      }
    }
    throw new Error(`after ${blocks} blocks still not: ${what}`);
  };
  try {
    await Promise.all(fleet.nodes.map(n => n.block(3)));
    await send({ to: identity.address, value: 10n ** 18n }, privateKeyToAccount(accountKeys[0]));
    const { balance } = await rpc(first.http, 'por_reputation', identity.address);
    const abi = artifact('Availability').abi;
    console.log(`block ${await send({ data: encodeFunctionData({ abi, functionName: 'requestLeave', args: [BigInt(balance)] }) })}: the fifth asks to leave`);
    await until('it is off the bench', async () => (await bench()).length === 4);
    await fleet.nodes[4].stop();
    await until('its REP is free', async () => BigInt((await rpc(first.http, 'por_reputation', identity.address)).free) > BigInt(balance) / 2n);

    const secret = generatePrivateKey(), consensus = privateKeyToAccount(secret);
    const directory = path.join(fleet.directory, 'joiner');
    mkdirSync(directory);
    writeFileSync(path.join(directory, 'key'), secret);
    writeFileSync(path.join(directory, 'password'), 'secret\n');
    const own = ['--keystore', path.join(directory, 'keystore'), '--password-file', path.join(directory, 'password')];
    execFileSync(binary, ['account', 'import', path.join(directory, 'key'), ...own]);
    const { port } = fleet.nodes[4].config, http = fleet.nodes[4].config['http.port'];
    const peers = first.config['static-peers'].filter(e => !e.includes(`:${port}?`));
    writeFileSync(path.join(directory, 'config.json'), JSON.stringify({
      datadir: path.join(directory, 'data'), chain: chainspec, keystore: own[1], 'password-file': own[3], account: consensus.address,
      'p2p.host': '127.0.0.1', port, 'http.port': http, discovery: false, 'static-peers': peers, sync }));
    const joiner = new FleetNode(5, directory, { 'http.port': http });
    fleet.nodes.push(joiner);
    joiner.start();
    const behind = await first.head();
    await until(`the new node has the head (${sync} sync of ${behind} blocks)`, async () => { try { return (await joiner.head()) >= behind; } catch { return false; } });

    const free = BigInt((await rpc(first.http, 'por_reputation', identity.address)).free);
    const amount = `${free / 10n ** 18n}.${(free % 10n ** 18n).toString().padStart(18, '0')}`;
    const printed = execFileSync(binary, ['bond', 'signal', '--chain', chainspec, '--identity', identity.address, '--amount', amount, '--account', consensus.address, ...own]).toString();
    const signalled = await send({ data: /^data (0x[0-9a-f]+)$/m.exec(printed)[1] });
    console.log(`block ${signalled}: REP bonded for the new key`);
    const joined = await until('it is on the bench', async () => (await bench()).some(m => m.key.toLowerCase() === consensus.address.toLowerCase()));
    const from = first.blocks.length;
    const produced = await until('it has produced a block', async () => first.blocks.slice(from).some(b => b.producer === identity.address.toLowerCase()));
    console.log(`${sync}: bonded at ${signalled}, on the bench at ${joined} (${Math.floor((joined - 1) / 16) - Math.floor((signalled - 1) / 16)} epochs later), produced by ${produced}; all agree on ${await fleet.agree()}`);
    return 0;
  } finally {
    await fleet.stop();
  }
}
