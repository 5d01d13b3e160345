import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

import { until } from '../../support/until.ts';
import type { CallsSite } from './CallsSite.ts';
import { tokenOf } from './CallsSite.ts';
import { ADMIN, agreed, showCall } from './agreement.ts';
import {
  outcomeOfJoin,
  outcomeOfSignal,
  endCall,
  outcomeOutside,
  pick,
  removeFrom,
} from './callsModel.ts';
import type { Call, Conversation, Person } from './callsModel.ts';
import { WorldDevice } from './WorldDevice.ts';

const MEDIA = { audioEnabled: true, videoEnabled: true };
const UNKNOWN = 'f'.repeat(24);

/**
 * People, their devices and their calls in one story, with a model of what the
 * server has to answer and what devices have to know. Every action asserts both.
 */
export class CallsWorld {
  readonly #site: CallsSite;
  readonly #people: Person[];
  readonly #conversations: Conversation[] = [];

  private constructor(site: CallsSite, ids: readonly string[]) {
    this.#site = site;
    this.#people = ids.map((id) => ({ id, devices: [], missed: [] }));
  }

  /** People with a device each, and two conversations. */
  static async create(site: CallsSite, mark: string): Promise<CallsWorld> {
    const ids = ['ada', 'bob', 'cy', 'dan'].map((name) => `${name}-${mark}`);
    const world = new CallsWorld(site, ids);
    for (const count of [4, 2]) {
      const members = world.#people.slice(0, count);
      const [creator = '', ...others] = members.map(({ id }) => id);
      const id = await site.createGroup(creator, ...others);
      world.#conversations.push({ id, members, calls: [] });
    }
    for (const who of world.#people.keys()) {
      await world.connect(who);
    }
    return world;
  }

  async connect(who: number): Promise<void> {
    const person = pick(this.#people, who);
    const device = await WorldDevice.connect(this.#site, person.id);
    person.devices.push(device);
    const missed = person.missed.splice(0);
    for (const { id, status, stays } of this.#live) {
      const stay = stays.get(person);
      if (stay !== undefined && stay.device === undefined) {
        stay.device = device;
        stay.returned = true;
        if (status === 'initiated') {
          // There is nothing to tell an initiator of whom the call still rings.
          device.views.set(id, new Set());
        }
      }
    }
    await until('what was missed', () => device.ends.length === missed.length);
    assert.deepEqual(device.ends.toSorted(), missed.toSorted());
    await this.#settle();
  }

  async disconnect(which: number, politely: boolean): Promise<void> {
    const found = this.#device(which);
    if (found === undefined) {
      return;
    }
    const { person, device } = found;
    await device.end(politely);
    person.devices = person.devices.filter((it) => it !== device);
    for (const { stays } of this.#live) {
      const stay = stays.get(person);
      if (stay?.device === device) {
        stay.device = undefined;
        stay.returned = false;
      }
    }
    await this.#settle();
  }

  async initiate(which: number, where: number): Promise<void> {
    const found = this.#device(which);
    const conversation = pick(this.#conversations, where);
    if (found === undefined) {
      return;
    }
    const { person, device } = found;
    const { members, calls } = conversation;
    const isMember = members.includes(person);
    const outcome = await device.send('call:initiate', {
      conversationId: conversation.id,
      type: 'video',
    });
    if (!isMember || this.#liveIn(conversation) !== undefined) {
      const code = isMember ? 'CALL_ALREADY_ACTIVE' : 'PERMISSION_DENIED';
      assert.equal(outcome, code);
      return;
    }
    assert.equal(outcome, undefined);
    const [id] = Array.from(device.views.keys()).slice(-1);
    assert.ok(id);
    const { participants } = await this.#show(id);
    const { participantId } = participants[0];
    calls.push({
      id,
      members,
      initiator: person,
      stays: new Map([[person, { participantId, device, returned: false }]]),
      waiting: new Set(members.filter((it) => it !== person)),
      kicked: new Set(),
      status: 'initiated',
      mode: 'p2p',
    });
    await this.#settle();
  }

  /** Joins a call from several devices at once, each of another person. */
  async join(devices: readonly number[], which: number): Promise<void> {
    const call = this.#call(which);
    const joining = new Map<Person, WorldDevice>();
    for (const index of devices) {
      const found = this.#device(index);
      if (found !== undefined) {
        joining.set(found.person, found.device);
      }
    }
    const callId = call?.id ?? UNKNOWN;
    const outcomes = await Promise.all(
      Array.from(joining, ([person, device]) => {
        const expected = outcomeOfJoin(call, person, device);
        const sent = device.send('call:join', { callId, ...MEDIA });
        return sent.then((outcome) => {
          assert.equal(outcome, expected);
          return outcome === undefined ? [{ person, device }] : [];
        });
      }),
    );
    const joined = outcomes.flat();
    if (call === undefined || joined.length === 0) {
      return;
    }
    const { participants } = await this.#show(call.id);
    for (const { person, device } of joined) {
      const found = participants.find(
        (it: { userId: string }) => it.userId === person.id,
      );
      assert.ok(found);
      const { participantId } = found;
      const before = call.stays.get(person);
      assert.ok(before === undefined || before.participantId === participantId);
      call.stays.set(person, { participantId, device, returned: false });
      call.waiting.delete(person);
      if (before === undefined) {
        call.status = 'active';
      }
    }
    call.mode = call.stays.size > 2 ? 'sfu' : call.mode;
    await this.#settle();
  }

  async reject(which: number, what: number): Promise<void> {
    const found = this.#deviceAndCall(which, what);
    if (found === undefined) {
      return;
    }
    const { person, device, call } = found;
    const outcome = await device.send('call:reject', {
      callId: call.id,
      reason: 'busy',
    });
    if (call.status === 'ended') {
      assert.equal(outcome, 'CALL_ENDED');
      return;
    }
    if (!call.waiting.delete(person)) {
      assert.equal(outcome, 'PERMISSION_DENIED');
      return;
    }
    assert.equal(outcome, undefined);
    device.leave(call.id);
    if (call.status === 'initiated' && call.waiting.size === 0) {
      endCall(call);
    }
    await this.#settle();
  }

  async leave(which: number, what: number): Promise<void> {
    const found = this.#deviceAndCall(which, what);
    if (found === undefined) {
      return;
    }
    const { person, device, call } = found;
    const stay = call.stays.get(person);
    const outcome = await device.send('call:leave', {
      callId: call.id,
      participantId: stay?.participantId ?? UNKNOWN,
    });
    assert.equal(outcome, outcomeOutside(call, person));
    if (outcome === undefined) {
      removeFrom(call, person);
      await this.#settle();
    }
  }

  /** Removes a participant over HTTP: oneself, or another one. */
  async remove(who: number, whom: number, what: number): Promise<void> {
    const [person, target] = [
      pick(this.#people, who),
      pick(this.#people, whom),
    ];
    const call = this.#call(what);
    if (call === undefined) {
      return;
    }
    const stay = call.stays.get(target);
    const participantId = stay?.participantId ?? UNKNOWN;
    const reason = await this.#delete(
      `/api/calls/${call.id}/participants/${participantId}`,
      tokenOf(person.id),
    );
    if (call.status === 'ended') {
      assert.equal(reason, 'CALL_ENDED');
    } else if (stay === undefined) {
      assert.equal(reason, 'PARTICIPANT_NOT_FOUND');
    } else if (person !== target && person !== call.initiator) {
      assert.equal(reason, 'PERMISSION_DENIED');
    } else {
      assert.equal(reason, undefined);
      if (person !== target) {
        call.kicked.add(target);
        if (stay.device === undefined) {
          target.missed.push(`kicked ${call.id}`);
        }
      }
      removeFrom(call, target);
      await this.#settle();
    }
  }

  async end(who: number, what: number): Promise<void> {
    const person = pick(this.#people, who);
    const call = this.#call(what);
    if (call === undefined) {
      return;
    }
    const path = `/api/calls/${call.id}`;
    const reason = await this.#delete(path, tokenOf(person.id));
    if (call.status === 'ended') {
      assert.equal(reason, 'CALL_ENDED');
    } else if (person === call.initiator) {
      assert.equal(reason, undefined);
      endCall(call);
      await this.#settle();
    } else {
      assert.equal(reason, 'PERMISSION_DENIED');
    }
  }

  async signal(which: number, whom: number, what: number): Promise<void> {
    const found = this.#deviceAndCall(which, what);
    if (found === undefined) {
      return;
    }
    const { person, device, call } = found;
    const target = pick(this.#people, whom);
    const theirs = call.stays.get(target);
    const sdp = randomUUID();
    const outcome = await device.send('call:signal', {
      callId: call.id,
      targetParticipantId: theirs?.participantId ?? UNKNOWN,
      signal: { type: 'offer', sdp },
    });
    const expected = outcomeOfSignal(call, person, device, target);
    assert.equal(outcome, expected);
    if (outcome === undefined) {
      const receiver = theirs?.device;
      assert.ok(receiver);
      await until('the signal', () => receiver.signals.includes(sdp));
      const receivers = this.#devices.filter((it) => it.signals.includes(sdp));
      assert.deepEqual(receivers, [receiver]);
    }
  }

  async speak(which: number, what: number, isFinal: boolean): Promise<void> {
    const found = this.#deviceAndCall(which, what);
    if (found === undefined) {
      return;
    }
    const { person, device, call } = found;
    const text = randomUUID();
    const outcome = await device.send('call:transcription', {
      callId: call.id,
      text,
      language: 'en',
      timestamp: new Date().toISOString(),
      isFinal,
    });
    assert.equal(outcome, outcomeOutside(call, person));
    const listeners =
      outcome === undefined
        ? Array.from(call.stays).flatMap(([it, stay]) =>
            it === person ? [] : (stay.device ?? []),
          )
        : [];
    await until('the text', () =>
      listeners.every(({ texts }) => texts.includes(text)),
    );
    const heard = this.#devices.filter(({ texts }) => texts.includes(text));
    assert.deepEqual(new Set(heard), new Set(listeners));
  }

  /** Ends what goes on, and asserts what is kept of it. */
  async close(): Promise<void> {
    for (const call of this.#live) {
      assert.equal(
        await this.#delete(`/api/calls/${call.id}`, ADMIN),
        undefined,
      );
      endCall(call);
    }
    await this.#settle();
    for (const { id, calls } of this.#conversations) {
      const [{ id: reader } = { id: '' }] = this.#people;
      const reply = await this.#site.ask(
        'GET',
        `/api/conversations/${id}/calls?limit=100`,
        undefined,
        tokenOf(reader),
      );
      assert.deepEqual(
        reply.body.data.calls.map((it: { callId: string }) => it.callId),
        calls.map((call) => call.id).toReversed(),
      );
    }
    for (const device of this.#devices) {
      await device.end(true);
    }
  }

  get #devices(): WorldDevice[] {
    return this.#people.flatMap(({ devices }) => devices);
  }

  get #live(): Call[] {
    return this.#conversations.flatMap((it) => this.#liveIn(it) ?? []);
  }

  #liveIn({ calls }: Conversation): Call | undefined {
    return calls.find(({ status }) => status !== 'ended');
  }

  #device(index: number) {
    const all = this.#people.flatMap((person) =>
      person.devices.map((device) => ({ person, device })),
    );
    return all.length === 0 ? undefined : pick(all, index);
  }

  #deviceAndCall(which: number, what: number) {
    const found = this.#device(which);
    const call = this.#call(what);
    return found && call && { ...found, call };
  }

  /** A call: mostly the newest of a conversation. */
  #call(index: number): Call | undefined {
    const all = this.#conversations.flatMap(({ calls }) => [
      ...calls.slice(-3, -1),
      ...calls.slice(-1),
      ...calls.slice(-1),
    ]);
    return all.length === 0 ? undefined : pick(all, index);
  }

  /** Waits until the server and all devices agree with the model. */
  #settle(): Promise<void> {
    return agreed(this.#site, this.#live, this.#people);
  }

  #show(callId: string) {
    return showCall(this.#site, callId);
  }

  async #delete(path: string, token: string): Promise<string | undefined> {
    const { body } = await this.#site.ask('DELETE', path, undefined, token);
    return body.error?.details.reason;
  }
}
