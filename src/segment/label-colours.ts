/**
 * What labels are drawn in, by their colour number from 1, sRGB: in slices, as bodies and in files. Also in tokens.css, for
 * controls: categorical, and none of the hues that say pass, warn or refuse.
 */
export const LABEL_HEX = [
  '#8fa2ff',
  '#e69ac8',
  '#d2c08f',
  '#7fc4f0',
  '#c9a0f2',
  '#f0a98a',
  '#a8d6c0',
  '#e8e2d4',
] as const

/** The colour of a label; white for a number that is none. */
export const labelHex = (colour: number): string => LABEL_HEX[colour - 1] ?? '#ffffff'
