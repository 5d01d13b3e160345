import type { ServerAudit } from '@atrium/server-sdk';

import { moment, NOTHING } from '../show.ts';
import { element } from '../ui/element.ts';
import { filterOf, labelled } from '../ui/fields.ts';
import { Table } from '../ui/Table.ts';
import { action, person } from '../words.ts';
import { Pager } from './Pager.ts';
import { View } from './View.ts';
import type { ViewContext } from './View.ts';

/** The interval between readings, ms. */
const INTERVAL = 15_000;

/** The acts of moderators and of clients of the server API, the newest first. */
export class AuditView extends View {
  constructor(context: ViewContext) {
    super('Audit log', context);
    const { audit } = this.session.atrium;
    const room = element('input', {
      id: 'audit-room',
      type: 'search',
      autocomplete: 'off',
      spellcheck: false,
    });
    const pager = new Pager(
      50,
      () => {
        const roomId = room.value.trim();
        return audit.list({ limit: 51, ...(roomId !== '' && { roomId }) });
      },
      () => poll.now(),
    );
    const table = new Table<ServerAudit>(
      'Audit log',
      [
        { title: 'Time', text: ({ at }) => moment(at) },
        { title: 'By', text: ({ actor }) => person(actor), breaks: true },
        { title: 'Action', text: ({ action: name }) => action(name) },
        {
          title: 'Whom',
          text: ({ target }) => person(target) || NOTHING,
          breaks: true,
        },
        { title: 'Room', text: ({ roomId = NOTHING }) => roomId, breaks: true },
        { title: 'Contract', text: ({ contract }) => contract },
        { title: 'Details', text: detailsOf, breaks: true },
      ],
      (entry) => JSON.stringify(entry),
      'There are no entries.',
    );
    const filter = filterOf([labelled(room, 'Room')], () => {
      pager.reset();
      poll.now();
    });
    this.element.append(filter, table.element, pager.element);
    const poll = this.poll(INTERVAL, async () =>
      table.show(await pager.read()),
    );
  }
}

function detailsOf({ details }: ServerAudit): string {
  return (
    Object.entries(details)
      .map(
        ([name, value]) =>
          `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
      )
      .join(', ') || NOTHING
  );
}
