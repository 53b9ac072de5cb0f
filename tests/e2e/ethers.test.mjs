// ethers as a wallet of a running devnet.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Contract, ContractFactory, Interface, JsonRpcProvider, Wallet, WebSocketProvider, parseEther, toQuantity } from 'ethers';
import { accountKeys, chainId, startDevnet, within } from './lib/devnet.mjs';
import { compile } from './lib/compile.mjs';

let devnet, provider, wallet, probe, token;
const probeCode = compile('Probe'), tokenCode = compile('Token');

const mined = tx => within(30_000, `receipt of ${tx.hash}`, tx.wait());

before(async () => {
  devnet = await startDevnet();
  provider = new JsonRpcProvider(devnet.http, chainId, { staticNetwork: true, pollingInterval: 100, cacheTimeout: -1 });
  wallet = new Wallet(accountKeys[2], provider);
});

after(async () => {
  provider?.destroy();
  await devnet?.stop();
});

test('ethers: the network is the devnet', async () => {
  assert.equal((await provider.getNetwork()).chainId, BigInt(chainId));
  assert.equal(await provider.send('net_version', []), String(chainId));
  assert.match(await provider.send('web3_clientVersion', []), /^BpDao\//);
});

for (const type of [0, 1, 2]) {
  test(`ethers: transfers with a transaction of type ${type}`, async () => {
    const to = Wallet.createRandom().address;
    const receipt = await mined(await wallet.sendTransaction({ to, value: parseEther('0.25'), type }));
    assert.equal(receipt.status, 1);
    assert.equal(receipt.type, type);
    assert.equal(await provider.getBalance(to), parseEther('0.25'));
    assert.equal((await provider.getTransaction(receipt.hash)).from, wallet.address);
  });
}

test('ethers: several transactions of one sender wait for each other', async () => {
  const nonce = await wallet.getNonce('pending');
  const to = Wallet.createRandom().address;
  const sent = await Promise.all([2, 0, 1].map(i => wallet.sendTransaction({ to, value: 1n, nonce: nonce + i })));
  await Promise.all(sent.map(mined));
  assert.equal(await provider.getBalance(to), 3n);
  assert.equal(await wallet.getNonce('latest'), nonce + 3);
});

test("ethers: OpenZeppelin's ERC-20 is deployed, moved and read", async () => {
  token = await new ContractFactory(tokenCode.abi, tokenCode.bytecode, wallet).deploy(1000n);
  await within(30_000, 'the token', token.waitForDeployment());
  const to = Wallet.createRandom().address;
  const receipt = await mined(await token.transfer(to, 40n));

  assert.equal(await token.balanceOf(to), 40n);
  const events = await token.queryFilter(token.filters.Transfer(wallet.address, to), receipt.blockNumber, receipt.blockNumber);
  assert.equal(events.length, 1);
  assert.equal(events[0].args.value, 40n);
});

test('ethers: an estimate is enough', async () => {
  probe = await new ContractFactory(probeCode.abi, probeCode.bytecode, wallet).deploy();
  await within(30_000, 'the probe', probe.waitForDeployment());
  const gasLimit = await probe.deep.estimateGas(30n);
  await assert.rejects(probe.deep.staticCall(30n, { gasLimit: gasLimit - gasLimit / 50n }));

  const receipt = await mined(await probe.deep(30n, { gasLimit }));
  assert.equal(receipt.status, 1);
});

test('ethers: an account delegates to a contract (EIP-7702)', async () => {
  const authority = Wallet.createRandom(provider);
  const authorization = await authority.authorize({ address: await probe.getAddress(), nonce: 0, chainId });
  const receipt = await mined(await wallet.sendTransaction({
    type: 4, to: authority.address, data: probe.interface.encodeFunctionData('run'), authorizationList: [authorization],
  }));
  assert.equal(receipt.status, 1);
  assert.equal(await provider.getCode(authority.address), '0xef0100' + (await probe.getAddress()).slice(2).toLowerCase());
  assert.equal(probe.interface.parseLog(receipt.logs[0]).args.self, authority.address);
});

test('ethers: reverts come with their reason', async () => {
  await assert.rejects(probe.failWithReason(), e => e.code === 'CALL_EXCEPTION' && e.reason === 'the reason');
  await assert.rejects(probe.failWithError(), e => e.revert.name === 'Refused' && e.revert.args[1] === 42n);
  await assert.rejects(probe.failWithPanic(0n), e => /DIVIDE_BY_ZERO|division/i.test(e.reason));
});

test('ethers: a transaction that fails in its block has a receipt that says so', async () => {
  const tx = await wallet.sendTransaction({ to: await probe.getAddress(), data: probe.interface.encodeFunctionData('failWithReason'), gasLimit: 100_000n });
  await assert.rejects(mined(tx), e => e.code === 'CALL_EXCEPTION' && e.receipt.status === 0);
});

test('ethers: what a wallet gets wrong is named', async () => {
  const to = Wallet.createRandom().address;
  await assert.rejects(wallet.sendTransaction({ to, nonce: 0 }), e => e.code === 'NONCE_EXPIRED');
  await assert.rejects(Wallet.createRandom(provider).sendTransaction({ to, value: 1n, gasLimit: 21_000n }), e => e.code === 'INSUFFICIENT_FUNDS');
});

test('ethers: blocks and logs come over a WebSocket', async () => {
  const socket = new WebSocketProvider(devnet.ws, chainId);
  const ran = new Contract(await probe.getAddress(), new Interface(probeCode.abi), socket);
  const heads = [];
  const three = new Promise(resolve => socket.on('block', number => heads.push(number) === 3 && resolve()));
  const event = new Promise(resolve => ran.on('Ran', (self, sender, value) => resolve({ self, sender, value })));
  await socket.send('eth_chainId', []);
  await mined(await probe.run({ value: 3n }));

  const { sender, value } = await within(30_000, 'the log', event);
  await within(30_000, 'three heads', three);
  assert.equal(sender, wallet.address);
  assert.equal(value, 3n);
  assert.equal(heads[1], heads[0] + 1);
  assert.equal(heads[2], heads[1] + 1);
  await socket.destroy();
});

test('ethers: latest, safe and finalized are one block', async () => {
  const [latest, safe, finalized] = (await Promise.all(['latest', 'safe', 'finalized'].map(tag => provider.send('eth_getBlockByNumber', [tag, false])))).map(b => Number(b.number));
  assert.ok(Math.max(latest, safe, finalized) - Math.min(latest, safe, finalized) <= 1);
});

test('ethers: the engine speaks of itself', async () => {
  await devnet.block(7);
  const status = await provider.send('por_status', []);
  assert.ok(status.height >= 7);
  assert.ok(status.engine.height > 7);
  assert.equal(status.engine.role, 'votes');
  assert.equal(status.engine.alarm, null);
  assert.equal(status.engine.weights.total, status.totalWeight);
  assert.deepEqual(await provider.send('por_evidence', []), { waiting: [], convictions: [] });
  const bench = await provider.send('por_bench', []);
  assert.equal(bench.members.length, 4);
  const pool = await provider.send('por_pool', [3]);
  assert.equal(pool.height, 3);
  const certificate = await provider.send('por_certificate', [toQuantity(5)]);
  assert.ok(BigInt(certificate.weight) * 3n > BigInt(certificate.totalWeight) * 2n);
  const leader = await provider.send('por_producerAt', [0]);
  assert.ok(bench.members.some(m => m.slot === leader.slot && m.identity === leader.identity));
  const reputation = await provider.send('por_reputation', [bench.members[0].identity]);
  assert.ok(BigInt(reputation.balance) > 0n);
  const parameters = await provider.send('por_parameters', []);
  assert.equal(parameters.epochLength.value, '16');
});
