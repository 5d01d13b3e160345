import { DEVICE_NAMES, deviceSentence } from 'videoconf-sdk/core';
import type {
  DeviceFailures,
  DeviceProblem,
  DeviceSource,
  ShareProblem,
} from 'videoconf-sdk/core';

/** A problem with devices in words for the user. */
export function deviceProblemSentence(problem: DeviceProblem): string {
  switch (problem.kind) {
    case 'unopened':
      return describe(problem.failures).join(' ');
    case 'lost':
      return `Your ${DEVICE_NAMES[problem.source]} has stopped. Was it unplugged?`;
    case 'unsent': {
      const name = problem.source === 'mic' ? 'audio' : 'video';
      return `Your ${name} could not be sent: ${problem.error.message}`;
    }
    case 'muted':
      return `A moderator has muted your ${DEVICE_NAMES[problem.source]}.`;
    case 'wanted':
      return `A moderator asks you to turn on your ${DEVICE_NAMES[problem.source]}.`;
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
  return Array.from(groups, ([name, sources]) => deviceSentence(name, sources));
}
