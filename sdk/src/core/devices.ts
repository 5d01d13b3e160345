import type { Source } from './wire.ts';

/** A source that is a device. */
export type DeviceSource = Extract<Source, 'mic' | 'camera'>;

/** The constraints under which devices are opened. */
export const CONSTRAINTS = {
  mic: {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
  },
  // Enough for a tile of the grid; Encodings decides on the layers.
  camera: {
    width: { ideal: 960 },
    height: { ideal: 540 },
    frameRate: { ideal: 30, max: 30 },
    facingMode: 'user',
  },
} satisfies Record<DeviceSource, MediaTrackConstraints>;

/** Constraints beside the usual ones, such as the id of a chosen device. */
export type DeviceConstraints = Partial<
  Record<DeviceSource, MediaTrackConstraints>
>;

/** The devices as users, and browsers, name them. */
export const DEVICE_NAMES: Record<DeviceSource, string> = {
  mic: 'microphone',
  camera: 'camera',
};

/** The failures of devices: the name of a DOMException, or another message. */
export type DeviceFailures = ReadonlyMap<DeviceSource, string>;

/** The failure of all devices on a page that is not loaded securely. */
export const INSECURE_PAGE = 'InsecurePage';

/** The tracks of the opened devices, and the failures of the others. */
export type OpenedDevices = {
  tracks: Map<DeviceSource, MediaStreamTrack>;
  failures: Map<DeviceSource, string>;
};

/**
 * Asks for the devices, with one prompt where the browser has one. When one of
 * two is refused or missing, the other is still opened. Never rejects.
 */
export async function openDevices(
  sources: DeviceSource[],
  constraints: DeviceConstraints = {},
): Promise<OpenedDevices> {
  const outcome: OpenedDevices = { tracks: new Map(), failures: new Map() };
  if (!navigator.mediaDevices) {
    for (const source of sources) {
      outcome.failures.set(source, INSECURE_PAGE);
    }
  } else if (sources.length > 0) {
    await open(sources, constraints, outcome);
  }
  return outcome;
}

async function open(
  sources: DeviceSource[],
  constraints: DeviceConstraints,
  outcome: OpenedDevices,
): Promise<void> {
  try {
    for (const track of await ask(sources, constraints)) {
      outcome.tracks.set(track.kind === 'audio' ? 'mic' : 'camera', track);
    }
  } catch (error) {
    const rest = await worthAskingAlone(sources, error);
    for (const source of sources) {
      if (rest.includes(source)) {
        await open([source], constraints, outcome);
      } else {
        outcome.failures.set(
          source,
          error instanceof DOMException ? error.name : String(error),
        );
      }
    }
  }
}

async function ask(
  sources: DeviceSource[],
  { mic, camera }: DeviceConstraints,
): Promise<MediaStreamTrack[]> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: sources.includes('mic') && { ...CONSTRAINTS.mic, ...mic },
    video: sources.includes('camera') && { ...CONSTRAINTS.camera, ...camera },
  });
  return stream.getTracks();
}

/** The sources that may open one by one after all of them together did not. */
async function worthAskingAlone(
  sources: DeviceSource[],
  error: unknown,
): Promise<DeviceSource[]> {
  if (sources.length === 1) {
    return [];
  }
  if (!(error instanceof DOMException && error.name === 'NotAllowedError')) {
    return sources;
  }
  // A prompt that was just declined is not put a second time: only when one of
  // the two is denied for good is the other worth a prompt of its own.
  const denied = await Promise.all(sources.map(isDenied));
  const rest = sources.filter((_, index) => !denied[index]);
  return rest.length < sources.length ? rest : [];
}

/** True if the user has permanently denied a device to this page. */
async function isDenied(source: DeviceSource): Promise<boolean> {
  try {
    const name = DEVICE_NAMES[source] as PermissionName;
    return (await navigator.permissions.query({ name })).state === 'denied';
  } catch {
    // Not every browser tells.
    return false;
  }
}
