// Runs in every page before the page's own code: remembers the peer
// connections and device tracks that the page makes, so that the tests can ask
// the browser, and not the page, what moves over the network.

const connections = new Set();
const deviceTracks = new Set();
const screenTracks = new Set();

globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...options) {
    super(...options);
    connections.add(this);
  }

  close() {
    super.close();
    connections.delete(this);
  }
};

/** Lets a way to get a stream remember the tracks that come of it. */
function remember(method, tracks) {
  const original = MediaDevices.prototype[method];
  MediaDevices.prototype[method] = async function (constraints) {
    const stream = await original.call(this, constraints);
    for (const track of stream.getTracks()) {
      tracks.add(track);
    }
    return stream;
  };
}

remember('getUserMedia', deviceTracks);
remember('getDisplayMedia', screenTracks);

/** The kinds of the tracks that are still recorded. */
function liveKinds(tracks) {
  return [...tracks]
    .filter((track) => track.readyState === 'live')
    .map((track) => track.kind)
    .toSorted((one, other) => one.localeCompare(other));
}

function tileOf(name) {
  return [...document.querySelectorAll('.tile')].find(
    (tile) => tile.querySelector('.tile-name').textContent === name,
  );
}

function trackOf(element) {
  return element?.srcObject?.getTracks()[0]?.id;
}

/** The statistics of every connection: ids are unique only within one. */
function allStats() {
  return Promise.all(
    Array.from(connections, (connection) => connection.getStats()),
  );
}

/** The ends of the way that every transport has chosen. */
async function ways() {
  return (await allStats()).map((report) => {
    const stats = [...report.values()];
    const { selectedCandidatePairId } = stats.find(
      ({ type }) => type === 'transport',
    );
    const pair = report.get(selectedCandidatePairId);
    return {
      local: report.get(pair.localCandidateId),
      remote: report.get(pair.remoteCandidateId),
    };
  });
}

/** The user names in the ICE credentials that the server gave. */
function iceUsers() {
  return Array.from(connections, ({ remoteDescription }) => remoteDescription)
    .filter((description) => description !== null)
    .map(({ sdp }) => sdp.match(/a=ice-ufrag:(\S+)/)[1]);
}

/**
 * Looks again and again, for what has no event, whether a check holds. Whether
 * it did within `patience` milliseconds.
 */
async function until(patience, check) {
  const deadline = performance.now() + patience;
  while (performance.now() < deadline) {
    if (await check()) {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

globalThis.atriumTest = {
  iceUsers,

  /**
   * Waits for so many frames of a name's picture over transports of which none
   * has the ICE credentials given. Whether they came within `patience`
   * milliseconds.
   */
  movesAnew(name, users, frames, patience) {
    return until(patience, async () => {
      const now = iceUsers();
      return (
        now.length > 0 &&
        now.every((user) => !users.includes(user)) &&
        (await this.received(name)).frames >= frames
      );
    });
  },

  /**
   * Waits for so many open data channels over transports of which none has the
   * ICE credentials given. Whether they opened within `patience` milliseconds.
   */
  opensChannels(count, users, patience) {
    return until(patience, async () => {
      const open = (await allStats())
        .flatMap((report) => [...report.values()])
        .filter(
          ({ type, state }) => type === 'data-channel' && state === 'open',
        );
      return (
        iceUsers().every((user) => !users.includes(user)) &&
        open.length === count
      );
    });
  },

  /**
   * Clicks Join and waits for the first decoded frame of a name's picture. The
   * milliseconds that it took, or null when none came within `patience`.
   */
  async joinsUntilFrame(name, patience) {
    const join = [...document.querySelectorAll('button')].find(
      (button) => button.textContent.trim() === 'Join',
    );
    const since = performance.now();
    join.click();
    while (performance.now() < since + patience) {
      const video = tileOf(name)?.querySelector('video');
      if (video?.getVideoPlaybackQuality().totalVideoFrames > 0) {
        return performance.now() - since;
      }
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
    return null;
  },

  /** What has come in so far for the tile of a name. */
  async received(name) {
    const tile = tileOf(name);
    const video = tile?.querySelector('video');
    const audio = tile?.querySelector('audio');
    const tracks = new Set([video, audio].map(trackOf));
    const sum = { width: video?.videoWidth ?? 0, frames: 0, energy: 0 };
    for (const report of await allStats()) {
      for (const stats of report.values()) {
        if (stats.type === 'inbound-rtp' && tracks.has(stats.trackIdentifier)) {
          sum.frames += stats.framesDecoded ?? 0;
          sum.energy += stats.totalAudioEnergy ?? 0;
        }
      }
    }
    return sum;
  },

  /**
   * What has come in so far over all connections, and what has gone out:
   * packets of pictures, all packets, decoded frames, sound.
   */
  async total() {
    const sum = { came: 0, went: 0, frames: 0, energy: 0 };
    for (const report of await allStats()) {
      for (const stats of report.values()) {
        if (stats.type === 'inbound-rtp') {
          sum.came += stats.kind === 'video' ? stats.packetsReceived : 0;
          sum.frames += stats.framesDecoded ?? 0;
          sum.energy += stats.totalAudioEnergy ?? 0;
        } else if (stats.type === 'outbound-rtp') {
          sum.went += stats.packetsSent;
        }
      }
    }
    return sum;
  },

  /**
   * Waits until so many packets of pictures have come in over all connections.
   * Whether they came within `patience` milliseconds.
   */
  packetsCome(packets, patience) {
    return until(patience, async () => (await this.total()).came >= packets);
  },

  /**
   * Waits until so much more than `since` has come in for the tile of a name.
   * Whether it came within `patience` milliseconds.
   */
  receives(name, since, frames, energy, patience) {
    return until(patience, async () => {
      const now = await this.received(name);
      return (
        (frames === 0 || now.width > 0) &&
        now.frames >= since.frames + frames &&
        now.energy >= since.energy + energy
      );
    });
  },

  /**
   * Waits for so many frames in a row of a name's picture during which there
   * was no sound. Whether they came within `patience` milliseconds.
   */
  async fallsSilent(name, frames, patience) {
    return until(patience, async () => {
      const since = await this.received(name);
      const came = await this.receives(name, since, frames, 0, patience);
      const { energy } = await this.received(name);
      return came && energy - since.energy < 1e-9;
    });
  },

  /**
   * What is sent of the camera: which of its layers are switched on, and by
   * layer what has gone out so far.
   */
  async camera() {
    const senders = [...connections]
      .flatMap((connection) => connection.getSenders())
      .filter(({ track }) => track?.kind === 'video');
    const reports = (await allStats()).map((report) => [...report.values()]);
    const layers = reports.flatMap((stats) =>
      stats
        .filter(({ type, kind }) => type === 'outbound-rtp' && kind === 'video')
        .map(({ rid, bytesSent, codecId, scalabilityMode }) => ({
          rid,
          bytes: bytesSent,
          codec: stats.find(({ id }) => id === codecId)?.mimeType,
          mode: scalabilityMode,
        })),
    );
    return {
      active: senders.flatMap((sender) =>
        sender.getParameters().encodings.map(({ active }) => active),
      ),
      layers: layers.toSorted((one, other) =>
        (one.rid ?? '').localeCompare(other.rid ?? ''),
      ),
      bytes: layers.reduce((sum, { bytes }) => sum + bytes, 0),
      captured: reports
        .flat()
        .filter(({ type, kind }) => type === 'media-source' && kind === 'video')
        .reduce((sum, { frames = 0 }) => sum + frames, 0),
    };
  },

  /**
   * Waits until something has gone out in so many streams of the camera. Whether
   * it had within `patience` milliseconds.
   */
  sendsLayers(count, patience) {
    return until(patience, async () => {
      const { layers } = await this.camera();
      return layers.length === count && layers.every(({ bytes }) => bytes > 0);
    });
  },

  /** Waits until these layers of the camera are on. Whether they were in time. */
  activates(wanted, patience) {
    return until(patience, async () => {
      const { active } = await this.camera();
      return JSON.stringify(active) === JSON.stringify(wanted);
    });
  },

  /**
   * Waits for so many pictures of the camera in a row of which nothing is sent.
   * Whether they came within `patience` milliseconds.
   */
  sendsNothing(pictures, patience) {
    return until(patience, async () => {
      const since = await this.camera();
      let now = since;
      const came = await until(patience, async () => {
        now = await this.camera();
        return (
          now.bytes !== since.bytes || now.captured >= since.captured + pictures
        );
      });
      return came && now.bytes === since.bytes;
    });
  },

  /** Lets the page believe that its window is hidden, or seen again. */
  setHidden(hidden) {
    Object.defineProperty(document, 'hidden', {
      configurable: true,
      value: hidden,
    });
    document.dispatchEvent(new Event('visibilitychange'));
  },

  /**
   * Waits until the picture of a name is so wide, at least and at most. Whether
   * it was within `patience` milliseconds.
   */
  isWide(name, least, most, patience) {
    return until(patience, async () => {
      const { width } = await this.received(name);
      return width >= least && width <= most;
    });
  },

  /** The codec of what comes in for the picture of a name. */
  async codecOf(name) {
    const id = trackOf(tileOf(name)?.querySelector('video'));
    for (const report of await allStats()) {
      for (const { trackIdentifier, codecId } of report.values()) {
        if (id !== undefined && trackIdentifier === id) {
          return report.get(codecId)?.mimeType;
        }
      }
    }
    return undefined;
  },

  /** The devices whose light is on, by the kind of their track. */
  openDevices() {
    return liveKinds(deviceTracks);
  },

  /** What of the screen is being recorded, by the kind of the track. */
  openScreens() {
    return liveKinds(screenTracks);
  },

  /** Ends what the microphone and the camera give, as unplugging them does. */
  unplugDevices() {
    for (const track of deviceTracks) {
      if (track.readyState === 'live') {
        track.stop();
        track.dispatchEvent(new Event('ended'));
      }
    }
  },

  /** Ends what is recorded of the screen, or one kind of it, from outside. */
  endShare(kind) {
    for (const track of screenTracks) {
      if (track.readyState === 'live' && track.kind.includes(kind)) {
        track.stop();
        track.dispatchEvent(new Event('ended'));
      }
    }
  },

  /** The protocol that every transport sends over: "udp" or "tcp". */
  async protocols() {
    return (await ways()).map(({ remote }) => remote.protocol);
  },

  /** Where the server sees every transport: "host", "srflx", "relay". */
  async origins() {
    return (await ways()).map(({ local }) => local.candidateType);
  },

  /**
   * Waits until the browser thinks that it can send no more than so many bit/s.
   * Whether it did within `patience` milliseconds.
   */
  narrowsTo(bitrate, patience) {
    return until(patience, async () =>
      (await allStats())
        .flatMap((report) => [...report.values()])
        .some(
          ({ availableOutgoingBitrate }) => availableOutgoingBitrate <= bitrate,
        ),
    );
  },

  /**
   * Makes every connection report that packets have stopped, and waits until
   * each has new ICE credentials of the server's, which is what an ICE restart
   * brings. Whether that was within `patience` milliseconds.
   */
  async restartsIce(patience) {
    const before = new Set(iceUsers());
    for (const connection of connections) {
      Object.defineProperty(connection, 'connectionState', {
        configurable: true,
        value: 'disconnected',
      });
      connection.dispatchEvent(new Event('connectionstatechange'));
    }
    return until(patience, () => iceUsers().every((user) => !before.has(user)));
  },

  /** Lets the connections report what is true again. */
  stopPretending() {
    for (const connection of connections) {
      delete connection.connectionState;
      connection.dispatchEvent(new Event('connectionstatechange'));
    }
  },
};
