import type { ProjectOptions } from '../options.ts';
import { VideoconfSDK } from '../VideoconfSDK.ts';
import type { VideoContainerProps } from './props.ts';

/** Properties that are not options of the client. */
const OWN: ReadonlySet<string> = new Set([
  'apiKey',
  'camera',
  'children',
  'className',
  'microphone',
  'onEnd',
  'onError',
  'password',
  'projectId',
  'room',
  'sdk',
  'session',
  'token',
]);

/** Tells clients apart: those with other options are other clients. */
export function clientKey(props: VideoContainerProps): VideoconfSDK | string {
  if (props.sdk) {
    return props.sdk;
  }
  return JSON.stringify([
    optionsOf(props),
    props.session === undefined
      ? // Another token is one for the next time.
        props.token !== undefined
      : [props.apiKey, props.projectId],
  ]);
}

/** The client of a container. It asks for the token that is the latest by then. */
export function makeClient(
  props: VideoContainerProps,
  latest: () => VideoContainerProps,
): VideoconfSDK {
  if (props.sdk) {
    return props.sdk;
  }
  if (props.session !== undefined) {
    const { apiKey, projectId } = props;
    return new VideoconfSDK(apiKey, projectId, {
      adaptive: true,
      ...optionsOf(props),
    });
  }
  const token = async (): Promise<string> => {
    const now = latest();
    const source = now.room === undefined ? undefined : now.token;
    return (typeof source === 'function' ? await source() : source) ?? '';
  };
  return new VideoconfSDK({
    ...optionsOf(props),
    ...(props.token !== undefined && { token }),
  });
}

/** Tells places apart; undefined if the caller enters and leaves. */
export function placeKey(props: VideoContainerProps): string | undefined {
  if (props.sdk) {
    return undefined;
  }
  return JSON.stringify(
    props.session === undefined
      ? [props.room]
      : [props.session, props.password],
  );
}

/** Takes a client to the place of a container. */
export function enterPlace(
  sdk: VideoconfSDK,
  props: VideoContainerProps,
): Promise<void> {
  return props.session === undefined
    ? sdk.join(props.room ?? '')
    : sdk.joinSession(props.session, props.password);
}

function optionsOf(props: VideoContainerProps): ProjectOptions {
  return Object.fromEntries(
    Object.entries(props).filter(([name]) => !OWN.has(name)),
  );
}
