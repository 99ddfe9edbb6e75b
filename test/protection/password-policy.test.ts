import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { makeCheckPassword } from '../../src/protection/password-policy.ts'

const check = makeCheckPassword()
const nobody = { names: [], email: '', nir: '' }
const someone = { names: ['Dupont-Léger', 'Ng'], email: 'jean.petitjean42@example.org', nir: '1850578006084' }

describe('a chosen password', () => {
  it.each([
    'Trotinette bleue 7',
    'Éléphant7rose',
    'Xk7mvPqz',
    'Soleil-Lune-4271-verte',
    'Мой7пароль друг',
    'chAteau fort 9 loup',
  ])('is good: %s', password => expect(check(password, someone)).toBeUndefined())

  it('lacks what it lacks, all told at once', () => {
    expect(check('', nobody)).toEqual({ code: 'empty' })
    expect(check('a', nobody)).toEqual({ code: 'rules', missing: ['length', 'upper', 'digit'] })
    expect(check('ABCDEFGH', nobody)).toEqual({ code: 'rules', missing: ['lower', 'digit'] })
    expect(check('1234567', nobody)).toEqual({ code: 'rules', missing: ['length', 'lower', 'upper'] })
  })

  it('counts letters, not bytes, and knows capitals of other alphabets', () => {
    expect(check('éÉ1💚💚💚💚', nobody)).toEqual({ code: 'rules', missing: ['length'] })
    expect(check('éÉ1💚🌻🚲🐟🎈', nobody)).toBeUndefined()
  })

  it('is at most 256 bytes long', () => {
    const long = 'Tulipe4Velo.'.repeat(21)
    expect(check(`${long}abcd`, nobody)).toBeUndefined()
    expect(check(`${long}abcde`, nobody)).toEqual({ code: 'long' })
  })

  it.each([
    'Azerty12',
    'Azerty123!',
    'Soleil2024',
    'P@ssw0rd1',
    'M0tdepasse1',
    'Marseille13',
    '13Marseille',
    'Aa123456',
    'Abc12345',
    'SoleilSoleil1',
    'Azer1234',
    '1qaz2wsxA',
    'AAAAaaa1',
    'Nathalie75',
    '$Oleil1234',
    'ÉLodie12',
  ])('is too common: %s', password => expect(check(password, nobody)).toEqual({ code: 'common' }))

  it.each(['Dupont75a', 'XX.leger.12', 'petitjean42AB', 'Ab1850578', 'Ng12345678', 'xX1850578006084', 'PETIT.jean.1x'])(
    "is made of the person's own data: %s",
    password => expect(check(password, someone)).toEqual({ code: 'ownData' }),
  )

  it('is judged quickly and without fault, whatever it is', () => {
    // what it computes, not what it waits for: two files of tests run at once
    const started = process.threadCpuUsage()
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), password => {
        check(password, someone)
      }),
      { numRuns: 500 },
    )
    check(`aA1${'azert'.repeat(50)}`, someone)
    check(`aA1${'ab'.repeat(126)}`, someone)
    const { user, system } = process.threadCpuUsage(started)
    expect((user + system) / 1000).toBeLessThan(5_000)
  })
})
