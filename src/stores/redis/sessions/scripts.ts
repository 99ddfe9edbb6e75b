/**
 * A session is one hash, found by its uid. Its fields:
 *   r<id>            one row for each id that it has had: « s » alive or « x » ended, when it expires (15 digits), the order in
 *                    which rows came, whose it is, and the sealed payload without what services have in it, between dots
 *   z<account>:<id>  what one service has in it, sealed: two sign-ins at once each write their own, and merge so
 *   l<account>       until when somebody is telling its services that it has expired
 *   t                when it began, in µs
 * Beside it in the same slot, KEYS[2] orders the sessions whose services are to be told, by when that is due, and another key
 * says until when it is remembered that the session is over.
 */
import { aScript } from '../connection/script.ts'

/** How long after its end a session is kept for those who tell its services, in ms. */
export const keptForTelling = 86_400_000

const sessionLua = `
  local session, untold, now = KEYS[1], KEYS[2], tonumber(ARGV[1])
  local rows, services, last, ends = {}, {}, 0, 0
  local fields = redis.call('HGETALL', session)
  for i = 1, #fields, 2 do
    local kind, name = string.sub(fields[i], 1, 1), string.sub(fields[i], 2)
    if kind == 'r' then
      local state, expires, order, account, payload = string.match(fields[i + 1], '^(.)(%d+)%.(%d+)%.([^.]*)%.(.*)$')
      rows[name] = { state = state, expires = tonumber(expires), order = tonumber(order), account = account, payload = payload }
      last = math.max(last, rows[name].order)
    elseif kind == 'z' then
      services[name] = string.match(name, '^(.-):')
    end
  end

  local function write(id, row)
    rows[id] = row
    redis.call('HSET', session, 'r' .. id, row.state .. string.format('%015.0f', row.expires) .. '.' ..
      string.format('%.0f', row.order) .. '.' .. row.account .. '.' .. row.payload)
  end
  local function drop(id)
    rows[id] = nil
    redis.call('HDEL', session, 'r' .. id)
  end
  local function finish(id)
    local row = rows[id]
    row.state, row.payload = 'x', ''
    write(id, row)
  end
  local function aliveUntil(account)
    local latest
    for _, row in pairs(rows) do
      if row.state == 's' and row.account == account and row.expires > now and row.expires > (latest or 0) then
        latest = row.expires
      end
    end
    return latest
  end
  local function has(account)
    for _, whose in pairs(services) do if whose == account then return true end end
    return false
  end
  local function nothingToTell(account, member)
    for name, whose in pairs(services) do
      if whose == account then
        redis.call('HDEL', session, 'z' .. name)
        services[name] = nil
      end
    end
    redis.call('HDEL', session, 'l' .. account)
    redis.call('ZREM', untold, member .. '.' .. account)
  end
  local function tellAt(when, account, member, keep)
    redis.call('ZREMRANGEBYSCORE', untold, '-inf', now - keep)
    redis.call('ZADD', untold, when, member .. '.' .. account)
    redis.call('HDEL', session, 'l' .. account)
    local life = math.max(1000, when - now + keep)
    if redis.call('PTTL', untold) < life then redis.call('PEXPIRE', untold, life) end
  end
`

/** Ids that a session has left and that it still knows: one that takes new ids without end stays small. */
const mostLeft = 64

/**
 * Values: now, uid, id, the id left or '', account, when it expires, sealed payload, then services and what they have, sealed.
 * Keys: KEYS[3] says that it is over; then nothing is saved: 0.
 */
export const saveSession = aScript(`${sessionLua}
  local uid, id, left, account, expires, payload = ARGV[2], ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6]), ARGV[7]
  local keep = ${keptForTelling}
  if rows[left] then
    local whose = rows[left].account
    finish(left)
    if not aliveUntil(whose) then nothingToTell(whose, uid) end
  end
  local over = redis.call('GET', KEYS[3])
  if over and tonumber(over) > now then return 0 end

  local late = rows[id] and rows[id].state == 'x'
  for i = 8, #ARGV, 2 do
    local name = account .. ':' .. ARGV[i]
    redis.call(late and 'HSETNX' or 'HSET', session, 'z' .. name, ARGV[i + 1])
    services[name] = account
  end
  if not late then
    local order = rows[id] and rows[id].order or last + 1
    write(id, { state = 's', expires = expires, order = order, account = account, payload = payload })
    local time = redis.call('TIME')
    redis.call('HSETNX', session, 't', time[1] .. string.format('%06.0f', tonumber(time[2])))
  end

  local alive = aliveUntil(account)
  if alive then
    for other, row in pairs(rows) do
      if row.expires <= now and (row.state == 'x' or row.account == account) then drop(other) end
    end
  end
  local ended = {}
  for other, row in pairs(rows) do if row.state == 'x' then ended[#ended + 1] = other end end
  if #ended > ${mostLeft} then
    table.sort(ended, function(one, other) return rows[one].order < rows[other].order end)
    for i = 1, #ended - ${mostLeft} do drop(ended[i]) end
  end

  local due = alive or (not late and expires)
  if due and has(account) then tellAt(due, account, uid, keep) end

  local latest = 0
  for _, row in pairs(rows) do latest = math.max(latest, row.expires) end
  local life = latest - now + (next(services) and keep or 0)
  redis.call('PEXPIRE', session, math.max(1000, life))
  return 1
`)

/** Values: now, uid, id. */
export const endSessionRow = aScript(`${sessionLua}
  local uid, id = ARGV[2], ARGV[3]
  if not rows[id] then return 0 end
  local account = rows[id].account
  finish(id)
  if not aliveUntil(account) then nothingToTell(account, uid) end
  return 1
`)

/** Values: now, uid, account. Gives the session as it was while it lived; one that has expired is left to those who tell of it. */
export const endSessionOf = aScript(`${sessionLua}
  local uid, account = ARGV[2], ARGV[3]
  local lived = aliveUntil(account)
  for id, row in pairs(rows) do
    if row.account == account and row.state == 's' then
      if lived then
        finish(id)
      else
        row.state = 'x'
        write(id, row)
      end
    end
  end
  if not lived then return false end
  nothingToTell(account, uid)
  return fields
`)

/** Those due, for this caller alone until then. Keys: the order of a slot's sessions. Values: now, until when, how many. */
export const leaseDue = aScript(`
  local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
  for _, member in ipairs(due) do redis.call('ZADD', KEYS[1], ARGV[2], member) end
  return due
`)

/** Values: now, uid, account, until when. Gives the session, unless it lives on or there is nothing of it. */
export const leaseSession = aScript(`${sessionLua}
  local uid, account, lease = ARGV[2], ARGV[3], ARGV[4]
  local alive = aliveUntil(account)
  if alive then
    tellAt(alive, account, uid, ${keptForTelling})
    return false
  end
  for _, row in pairs(rows) do
    if row.account == account then
      redis.call('HSET', session, 'l' .. account, lease)
      return fields
    end
  end
  redis.call('ZREM', untold, uid .. '.' .. account)
  return false
`)

/** Values: now, uid. What nobody has leased, or still lives, stays. */
export const forgetSession = aScript(`${sessionLua}
  local uid = ARGV[2]
  for i = 1, #fields, 2 do
    local account = string.match(fields[i], '^l(.*)$')
    if account and not aliveUntil(account) then
      for id, row in pairs(rows) do if row.account == account then drop(id) end end
      nothingToTell(account, uid)
    end
  end
  if not next(rows) then redis.call('DEL', session) end
  return 1
`)
