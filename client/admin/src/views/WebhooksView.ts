import type { ServerDelivery } from '@atrium/server-sdk';

import { moment, NOTHING } from '../show.ts';
import { button, element } from '../ui/element.ts';
import { filterOf, labelled } from '../ui/fields.ts';
import { Table } from '../ui/Table.ts';
import { deliveryState, lastAnswer } from '../words.ts';
import { Pager } from './Pager.ts';
import { replayDelivery } from './questions.ts';
import { View } from './View.ts';
import type { ViewContext } from './View.ts';

/** The interval between readings, ms. */
const INTERVAL = 5_000;

type Status = ServerDelivery['status'];

/** Choices of deliveries that are shown. */
const CHOICES: readonly (readonly [Status | '', string])[] = [
  ['', 'All'],
  ['failed', 'Given up'],
  ['pending', 'Waiting'],
  ['delivered', 'Delivered'],
];

/** The deliveries of webhooks, the newest first, which can be made again. */
export class WebhooksView extends View {
  constructor(context: ViewContext) {
    super('Webhooks', context);
    const { atrium } = this.session;
    const room = element('input', {
      id: 'delivery-room',
      type: 'search',
      autocomplete: 'off',
      autocapitalize: 'none',
      spellcheck: false,
    });
    const state = element('select', { id: 'delivery-state' });
    for (const [value, label] of CHOICES) {
      state.append(element('option', { value }, label));
    }
    const pager = new Pager(
      50,
      () => {
        const roomId = room.value.trim();
        const status = CHOICES[state.selectedIndex]?.[0] ?? '';
        return atrium.webhooks.deliveries({
          limit: 51,
          ...(roomId !== '' && { roomId }),
          ...(status !== '' && { status }),
        });
      },
      () => poll.now(),
    );
    const table = new Table<ServerDelivery>(
      'Deliveries of webhooks',
      [
        { title: 'Time', text: ({ createdAt }) => moment(createdAt) },
        { title: 'Event', text: ({ type }) => type },
        { title: 'Room', text: ({ roomId = NOTHING }) => roomId, breaks: true },
        { title: 'Endpoint', text: ({ endpointId }) => endpointId },
        { title: 'State', text: deliveryState },
        {
          title: 'Attempts',
          text: ({ attempts }) => String(attempts),
          figures: true,
        },
        { title: 'Last answer', text: lastAnswer, breaks: true },
        ...(this.session.can('webhooks:write')
          ? [
              {
                title: 'Actions',
                controls: (current: () => ServerDelivery) => [
                  button('Replay…', () =>
                    replayDelivery(atrium, current(), () => poll.now()),
                  ),
                ],
              },
            ]
          : []),
      ],
      ({ deliveryId }) => deliveryId,
      'There are no such deliveries. Endpoints are in the section webhooks of the configuration.',
    );
    const filter = filterOf(
      [labelled(room, 'Room'), labelled(state, 'State')],
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
