/** The settings that the page remembers between visits. */
export type Preferences = {
  room: string;
  name: string;
  mic: boolean;
  camera: boolean;
};

const DEFAULTS: Preferences = { room: '', name: '', mic: true, camera: true };

const KEY = 'atrium';

export function loadPreferences(): Preferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return { ...DEFAULTS, ...(stored as Partial<Preferences>) };
  } catch {
    // Storage may be switched off, or hold what another version wrote.
    return { ...DEFAULTS };
  }
}

export function savePreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // Without storage the form is empty next time; nothing else is lost.
  }
}
