/** Every act of the stores that expire, with values of their own: for what is true of each of them. */
import { anArtefact, anId, aSession, later, noon } from '../../builders/records.ts'
import type { ExpiringStores } from '../../contract/set-up.ts'

type Act = (stores: ExpiringStores) => Promise<unknown>

const indexes = { accountId: 'account', serviceId: 'service' }

export const acts: { readonly [name: string]: Act } = {
  put: ({ records }) => records.put('kind', 'id', { typed: 'x' }, later(60)),
  putNew: ({ records }) => records.putNew('kind', anId(), {}, later(60)),
  get: ({ records }) => records.get('kind', 'id'),
  take: ({ records }) => records.take('kind', 'id'),
  remove: ({ records }) => records.remove('kind', 'id'),
  attempt: ({ throttles }) =>
    throttles.attempt('a', 'key', { free: 5, firstWait: 60, longestWait: 3600, memory: 86_400 }, noon),
  count: ({ throttles }) => throttles.count('c', 'key', { max: 5, window: 60 }, noon),
  distinct: ({ throttles }) => throttles.distinct('d', 'key', anId(), { max: 5, window: 60 }, noon),
  peek: ({ throttles }) => throttles.peek('a', 'key', noon),
  reset: ({ throttles }) => throttles.reset('other', 'key'),
  saveGrant: ({ artefacts }) => artefacts.upsert('Grant', 'grant', anArtefact({}, indexes), later(60)),
  saveToken: ({ artefacts }) =>
    artefacts.upsert('AccessToken', anId(), anArtefact({}, { ...indexes, grantId: 'grant' }), later(60)),
  saveOfNoGrant: ({ artefacts }) =>
    artefacts.upsert('AccessToken', anId(), anArtefact({}, { ...indexes, grantId: 'unknown' }), later(60)),
  saveOfClient: ({ artefacts }) =>
    artefacts.upsert('ClientCredentials', anId(), anArtefact({}, { serviceId: 'service' }), later(60)),
  saveCode: ({ artefacts }) => artefacts.upsert('AuthorizationCode', 'code', anArtefact(), later(60)),
  saveDeviceCode: ({ artefacts }) =>
    artefacts.upsert('DeviceCode', 'device', anArtefact({}, { uid: 'd-uid', userCode: 'ABCD' }), later(60)),
  saveSession: ({ artefacts }) => artefacts.upsert('Session', 's', aSession('account', 'uid', { one: 1 }), later(60)),
  renewSession: ({ artefacts }) =>
    artefacts.upsert('Session', 't', { ...aSession('account', 'uid', { two: 2 }), replaces: 's' }, later(60)),
  saveLate: ({ artefacts }) => artefacts.upsert('Session', 's', aSession('account', 'uid', { three: 3 }), later(60)),
  find: ({ artefacts }) => artefacts.find('AuthorizationCode', 'code'),
  findSession: ({ artefacts }) => artefacts.find('Session', 't'),
  findByUid: ({ artefacts }) => artefacts.findByUid('Session', 'uid'),
  findByUserCode: ({ artefacts }) => artefacts.findByUserCode('DeviceCode', 'ABCD'),
  consume: ({ artefacts }) => artefacts.consume('AuthorizationCode', 'code', noon),
  rememberSessionEnd: ({ artefacts }) => artefacts.rememberSessionEnd('over', later(60)),
  isSessionEnded: ({ artefacts }) => artefacts.isSessionEnded('over'),
  unique: ({ artefacts }) => artefacts.unique(anId(), later(60)),
  sessions: ({ artefacts }) => artefacts.sessions('account'),
  destroy: ({ artefacts }) => artefacts.destroy('AuthorizationCode', 'code'),
  destroySession: ({ artefacts }) => artefacts.destroy('Session', 't'),
  lease: ({ artefacts }) => artefacts.leaseExpiredSessions(later(3600), later(7200), 10),
  forget: ({ artefacts }) => artefacts.forgetExpiredSession('uid', later(3600)),
  revokeModel: ({ artefacts }) => artefacts.revokeModelByGrant('grant', 'AccessToken'),
  endServiceOfAccount: ({ artefacts }) => artefacts.endService('service', 'account'),
  revoke: ({ artefacts }) => artefacts.revokeByGrant('another', later(60)),
  endAccount: ({ artefacts }) => artefacts.endAccount('account'),
  endService: ({ artefacts }) => artefacts.endService('service'),
  ready: ({ ready }) => ready(),
}
