/** Parsed JSON that a test reads freely, and then expects things of. */
export type Loose = ReturnType<typeof JSON.parse>
