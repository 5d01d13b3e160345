import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, describe, test } from 'node:test';

import { WebSocket } from 'ws';

import { authErrors } from '../../../lib/auth/errors.ts';
import { openGrants } from '../../../lib/auth/Grants.ts';
import type { Grants } from '../../../lib/auth/Grants.ts';
import { LiveConfig } from '../../../lib/config/LiveConfig.ts';
import { AppError } from '../../../lib/core/errors.ts';
import { Logger } from '../../../lib/core/logger.ts';
import { OpenRequests } from '../../../lib/core/OpenRequests.ts';
import { Metrics } from '../../../lib/core/metrics.ts';
import type { Gateway } from '../../../lib/gateways/Gateway.ts';
import { MountedGateways } from '../../../lib/gateways/MountedGateways.ts';
import { SampledLog } from '../../../lib/limits/SampledLog.ts';
import type { Server } from '../../../lib/Server.ts';
import type { ClientLink } from '../../../lib/signalling/ClientLink.ts';
import type { Session } from '../../../lib/signalling/Session.ts';
import { handshakeLimits } from '../../../lib/signalling/handshakeLimits.ts';
import type { WebSocketContext } from '../../../lib/signalling/ws/WebSocketContext.ts';
import { SendBudget } from '../../../lib/signalling/SendBudget.ts';
import { WebSocketGateway } from '../../../lib/signalling/ws/WebSocketGateway.ts';
import { startServer, testConfig } from '../../../tools/fixtures/server.ts';
import { TinySession } from '../../gateways/tiny/TinySession.ts';
import { UPGRADE_HEADERS } from '../../support/handshake.ts';
import { until } from '../../support/until.ts';

/** A gateway that lets a client in when the test says so. */
class PatientGateway extends WebSocketGateway<Grants> implements Gateway {
  override readonly name = 'patient';
  override readonly path = '/patient';
  /** Decides on the newest handshake. */
  decision = Promise.withResolvers<Grants>();
  sessions = 0;

  protected override authenticate(): Promise<Grants> {
    this.decision = Promise.withResolvers();
    return this.decision.promise;
  }

  protected override open(link: ClientLink, grants: Grants): TinySession {
    this.sessions += 1;
    return new TinySession(link, this.context, grants);
  }
}

/** A gateway that closes every connection as soon as it is open. */
class ClosingGateway extends WebSocketGateway<undefined> implements Gateway {
  override readonly name = 'closing';
  override readonly path = '/closing';

  protected override authenticate(): undefined {
    return undefined;
  }

  protected override open(link: ClientLink): Pick<Session, 'about'> {
    link.close('unavailable', 'not today');
    return { about: {} };
  }
}

describe('a handshake that takes time to decide', () => {
  const { view } = new LiveConfig(
    testConfig({ limits: { pendingConnectionsPerAddress: 1 } }),
  );
  const log = new SampledLog(new Logger('test'), () => 1);
  const http = createServer();
  let server: Server;
  let context: WebSocketContext;
  let gateway: PatientGateway;
  let gateways: MountedGateways;

  before(async () => {
    server = await startServer();
    http.on('upgrade', (...of) => gateways.upgrade(...of));
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
  });

  beforeEach(() => {
    context = {
      registry: server.registry,
      presence: server.presence,
      config: view,
      log,
      metrics: new Metrics(),
      requests: new OpenRequests(),
      ...handshakeLimits(view.limits),
      sendBudget: new SendBudget(view.limits),
    };
    gateway = new PatientGateway(context);
    gateways = new MountedGateways([gateway], context);
  });

  after(async () => {
    http.close();
    await server.close();
    log.close();
  });

  function portOf(): number {
    return (http.address() as AddressInfo).port;
  }

  /** Sends a whole handshake, and waits until the gateway looks at it. */
  async function ask(changes: Record<string, string> = {}): Promise<Socket> {
    const socket = connect(portOf(), '127.0.0.1');
    const headers = Object.entries({
      Host: 'localhost',
      ...UPGRADE_HEADERS,
      ...changes,
    });
    socket.write(
      `GET /patient HTTP/1.1\r\n${headers.map((it) => it.join(': ')).join('\r\n')}\r\n\r\n`,
    );
    await until('the handshake is looked at', () => pending() === 1);
    return socket;
  }

  function pending(): number {
    return context.pending.use.used;
  }

  test('counts no connection that is closed as soon as it is open', async () => {
    const closing = new ClosingGateway(context);
    gateways = new MountedGateways([closing], context);
    const socket = new WebSocket(`ws://127.0.0.1:${portOf()}/closing`);
    const [code] = (await once(socket, 'close')) as [number];
    assert.equal(code, 1011);
    assert.equal(closing.connections, 0);
  });

  test('holds a place until the session has its own', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${portOf()}/patient`);
    await until('the handshake is looked at', () => pending() === 1);
    assert.match(await text(await ask()), /^HTTP\/1\.1 429 .*LIMIT_REACHED/s);
    const upgraded = once(socket, 'upgrade') as Promise<[IncomingMessage]>;
    gateway.decision.resolve(openGrants('ada'));
    await once(socket, 'open');
    const [{ headers }] = await upgraded;
    assert.match(String(headers['x-request-id']), /^[\w-]+$/);
    assert.equal(pending(), 1);
    socket.send(JSON.stringify({ ask: 'enter', data: { roomId: 'garden' } }));
    const [answer] = (await once(socket, 'message')) as [Buffer];
    assert.deepEqual(JSON.parse(answer.toString()), {
      answer: 'enter',
      data: { others: [] },
    });
    assert.equal(pending(), 0);
    assert.equal(gateway.connections, 1);
    socket.close();
    await until('the client is gone', () => gateway.connections === 0);
    assert.match(
      await context.metrics.text(),
      /_connections_closed_total\{gateway="patient",reason="client"\} 1$/m,
    );
  });

  test('is refused with the reason, and gives its place back', async () => {
    const socket = await ask();
    gateway.decision.reject(
      new AppError(authErrors.TOKEN_INVALID, 'token: not this one'),
    );
    const refusal = await text(socket);
    assert.match(refusal, /^HTTP\/1\.1 401 .*not this one/s);
    assert.match(refusal, /^WWW-Authenticate: Bearer\r$/m);
    assert.equal(pending(), 0);
    assert.equal(gateway.sessions, 0);
  });

  test('is refused before it is looked at if it asks for another protocol', async () => {
    const socket = connect(portOf(), '127.0.0.1');
    socket.write(
      'GET /patient HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
    );
    const refusal = await text(socket);
    assert.match(refusal, /^HTTP\/1\.1 400 .*VALIDATION_ERROR/s);
    assert.match(refusal, /Upgrade: expected \\?"websocket\\?", got \\?"h2c/);
    assert.equal(gateway.sessions, 0);
  });

  test('is refused with the reason if it is none of WebSocket', async () => {
    const socket = await ask({ 'Sec-WebSocket-Version': '12' });
    gateway.decision.resolve(openGrants('ada'));
    const refusal = await text(socket);
    assert.match(refusal, /^HTTP\/1\.1 400 .*Sec-WebSocket-Version header/s);
    assert.match(refusal, /VALIDATION_ERROR/);
    assert.doesNotMatch(refusal, /WWW-Authenticate/);
    assert.equal(gateway.sessions, 0);
  });

  for (const [how, leave] of [
    ['hangs up', (socket: Socket) => socket.end()],
    ['resets the connection', (socket: Socket) => socket.resetAndDestroy()],
  ] as const) {
    test(`opens no session for a client that ${how} meanwhile`, async () => {
      const [taken, socket] = await Promise.all([
        once(http, 'connection') as Promise<[Socket]>,
        ask(),
      ]);
      const closed = Promise.withResolvers<boolean>();
      taken[0].on('close', closed.resolve);
      leave(socket);
      await closed.promise;
      // Work that goes on for clients that are gone stays bounded.
      assert.equal(pending(), 1);
      gateway.decision.resolve(openGrants('ada'));
      await until('the place is free', () => pending() === 0);
      assert.equal(gateway.sessions, 0);
      assert.equal(gateway.connections, 0);
      const refusals = await context.metrics.text();
      assert.doesNotMatch(refusals, /handshakes_refused\w*\{/);
    });
  }

  test('is refused when the server stops, without waiting for the decision', async () => {
    const socket = await ask();
    gateways.close('shutdown');
    assert.match(await text(socket), /^HTTP\/1\.1 503 .*SHUTTING_DOWN/s);
    gateway.decision.resolve(openGrants('ada'));
    await until('the place is free', () => pending() === 0);
    assert.equal(gateway.sessions, 0);
  });

  test('passes on what a hasty client sends before the answer', async () => {
    const [[taken], socket] = await Promise.all([
      once(http, 'connection') as Promise<[Socket]>,
      ask(),
    ]);
    // A masked text frame with "{}", its mask all zeros.
    socket.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x7b, 0x7d]));
    await until('the frame is there', () => taken.readableLength === 8);
    gateway.decision.resolve(openGrants('ada'));
    let answer = '';
    for await (const chunk of socket) {
      answer += String(chunk);
      if (answer.includes('expected {"ask"')) {
        break;
      }
    }
    assert.match(answer, /^HTTP\/1\.1 101 /);
  });
});
