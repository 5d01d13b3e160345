/**
 * A signal with which two browsers set up or end a connection of their own.
 *
 * @see https://www.w3.org/TR/webrtc/#rtcsessiondescription-class
 */
export type Signal =
  | {
      readonly kind: 'offer';
      readonly offer: { readonly type: 'offer'; readonly sdp: string };
    }
  | {
      readonly kind: 'answer';
      readonly answer: {
        readonly type: 'answer' | 'pranswer';
        readonly sdp: string;
      };
    }
  | { readonly kind: 'candidate'; readonly candidate: IceCandidate }
  | { readonly kind: 'hangUp' };

/** A candidate of a browser, as `RTCIceCandidate.toJSON()` has it. */
interface IceCandidate {
  readonly candidate: string;
  readonly sdpMLineIndex?: number | null | undefined;
  readonly sdpMid?: string | null | undefined;
  readonly usernameFragment?: string | null | undefined;
}
