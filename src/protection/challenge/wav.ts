import { sampleRate } from './clips.ts'

const headerBytes = 44
const bytesPerSample = 2
const loudest = 32_767

/** A track as a WAV file: one channel, 16 bits. What is too loud is cut. */
export const writeWav = (track: Float32Array): Buffer => {
  const dataBytes = track.length * bytesPerSample
  const wav = Buffer.alloc(headerBytes + dataBytes)
  wav.write('RIFF', 0)
  wav.writeUInt32LE(headerBytes - 8 + dataBytes, 4)
  wav.write('WAVEfmt ', 8)
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20) // PCM
  wav.writeUInt16LE(1, 22) // channels
  wav.writeUInt32LE(sampleRate, 24)
  wav.writeUInt32LE(sampleRate * bytesPerSample, 28)
  wav.writeUInt16LE(bytesPerSample, 32)
  wav.writeUInt16LE(8 * bytesPerSample, 34)
  wav.write('data', 36)
  wav.writeUInt32LE(dataBytes, 40)
  const samples = new DataView(wav.buffer, wav.byteOffset + headerBytes, dataBytes)
  for (let index = 0; index < track.length; index += 1) {
    const cut = Math.max(-loudest, Math.min(loudest, Math.round(track[index] ?? 0)))
    samples.setInt16(index * bytesPerSample, cut, true)
  }
  return wav
}
