import { DEVICE_NAMES, INSECURE_PAGE } from './devices.ts';
import type { DeviceSource } from './devices.ts';

/** The text for an error of getUserMedia, with what the user can do. */
export function deviceSentence(error: string, sources: DeviceSource[]): string {
  const names = sources.map((source) => DEVICE_NAMES[source]);
  const what = names.join(' and ');
  const them = names.length > 1 ? 'them' : 'it';
  switch (error) {
    case INSECURE_PAGE:
      return 'Your browser allows camera and microphone only on pages loaded over HTTPS.';
    case 'NotAllowedError':
    case 'SecurityError':
      return `Your browser has blocked the ${what} for this page. Allow ${them} next to the address bar, then press the button again.`;
    case 'NotFoundError':
      return `No ${names.join(' or ')} was found. Connect one and press its button to use it.`;
    case 'NotReadableError':
    case 'AbortError':
      return `The ${what} could not be started. Another program may be using ${them}.`;
    default:
      return `The ${what} could not be opened. Press the button to try again, or choose another device in the settings of the browser.`;
  }
}
