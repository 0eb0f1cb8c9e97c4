/** Words for each parameter of a step; '' where a parameter does not apply. `unit` is that of the scan's values. */
export type Facts<P> = { readonly [K in keyof P]-?: (value: Exclude<P[K], undefined>, all: P, unit: string) => string }
