import type { types } from 'mediasoup-client';
import type { Layers, ServerStat, Source } from 'videoconf-sdk/core';
import * as show from './format.ts';
import type { Rates } from './Rates.ts';
import { text } from '../texts/texts.ts';

/** A table about one thing: a row for each quantity, and its columns. */
export type Table = {
  title: string;
  /** The heads of the columns; none where there is only one. */
  columns: string[];
  rows: { label: string; cells: string[] }[];
};

/** The browser's statistics, of all types used here. */
export type BrowserStat = {
  id: string;
  type: string;
  /** Milliseconds of the browser's clock. */
  timestamp: number;
  mid?: string;
  rid?: string;
  ssrc?: number;
  codecId?: string;
  mediaSourceId?: string;
  mimeType?: string;
  width?: number;
  height?: number;
  frameWidth?: number;
  frameHeight?: number;
  framesPerSecond?: number;
  bytesSent?: number;
  headerBytesSent?: number;
  bytesReceived?: number;
  headerBytesReceived?: number;
  packetsReceived?: number;
  packetsLost?: number;
  jitter?: number;
  selectedCandidatePairId?: string;
  localCandidateId?: string;
  remoteCandidateId?: string;
  currentRoundTripTime?: number;
  availableOutgoingBitrate?: number;
  candidateType?: string;
  protocol?: string;
  relayProtocol?: string;
  address?: string;
  port?: number;
};

/** All that the browser counts of one transport, by id. */
export type BrowserStats = ReadonlyMap<string, BrowserStat>;

/** A transport, with the statistics of both ends. */
export type TransportCounts = {
  transport: types.Transport;
  browser: BrowserStats;
  server: ServerStat | undefined;
};

/** The network path of media, a column for each direction. */
export function networkTable(all: TransportCounts[], rates: Rates): Table {
  const columns = all.map(({ transport, browser, server }) => {
    const id = transport.id;
    const sends = transport.direction === 'send';
    const wire = find(browser, ({ type }) => type === 'transport');
    const pair = browser.get(wire?.selectedCandidatePairId ?? '');
    const far = browser.get(pair?.remoteCandidateId ?? '');
    const here = sends ? wire?.bytesSent : wire?.bytesReceived;
    const there = sends ? server?.bytesReceived : server?.bytesSent;
    return [
      sends ? text('stats.sending') : text('stats.receiving'),
      transport.connectionState,
      show.text(server?.iceState),
      pathOf(browser.get(pair?.localCandidateId ?? ''), far),
      show.text(far?.address),
      show.text(far?.port?.toString()),
      show.milliseconds(pair?.currentRoundTripTime),
      show.bitrate(bits(rates.of(`${id} here`, here, wire?.timestamp))),
      show.bitrate(bits(rates.of(`${id} there`, there, server?.timestamp))),
      show.bitrate(
        sends
          ? pair?.availableOutgoingBitrate
          : server?.availableOutgoingBitrate,
      ),
    ];
  });
  return tableOf(text('stats.network'), columns, [
    text('stats.connection'),
    text('stats.ice'),
    text('stats.path'),
    text('stats.address'),
    text('stats.port'),
    text('stats.roundTrip'),
    text('stats.bitrateHere'),
    text('stats.bitrateServer'),
    text('stats.available'),
  ]);
}

/** The traffic sent for one source, a column for each of its streams. */
export function sentTable(
  source: Source,
  { localId, id, kind }: types.Producer,
  browser: BrowserStats,
  server: ServerStat[],
  rates: Rates,
): Table {
  const streams = [...browser.values()].filter(
    ({ type, mid }) => type === 'outbound-rtp' && mid === localId,
  );
  const video = kind === 'video';
  const columns = streams.map((sent) => {
    const came = server.find(({ ssrc }) => ssrc === sent.ssrc);
    const captured = browser.get(sent.mediaSourceId ?? '');
    const rate = (name: string, count?: number) =>
      rates.of(`${id} ${sent.ssrc} ${name}`, count, came?.timestamp);
    return [
      sent.rid ?? '',
      show.codec(browser.get(sent.codecId ?? '')?.mimeType),
      ...(video
        ? [
            show.picture(captured?.width, captured?.height),
            show.picture(sent.frameWidth, sent.frameHeight),
            show.frames(sent.framesPerSecond),
          ]
        : []),
      show.bitrate(
        bits(
          rates.of(
            `${id} ${sent.ssrc} sent`,
            sum(sent.bytesSent, sent.headerBytesSent),
            sent.timestamp,
          ),
        ),
      ),
      show.bitrate(bits(rate('came', came?.byteCount))),
      show.loss(
        rate('lost', came?.packetsLost),
        rate('packets', came?.packetCount),
      ),
      show.score(came?.score),
    ];
  });
  return tableOf(text(`stats.own_${source}`), columns, [
    text('stats.codec'),
    ...(video
      ? [text('stats.captured'), text('stats.sent'), text('stats.frames')]
      : []),
    text('stats.sentByYou'),
    text('stats.receivedByServer'),
    text('stats.lost'),
    text('stats.score'),
  ]);
}

/** One producer with its consumer and the statistics of both ends. */
export type ConsumerCounts = {
  source: Source;
  consumer: types.Consumer;
  layers: Layers | undefined;
  /** The browser's statistics of the stream; absent before it has begun. */
  stream: BrowserStat | undefined;
  server: ServerStat | undefined;
};

/** The traffic received from one person, a column for each source. */
export function receivedTable(
  name: string,
  all: ConsumerCounts[],
  browser: BrowserStats,
  rates: Rates,
): Table {
  const columns = all.map((counts) => {
    const { source, consumer, layers, stream, server } = counts;
    const { id } = consumer;
    const rate = (quantity: string, count?: number) =>
      rates.of(`${id} ${quantity}`, count, stream?.timestamp);
    return [
      text(`stats.${source}`),
      show.codec(browser.get(stream?.codecId ?? '')?.mimeType),
      show.picture(stream?.frameWidth, stream?.frameHeight),
      show.frames(stream?.framesPerSecond),
      show.bitrate(
        bits(rates.of(`${id} sent`, server?.byteCount, server?.timestamp)),
      ),
      show.bitrate(receivedBitrate(counts, rates)),
      show.loss(
        rate('lost', stream?.packetsLost),
        rate('packets', stream?.packetsReceived),
      ),
      show.milliseconds(stream?.jitter),
      show.text(
        layers &&
          text('stats.layers', {
            space: layers.spatialLayer ?? '–',
            time: layers.temporalLayer ?? '–',
          }),
      ),
      show.score(server?.score),
    ];
  });
  return tableOf(name, columns, [
    text('stats.codec'),
    text('stats.picture'),
    text('stats.frames'),
    text('stats.sentByServer'),
    text('stats.receivedByYou'),
    text('stats.lost'),
    text('stats.jitter'),
    text('stats.layer'),
    text('stats.score'),
  ]);
}

/** The bitrate of a consumer's incoming media, bit/s. */
export function receivedBitrate(
  { consumer, stream }: ConsumerCounts,
  rates: Rates,
): number | undefined {
  const bytes = sum(stream?.bytesReceived, stream?.headerBytesReceived);
  return bits(rates.of(`${consumer.id} came`, bytes, stream?.timestamp));
}

function find(
  stats: BrowserStats,
  is: (stat: BrowserStat) => boolean,
): BrowserStat | undefined {
  return [...stats.values()].find(is);
}

function bits(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes * 8;
}

/**
 * All bytes of a stream. The server counts the headers of its packets as part
 * of it, the browser apart from it.
 */
function sum(bytes?: number, headerBytes = 0): number | undefined {
  return bytes === undefined ? undefined : bytes + headerBytes;
}

/**
 * The path of packets to the server: its protocol, and a relay if there is one.
 */
function pathOf(own?: BrowserStat, far?: BrowserStat): string {
  if (!own || !far) {
    return show.text(undefined);
  }
  return own.candidateType === 'relay'
    ? text('stats.relayed', {
        protocol: own.relayProtocol?.toUpperCase() ?? 'UDP',
      })
    : text('stats.direct', {
        protocol: far.protocol?.toUpperCase() ?? '',
      });
}

/** Turns columns, each with its head on top, into rows with labels. */
function tableOf(title: string, columns: string[][], labels: string[]): Table {
  const heads = columns.map(([head]) => head ?? '');
  return {
    title,
    columns: heads.some((head) => head !== '') ? heads : [],
    rows: labels.map((label, index) => ({
      label,
      cells: columns.map((cells) => cells[index + 1] ?? ''),
    })),
  };
}
