/**
 * Makes the spoken digits of src/protection/challenge/data/: WAV files, 8 kHz, 16 bits, one channel, two voices for
 * each language. Needs espeak-ng and sox (apt-get install espeak-ng sox); the files are committed, so that only
 * somebody who wants other voices runs it:
 *
 *   node scripts/data/digits.ts
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const words = {
  fr: ['zéro', 'un', 'deux', 'trois', 'quatre', 'cinq', 'six', 'sept', 'huit', 'neuf'],
  en: ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'],
}
const voices = { fr: ['fr', 'fr+f2'], en: ['en-gb', 'en-us+f2'] }
const wordsPerMinute = '125'

const data = fileURLToPath(new URL('../../src/protection/challenge/data/', import.meta.url))
const work = mkdtempSync(join(tmpdir(), 'digits-'))
const spoken = join(work, 'spoken.wav')

/** Resampled, as loud as the others, without the silence around it, and without a click at either end. */
const trim = (clip: string): void => {
  const side = ['silence', '1', '0.005', '0.5%', 'fade', '0.006', 'reverse']
  execFileSync('sox', [spoken, '-r', '8000', '-c', '1', '-b', '16', '-D', clip, 'norm', '-3', ...side, ...side])
}

let bytes = 0
for (const language of ['fr', 'en'] as const) {
  voices[language].forEach((voice, number) => {
    const folder = join(data, `${language}-${number + 1}`)
    mkdirSync(folder, { recursive: true })
    words[language].forEach((word, digit) => {
      const clip = join(folder, `${digit}.wav`)
      execFileSync('espeak-ng', ['-v', voice, '-s', wordsPerMinute, '-w', spoken, word])
      trim(clip)
      bytes += statSync(clip).size
    })
  })
}
rmSync(work, { recursive: true })
process.stdout.write(`${bytes} bytes\n`)
