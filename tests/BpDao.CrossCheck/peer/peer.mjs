// Reads one program a line from standard input and writes one line that says what it did: the other side of the comparison.
// The form of both lines is described in ../ProgramCase.cs and ../OwnEvm.cs.
import { createInterface } from 'node:readline';
import { createBlock } from '@ethereumjs/block';
import { Common, Mainnet } from '@ethereumjs/common';
import { SimpleStateManager } from '@ethereumjs/statemanager';
import { createTx } from '@ethereumjs/tx';
import { Account, bigIntToBytes, bytesToHex, createAddressFromString, hexToBytes, setLengthLeft } from '@ethereumjs/util';
import { createVM, runTx } from '@ethereumjs/vm';
import { EOFBYTES } from './node_modules/@ethereumjs/evm/dist/esm/eof/util.js';

// The peer keeps the container format of EIP-3540 for a fork that was never made, and asks for its prefix in every fork: CREATE with an
// init code of 0xef00… then does nothing, where the fork's rules let it fail with all its gas. No code has this length, so none has the prefix.
Object.defineProperty(EOFBYTES, 'length', { value: 2 ** 30 });

// Receipts before Byzantium want a state root; nobody looks at them here.
class State extends SimpleStateManager {
  async getStateRoot() { return new Uint8Array(32); }
}

const machines = new Map();

// Noise never gets past the versioned hash of precompile 0x0a; if it did, the case would differ.
const kzg = { verifyProof: () => { throw new Error('a proof that nobody made'); } };

// The hash of block n is n: both sides can know it.
const blockchain = {
  getBlock: async number => ({ hash: () => setLengthLeft(bigIntToBytes(BigInt(number)), 32) }),
  putBlock: async () => {},
  shallowCopy: () => blockchain,
};

async function machineOf(fork) {
  const known = machines.get(fork);
  if (known) return known;
  const common = new Common({ chain: Mainnet, hardfork: fork, customCrypto: { kzg } });
  const vm = await createVM({ common, stateManager: new State({ common }), blockchain });
  const made = { common, vm };
  machines.set(fork, made);
  return made;
}

function fill(state, accounts) {
  const accountMap = new Map();
  const codes = new Map();
  const slots = new Map();
  state.accountStack = [accountMap];
  state.codeStack = [codes];
  state.storageStack = [slots];
  state.originalStorageCache.clear();
  return Promise.all(Object.entries(accounts).map(async ([address, { nonce, balance, code, storage }]) => {
    const at = createAddressFromString(address);
    await state.putAccount(at, new Account(BigInt(nonce), BigInt(balance)));
    if (code !== '0x') await state.putCode(at, hexToBytes(code));
    for (const [slot, value] of Object.entries(storage)) {
      slots.set(`${address}_${slot}`, hexToBytes(value));
    }
  }));
}

const trimmed = bytes => BigInt(bytesToHex(bytes)).toString(16);

function describeState(state) {
  const storage = new Map();
  for (const [key, value] of state.topStorageStack()) {
    if (value.length === 0 || value.every(b => b === 0)) continue;
    const [address, slot] = key.split('_');
    if (!storage.has(address)) storage.set(address, []);
    storage.get(address).push(`${slot.slice(2)}=${trimmed(value)}`);
  }
  return [...state.topAccountStack()].filter(([, account]) => account !== undefined).sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([address, account]) => {
      const code = state.topCodeStack().get(address) ?? new Uint8Array(0);
      const slots = (storage.get(address) ?? []).sort();
      return `${address}:${account.nonce}:${account.balance.toString(16)}:${bytesToHex(code)}:${slots.join(',')}`;
    }).join(';');
}

async function outcome(line) {
  const { fork, block, accounts, transaction } = JSON.parse(line);
  const machine = await machineOf(fork);
  const header = { ...block, coinbase: createAddressFromString(block.coinbase) };
  const state = machine.vm.stateManager;
  await fill(state, accounts);
  const { sender, ...fields } = transaction;
  const from = createAddressFromString(sender);
  try {
    const tx = createTx({ ...fields, v: fields.type ? 0n : 27n, r: 1n, s: 1n }, { common: machine.common, freeze: false });
    tx.getSenderAddress = () => from; // nobody has to sign a million transactions
    const result = await runTx(machine.vm, { tx, block: createBlock({ header }, { common: machine.common, skipConsensusFormatValidation: true, freeze: false }), skipHardForkValidation: true });
    const { exceptionError, returnValue } = result.execResult;
    // Before Homestead a creation that cannot pay for its code succeeds without any (EIP-2); the peer keeps the error for show.
    const dismissed = fork === 'chainstart' && exceptionError?.error === 'code store out of gas';
    const failed = exceptionError !== undefined && !dismissed;
    const output = failed && exceptionError.error !== 'revert' ? '0x' : bytesToHex(returnValue);
    const logs = failed ? [] : result.execResult.logs ?? [];
    const written = logs.map(([address, topics, data]) => `${bytesToHex(address)}/${topics.map(bytesToHex).join('/')}/${bytesToHex(data)}`);
    return `${failed ? 'failed' : 'done'} gas ${result.totalGasSpent} output ${output} logs ${written.join(',')} state ${describeState(state)}`;
  } catch (error) {
    return `refused ${error.message.split('\n')[0]}`;
  }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  process.stdout.write(`${await outcome(line)}\n`);
}
