import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { format, resolveConfig } from 'prettier';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import { requests } from '../../lib/gateways/protoo/contract.ts';
import { notifications } from '../../lib/gateways/protoo/notifications.ts';
import { JSON_ERRORS } from '../../lib/gateways/json/errors.ts';
import { routeContract as adminContract } from '../../lib/gateways/admin/routes.ts';
import * as calls from '../../lib/gateways/calls/contract.ts';
import * as chat from '../../lib/gateways/chat/contract.ts';
import * as media from '../../lib/gateways/media/contract.ts';
import * as json from '../../lib/gateways/json/contract.ts';
import * as meetings from '../../lib/gateways/meetings/contract.ts';
import { WEBHOOK_EVENTS } from '../../lib/webhooks/events.ts';
import {
  callErrorsSection,
  clientCloseCodesSection,
  closeCodesSection,
  contractErrorsSection,
  errorsSection,
  meetingErrorsSection,
} from './codes.ts';
import {
  CALL_AUDIENCES,
  MEDIA_AUDIENCES,
  MEETING_AUDIENCES,
  notificationsSection,
  requestsSection,
  typesSection,
} from './contract.ts';
import { apiModule } from './apiModule.ts';
import { alertsSection, metricsSection } from './monitoring.ts';
import { exampleSections } from './example.ts';
import { openApi } from './openapi.ts';
import { configExample, optionsSection } from './options.ts';
import { protocolModules } from './protocolPackage.ts';
import {
  routeErrorsSection,
  scopedRoutesSection,
  scopesSection,
} from './routes.ts';

/** A file that is generated, whole or in part. */
export interface Page {
  /** Relative to the project. */
  file: string;
  text: string;
}

type Sections = Record<string, string>;

/** The first line of modules that are generated. */
const GENERATED =
  '// Written by "npm run docs" from the contracts of the server.\n\n';

/** Every generated file as it should be now. */
export async function pages(): Promise<Page[]> {
  const [alerts, example] = await Promise.all([
    alertsSection(),
    exampleSections(),
  ]);
  return Promise.all([
    formatted('config.example.ts', configExample()),
    filledIn('docs/protocol.md', {
      limits: optionsSection('signalling'),
      requests: requestsSection(requests),
      notifications: notificationsSection(notifications),
      types: typesSection([requests], [notifications]),
      errors: errorsSection(),
      'close codes': closeCodesSection('protoo'),
      'client close codes': clientCloseCodesSection(),
    }),
    filledIn('docs/json-websocket.md', {
      limits: optionsSection('signalling'),
      requests: requestsSection(json.requests),
      events: notificationsSection(json.events),
      types: typesSection([json.requests], [json.events]),
      errors: contractErrorsSection(JSON_ERRORS),
      'close codes': closeCodesSection('json'),
    }),
    filledIn('docs/chat.md', {
      'messages to the server': requestsSection(chat.requests),
      'messages to the client': notificationsSection(chat.events),
      types: typesSection([chat.requests], [chat.events]),
      'close codes': closeCodesSection('chat'),
    }),
    filledIn('docs/calls.md', {
      'events to the server': requestsSection(calls.requests, CALL_AUDIENCES),
      'events to the client': notificationsSection(calls.events),
      'media events to the server': requestsSection(
        media.requests,
        MEDIA_AUDIENCES,
      ),
      'media events to the client': notificationsSection(media.events),
      types: typesSection(
        [calls.requests, media.requests],
        [calls.events, media.events],
      ),
      errors: callErrorsSection(),
      options: optionsSection('calls'),
    }),
    filledIn('docs/sessions.md', {
      'messages to the server': requestsSection(
        meetings.requests,
        MEETING_AUDIENCES,
      ),
      'messages to the client': notificationsSection(meetings.events),
      types: typesSection([meetings.requests], [meetings.events]),
      errors: meetingErrorsSection(),
      'close codes': closeCodesSection('meetings'),
      options: optionsSection('meetings'),
    }),
    filledIn('docs/server-api.md', {
      scopes: scopesSection(),
      operations: scopedRoutesSection(adminContract),
      errors: routeErrorsSection(adminContract),
    }),
    filledIn('docs/webhooks.md', {
      events: notificationsSection(WEBHOOK_EVENTS),
      options: optionsSection('webhooks'),
    }),
    filledIn('docs/gateways.md', example),
    formatted('docs/openapi.json', openApi()),
    filledIn('docs/operations.md', {
      options: optionsSection(),
      metrics: metricsSection(),
      alerts,
      'close codes': closeCodesSection(),
    }),
    formatted(
      'server-sdk/src/generated/operations.ts',
      `${GENERATED}${apiModule()}`,
    ),
    ...protocolModules().flatMap(({ name, js, types }) => {
      const file = `packages/protocol/generated/${name}`;
      return [
        formatted(`${file}.js`, `${GENERATED}${js}`),
        formatted(`${file}.d.ts`, `${GENERATED}${types}`),
      ];
    }),
  ]);
}

/**
 * A page whose prose is written by hand and whose tables are not: each stands
 * between `<!-- generated: NAME -->` and `<!-- end -->`.
 *
 * @throws {Error} When the page lacks a section, or has one without content.
 */
async function filledIn(file: string, sections: Sections): Promise<Page> {
  const unused = new Set(Object.keys(sections));
  const page = await readFile(path.join(PROJECT_ROOT, file), 'utf8');
  const text = page.replaceAll(
    /(<!-- generated: (.+) -->\n)[^]*?(<!-- end -->)/g,
    (_all, start: string, name: string, end: string) => {
      const section = sections[name];
      if (section === undefined) {
        throw new Error(`${file}: nothing generates the section "${name}"`);
      }
      unused.delete(name);
      return `${start}\n${section}\n\n${end}`;
    },
  );
  if (unused.size > 0) {
    throw new Error(
      `${file}: expected "<!-- generated: ${Array.from(unused).join(', ')} -->", got nothing`,
    );
  }
  return formatted(file, text);
}

async function formatted(file: string, text: string): Promise<Page> {
  const filepath = path.join(PROJECT_ROOT, file);
  const style = await resolveConfig(filepath);
  return { file, text: await format(text, { ...style, filepath }) };
}
