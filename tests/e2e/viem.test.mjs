// viem as a wallet of a running devnet.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import {
  createPublicClient, createWalletClient, decodeEventLog, defineChain, http, webSocket, parseEther, parseGwei, keccak256, getAddress,
  BaseError, ContractFunctionRevertedError, encodeFunctionData, zeroAddress,
} from 'viem';
import { privateKeyToAccount, generatePrivateKey } from 'viem/accounts';
import { verifyMerkleProof } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { hexToBytes, bytesToHex } from '@ethereumjs/util';
import { accountKeys, artifact, chainId, startDevnet, systemContract, within } from './lib/devnet.mjs';
import { compile } from './lib/compile.mjs';

let devnet, chain, client, wallet, probe, token;
const alice = privateKeyToAccount(accountKeys[0]);
const probeCode = compile('Probe'), tokenCode = compile('Token');
const supply = parseEther('1000');

const sent = hash => within(30_000, `receipt of ${hash}`, client.waitForTransactionReceipt({ hash, pollingInterval: 100 }));

before(async () => {
  devnet = await startDevnet();
  chain = defineChain({
    id: chainId, name: 'devnet', nativeCurrency: { name: 'coin', symbol: 'COIN', decimals: 18 }, rpcUrls: { default: { http: [devnet.http] } },
  });
  client = createPublicClient({ chain, transport: http() });
  wallet = createWalletClient({ chain, transport: http(), account: alice });
});

after(() => devnet?.stop());

test('viem: the chain is the devnet and moves', async () => {
  assert.equal(await client.getChainId(), chainId);
  const number = Number(await client.getBlockNumber());
  await devnet.block(number + 2);
  assert.ok(Number(await client.getBlockNumber({ cacheTime: 0 })) >= number + 2);
});

for (const [type, fees] of [['legacy', {}], ['eip2930', { accessList: [{ address: zeroAddress, storageKeys: [`0x${'00'.repeat(32)}`] }] }], ['eip1559', {}]]) {
  test(`viem: transfers with a transaction of type ${type}`, async () => {
    const bob = privateKeyToAccount(generatePrivateKey()).address;
    const before = await client.getBalance({ address: alice.address });

    const receipt = await sent(await wallet.sendTransaction({ to: bob, value: parseEther('1.5'), type, ...fees }));

    assert.equal(receipt.status, 'success');
    assert.equal(receipt.type, type);
    assert.equal(await client.getBalance({ address: bob }), parseEther('1.5'));
    const after = await client.getBalance({ address: alice.address });
    assert.equal(before - after, parseEther('1.5') + receipt.gasUsed * receipt.effectiveGasPrice);
    const tx = await client.getTransaction({ hash: receipt.transactionHash });
    assert.equal(getAddress(tx.from), alice.address);
    assert.equal(tx.blockHash, receipt.blockHash);
  });
}

test('viem: deploys a contract, calls it and reads its log', async () => {
  const receipt = await sent(await wallet.deployContract({ ...probeCode }));
  probe = receipt.contractAddress;
  const run = await sent(await wallet.writeContract({ address: probe, abi: probeCode.abi, functionName: 'run', value: 7n }));

  const [log] = await client.getLogs({ address: probe, fromBlock: run.blockNumber, toBlock: run.blockNumber });
  const { eventName, args } = decodeEventLog({ abi: probeCode.abi, ...log });
  assert.equal(eventName, 'Ran');
  assert.deepEqual(args, { self: getAddress(probe), sender: alice.address, value: 7n });
  assert.equal(await client.readContract({ address: probe, abi: probeCode.abi, functionName: 'word' }), 1n);
});

test('viem: an account delegates to a contract (EIP-7702)', async () => {
  const carol = privateKeyToAccount(generatePrivateKey());
  const authorization = await wallet.signAuthorization({ account: carol, contractAddress: probe });

  const receipt = await sent(await wallet.sendTransaction({
    to: carol.address, value: 5n, authorizationList: [authorization],
    data: encodeFunctionData({ abi: probeCode.abi, functionName: 'run' }),
  }));

  assert.equal(receipt.status, 'success');
  assert.equal(receipt.type, 'eip7702');
  assert.equal(await client.getCode({ address: carol.address }), `0xef0100${probe.slice(2).toLowerCase()}`);
  assert.equal(decodeEventLog({ abi: probeCode.abi, ...receipt.logs[0] }).args.self, carol.address);
  assert.equal(await client.getTransactionCount({ address: carol.address }), 1);
});

test("viem: OpenZeppelin's ERC-20 is deployed, moved and read", async () => {
  const receipt = await sent(await wallet.deployContract({ ...tokenCode, args: [supply] }));
  token = receipt.contractAddress;
  const bob = privateKeyToAccount(accountKeys[1]).address;

  const transfer = await sent(await wallet.writeContract({ address: token, abi: tokenCode.abi, functionName: 'transfer', args: [bob, 123n] }));

  assert.equal(await client.readContract({ address: token, abi: tokenCode.abi, functionName: 'balanceOf', args: [bob] }), 123n);
  const events = await client.getContractEvents({
    address: token, abi: tokenCode.abi, eventName: 'Transfer', args: { to: bob }, fromBlock: 0n, toBlock: 'latest',
  });
  assert.equal(events.length, 1);
  assert.equal(events[0].args.value, 123n);
  assert.equal(events[0].transactionHash, transfer.transactionHash);
});

test('viem: a filter reports each log once', async () => {
  const filter = await client.createContractEventFilter({ address: probe, abi: probeCode.abi, eventName: 'Ran' });
  await sent(await wallet.writeContract({ address: probe, abi: probeCode.abi, functionName: 'run' }));

  assert.equal((await client.getFilterChanges({ filter })).length, 1);
  assert.equal((await client.getFilterChanges({ filter })).length, 0);
  assert.equal(await client.uninstallFilter({ filter }), true);
});

for (const [functionName, args] of [['run', []], ['fill', [1n, 20n]], ['deep', [20n]]]) {
  test(`viem: the estimate for ${functionName} is enough and not much more`, async () => {
    const gas = await client.estimateContractGas({ address: probe, abi: probeCode.abi, functionName, args, account: alice });
    const less = gas - gas / 50n;
    await assert.rejects(client.simulateContract({ address: probe, abi: probeCode.abi, functionName, args, account: alice, gas: less }));

    const receipt = await sent(await wallet.writeContract({ address: probe, abi: probeCode.abi, functionName, args, gas }));
    assert.equal(receipt.status, 'success');
  });
}

for (const [functionName, args, check] of [
  ['failWithReason', [], e => assert.equal(e.reason, 'the reason')],
  ['failWithError', [], e => assert.deepEqual([e.data.errorName, e.data.args], ['Refused', [alice.address, 42n]])],
  ['failWithPanic', [0n], e => assert.match(e.message, /[Dd]ivision|modulo by zero/)],
]) {
  test(`viem: ${functionName} is decoded`, async () => {
    for (const call of [
      () => client.simulateContract({ address: probe, abi: probeCode.abi, functionName, args, account: alice }),
      () => client.estimateContractGas({ address: probe, abi: probeCode.abi, functionName, args, account: alice }),
    ]) {
      const error = await call().then(() => assert.fail('it did not fail'), e => e);
      assert.ok(error instanceof BaseError);
      check(error.walk(e => e instanceof ContractFunctionRevertedError) ?? assert.fail(error.message));
    }
  });
}

test("viem: the token's own error is decoded", async () => {
  const poor = privateKeyToAccount(generatePrivateKey()).address;
  const error = await client.simulateContract({
    address: token, abi: tokenCode.abi, functionName: 'transfer', args: [alice.address, 1n], account: poor,
  }).then(() => assert.fail('it did not fail'), e => e.walk(x => x instanceof ContractFunctionRevertedError));
  assert.equal(error.data.errorName, 'ERC20InsufficientBalance');
  assert.deepEqual(error.data.args, [poor, 0n, 1n]);
});

test('viem: state overrides pretend', async () => {
  const poor = privateKeyToAccount(generatePrivateKey()).address;
  const call = { account: poor, to: probe, value: parseEther('5'), data: encodeFunctionData({ abi: probeCode.abi, functionName: 'run' }) };
  await assert.rejects(client.call(call));
  await client.call({ ...call, stateOverride: [{ address: poor, balance: parseEther('6') }] });
  assert.equal(await client.readContract({
    address: probe, abi: probeCode.abi, functionName: 'word',
    stateOverride: [{ address: probe, stateDiff: [{ slot: `0x${'00'.repeat(32)}`, value: `0x${'2a'.padStart(64, '0')}` }] }],
  }), 42n);
});

test('viem: an access list is found', async () => {
  const { accessList } = await client.createAccessList({
    account: alice.address, to: probe, data: encodeFunctionData({ abi: probeCode.abi, functionName: 'fill', args: [100n, 2n] }),
  });
  assert.equal(accessList.length, 1);
  assert.equal(accessList[0].storageKeys.length, 2);
});

test('viem: proofs hold against the state root with an independent trie', async () => {
  const blockNumber = await client.getBlockNumber({ cacheTime: 0 });
  const block = await client.getBlock({ blockNumber });
  const absent = privateKeyToAccount(generatePrivateKey()).address;
  for (const [address, slots] of [[probe, ['0x0', '0x7']], [alice.address, []], [absent, []]]) {
    const proof = await client.getProof({ address, storageKeys: slots.map(s => `0x${s.slice(2).padStart(64, '0')}`), blockNumber });
    const leaf = await verifyMerkleProof(hexToBytes(keccak256(address)), proof.accountProof.map(hexToBytes), { root: hexToBytes(block.stateRoot) });
    if (address === absent) {
      assert.equal(leaf, null);
      continue;
    }

    const [nonce, balance, storageRoot, codeHash] = RLP.decode(leaf).map(bytesToHex);
    assert.equal(BigInt(nonce === '0x' ? 0 : nonce), BigInt(proof.nonce));
    assert.equal(BigInt(balance === '0x' ? 0 : balance), proof.balance);
    assert.equal(storageRoot, proof.storageHash);
    assert.equal(codeHash, proof.codeHash);
    for (const slot of proof.storageProof) {
      const value = await verifyMerkleProof(hexToBytes(keccak256(`0x${BigInt(slot.key).toString(16).padStart(64, '0')}`)), slot.proof.map(hexToBytes), {
        root: hexToBytes(storageRoot),
      });
      assert.equal(value === null ? 0n : BigInt(bytesToHex(RLP.decode(value))), slot.value);
    }
  }
});

test('viem: newHeads come over a WebSocket, one for each block', async () => {
  const socket = createPublicClient({ chain, transport: webSocket(devnet.ws) });
  const heads = await within(30_000, 'three heads', new Promise((resolve, reject) => {
    const seen = [];
    const unwatch = socket.watchBlocks({
      onError: reject,
      onBlock(head) {
        seen.push(head);
        if (seen.length === 3) {
          unwatch();
          resolve(seen);
        }
      },
    });
  }));
  assert.equal(heads[1].number, heads[0].number + 1n);
  assert.equal(heads[2].parentHash, heads[1].hash);
  (await socket.transport.getRpcClient()).close();
});

test('viem: the system transaction is visible, and its pool events decode', async () => {
  const { abi } = artifact('IValidationPool');
  await devnet.block(8);
  const block = await client.getBlock({ blockNumber: 8n, includeTransactions: true });
  const [system] = block.transactions;

  assert.equal(system.gasPrice, 0n);
  assert.equal(BigInt(system.to), 0xb0da10n);
  const receipt = await client.getTransactionReceipt({ hash: system.hash });
  assert.equal(receipt.status, 'success');
  assert.equal(receipt.transactionIndex, 0);
  const events = receipt.logs.filter(l => BigInt(l.address) === BigInt(systemContract(4))).map(l => decodeEventLog({ abi, ...l }));
  const opened = events.find(e => e.eventName === 'PoolOpened');
  assert.equal(opened.args.height, 7n);
  assert.ok(opened.args.minted > 0n);
  const settled = events.find(e => e.eventName === 'PoolSettled');
  assert.equal(settled.args.height, 3n); // K = 4 blocks after it was opened
  assert.equal(settled.args.valid, true);
});

test('viem: fees follow the chain', async () => {
  const history = await client.getFeeHistory({ blockCount: 4, rewardPercentiles: [25, 75] });
  assert.equal(history.baseFeePerGas.length, 5);
  const { maxFeePerGas } = await client.estimateFeesPerGas();
  assert.ok(maxFeePerGas >= history.baseFeePerGas.at(-1));
  assert.ok(await client.getGasPrice() >= history.baseFeePerGas.at(-1));
  assert.ok(maxFeePerGas < parseGwei('100'));
});
