import { describe, expect, it } from '@jest/globals'
import { townChoice } from '../../../src/web/views/town-choice.ts'

const towns = ['Saint-Lô', 'Agneaux']

describe('the town of a form that comes back', () => {
  it('is found in the list however it was typed', () => {
    for (const city of ['Saint-Lô', 'SAINT LO', 'st lo', ' saint-lo '])
      expect(townChoice({ towns, values: { city } })).toEqual({ chosen: 'Saint-Lô', typed: '' })
  })

  it('is kept when the list lacks it', () => {
    expect(townChoice({ towns, values: { city: 'Baudre' } })).toEqual({ chosen: 'autre', typed: 'Baudre' })
    expect(townChoice({ towns, values: { city: 'autre', cityOther: 'Baudre' } })).toEqual({
      chosen: 'autre',
      typed: 'Baudre',
    })
  })

  it('goes back to the text field when the postcode has no list', () => {
    expect(townChoice({ towns: [], values: { city: 'autre', cityOther: 'Baudre' } }).typed).toBe('Baudre')
    expect(townChoice({ towns: [], values: { city: 'Agneaux' } }).typed).toBe('Agneaux')
  })

  it('is asked when nothing was answered', () => {
    expect(townChoice({ towns, values: {} })).toEqual({ chosen: '', typed: '' })
  })
})
