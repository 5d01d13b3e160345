import { TcpRelay } from '../delay/TcpRelay.ts';
import { UdpRelay } from '../delay/UdpRelay.ts';
import { serve } from './serve.ts';

/** A link with a delay between clients and a server, in a process of its own. */
const target = { port: 0 };
const tcp = await TcpRelay.listen(target);
const udp = await UdpRelay.bind();

const handlers = {
  /** The UDP port that the server has to bind at 127.0.0.1 and announce. */
  mediaPort: () => udp.port,

  /** Passes connections on to a server. @returns The address for clients. */
  leadTo(url: string): string {
    const passed = new URL(url);
    target.port = Number(passed.port);
    passed.port = String(tcp.port);
    return passed.href;
  },

  /** Sets the time to the server and back, ms. */
  setRoundTrip(roundTrip: number): void {
    tcp.roundTrip = roundTrip;
    udp.roundTrip = roundTrip;
  },
};

/** The requests that a process with a relay answers. */
export type RelayApi = typeof handlers;

serve(handlers, () => {
  tcp.close();
  udp.close();
});
