/**
 * The scripts that Redis runs for claims of rooms. A room's key has the fence and the
 * node of its holder and expires with the lease. `alive` has the run of Redis, and exists
 * while some node has renewed its claims lately. Where it is missing or of another run,
 * Redis has been away and may have lost data: then `grace` exists for the time of a
 * lease, in which nodes renew the claims that they have, and no new ones are granted.
 *
 * A fence is the time in microseconds, and grows with each claim even if the clock
 * does not: of two claims of a room, the one with the greater fence is newer, also
 * after a loss of data. A room that is only assigned to a node has the fence 0 until that
 * node claims it, so that each claim of it is newer.
 *
 * `nodes` has the time of the last heartbeat of each node, by the clock of Redis. A node
 * without one for the time of silence may have died: a node that cannot connect to it
 * either may take over its claims before they run out. `reports` has the state and the
 * load of each node, as that node reported them.
 */

/** The keys of a cluster, which share a slot. */
export function keysOf(cluster: string) {
  const prefix = `{atrium:${cluster}}`;
  return {
    alive: `${prefix}:alive`,
    grace: `${prefix}:grace`,
    fence: `${prefix}:fence`,
    nodes: `${prefix}:nodes`,
    reports: `${prefix}:reports`,
    room: (roomId: string) => `${prefix}:room:${roomId}`,
  };
}

/** The part of a lease without a heartbeat after which a node has been silent. */
const SILENCE = 0.3;

/** The time without a heartbeat after which a node has been silent, ms. */
export function silenceOf(lease: number): number {
  return Math.round(lease * SILENCE);
}

const PARSE = `
local function parse(value)
  local number, holder = string.match(value, '^(%d+) (.+)$')
  return tonumber(number), holder
end
`;

const CLOCK = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
`;

const COMMON = `${PARSE}
local alive, grace, fence = KEYS[1], KEYS[2], KEYS[3]
local node, lease = ARGV[1], tonumber(ARGV[2])
local half = math.floor(lease / 2)

-- The id of this run of Redis, unless its user may not know it.
local function run_of_redis()
  local info = redis.pcall('INFO', 'server')
  return type(info) == 'string' and string.match(info, 'run_id:(%w+)') or 'unknown'
end

local run = run_of_redis()
if redis.call('GET', alive) ~= run then
  redis.call('SET', grace, 1, 'PX', lease)
  redis.call('SET', alive, run, 'PX', half)
end
`;

/**
 * Claims a room.
 *
 * KEYS: alive, grace, fence, room, nodes; ARGV: node, lease, silence (ms), and the node
 * that does not answer, if there is one. Returns the fence of the claim, or the node that
 * has the room: as `=NODE`, or as `~NODE` if that has been silent; or nothing during the
 * grace. The room of a silent node is taken over only if that is the one that does not
 * answer.
 */
export const CLAIM = `${COMMON}
${CLOCK}
local room, nodes = KEYS[4], KEYS[5]
local silence, unreachable = tonumber(ARGV[3]), ARGV[4]
local value = redis.call('GET', room)
local in_grace = redis.call('EXISTS', grace) == 1
if value then
  local number, holder = parse(value)
  if holder ~= node then
    local beat = tonumber(redis.call('ZSCORE', nodes, holder) or 0)
    if beat > now - silence * 1000 then return '=' .. holder end
    if in_grace or holder ~= unreachable then return '~' .. holder end
  elseif in_grace and number == 0 then
    -- A claim that is newer than the assignment may have been lost.
    return false
  end
elseif in_grace then
  return false
end
local last = tonumber(redis.call('GET', fence) or 0)
local next = string.format('%.0f', math.max(now, last + 1))
redis.call('SET', fence, next)
redis.call('SET', room, next .. ' ' .. node, 'PX', lease)
return next
`;

/**
 * Assigns a room to another node, unless a node has it: for a short time, in which that
 * node is to claim it itself.
 *
 * KEYS: alive, grace, fence, room; ARGV: node, lease, and the time (ms). Returns the node
 * that has the room then, or nothing during the grace.
 */
export const ASSIGN = `${COMMON}
local room = KEYS[4]
local value = redis.call('GET', room)
if value then
  local _, holder = parse(value)
  return holder
end
if redis.call('EXISTS', grace) == 1 then return false end
redis.call('SET', room, '0 ' .. node, 'PX', ARGV[3])
return node
`;

/**
 * Notes a heartbeat, and forgets the nodes that have been silent.
 *
 * KEYS: nodes, reports; ARGV: node, silence (ms), and the report of the node. Returns the
 * nodes with a heartbeat, each followed by its report, which is empty where there is none,
 * and by the age of the heartbeat (ms).
 */
export const BEAT = `${CLOCK}
local nodes, reports = KEYS[1], KEYS[2]
redis.call('ZADD', nodes, string.format('%.0f', now), ARGV[1])
redis.call('HSET', reports, ARGV[1], ARGV[3])
local silent = string.format('%.0f', now - ARGV[2] * 1000)
for _, node in ipairs(redis.call('ZRANGEBYSCORE', nodes, '-inf', silent)) do
  redis.call('HDEL', reports, node)
end
redis.call('ZREMRANGEBYSCORE', nodes, '-inf', silent)
local answer = {}
local beats = redis.call('ZRANGE', nodes, 0, -1, 'WITHSCORES')
for place = 1, #beats, 2 do
  local node, beat = beats[place], tonumber(beats[place + 1])
  answer[#answer + 1] = node
  answer[#answer + 1] = redis.call('HGET', reports, node) or ''
  answer[#answer + 1] = string.format('%.0f', math.max(0, now - beat) / 1000)
end
return answer
`;

/**
 * Takes a node out of those with a heartbeat.
 *
 * KEYS: nodes, reports; ARGV: node.
 */
export const LEAVE = `
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
return 1
`;

/**
 * Tells if a node has been silent.
 *
 * KEYS: nodes; ARGV: node, silence (ms). Returns 1 or 0.
 */
export const IS_SILENT = `${CLOCK}
local beat = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0)
return beat > now - ARGV[2] * 1000 and 0 or 1
`;

/**
 * Renews claims, and makes them again where they are gone or an older claim is in
 * their place.
 *
 * KEYS: alive, grace, fence, room…; ARGV: node, lease, and the fence of each room.
 * Returns the places of the rooms that were lost to a newer claim, from 1 on.
 */
export const RENEW = `${COMMON}
redis.call('PEXPIRE', alive, half)
local last = tonumber(redis.call('GET', fence) or 0)
local highest = last
local lost = {}
for place = 1, #KEYS - 3 do
  local room, own = KEYS[place + 3], ARGV[place + 2]
  local value = redis.call('GET', room)
  local theirs, holder = 0, node
  if value then theirs, holder = parse(value) end
  if theirs <= tonumber(own) then
    redis.call('SET', room, own .. ' ' .. node, 'PX', lease)
    highest = math.max(highest, tonumber(own))
  elseif holder == node then
    redis.call('PEXPIRE', room, lease)
  else
    lost[#lost + 1] = place
  end
end
if highest > last then redis.call('SET', fence, string.format('%.0f', highest)) end
return lost
`;

/**
 * Gives up a room.
 *
 * KEYS: room; ARGV: the fence and the node of the claim, as the key has them.
 */
export const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
`;
