/** A mail server in a process of its own: what it does with a mail must not delay who measures. */
import { openMailbox } from '../../../test/support/mailbox.ts'
import { answerParent } from '../../processes/child.ts'

const mailbox = await openMailbox()
let given = 0

answerParent({
  url: () => mailbox.url,
  /** Those that arrived since the last time. */
  take: () => {
    const mails = mailbox.mails.slice(given)
    given = mailbox.mails.length
    return mails
  },
})
