import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';

import { freePort } from '../support/freePort.ts';

const BINARY = '/usr/bin/turnserver';

/** The reason that tests with a TURN server cannot run; false if they can. */
export const noRelay: string | false = existsSync(BINARY)
  ? false
  : `There is no coturn at ${BINARY}: install Debian's package "coturn".`;

if (noRelay) {
  console.error(`NOT TESTED WITH A TURN SERVER: ${noRelay}`);
}

/** Beyond the ports that the system gives to who wants any, such as browsers. */
const RELAY_PORTS = { min: 61_000, max: 65_000 };

/** A question that a STUN server answers: a Binding request (RFC 8489). */
const BINDING_REQUEST = Buffer.concat([
  Buffer.from('000100002112a442', 'hex'),
  randomBytes(12),
]);

/** coturn on this machine, as docs/operations.md would have it. */
export class Relay implements AsyncDisposable {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, process: ChildProcess, folder: string) {
    this.url = url;
    this.#process = process;
    this.#folder = folder;
  }

  /** Starts a relay that accepts credentials made with the secret; the caller closes it. */
  static async start(secret: string): Promise<Relay> {
    const folder = await mkdtemp(path.join(tmpdir(), 'atrium-relay-'));
    const port = await freePort();
    const options = {
      'listening-ip': '127.0.0.1',
      'listening-port': port,
      'relay-ip': '127.0.0.1',
      'min-port': RELAY_PORTS.min,
      'max-port': RELAY_PORTS.max,
      realm: 'atrium.test',
      'static-auth-secret': secret,
      'denied-peer-ip': '0.0.0.0-255.255.255.255',
      'allowed-peer-ip': '127.0.0.1',
      pidfile: path.join(folder, 'pid'),
      userdb: path.join(folder, 'users'),
      'log-file': 'stdout',
    };
    const child = spawn(
      BINARY,
      [
        '-n',
        '--use-auth-secret',
        '--allow-loopback-peers',
        '--no-cli',
        '--no-tcp',
        '--no-tls',
        '--no-dtls',
        '--no-tcp-relay',
        ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
      ],
      { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const relay = new Relay(`turn:127.0.0.1:${port}`, child, folder);
    const said = text(child.stdout);
    if (!(await answers(port, child))) {
      await relay.close();
      throw new Error(`coturn does not answer at ${port}: ${await said}`);
    }
    return relay;
  }

  /** True if packets from a port have come through this server. */
  sendsFrom(port: number): boolean {
    return port >= RELAY_PORTS.min && port <= RELAY_PORTS.max;
  }

  /** Passes nothing on, until it is thawed. */
  freeze(): void {
    this.#process.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process.kill('SIGCONT');
  }

  async close(): Promise<void> {
    if (this.#process.exitCode === null) {
      const exited = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await exited;
    }
    await rm(this.#folder, { recursive: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Asks until the answer comes, as STUN wants it, or the process has ended. */
async function answers(port: number, child: ChildProcess): Promise<boolean> {
  const socket = createSocket('udp4');
  const asking = setInterval(
    () => socket.send(BINDING_REQUEST, port, '127.0.0.1'),
    100,
  );
  const answered = await Promise.race([
    once(socket, 'message').then(() => true),
    once(child, 'exit').then(() => false),
  ]);
  clearInterval(asking);
  socket.close();
  return answered;
}
