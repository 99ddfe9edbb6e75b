import { aScript } from '../connection/script.ts'
import { consumedAtOffset, headLua, neverLua } from './rows.ts'

/** Lua: a member of an index until it expires. An index forgets what has expired, and lasts as long as its last member. */
const addLua = `
  local function add(index, member, expires, now, life)
    redis.call('ZREMRANGEBYSCORE', index, '-inf', now)
    redis.call('ZADD', index, tonumber(expires), member)
    if redis.call('PTTL', index) < tonumber(life) then redis.call('PEXPIRE', index, life) end
  end
`

/** A consumed one stays consumed; one that has ended is not saved: 0. */
export const save = aScript(`${headLua} ${addLua}
  local row, index = KEYS[1], KEYS[2]
  local expires, sealed, now, life, member = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
  local standing = headOf(row)
  if standing and standing.ended and standing.expires > tonumber(now) then return 0 end
  redis.call('SET', row, 's' .. expires .. (standing and standing.consumed or ${neverLua}) .. sealed, 'PX', life)
  if index then add(index, member, expires, now, life) end
  return 1
`)

export const addToIndex = aScript(`${addLua}
  add(KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4])
  return 1
`)

/** 0: the Grant has ended. 2: added, though nobody knows the Grant. */
export const addToGrant = aScript(`${headLua} ${addLua}
  local standing = headOf(KEYS[1])
  local known = standing and standing.expires > tonumber(ARGV[3])
  if known and standing.ended then return 0 end
  add(KEYS[2], ARGV[1], ARGV[2], ARGV[3], ARGV[4])
  return known and 1 or 2
`)

/** 1: consumed by this call; 0: by another one before; 2: there is none. */
export const consumeRow = aScript(`${headLua}
  local standing = headOf(KEYS[1])
  if not standing or standing.ended or standing.expires <= tonumber(ARGV[2]) then return 2 end
  if standing.consumed ~= ${neverLua} then return 0 end
  redis.call('SETRANGE', KEYS[1], ${consumedAtOffset}, ARGV[1])
  return 1
`)

/**
 * Leaves of a Grant that it has ended: until ARGV[2], or as long as was said before if that is longer. Without it, until it would
 * have expired, if it stands.
 */
export const endGrant = aScript(`${headLua}
  local now, till = tonumber(ARGV[1]), tonumber(ARGV[2])
  local standing = headOf(KEYS[1])
  if not till and (not standing or standing.ended) then return 0 end
  if standing and (not till or standing.ended) then till = math.max(till or 0, standing.expires) end
  redis.call('SET', KEYS[1], 'x' .. string.format('%015.0f', till) .. ${neverLua}, 'PX', math.max(1000, till - now))
  return 1
`)

/** Where a script may go from one key to another: what the key that was found names, and what lies there. */
export const follow = aScript(`
  local target = redis.call('GET', KEYS[1])
  if not target then return false end
  return { target, redis.call(ARGV[1], target) }
`)
