/** The part of the server's logger (pino) that the demonstration uses. */
export type DemoLog = {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}
