import { INSECURE_PAGE } from 'videoconf-sdk/core';
import type {
  DeviceFailures,
  DeviceProblem,
  DeviceSource,
  ShareProblem,
} from 'videoconf-sdk/core';

const NAMES: Record<DeviceSource, string> = {
  mic: 'microphone',
  camera: 'camera',
};

/** A problem with devices in words for the user. */
export function deviceSentence(problem: DeviceProblem): string {
  switch (problem.kind) {
    case 'unopened':
      return describe(problem.failures).join(' ');
    case 'lost':
      return `Your ${NAMES[problem.source]} has stopped. Was it unplugged?`;
    case 'unsent': {
      const name = problem.source === 'mic' ? 'audio' : 'video';
      return `Your ${name} could not be sent: ${problem.error.message}`;
    }
  }
}

/** A problem with the screen in words for the user. */
export function shareSentence(problem: ShareProblem): string {
  switch (problem.kind) {
    case 'deniedBySystem':
      return 'Your operating system does not allow the browser to record the screen. Allow it in the system settings, then share again.';
    case 'uncaptured':
      return `Your screen could not be shared: ${problem.error.message}`;
    case 'unsent': {
      const what =
        problem.source === 'screen'
          ? 'Your screen'
          : 'The sound of your screen';
      return `${what} could not be shared: ${problem.error.message}`;
    }
  }
}

/** The texts on what went wrong, one for all sources with the same error. */
function describe(failures: DeviceFailures): string[] {
  const groups = new Map<string, DeviceSource[]>();
  for (const [source, name] of failures) {
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
      return `The ${what} could not be opened: ${error}.`;
  }
}
