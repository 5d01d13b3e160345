import type { NewBan, ServerBan } from '@atrium/server-sdk';

import { isolate } from '../../../src/ui/isolate.ts';
import { moment, NOTHING } from '../show.ts';
import { ask } from '../ui/ask.ts';
import { button, element } from '../ui/element.ts';
import { labelled } from '../ui/fields.ts';
import { Table } from '../ui/Table.ts';
import { Pager } from './Pager.ts';
import { bannedName, liftBan } from './questions.ts';
import { View } from './View.ts';
import type { ViewContext } from './View.ts';

/** The interval between readings, ms. */
const INTERVAL = 15_000;

const ADDRESS = /^[\d.]+$|:/;

/** The bans that have not expired, and a form for another. */
export class BansView extends View {
  readonly #refresh: () => void;

  constructor(context: ViewContext) {
    super('Bans', context);
    const { atrium } = this.session;
    const mayWrite = this.session.can('bans:write');
    this.#refresh = () => poll.now();
    const pager = new Pager(
      50,
      () => atrium.bans.list({ limit: 51 }),
      this.#refresh,
    );
    const table = new Table<ServerBan>(
      'Bans',
      [
        { title: 'Kept out', text: bannedName, breaks: true },
        { title: 'Room', text: ({ roomId }) => roomId, breaks: true },
        { title: 'User', text: bannedUser, breaks: true },
        { title: 'Network', text: ({ network = NOTHING }) => network },
        { title: 'By', text: ({ bannedBy }) => bannedBy, breaks: true },
        {
          title: 'Until',
          text: ({ expiresAt }) =>
            expiresAt === undefined ? 'for good' : moment(expiresAt),
        },
        ...(mayWrite
          ? [
              {
                title: 'Actions',
                controls: (current: () => ServerBan) => [
                  button('Lift…', () =>
                    liftBan(atrium, current(), this.#refresh),
                  ),
                ],
              },
            ]
          : []),
      ],
      ({ banId }) => banId,
      'There are no bans.',
    );
    this.element.append(
      ...(mayWrite ? [this.#form()] : []),
      table.element,
      pager.element,
    );
    const poll = this.poll(INTERVAL, async () =>
      table.show(await pager.read()),
    );
  }

  #form(): HTMLElement {
    const room = input('ban-room');
    const who = input('ban-who');
    const time = element('select', { id: 'ban-time' });
    for (const [value, label] of TIMES) {
      time.append(element('option', { value }, label));
    }
    const form = element(
      'form',
      { className: 'filter' },
      labelled(room, 'Room'),
      labelled(who, 'User or address'),
      labelled(time, 'Time'),
      element('button', { type: 'submit', className: 'button small' }, 'Ban…'),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const target = who.value.trim();
      const ban: NewBan = {
        roomId: room.value.trim(),
        ...(ADDRESS.test(target) ? { network: target } : { userId: target }),
        ...(time.value !== '' && { ttl: Number(time.value) }),
      };
      ask({
        title: `Ban ${isolate(target)}?`,
        text: `${isolate(target)} is kept out of the room ${isolate(ban.roomId)}, and removed from it.`,
        confirm: 'Ban',
        done: `${isolate(target)} is banned.`,
        act: async () => {
          await this.session.atrium.bans.create(ban);
          form.reset();
          this.#refresh();
        },
      });
    });
    return form;
  }
}

/** The user of a ban, with the time of a removal that only newer tokens outlast. */
function bannedUser({
  userId = NOTHING,
  tokensIssuedUntil,
}: ServerBan): string {
  return tokensIssuedUntil === undefined
    ? userId
    : `${userId} (tokens until ${moment(tokensIssuedUntil)})`;
}

function input(id: string): HTMLInputElement {
  return element('input', {
    id,
    type: 'text',
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: false,
    required: true,
  });
}

/** Choices of the time of a ban, s. */
const TIMES = [
  ['3600', 'An hour'],
  ['86400', 'A day'],
  ['', 'For good'],
] as const;
