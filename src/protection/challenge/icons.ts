import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { remember } from './remember.ts'

/** Ways in which an icon is drawn: thin or thick lines, lines over a pale ground, or a solid shape. */
export const weights = ['regular', 'bold', 'duotone', 'fill'] as const
export type Weight = (typeof weights)[number]

const { resolve } = createRequire(import.meta.url)

/** The path of an icon's file in @phosphor-icons/core. */
export const iconFile = (icon: string, weight: Weight): string =>
  resolve(`@phosphor-icons/core/assets/${weight}/${weight === 'regular' ? icon : `${icon}-${weight}`}.svg`)

/** Gives the shapes of an icon, on a square of 256: each file is read once, when it is first drawn. */
export const makeIcons = () => {
  const shapesIn = remember(async (file: string) => withoutRoot(await readFile(file, 'utf8')))

  return (icon: string, weight: Weight): Promise<string> => shapesIn(iconFile(icon, weight))
}

const withoutRoot = (svg: string): string => svg.replace(/^<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '')
