import type { RemotePeer, RoomClient } from 'videoconf-sdk/core';
import type { RoomControls } from '../RoomControls.ts';
import { ConfirmDialog } from './ConfirmDialog.ts';
import { find } from './find.ts';
import type { Notices } from './Notices.ts';
import { PersonRow } from './PersonRow.ts';
import type { ActionName, PersonAction } from './PersonRow.ts';
import { RoomSwitches } from './RoomSwitches.ts';
import { SidePanel } from './SidePanel.ts';
import { WaitingList } from './WaitingList.ts';
import { number, text } from '../texts/texts.ts';
import { showLabel, showText } from '../texts/show.ts';

/** The user, as the list shows them. */
export type OwnPerson = {
  peerId: string;
  name: string;
  muted: boolean;
  camera: boolean;
};

/** The people in the room and in its lobby, with the actions of a moderator. */
export class PeoplePanel {
  readonly #panel: SidePanel;
  readonly #button: HTMLButtonElement;
  readonly #badge: HTMLElement;
  readonly #list: HTMLElement;
  readonly #title: HTMLElement;
  readonly #template: HTMLTemplateElement;
  readonly #waiting: WaitingList;
  readonly #switches: RoomSwitches;
  readonly #confirm = new ConfirmDialog();
  readonly #run: (action: Promise<unknown>) => void;
  readonly #rows = new Map<string, PersonRow>();
  #client: RoomClient | undefined;
  #controls: RoomControls | undefined;
  #self: OwnPerson | undefined;
  #invited = false;

  /** @param run - Waits for a request, and shows its failure. */
  constructor(
    root: ParentNode,
    notices: Notices,
    run: (action: Promise<unknown>) => void,
  ) {
    const panel = find(root, '#people', HTMLElement);
    this.#button = find(root, '#people-button', HTMLButtonElement);
    this.#badge = find(root, '#people-badge', HTMLElement);
    this.#list = find(panel, '#people-list', HTMLElement);
    this.#title = find(panel, '#people-title', HTMLElement);
    this.#template = find(document, '#person-template', HTMLTemplateElement);
    this.#run = run;
    this.#panel = new SidePanel(panel, this.#button, {
      onOpen: () => this.#title.focus(),
    });
    this.#waiting = new WaitingList(panel, notices, run);
    this.#switches = new RoomSwitches(panel, this.#confirm, run);
  }

  /** Shows the people of a room; `invited`: with tokens, by which all are known. */
  follow(client: RoomClient, controls: RoomControls, invited: boolean): void {
    this.#client = client;
    this.#invited = invited;
    this.#controls = controls;
    this.#waiting.follow(controls);
    this.#switches.follow(controls);
    controls.on('change', () => {
      this.#showBadge();
      this.#show();
    });
    for (const event of ['peerJoined', 'peerChanged', 'peerLeft'] as const) {
      client.remotePeers.on(event, () => this.#show());
    }
  }

  /** Shows the user in the list. */
  setSelf(self: OwnPerson): void {
    this.#self = self;
    this.#show();
  }

  /** Removes everyone. */
  clear(): void {
    this.#panel.close();
    this.#confirm.close();
    this.#client = undefined;
    this.#controls = undefined;
    this.#self = undefined;
    this.#rows.clear();
    this.#list.replaceChildren();
  }

  /** Shows everyone: raised hands first, in their order. */
  #show(): void {
    const client = this.#client;
    const controls = this.#controls;
    const self = this.#self;
    if (!client || !controls || !self) {
      return;
    }
    const people = [
      {
        ...self,
        self: true,
        moderator: controls.role === 'moderator',
        screen: false,
        spotlit: self.peerId === controls.spotlight,
        handRaisedAt: controls.handRaisedAt,
        actions: this.#spotlightActions(controls, self.peerId),
      },
      ...client.remotePeers.peers.map((peer) => ({
        peerId: peer.peerId,
        name: peer.displayName,
        self: false,
        moderator: peer.role === 'moderator',
        muted: peer.get('mic')?.paused ?? true,
        camera: peer.get('camera')?.paused === false,
        screen: peer.get('screen') !== undefined,
        spotlit: peer.peerId === controls.spotlight,
        handRaisedAt: peer.handRaisedAt,
        actions: this.#actionsFor(controls, peer),
      })),
    ].toSorted(
      (a, b) =>
        (a.handRaisedAt ?? Infinity) - (b.handRaisedAt ?? Infinity) || 0,
    );
    for (const [
      index,
      { peerId, handRaisedAt, ...content },
    ] of people.entries()) {
      this.#rowOf(peerId, index).update({
        ...content,
        hand: handRaisedAt === undefined ? undefined : index + 1,
      });
    }
    const present = new Set(people.map(({ peerId }) => peerId));
    for (const [peerId, { element }] of this.#rows) {
      if (!present.has(peerId)) {
        const focused = element.contains(document.activeElement);
        element.remove();
        this.#rows.delete(peerId);
        if (focused) {
          this.#title.focus();
        }
      }
    }
  }

  /** The line of a person, at its place in the list. */
  #rowOf(peerId: string, index: number): PersonRow {
    const row = this.#rows.get(peerId) ?? new PersonRow(this.#template, peerId);
    this.#rows.set(peerId, row);
    const { element } = row;
    if (this.#list.children[index] !== element) {
      // Moving an element takes the focus away from what is in it.
      const focused = element.contains(document.activeElement)
        ? (document.activeElement as HTMLElement)
        : undefined;
      this.#list.insertBefore(element, this.#list.children[index] ?? null);
      focused?.focus();
    }
    return row;
  }

  #actionsFor(controls: RoomControls, peer: RemotePeer): PersonAction[] {
    const { peerId, displayName, role } = peer;
    const actions: PersonAction[] = [];
    const offer = (
      label: ActionName,
      request: () => Promise<unknown>,
    ): void => {
      actions.push({ label, run: () => this.#run(request()) });
    };
    const mic = peer.get('mic');
    if (mic && controls.can('mute')) {
      const { producerId } = mic;
      if (mic.paused) {
        offer('askToUnmute', () =>
          controls.request('requestUnmute', { producerId }),
        );
      } else {
        offer('mute', () => controls.request('muteProducer', { producerId }));
      }
    }
    if (controls.can('stop')) {
      for (const [source, label] of [
        ['camera', 'stopVideo'],
        ['screen', 'stopSharing'],
      ] as const) {
        const producer = peer.get(source);
        if (producer) {
          const { producerId } = producer;
          offer(label, () =>
            controls.request('closeProducerOf', { producerId }),
          );
        }
      }
    }
    actions.push(...this.#spotlightActions(controls, peerId));
    const [label, next] =
      role === 'moderator'
        ? (['makeMember', 'member'] as const)
        : (['makeModerator', 'moderator'] as const);
    if (controls.can('promote') && (next === 'member' || controls.mayAppoint)) {
      offer(label, () => controls.request('setRole', { peerId, role: next }));
    }
    if (controls.can('remove')) {
      actions.push({
        label: 'removeName',
        run: () => void this.#remove(peerId, displayName),
      });
    }
    return actions;
  }

  /** The action that puts a person in the spotlight, or ends that. */
  #spotlightActions(controls: RoomControls, peerId: string): PersonAction[] {
    if (!controls.can('spotlight')) {
      return [];
    }
    const [label, next] =
      controls.spotlight === peerId
        ? (['endSpotlight', undefined] as const)
        : (['spotlight', peerId] as const);
    return [{ label, run: () => this.#run(controls.setSpotlight(next)) }];
  }

  async #remove(peerId: string, name: string): Promise<void> {
    const answer = await this.#confirm.ask({
      text: () => text('people.removed', { name }),
      action: () => text('people.remove'),
      // Without tokens, a person is known only by the browser and the network.
      option: () =>
        this.#invited ? text('people.keepOut') : text('people.keepNetworkOut'),
    });
    if (answer && this.#controls) {
      this.#run(
        this.#controls.request('removePeer', {
          peerId,
          ...(answer.option && { ban: true }),
        }),
      );
    }
  }

  #showBadge(): void {
    const count = this.#controls?.waiting.length ?? 0;
    this.#badge.hidden = count === 0;
    showText(this.#badge, () => (count > 0 ? number(count) : ''));
    showLabel(this.#button, () =>
      count > 0 ? text('people.waitingCount', { count }) : text('people.title'),
    );
  }
}
