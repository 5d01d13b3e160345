import { z } from 'zod';

import type { OptionsOf } from '../core/section.ts';
import { accountsSection } from '../accounts/options.ts';
import { authSection, iceSection } from '../auth/options.ts';
import {
  logSection,
  shutdownSection,
  startupSection,
} from '../core/options.ts';
import { callsSection } from '../calls/options.ts';
import { clusterSection } from '../cluster/options.ts';
import { chatSection } from '../chat/options.ts';
import { listenersSection } from '../gateways/options.ts';
import { meetingsSection } from '../meetings/options.ts';
import { moderationSection } from '../moderation/options.ts';
import { listenSection, opsSection, tlsSection } from '../http/options.ts';
import { accessSection, limitsSection } from '../limits/options.ts';
import {
  rtcSection,
  speakersSection,
  workersSection,
} from '../media/options.ts';
import { roomsSection } from '../rooms/options.ts';
import { signallingSection } from '../signalling/options.ts';
import { storeSection } from '../store/options.ts';
import { webhooksSection } from '../webhooks/options.ts';

/**
 * Every option, in the sections of the modules that they belong to. Types,
 * validation, `config.example.ts` and the table of options are derived from it.
 */
export const configSchema = z.strictObject({
  listen: listenSection,
  listeners: listenersSection,
  tls: tlsSection,
  rtc: rtcSection,
  ice: iceSection,
  workers: workersSection,
  rooms: roomsSection,
  speakers: speakersSection,
  auth: authSection,
  accounts: accountsSection,
  chat: chatSection,
  calls: callsSection,
  meetings: meetingsSection,
  moderation: moderationSection,
  webhooks: webhooksSection,
  store: storeSection,
  cluster: clusterSection,
  access: accessSection,
  limits: limitsSection,
  signalling: signallingSection,
  ops: opsSection,
  startup: startupSection,
  shutdown: shutdownSection,
  log: logSection,
});

/** The options that `config.ts` exports, each of which may be left out. */
export type ConfigInput = z.input<typeof configSchema>;

/** The whole configuration with its defaults, frozen. */
export type Config = OptionsOf<typeof configSchema>;
