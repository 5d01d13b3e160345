import type { Source } from './wire.ts';

/** A source that is a device. */
export type DeviceSource = Extract<Source, 'mic' | 'camera'>;

const CONSTRAINTS = {
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

const NAMES: Record<DeviceSource, string> = {
  mic: 'microphone',
  camera: 'camera',
};

/** The tracks of the opened devices, and the errors of the others. */
type Outcome = {
  tracks: Map<DeviceSource, MediaStreamTrack>;
  failures: Map<DeviceSource, unknown>;
};

/** The tracks of the opened devices, and a text on each that is missing. */
export type OpenedDevices = {
  tracks: Map<DeviceSource, MediaStreamTrack>;
  problems: string[];
};

/**
 * Asks for the devices, with one prompt where the browser has one. When one of
 * two is refused or missing, the other is still opened. Never rejects.
 */
export async function openDevices(
  sources: DeviceSource[],
): Promise<OpenedDevices> {
  if (sources.length === 0) {
    return { tracks: new Map(), problems: [] };
  }
  if (!navigator.mediaDevices) {
    const problem =
      'Your browser allows camera and microphone only on pages loaded over HTTPS.';
    return { tracks: new Map(), problems: [problem] };
  }
  const outcome: Outcome = { tracks: new Map(), failures: new Map() };
  await open(sources, outcome);
  const { tracks, failures } = outcome;
  return { tracks, problems: describe(failures) };
}

async function open(sources: DeviceSource[], outcome: Outcome): Promise<void> {
  try {
    for (const track of await ask(sources)) {
      outcome.tracks.set(track.kind === 'audio' ? 'mic' : 'camera', track);
    }
  } catch (error) {
    const rest = await worthAskingAlone(sources, error);
    for (const source of sources) {
      if (rest.includes(source)) {
        await open([source], outcome);
      } else {
        outcome.failures.set(source, error);
      }
    }
  }
}

async function ask(sources: DeviceSource[]): Promise<MediaStreamTrack[]> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: sources.includes('mic') && CONSTRAINTS.mic,
    video: sources.includes('camera') && CONSTRAINTS.camera,
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
    const name = NAMES[source] as PermissionName;
    return (await navigator.permissions.query({ name })).state === 'denied';
  } catch {
    // Not every browser tells.
    return false;
  }
}

/** The texts on what went wrong, one for all sources with the same error. */
function describe(failures: Map<DeviceSource, unknown>): string[] {
  const groups = new Map<string, DeviceSource[]>();
  for (const [source, error] of failures) {
    const name = error instanceof DOMException ? error.name : String(error);
    groups.set(name, [...(groups.get(name) ?? []), source]);
  }
  return Array.from(groups, ([name, sources]) => sentence(name, sources));
}

/** The text for an error of getUserMedia, with what the user can do. */
function sentence(error: string, sources: DeviceSource[]): string {
  const names = sources.map((source) => NAMES[source]);
  const what = names.join(' and ');
  const them = names.length > 1 ? 'them' : 'it';
  switch (error) {
    case 'NotAllowedError':
    case 'SecurityError':
      return `Your browser has blocked the ${what} for this page. Allow ${them} next to the address bar, then press the button again.`;
    case 'NotFoundError':
      return `No ${names.join(' or ')} was found. Connect one and press its button to use it.`;
    case 'NotReadableError':
    case 'AbortError':
      return `The ${what} could not be started. Another program may be using ${them}.`;
    default:
      return `The ${what} could not be opened: ${error}.`;
  }
}
