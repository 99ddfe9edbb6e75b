import { expect, it } from '@jest/globals'
import { failures, type Suite } from '../../scripts/test/failures.ts'

const suite = (given: Partial<Suite>): Suite => ({
  name: '/somewhere/test/a.test.ts',
  status: 'failed',
  message: '',
  assertionResults: [],
  ...given,
})

it('tells each test that failed by its file and its name, and the first lines of why', () => {
  const told = failures(
    [
      suite({ status: 'passed', assertionResults: [{ fullName: 'fine', status: 'passed', failureMessages: [] }] }),
      suite({
        assertionResults: [
          { fullName: 'adds', status: 'passed', failureMessages: [] },
          {
            fullName: 'subtracts',
            status: 'failed',
            failureMessages: ['\u001b[31mError: 3 is not 2\u001b[39m\n\n    at one (file.ts:1:2)\nand so on'],
          },
        ],
      }),
    ],
    '/somewhere/',
  )
  expect(told).toEqual(['Failed: test/a.test.ts: subtracts\nError: 3 is not 2\nand so on'])
})

it('tells a file that did not load, and cuts what is long', () => {
  const message = Array.from({ length: 100 }, (_, at) => `line ${at}`).join('\n')
  const [told = ''] = failures([suite({ message })], '/somewhere')
  expect(told.split('\n').slice(0, 2)).toEqual(['Failed: test/a.test.ts', 'line 0'])
  expect(told.split('\n').length).toBeLessThan(20)
})
