import {
  DEVICE_NAMES,
  deviceSentence,
  RequestError,
  StoppedError,
} from 'videoconf-sdk/core';
import type {
  DeviceFailures,
  DeviceProblem,
  DeviceSource,
  ShareProblem,
  Source,
} from 'videoconf-sdk/core';
import { requestFailure } from './failures.ts';

const NAMES: Readonly<Record<Source, string>> = {
  ...DEVICE_NAMES,
  screen: 'screen',
  'screen-audio': 'sound of the screen',
};

/** A problem with devices in words for the user. */
export function deviceProblemSentence(problem: DeviceProblem): string {
  switch (problem.kind) {
    case 'unopened':
      return describe(problem.failures).join(' ');
    case 'lost':
      return `Your ${NAMES[problem.source]} has stopped. Was it unplugged?`;
    case 'unsent':
      return unsentSentence(problem.source, problem.error);
    case 'muted':
      return `A moderator has muted your ${NAMES[problem.source]}.`;
    case 'wanted':
      return `A moderator asks you to turn on your ${NAMES[problem.source]}.`;
  }
}

/** A problem with the screen in words for the user. */
export function shareSentence(problem: ShareProblem): string {
  switch (problem.kind) {
    case 'deniedBySystem':
      return 'Your operating system does not allow the browser to record the screen. Allow it in the system settings, then share again.';
    case 'uncaptured':
      return 'The browser could not record your screen. Share again, and choose another window or the whole screen.';
    case 'unsent':
      return unsentSentence(problem.source, problem.error);
  }
}

/** The text on a track that is no longer sent. */
function unsentSentence(source: Source, error: Error): string {
  const name = NAMES[source];
  if (error instanceof StoppedError) {
    return `A moderator has stopped your ${name}.`;
  }
  return `Your ${name} could not be sent. ${adviceOn(error)}`;
}

function adviceOn(error: Error): string {
  if (error instanceof RequestError) {
    return requestFailure(error).text;
  }
  return error.name === 'UserError'
    ? error.message
    : 'Press the button to try again.';
}

/** The texts on what went wrong, one for all sources with the same error. */
function describe(failures: DeviceFailures): string[] {
  const groups = new Map<string, DeviceSource[]>();
  for (const [source, name] of failures) {
    groups.set(name, [...(groups.get(name) ?? []), source]);
  }
  return Array.from(groups, ([name, sources]) => deviceSentence(name, sources));
}
