import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import {
  MAX_FILE_BYTES,
  offerIn,
  safeName,
  sha256Of,
} from '../../../../client/src/chat/files/FileOffer.ts';
import type { FileOffer } from '../../../../client/src/chat/files/FileOffer.ts';
import type { FileWire } from '../../../../client/src/chat/files/FileWire.ts';
import type { OfferedFiles as Offered } from '../../../../client/src/chat/files/OfferedFiles.ts';
import type { Sending } from '../../../../client/src/chat/files/OfferedFiles.ts';
import type { WantedFiles as Wanted } from '../../../../client/src/chat/files/WantedFiles.ts';

await import('../../coreOfSdk.ts');
const { OfferedFiles } =
  await import('../../../../client/src/chat/files/OfferedFiles.ts');
const { WantedFiles } =
  await import('../../../../client/src/chat/files/WantedFiles.ts');
const { sizeText } =
  await import('../../../../client/src/chat/files/sizeText.ts');

/** A person with files, on a wire between all. */
class Person {
  readonly offered: Offered;
  readonly wanted: Wanted;
  readonly shown: Sending[][] = [];

  constructor(net: Net, peerId: string) {
    const wire = net.wireOf(peerId);
    this.offered = new OfferedFiles(wire, (_fileId, sending) =>
      this.shown.push(sending),
    );
    this.wanted = new WantedFiles(wire);
  }

  handle(from: string, data: unknown): void {
    this.offered.handle(from, data as Record<string, unknown>);
    this.wanted.handle(from, data as Record<string, unknown>);
  }
}

/** The data channels and messages between people. */
class Net {
  readonly people = new Map<string, Person>();
  readonly said: [from: string, data: Record<string, unknown>][] = [];
  /** The listeners of each open channel. */
  readonly channels = new Map<string, ((frame: unknown) => void)[]>();
  /** The most bytes that were ever on their way. */
  most = 0;
  /** Receives the frames of a channel in place of its listeners. */
  intercept: ((frame: ArrayBuffer) => ArrayBuffer | undefined) | undefined;
  /** False if receivers cannot prepare the decryption. */
  isReadable = true;
  /** The number of times that a person began to receive a channel. */
  received = 0;

  add(peerId: string): Person {
    const person = new Person(this, peerId);
    this.people.set(peerId, person);
    return person;
  }

  wireOf(peerId: string): FileWire {
    const same = (bytes: ArrayBuffer): Promise<ArrayBuffer> =>
      Promise.resolve(bytes);
    return {
      tell: async (to, data) => {
        await turn();
        const person = this.people.get(to);
        if (!person) {
          throw new Error('PEER_NOT_FOUND');
        }
        this.said.push([peerId, data as Record<string, unknown>]);
        person.handle(peerId, data);
      },
      open: () => {
        const id = `channel-${crypto.randomUUID()}`;
        const listeners: ((frame: unknown) => void)[] = [];
        let sent = 0;
        this.channels.set(id, listeners);
        return Promise.resolve({
          id,
          bufferedAmount: 0,
          on: () => undefined,
          send: (bytes) => {
            sent += bytes.byteLength;
            const had = this.said
              .map(([, { have }]) => have)
              .filter((it) => typeof it === 'number');
            this.most = Math.max(this.most, sent - Math.max(...had));
            const frame = this.intercept ? this.intercept(bytes) : bytes;
            if (frame) {
              for (const listener of listeners) {
                listener(frame);
              }
            }
          },
          close: () => this.channels.delete(id),
        });
      },
      receive: (id, onFrame) => {
        this.received += 1;
        this.channels.get(id)?.push(onFrame);
        return Promise.resolve(() => undefined);
      },
      encryption: () => Promise.resolve(same),
      decryption: () =>
        this.isReadable
          ? Promise.resolve(same)
          : Promise.reject(new Error('No cipher.')),
    };
  }
}

function fileOf(size: number, name = 'report.pdf'): File {
  const bytes = Uint8Array.from({ length: size }, (_, at) => at % 251);
  return new File([bytes], name);
}

const never = new AbortController().signal;

describe('a file that is offered', () => {
  let net: Net;
  let ada: Person;
  let bob: Person;
  let progress: number[];

  const get = (offer: FileOffer, signal = never, person = bob): Promise<Blob> =>
    person.wanted.get('ada', offer, (it) => progress.push(it), signal);

  beforeEach(() => {
    net = new Net();
    ada = net.add('ada');
    bob = net.add('bob');
    progress = [];
  });

  afterEach(() => {
    for (const { offered, wanted } of net.people.values()) {
      offered.clear();
      wanted.clear();
    }
    ada.offered.clear();
  });

  test('goes whole to those who want it, and to no one else', async () => {
    const eve = net.add('eve');
    const file = fileOf(1_000_000);
    const offer = await ada.offered.add(file);
    const blob = await get(offer);
    assert.equal(blob.size, 1_000_000);
    assert.equal(blob.type, 'application/octet-stream');
    assert.equal(
      await sha256Of(await blob.arrayBuffer()),
      await sha256Of(await file.arrayBuffer()),
    );
    assert.equal(progress.at(-1), 1);
    assert.ok(progress.length > 10);
    await turn();
    await turn();
    assert.deepEqual(ada.shown.at(-1), []);
    assert.ok(ada.shown.some(([it]) => (it?.progress ?? 0) > 0));
    assert.equal(net.channels.size, 0);
    assert.deepEqual(eve.shown, []);
  });

  test('never has more on its way than a server keeps for a receiver', async () => {
    await get(await ada.offered.add(fileOf(2_000_000)));
    assert.ok(net.most > 16_384 && net.most <= 300_000, String(net.most));
  });

  test('is refused if it is too large, or empty', async () => {
    await assert.rejects(
      ada.offered.add(fileOf(MAX_FILE_BYTES + 1)),
      /report\.pdf is larger than 10 MB/,
    );
    await assert.rejects(ada.offered.add(fileOf(0)), /is empty/);
  });

  test('is not what came if it was changed on the way, or is longer', async () => {
    const offer = await ada.offered.add(fileOf(100_000));
    net.intercept = (frame) => {
      const bytes = new Uint8Array(frame.slice(0));
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      return bytes.buffer;
    };
    await assert.rejects(get(offer), /not the file that was offered/);
    net.intercept = (frame) => new Uint8Array(frame.byteLength * 2).buffer;
    await assert.rejects(get(offer), /More data arrived/);
  });

  test('is stopped by the one who wants it, and by the owner', async () => {
    const offer = await ada.offered.add(fileOf(1_000_000));
    const controller = new AbortController();
    const stopped = get(offer, controller.signal);
    controller.abort();
    await assert.rejects(stopped, /Stopped/);
    for (let i = 0; i < 50; i += 1) {
      await turn();
    }
    assert.equal(net.channels.size, 0);

    net.intercept = (frame) => {
      ada.offered.stop(offer.id);
      return frame;
    };
    await assert.rejects(get(offer), /transfer has failed/);
    assert.equal(net.channels.size, 0);
  });

  test('can be stopped by both while its channel is opening', async () => {
    const offer = await ada.offered.add(fileOf(10));
    const ask = (transfer: string): void =>
      ada.offered.handle('bob', { want: offer.id, transfer });
    ask('by-owner');
    ada.offered.stop(offer.id);
    ask('by-receiver');
    ada.offered.handle('bob', { transfer: 'by-receiver', stop: 'stopped' });
    ask('not-stopped');
    for (let i = 0; i < 20; i += 1) {
      await turn();
    }
    assert.equal(net.channels.size, 1);
    assert.deepEqual(ada.shown.at(-1), [{ peerId: 'bob', progress: 0 }]);
  });

  test('is no longer available once the owner has it no more, or has left', async () => {
    const offer = await ada.offered.add(fileOf(10));
    for (let i = 0; i < 20; i += 1) {
      await ada.offered.add(fileOf(10));
    }
    await assert.rejects(get(offer), /no longer available/);
    const other = await ada.offered.add(fileOf(100));
    net.intercept = () => undefined;
    const waiting = get(other);
    await turn();
    bob.wanted.remove('ada');
    await assert.rejects(waiting, /no longer available/);
    net.people.delete('ada');
    await assert.rejects(get(other), /no longer available/);
  });

  test('serves a few at a time, and the others after them', async () => {
    const offer = await ada.offered.add(fileOf(50_000));
    const others = Array.from({ length: 6 }, (_, at) => net.add(`peer-${at}`));
    let most = 0;
    net.intercept = (frame) => {
      most = Math.max(most, net.channels.size);
      return frame;
    };
    const blobs = await Promise.all(others.map((it) => get(offer, never, it)));
    assert.deepEqual(
      blobs.map(({ size }) => size),
      others.map(() => 50_000),
    );
    assert.equal(most, 3);
  });

  test('cannot be asked for by one peer without bound', async () => {
    const offer = await ada.offered.add(fileOf(10));
    net.intercept = () => undefined;
    for (let at = 0; at < 10; at += 1) {
      ada.offered.handle('bob', { want: offer.id, transfer: String(at) });
    }
    for (let i = 0; i < 20; i += 1) {
      await turn();
    }
    assert.equal(net.said.filter(([, { stop }]) => stop === 'busy').length, 7);
    assert.equal(net.channels.size, 3);
    ada.offered.clear();
    for (let i = 0; i < 20; i += 1) {
      await turn();
    }
    assert.equal(net.channels.size, 0);
  });

  test('does not come without its decryption, and ends on both sides', async () => {
    net.isReadable = false;
    await assert.rejects(get(await ada.offered.add(fileOf(10))), /No cipher/);
    for (let i = 0; i < 20; i += 1) {
      await turn();
    }
    assert.equal(net.channels.size, 0);
  });

  test('is received once if its owner names the channel twice', async () => {
    const offer = await ada.offered.add(fileOf(10));
    const controller = new AbortController();
    const wanted = get(offer, controller.signal);
    await turn();
    const transfer = net.said[0]?.[1]['transfer'];
    bob.handle('ada', { transfer, channel: 'a' });
    bob.handle('ada', { transfer, channel: 'a' });
    await turn();
    assert.equal(net.received, 1);
    controller.abort();
    await assert.rejects(wanted, /Stopped/);
  });

  test('is wanted two at a time', async () => {
    const offer = await ada.offered.add(fileOf(10));
    net.intercept = () => undefined;
    const controller = new AbortController();
    const both = [get(offer, controller.signal), get(offer, controller.signal)];
    await assert.rejects(
      get(offer),
      /Wait until another download has finished/,
    );
    controller.abort();
    for (const one of both) {
      await assert.rejects(one, /Stopped/);
    }
  });
});

describe('a transfer without progress', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => mock.timers.reset());

  test('ends on both sides', async () => {
    const net = new Net();
    const ada = net.add('ada');
    const bob = net.add('bob');
    const offer = await ada.offered.add(fileOf(100));
    net.intercept = () => undefined;
    const wanted = bob.wanted.get('ada', offer, () => undefined, never);
    for (let i = 0; i < 20; i += 1) {
      await turn();
    }
    assert.equal(net.channels.size, 1);
    mock.timers.tick(20_000);
    await assert.rejects(wanted, /has stalled|has failed/);
    for (let i = 0; i < 20; i += 1) {
      await turn();
    }
    assert.equal(net.channels.size, 0);
  });
});

describe('the offer of a file', () => {
  const offer: FileOffer = {
    id: 'a-1',
    name: 'report.pdf',
    size: 5,
    sha256: '0'.repeat(64),
  };

  test('is read if it is one, and nothing else is', () => {
    assert.deepEqual(offerIn({ ...offer, more: 1 }), offer);
    for (const change of [
      { id: '../x' },
      { id: 'x'.repeat(65) },
      { name: 7 },
      { size: 0 },
      { size: 1.5 },
      { size: MAX_FILE_BYTES + 1 },
      { size: '5' },
      { sha256: 'abc' },
    ]) {
      assert.equal(offerIn({ ...offer, ...change }), undefined);
    }
    for (const other of [undefined, null, 'file', []]) {
      assert.equal(offerIn(other), undefined);
    }
  });

  test('has a name that hides nothing and leads nowhere', () => {
    for (const [name, safe] of [
      ['../../etc/passwd', '_.._etc_passwd'],
      ['C:\\x\\y.txt', 'C__x_y.txt'],
      ['a\u202Egpj.exe', 'a_gpj.exe'],
      ['.bashrc', 'bashrc'],
      ['a\u0000b\nc', 'a_b_c'],
      [' . ', 'file'],
      ['<b>.html', '_b_.html'],
    ] as const) {
      assert.equal(safeName(name), safe);
    }
    const long = safeName(`${'x'.repeat(500)}.pdf`);
    assert.equal(long.length, 120);
    assert.ok(long.endsWith('….pdf'));
  });

  test('has a size for people', () => {
    assert.deepEqual(
      [999, 1_500, 999_499, 1_234_567, 10_000_000].map(sizeText),
      ['999 bytes', '2 kB', '999 kB', '1.2 MB', '10.0 MB'],
    );
  });
});
