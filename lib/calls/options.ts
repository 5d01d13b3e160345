import { z } from 'zod';

import { secretSchema } from '../auth/keys.ts';
import { urlWithId } from '../auth/urlWithId.ts';
import { count, section } from '../core/section.ts';
import type { OptionsOf } from '../core/section.ts';

/** A length of time, ms. */
function duration(least: number, most: number, value: number) {
  return z.int().min(least).max(most).default(value);
}

/** A secret that fits into the header `Authorization`. */
const bearerSecret = secretSchema.refine((secret) => /^[!-~]+$/.test(secret), {
  message: 'expected only visible characters of ASCII, and no spaces',
});

/** The section `calls`. */
export const callsSection = section('Calls in conversations.', {
  ringTimeout: duration(1_000, 3_600_000, 60_000).describe(
    'Time for which a call rings before it ends without an answer, ms.',
  ),
  reconnectTimeout: duration(100, 600_000, 30_000).describe(
    'Time for which a participant without a connection remains in the call, ms.',
  ),
  confirmTimeout: duration(100, 600_000, 3_000).describe(
    'Time that the device of a participant has to give a sign of life when another device of the same user comes; without one, the other takes its place, ms.',
  ),
  server: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe(
      'Name of this server, unlike those of others that share the database, and the same after a restart. By default that of the machine with listen.port.',
    ),
  serverTimeout: duration(1_000, 600_000, 30_000).describe(
    'Time after which others that share the database end the calls of a server that has stopped without doing so, ms. It has to be the same for all.',
  ),
  maxParticipants: count(1_000, 50).describe(
    'Participants of one call at a time. At most rooms.maxPeers.',
  ),
  joinsPerCall: count(100_000, 1_000).describe(
    'Times that participants join one call, returns included.',
  ),
  returnToP2p: z
    .union([z.literal(false), z.int().min(100).max(3_600_000)], {
      error: 'expected false or an integer from 100 to 3600000',
    })
    .default(30_000)
    .describe(
      'Time after which two participants who are alone in a call return from the server to a direct connection, ms; false if they never do.',
    ),
  switchTimeout: duration(100, 600_000, 10_000).describe(
    'Time that participants have to switch between a direct connection and the server, ms.',
  ),
  openTimeout: duration(100, 600_000, 5_000).describe(
    'Time that the media workers have to open the room of a call, ms.',
  ),
  conversationsPerUser: count(1_000_000, 1_000).describe(
    'Conversations that one user has created and not left.',
  ),
  membersPerConversation: count(10_000, 1_000).describe(
    'Members of one conversation.',
  ),
  shareLinksPerConversation: count(10_000, 100).describe(
    'Share links of one conversation that have not expired.',
  ),
  guestsPerConversation: count(10_000, 1_000).describe(
    'Guests of one conversation whose sessions have not expired.',
  ),
  shareLinkLifetime: duration(60_000, 31_536_000_000, 604_800_000).describe(
    'Longest time for which a share link is valid, ms; that of links for which the user sets none.',
  ),
  guestLifetime: duration(60_000, 31_536_000_000, 86_400_000).describe(
    "Time for which a guest's session is valid, ms.",
  ),
  directory: section(
    'A service of your own that knows the conversations, in the place of this server.',
    {
      url: urlWithId('conversation id')
        .optional()
        .describe(
          'URL that is queried with calls.secret as bearer token, such as https://app.example/api/conversations/{id}. It answers as GET /api/conversations/{id} of this server does; 404 means that there is no such conversation.',
        ),
      timeout: duration(100, 60_000, 3_000).describe(
        'Time to wait for an answer, ms.',
      ),
      cacheTime: duration(0, 3_600_000, 10_000).describe(
        'Time for which an answer is cached, ms.',
      ),
    },
  ),
  secret: bearerSecret
    .optional()
    .describe(
      'Bearer token of your own backend, which may create public and global conversations.',
    ),
  mediaServer: section('The media-server API.', {
    secret: bearerSecret
      .optional()
      .describe(
        'Bearer token of media servers and transcribers, which may act for every participant. Without it, participants can act for themselves only.',
      ),
  }),
  translator: section(
    'A server that translates transcriptions and speaks the HTTP API of LibreTranslate.',
    {
      url: z
        .url({ protocol: /^https?$/, hostname: /./ })
        .optional()
        .describe(
          'Its URL without /translate, such as http://127.0.0.1:5000. Without it, texts are not translated.',
        ),
      apiKey: z
        .string()
        .min(1)
        .optional()
        .describe('The API key, where it requires one.'),
      timeout: duration(100, 60_000, 2_000).describe(
        'Time to wait for a translation, ms.',
      ),
      requests: count(10_000, 64).describe(
        'Texts that are translated at the same time; beyond it, texts go untranslated.',
      ),
      languages: count(10_000, 500).describe(
        'Pairs of languages whose failures are counted apart, so that one that fails does not stop the others; beyond it, the pair used least recently starts from zero.',
      ),
      cachedTexts: count(1_000_000, 1_000).describe(
        'Translations that are cached.',
      ),
    },
  ),
});

/** The options of the section `calls`. */
export type CallsOptions = OptionsOf<typeof callsSection>;
