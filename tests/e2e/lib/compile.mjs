// Compiles the contracts of these tests, OpenZeppelin's included, with the pinned compiler.
import solc from 'solc';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

export function compile(name) {
  const input = {
    language: 'Solidity',
    sources: { [`contracts/${name}.sol`]: { content: readFileSync(path.join(here, `contracts/${name}.sol`), 'utf8') } },
    settings: {
      evmVersion: 'prague',
      optimizer: { enabled: true, runs: 200 },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  };
  const find = file => ({ contents: readFileSync(path.join(here, 'node_modules', file), 'utf8') });
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: find }));
  const faults = (output.errors ?? []).filter(e => e.severity === 'error');
  if (faults.length) throw new Error(faults.map(e => e.formattedMessage).join('\n'));
  const contract = output.contracts[`contracts/${name}.sol`][name];
  return { abi: contract.abi, bytecode: '0x' + contract.evm.bytecode.object };
}
