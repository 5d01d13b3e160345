/**
 * The scripts that Redis runs for claims of rooms. A room's key has the fence and the
 * node of its holder and expires with the lease. `alive` has the run of Redis, and exists
 * while some node has renewed its claims lately. Where it is missing or of another run,
 * Redis has been away and may have lost data: then `grace` exists for the time of a
 * lease, in which nodes renew the claims that they have, and no new ones are granted.
 *
 * A fence is the time in microseconds, and grows with each claim even if the clock
 * does not: of two claims of a room, the one with the greater fence is newer, also
 * after a loss of data.
 */

/** The keys of a cluster, which share a slot. */
export function keysOf(cluster: string) {
  const prefix = `{atrium:${cluster}}`;
  return {
    alive: `${prefix}:alive`,
    grace: `${prefix}:grace`,
    fence: `${prefix}:fence`,
    room: (roomId: string) => `${prefix}:room:${roomId}`,
  };
}

const COMMON = `
local alive, grace, fence = KEYS[1], KEYS[2], KEYS[3]
local node, lease = ARGV[1], tonumber(ARGV[2])
local half = math.floor(lease / 2)

local function parse(value)
  local number, holder = string.match(value, '^(%d+) (.+)$')
  return tonumber(number), holder
end

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
 * KEYS: alive, grace, fence, room; ARGV: node, lease. Returns the fence of the claim,
 * or the node that has the room as `=NODE`, or nothing during the grace.
 */
export const CLAIM = `${COMMON}
local room = KEYS[4]
local value = redis.call('GET', room)
if value then
  local _, holder = parse(value)
  if holder ~= node then return '=' .. holder end
elseif redis.call('EXISTS', grace) == 1 then
  return false
end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local last = tonumber(redis.call('GET', fence) or 0)
local next = string.format('%.0f', math.max(now, last + 1))
redis.call('SET', fence, next)
redis.call('SET', room, next .. ' ' .. node, 'PX', lease)
return next
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
