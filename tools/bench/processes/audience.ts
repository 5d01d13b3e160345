import process from 'node:process';

import { LoadPeer } from '../../load/LoadPeer.ts';
import type { ReplayMedia } from '../../load/replay/ReplayMedia.ts';
import { Audience, steadyMedia } from '../clients/Audience.ts';
import type { Cast } from '../clients/Audience.ts';
import { serve, vitals } from './serve.ts';

/** A room full of peers of a server. Its one argument is JSON. */
const { url, senders, kind } = JSON.parse(process.argv[2] ?? '{}') as Cast & {
  url: string;
};

const peers: LoadPeer[] = [];

const audience = new Audience(async (number) => {
  let media: ReplayMedia | undefined;
  const peer = new LoadPeer(
    {
      destination: {
        url: url.replace(/^http/, 'ws'),
        roomId: 'room',
        peerId: `peer-${number}`,
        token: undefined,
        insecure: true,
      },
      publish: number < senders ? [kind] : [],
      allowRemote: false,
    },
    (signals) => {
      media = steadyMedia(signals);
      return Promise.resolve(media);
    },
    (failure) => {
      throw failure;
    },
  );
  peers.push(peer);
  await peer.join();
  if (media === undefined) {
    throw new Error('the peer has no media');
  }
  return {
    media,
    get receives() {
      return peer.receives;
    },
    watch: (on) => peer.watch(on),
  };
});

const handlers = {
  ...vitals,

  /** Has a number of peers watch all others, and the rest none. */
  watch: (count: number) => audience.watch(count),

  /** Has all peers send for a while. @returns The traffic of each. */
  flow: (seconds: number) => audience.flow(seconds),
};

/** The requests that a process with a room full of peers answers. */
export type AudienceApi = typeof handlers;

serve(handlers, async () => {
  await Promise.all(peers.map((peer) => peer.leave()));
  // The DTLS client has timers that only the end of the process stops.
  process.exit();
});
