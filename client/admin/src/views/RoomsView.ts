import type { ServerRoom } from '@atrium/server-sdk';

import { roomAddress } from '../route.ts';
import { NOTHING, since } from '../show.ts';
import { button, element } from '../ui/element.ts';
import { filterOf, labelled } from '../ui/fields.ts';
import { Table } from '../ui/Table.ts';
import { Pager } from './Pager.ts';
import { closeRoom } from './questions.ts';
import { View } from './View.ts';
import type { ViewContext } from './View.ts';

/** The interval between readings, ms. */
const INTERVAL = 5_000;

/** The rooms, a page at a time, filtered by how their ids begin. */
export class RoomsView extends View {
  constructor(context: ViewContext) {
    super('Rooms', context);
    const { atrium } = this.session;
    const prefix = element('input', {
      id: 'prefix-input',
      type: 'search',
      autocomplete: 'off',
      spellcheck: false,
    });
    const onlyOpen = element('input', { id: 'open-input', type: 'checkbox' });
    const pager = new Pager(
      50,
      () =>
        atrium.rooms.list({
          prefix: prefix.value.trim(),
          limit: 51,
          ...(onlyOpen.checked && { open: 'true' as const }),
        }),
      () => poll.now(),
    );
    const table = new Table<ServerRoom>(
      'Rooms',
      [
        {
          title: 'Room',
          text: ({ roomId }) => roomId,
          href: ({ roomId }) => roomAddress(roomId),
          breaks: true,
        },
        { title: 'State', text: stateOf },
        {
          title: 'Peers',
          text: ({ peers, maxPeers }) => `${peers} of ${maxPeers}`,
          figures: true,
        },
        {
          title: 'Open for',
          text: ({ openedAt }) =>
            openedAt === undefined ? NOTHING : since(openedAt),
          figures: true,
        },
        ...(this.session.can('rooms:write')
          ? [
              {
                title: 'Actions',
                controls: (current: () => ServerRoom) => [
                  button('Close…', () =>
                    closeRoom(atrium, current().roomId, () => poll.now()),
                  ),
                ],
              },
            ]
          : []),
      ],
      ({ roomId }) => roomId,
      'There are no such rooms.',
    );
    const filter = filterOf(
      [
        labelled(prefix, 'ID begins with'),
        element('label', { className: 'check' }, onlyOpen, 'Only open rooms'),
      ],
      () => {
        pager.reset();
        poll.now();
      },
    );
    this.element.append(filter, table.element, pager.element);
    const poll = this.poll(INTERVAL, async () =>
      table.show(await pager.read()),
    );
  }
}

function stateOf({ open, lasting, locked, lobby }: ServerRoom): string {
  return [
    open ? 'open' : 'not open',
    lasting && 'lasting',
    locked && 'locked',
    lobby && 'with a lobby',
  ]
    .filter((it) => it !== false)
    .join(', ');
}
