import type { Context } from 'koa'

/** The request's path as a link may say it: never `//elsewhere`, which browsers read as another host. */
export const cleanPath = (path: string): string => `/${path.replace(/^[/\\\s]+/, '')}`
export const ownPath = (ctx: Context): string => cleanPath(ctx.path)
