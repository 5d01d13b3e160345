import type { types } from 'mediasoup-client';
import type { Source } from './protocol.ts';

type Encoding = Pick<types.ProducerOptions, 'encodings' | 'codecOptions'>;

/** How each source is sent. */
const ENCODINGS: Readonly<Record<Source, Encoding>> = {
  mic: {},
  camera: { codecOptions: { videoGoogleStartBitrate: 1000 } },
  // Text has to be read, so everybody gets all of it or none.
  screen: {
    encodings: [{ maxBitrate: 2_500_000 }],
    codecOptions: { videoGoogleStartBitrate: 1000 },
  },
  'screen-audio': { codecOptions: { opusStereo: true } },
};

/** How a source is encoded: what `produce` takes besides its track. */
export function encodingOf(source: Source): Encoding {
  return ENCODINGS[source];
}
