import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { makeSpeech } from '../../../src/protection/challenge/audio.ts'
import { makeClips, sampleRate } from '../../../src/protection/challenge/clips.ts'

const speak = makeSpeech()
const aSeed = () => randomBytes(32).toString('base64url')

const samplesOf = (wav: Buffer): Int16Array =>
  Int16Array.from({ length: (wav.length - 44) / 2 }, (_, index) => wav.readInt16LE(44 + 2 * index))

const power = (samples: Int16Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)

describe('the audio version', () => {
  it('is a WAV file of one channel, 16 bits and 8 kHz, which lasts between four and thirteen seconds', async () => {
    const digits = fc.stringMatching(/^[0-9]{6}$/)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('fr', 'en'), digits, async (language, six) => {
        const wav = await speak({ language, digits: six, seed: aSeed() })
        expect(wav.toString('latin1', 0, 4) + wav.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ')
        expect(wav.readUInt32LE(4)).toBe(wav.length - 8)
        expect([wav.readUInt16LE(20), wav.readUInt16LE(22), wav.readUInt16LE(34)]).toEqual([1, 1, 16])
        expect([wav.readUInt32LE(24), wav.readUInt32LE(28)]).toEqual([sampleRate, 2 * sampleRate])
        expect(wav.readUInt32LE(40)).toBe(wav.length - 44)
        const seconds = (wav.length - 44) / 2 / sampleRate
        expect(seconds).toBeGreaterThan(4)
        expect(seconds).toBeLessThan(13)
      }),
      { numRuns: 40 },
    )
  })

  it('differs with each seed though the digits are the same, and comes again byte for byte with the same seed', async () => {
    const seed = aSeed()
    const said = { language: 'fr', digits: '304917' } as const
    const all = await Promise.all([seed, seed, aSeed(), aSeed()].map(one => speak({ ...said, seed: one })))
    const [first, again, other, another] = all.map(wav => wav.toString('base64'))
    expect(again).toBe(first)
    expect(new Set([first, other, another]).size).toBe(3)
  })

  it('stays far louder than the noise behind it, and is never cut by the loudest sample', async () => {
    for (const language of ['fr', 'en'] as const) {
      const samples = samplesOf(await speak({ language, digits: '123456', seed: aSeed() }))
      const frame = sampleRate / 10
      const frames = Array.from({ length: Math.floor(samples.length / frame) }, (_, index) =>
        power(samples.subarray(index * frame, (index + 1) * frame)),
      ).sort((one, other) => one - other)
      const quiet = frames[Math.floor(frames.length * 0.2)] ?? 0
      const spoken = frames[Math.floor(frames.length * 0.85)] ?? 0
      expect(quiet).toBeGreaterThan(100)
      expect(spoken / quiet).toBeGreaterThan(2.5)
      expect(samples.every(sample => Math.abs(sample) < 32_767)).toBe(true)
    }
  })

  it.each(['fr', 'en'] as const)('has ten digits of a plausible length in each voice of %s', async language => {
    const voices = await makeClips()(language)
    expect(voices.map(voice => voice.length)).toEqual([10, 10])
    for (const clip of voices.flat()) {
      expect(clip.length / sampleRate).toBeGreaterThan(0.2)
      expect(clip.length / sampleRate).toBeLessThan(0.9)
      expect(power(clip)).toBeGreaterThan(1000)
    }
  })
})
