import { until } from '../../support/until.ts';
import type { CallsSite } from './CallsSite.ts';
import { tokenOf } from './CallsSite.ts';
import { describeCall, describeDevice } from './callsModel.ts';
import type { Call, Person } from './callsModel.ts';
import type { WorldDevice } from './WorldDevice.ts';

/** The token of an administrator, who sees every call. */
export const ADMIN = tokenOf('root', { role: 'admin' });

/** A call as the server shows it. */
export async function showCall(site: CallsSite, callId: string) {
  const path = `/api/calls/${callId}`;
  const { body } = await site.ask('GET', path, undefined, ADMIN);
  return body.data;
}

/** Waits until the server and all devices agree with the model. */
export async function agreed(
  site: CallsSite,
  live: readonly Call[],
  people: readonly Person[],
): Promise<void> {
  for (const call of live) {
    const expected = describeCall(
      call,
      Array.from(call.stays, ([{ id }, { participantId, device }]) => ({
        userId: id,
        participantId,
        status: device ? 'connected' : 'disconnected',
      })),
    );
    let shown = '';
    await until(`the state of a call: ${expected}`, async () => {
      const now = await showCall(site, call.id);
      shown = describeCall(now, now.participants);
      return shown === expected;
    }).catch((error: unknown) => {
      throw new Error(`the call is ${shown}`, { cause: error });
    });
  }
  for (const person of people) {
    for (const device of person.devices) {
      await deviceAgreed(live, person, device);
    }
  }
}

/** Waits until a device knows of the calls what it has to. */
async function deviceAgreed(
  live: readonly Call[],
  person: Person,
  device: WorldDevice,
): Promise<void> {
  const expected = describeDevice(
    live.filter(({ waiting }) => waiting.has(person)).map(({ id }) => id),
    live.flatMap(({ id, stays }) =>
      stays.get(person)?.device === device
        ? [
            [
              id,
              Array.from(stays.values(), (stay) => stay.participantId).filter(
                (it) => it !== stays.get(person)?.participantId,
              ),
            ] as const,
          ]
        : [],
    ),
  );
  const now = () => {
    device.assertConsistent();
    return describeDevice(
      device.ringing,
      Array.from(device.views, ([id, others]) => [id, [...others]] as const),
    );
  };
  await until(
    `${person.id} knows ${expected}, and ${now()}`,
    () => now() === expected,
  );
}
