/** The settings that the page remembers between visits. */
export type Preferences = {
  room: string;
  name: string;
  mic: boolean;
  camera: boolean;
  /** The chosen devices, by their ids; empty for those that the browser prefers. */
  micId: string;
  cameraId: string;
  speakerId: string;
  noiseSuppression: boolean;
  echoCancellation: boolean;
  autoGainControl: boolean;
  /** The arrangement of people, and the user's own picture among them. */
  layout: string;
  selfInGrid: boolean;
  /** A sound is played when people join or leave. */
  arrivalSound: boolean;
  /** Keys do something in the room. */
  shortcuts: boolean;
  /** Messages are notified of while the page is hidden. */
  notifications: boolean;
  /** The tag of the language of the page; empty for that of the browser. */
  language: string;
};

const DEFAULTS: Preferences = {
  room: '',
  name: '',
  mic: true,
  camera: true,
  micId: '',
  cameraId: '',
  speakerId: '',
  noiseSuppression: true,
  echoCancellation: true,
  autoGainControl: true,
  layout: 'auto',
  selfInGrid: false,
  arrivalSound: false,
  shortcuts: true,
  notifications: false,
  language: '',
};

const KEY = 'atrium';

/** The longest text that is remembered; ids of devices have 64 characters. */
const MAX_LENGTH = 256;

/** The settings as this tab knows them, with storage or without. */
let current: Preferences | undefined;

export function preferences(): Preferences {
  current ??= load();
  return current;
}

/** Changes some of the settings, and remembers them. */
export function savePreferences(changed: Partial<Preferences>): void {
  current = checked({ ...preferences(), ...changed });
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // Without storage the form is empty next time; nothing else is lost.
  }
}

function load(): Preferences {
  try {
    return checked(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
  } catch {
    // Storage may be switched off, or hold what another version wrote.
    return { ...DEFAULTS };
  }
}

/** The values of the known settings that have the right type and a fair length. */
function checked(stored: Record<string, unknown>): Preferences {
  const entries = Object.entries(DEFAULTS).map(([name, usual]) => {
    const value = stored[name];
    const fits =
      typeof value === typeof usual && String(value).length <= MAX_LENGTH;
    return [name, fits ? value : usual];
  });
  return Object.fromEntries(entries) as Preferences;
}
