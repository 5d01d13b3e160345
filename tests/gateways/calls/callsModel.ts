import assert from 'node:assert/strict';

import type { Outcome, WorldDevice } from './WorldDevice.ts';

/** A person in a story. */
export interface Person {
  readonly id: string;
  devices: WorldDevice[];
  /** The ends of stays that no device has been told of. */
  missed: string[];
}

/** The stay of a person in a call. */
export interface Stay {
  readonly participantId: string;
  /** Undefined while it is lost. */
  device: WorldDevice | undefined;
  /** True for a device that was taken for a lost one, and has not joined. */
  returned: boolean;
}

export interface Call {
  readonly id: string;
  readonly members: readonly Person[];
  readonly initiator: Person;
  readonly stays: Map<Person, Stay>;
  /** Those who are called and have not answered. */
  readonly waiting: Set<Person>;
  readonly kicked: Set<Person>;
  status: 'initiated' | 'active' | 'ended';
  mode: 'p2p' | 'sfu';
}

export interface Conversation {
  readonly id: string;
  readonly members: readonly Person[];
  readonly calls: Call[];
}

/** A participant, as the server shows it. */
export interface Shown {
  readonly userId: string;
  readonly participantId: string;
  readonly status: string;
}

/** An item by a number that may be too big. */
export function pick<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  assert.ok(item !== undefined);
  return item;
}

/** The outcome of a join. */
export function outcomeOfJoin(
  call: Call | undefined,
  person: Person,
  device: WorldDevice,
): Outcome {
  if (call === undefined) {
    return 'CALL_NOT_FOUND';
  }
  if (call.status === 'ended') {
    return 'CALL_ENDED';
  }
  const stay = call.stays.get(person);
  if (stay !== undefined) {
    const returns =
      stay.device === undefined || (stay.device === device && stay.returned);
    return returns ? undefined : 'ALREADY_PARTICIPANT';
  }
  if (!call.members.includes(person)) {
    return 'PERMISSION_DENIED';
  }
  return call.kicked.has(person) ? 'KICKED' : undefined;
}

/** The outcome of a signal from a device. */
export function outcomeOfSignal(
  call: Call,
  person: Person,
  device: WorldDevice,
  target: Person,
): Outcome {
  const outside = outcomeOutside(call, person);
  if (outside !== undefined) {
    return outside;
  }
  if (call.stays.get(person)?.device !== device) {
    return 'PERMISSION_DENIED';
  }
  const theirs = call.stays.get(target);
  if (theirs === undefined) {
    return 'PARTICIPANT_NOT_FOUND';
  }
  if (target === person) {
    return 'SIGNALING_ERROR';
  }
  if (call.mode === 'sfu') {
    return 'INVALID_MODE';
  }
  return theirs.device === undefined ? 'SIGNALING_ERROR' : undefined;
}

/** The refusal of a person who is not in a live call. */
export function outcomeOutside(
  { status, stays, kicked }: Call,
  person: Person,
): Outcome {
  if (status === 'ended') {
    return 'CALL_ENDED';
  }
  if (stays.has(person)) {
    return undefined;
  }
  return kicked.has(person) ? 'KICKED' : 'PERMISSION_DENIED';
}

/** The state of a call, in a form that can be compared. */
export function describeCall(
  { status, mode }: Pick<Call, 'status' | 'mode'>,
  participants: readonly Shown[],
): string {
  const people = participants
    .map((it) => `${it.userId} ${it.participantId} ${it.status}`)
    .toSorted();
  return JSON.stringify([status, mode, people]);
}

/** The knowledge of a device, in a form that can be compared. */
export function describeDevice(
  ringing: Iterable<string>,
  views: readonly (readonly [callId: string, others: string[]])[],
): string {
  const sorted = views
    .filter(([, others]) => others.length > 0)
    .map(([id, others]) => `${id}: ${others.toSorted().join(' ')}`)
    .toSorted();
  return JSON.stringify([Array.from(ringing).toSorted(), sorted]);
}

/** Removes a participant; the last one ends the call. */
export function removeFrom(call: Call, person: Person): void {
  call.stays.get(person)?.device?.leave(call.id);
  call.stays.delete(person);
  if (call.stays.size === 0) {
    endCall(call);
  }
}

/** Ends a call, which those without a device do not learn now. */
export function endCall(call: Call): void {
  for (const [person, { device }] of call.stays) {
    if (device === undefined) {
      person.missed.push(`ended ${call.id}`);
    }
  }
  call.status = 'ended';
  call.waiting.clear();
  call.stays.clear();
}
