import { INSECURE_PAGE, RequestError, StoppedError } from 'videoconf-sdk/core';
import type {
  DeviceFailures,
  DeviceProblem,
  DeviceSource,
  ShareProblem,
  Source,
} from 'videoconf-sdk/core';
import { requestFailure } from './failures.ts';
import { sentences, text } from './texts/texts.ts';

/** A problem with devices in words for the user. */
export function deviceProblemSentence(problem: DeviceProblem): string {
  switch (problem.kind) {
    case 'unopened':
      return describe(problem.failures).reduce(sentences);
    case 'lost':
      return text(`lost.${problem.source}`);
    case 'unsent':
      return unsentSentence(problem.source, problem.error);
    case 'muted':
      return text(`muted.${problem.source}`);
    case 'wanted':
      return text(`wanted.${problem.source}`);
  }
}

/** A problem with the screen in words for the user. */
export function shareSentence(problem: ShareProblem): string {
  switch (problem.kind) {
    case 'deniedBySystem':
      return text('capture.denied');
    case 'uncaptured':
      return text('capture.failed');
    case 'unsent':
      return unsentSentence(problem.source, problem.error);
  }
}

/** The text on a track that is no longer sent. */
function unsentSentence(source: Source, error: Error): string {
  return error instanceof StoppedError
    ? text(`stopped.${source}`)
    : text(`unsent.${source}`, { advice: adviceOn(error) });
}

function adviceOn(error: Error): string {
  if (error instanceof RequestError) {
    return requestFailure(error).text;
  }
  return error.name === 'UserError' ? error.message : text('unsent.advice');
}

/** The texts on what went wrong, one for all sources with the same error. */
function describe(failures: DeviceFailures): string[] {
  const groups = new Map<string, DeviceSource[]>();
  for (const [source, name] of failures) {
    groups.set(name, [...(groups.get(name) ?? []), source]);
  }
  return Array.from(groups, ([name, sources]) => unopened(name, sources));
}

/** The text for an error of getUserMedia, with what the user can do. */
function unopened(error: string, [source, other]: DeviceSource[]): string {
  const devices = other ? 'both' : (source ?? 'both');
  switch (error) {
    case INSECURE_PAGE:
      return text('insecure.page');
    case 'NotAllowedError':
    case 'SecurityError':
      return text(`refused.${devices}`);
    case 'NotFoundError':
      return text(`missing.${devices}`);
    case 'NotReadableError':
    case 'AbortError':
      return text(`busy.${devices}`);
    default:
      return text(`unopened.${devices}`);
  }
}
