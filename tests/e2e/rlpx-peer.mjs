// A peer of @ethereumjs/devp2p, driven by tests/BpDao.Network.Tests/Interop. It says what happens in lines of JSON, and sends back every message of
// test/2 under the next code, backwards. `listen`, or `dial PORT KEY` (128 hex digits); ends with its standard input, or when it is told `quit REASON`.
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { RLPx } from '@ethereumjs/devp2p';
import { bytesToUnprefixedHex, hexToBytes, utf8ToBytes } from '@ethereumjs/util';
import * as snappy from 'snappyjs';

const host = '127.0.0.1';
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

class Test {
  static test2 = { name: 'test', version: 2, length: 8, constructor: Test };
  // Shares its name with the other; only the higher version may be used.
  static test1 = { name: 'test', version: 1, length: 100, constructor: Test };
  // Is not shared, and must not move the codes of those that are.
  static alpha = { name: 'alpha', version: 1, length: 50, constructor: Test };

  constructor(version, peer, send) {
    this._send = send;
  }

  _handleMessage(code, payload) {
    say({ code, length: payload.length });
    this._send(code + 1, snappy.compress(Uint8Array.from(payload).reverse()));
  }
}

const rlpx = new RLPx(randomBytes(32), {
  clientId: utf8ToBytes('ethereumjs/test'),
  capabilities: [Test.test2, Test.test1, Test.alpha],
  listenPort: null,
  maxPeers: 5,
  timeout: 20_000,
});
rlpx.events.on('error', (error) => say({ error: String(error) }));
rlpx.events.on('peer:error', (_, error) => say({ error: String(error) }));
rlpx.events.on('peer:added', (peer) => say({ added: bytesToUnprefixedHex(peer.getId()), client: peer.getHelloMessage().clientId }));
rlpx.events.on('peer:removed', (_, reason, byUs) => say({ removed: Number(reason), byUs: byUs === true }));

const [mode, port, key] = process.argv.slice(2);
if (mode === 'dial') {
  await rlpx.connect({ id: hexToBytes(`0x${key}`), address: host, tcpPort: Number(port) });
} else {
  rlpx.events.once('listening', () => say({ key: bytesToUnprefixedHex(rlpx.id), port: rlpx._server.address().port }));
  rlpx.listen(0, host);
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line.startsWith('quit')) for (const peer of rlpx.getPeers()) peer.disconnect(Number(line.slice(5)));
}
process.exit(0);
