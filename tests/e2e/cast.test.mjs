// Foundry's cast as a wallet of a running devnet.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { accountKeys, chainId, startDevnet } from './lib/devnet.mjs';
import { compile } from './lib/compile.mjs';

const binary = fileURLToPath(new URL(`node_modules/@foundry-rs/cast-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}/bin/cast`, import.meta.url));
const skip = existsSync(binary) ? false : `no cast for ${process.platform} ${process.arch}`;
const probeCode = compile('Probe');
let devnet, probe;

const run = (...args) => new Promise((resolve, reject) => execFile(binary, args, { timeout: 60_000 }, (error, stdout, stderr) => {
  if (error) reject(Object.assign(error, { stderr }));
  else resolve(stdout.trim());
}));
const cast = (command, ...args) => run(command, '--rpc-url', devnet.http, ...args);
const send = async (...args) => JSON.parse(await cast('send', '--json', '--private-key', accountKeys[4], ...args));

before(async () => {
  if (!skip) devnet = await startDevnet();
});

after(() => devnet?.stop());

test('cast: asks for the chain and a balance', { skip }, async () => {
  assert.equal(await cast('chain-id'), String(chainId));
  const address = await run('wallet', 'address', accountKeys[5]);
  assert.equal(await cast('balance', address, '--ether'), '10000.000000000000000000');
});

test('cast: transfers, legacy and with dynamic fees', { skip }, async () => {
  const to = await run('wallet', 'address', accountKeys[6]);
  for (const options of [['--legacy'], []]) {
    const receipt = await send(...options, to, '--value', '1ether');
    assert.equal(receipt.status, '0x1');
  }

  assert.equal(await cast('balance', to, '--ether'), '10002.000000000000000000');
});

test('cast: deploys, estimates, sends, calls and finds the log', { skip }, async () => {
  probe = (await send('--create', probeCode.bytecode)).contractAddress;
  const gas = await cast('estimate', '--from', await run('wallet', 'address', accountKeys[4]), probe, 'run()');
  const receipt = await send('--gas-limit', gas, probe, 'run()');
  assert.equal(receipt.status, '0x1');
  assert.equal(await cast('call', probe, 'word()(uint256)'), '1');
  const logs = JSON.parse(await cast('logs', '--json', '--address', probe, '--from-block', String(Number(receipt.blockNumber)), 'Ran(address indexed,address indexed,uint256)'));
  assert.equal(logs.length, 1);
});

test('cast: a delegation is sent and seen', { skip }, async () => {
  const authority = await run('wallet', 'address', accountKeys[7]);
  const authorization = await run('wallet', 'sign-auth', probe, '--private-key', accountKeys[7], '--rpc-url', devnet.http);
  const receipt = await send(authority, 'run()', '--auth', authorization);
  assert.equal(receipt.status, '0x1');
  assert.equal(await cast('code', authority), '0xef0100' + probe.slice(2).toLowerCase());
});

test('cast: a revert names its reason', { skip }, async () => {
  await assert.rejects(cast('call', probe, 'failWithReason()'), e => /the reason/.test(e.stderr));
});

test('cast: a proof and storage agree', { skip }, async () => {
  const proof = JSON.parse(await cast('proof', probe, '0x0'));
  assert.equal(BigInt(proof.storageProof[0].value), BigInt(await cast('storage', probe, '0')));
});
