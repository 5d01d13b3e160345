import { isLoopback } from './network.ts';

/** An address at which clients connect. */
export interface ClientAddress {
  /** The option that has it, such as `listen`. */
  option: string;
  host: string;
  port: number;
  /** False for plain HTTP. */
  tls: boolean;
}

/** The options that name the addresses of clients. */
export interface AddressSections {
  readonly listen: {
    readonly host: string;
    readonly port: number;
    readonly tls: boolean;
  };
  readonly listeners: readonly Readonly<Omit<ClientAddress, 'option'>>[];
}

/** Every address at which clients connect, that of `listen` first. */
export function clientAddresses({
  listen,
  listeners,
}: AddressSections): [main: ClientAddress, ...own: ClientAddress[]] {
  const { host, port, tls } = listen;
  return [
    { option: 'listen', host, port, tls },
    ...listeners.map((it, index) => ({
      option: `listeners.${index}`,
      host: it.host,
      port: it.port,
      tls: it.tls,
    })),
  ];
}

/** Tells if an address for clients has TLS, which needs a certificate. */
export function usesTls(sections: AddressSections): boolean {
  return clientAddresses(sections).some(({ tls }) => tls);
}

/** The addresses that other machines can reach. */
export function publicAddresses(sections: AddressSections): ClientAddress[] {
  return clientAddresses(sections).filter(({ host }) => !isLoopback(host));
}
