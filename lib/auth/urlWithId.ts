import { z } from 'zod';

import { REFUSED_PORTS } from './refusedPorts.ts';

/**
 * The URL of a thing at another service. The id belongs into the path or the
 * query: in the host it would choose the recipient of the token that is sent
 * along, and a fragment is not sent.
 *
 * @param id - The name of the id in problems.
 */
export function urlWithId(id: string) {
  return z
    .url({ protocol: /^https?$/, hostname: /./, abort: true })
    .refine(
      (value) => {
        const url = URL.parse(value);
        const [sent = ''] = value.split('#');
        return (
          url !== null && sent.includes('{id}') && !/[{}]|%7b/i.test(url.host)
        );
      },
      {
        message: `expected a URL with {id} where the ${id} goes, in its path or query`,
        abort: true,
      },
    )
    .refine(
      (value) =>
        URL.parse(value)?.username === '' && URL.parse(value)?.password === '',
      {
        message: 'expected a URL without a user name and a password',
      },
    )
    .refine(
      (value) => !REFUSED_PORTS.has(Number(URL.parse(value)?.port || 1_024)),
      {
        message: 'expected a URL with a port that HTTP clients do not refuse',
      },
    );
}
