declare module 'negotiator' {
  import type { IncomingMessage } from 'node:http';

  /** Content negotiation, as Express does it. */
  export default class Negotiator {
    constructor(request: Pick<IncomingMessage, 'headers'>);

    /**
     * The encodings among those available that the client accepts, best first.
     *
     * @param options - `preferred` decides between equal quality values.
     */
    encodings<Encoding extends string>(
      available: readonly Encoding[],
      options: { preferred: readonly Encoding[] },
    ): Encoding[];
  }
}
