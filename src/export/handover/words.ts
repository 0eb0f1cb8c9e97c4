/**
 * 256 plain nouns, no two alike in their first four letters. Their order is the format: a change of it changes what two people read
 * to each other, so it is never changed.
 */
const NOUNS = `
  acre actor anchor ankle apple apron arch arrow artist atlas attic axle bacon bagel balcony ballad banjo barley barrel
  basket bath beacon beard bell bench berry bishop blanket boat bonnet book bottle boulder bowl bracelet branch bread
  brick bridge bronze broom bucket bugle butter cabbage cabin cable cactus camera canal candle canoe canvas carpet
  carrot castle cathedral ceiling cello chain chalk cheese cherry chimney circus clock coast coffee comet compass copper
  cork corner corridor cotton counter crater crayon cricket crown cupboard curtain cushion desert diamond dinner doctor
  donkey door dragon drum eagle easel echo elbow elephant emerald engine envelope evening fabric factory feather fence
  ferry fiddle field finger flag flute forest fork fountain frame garden garlic gate gazelle ginger giraffe glove gold
  grape gravel guitar hammer harbour harvest hat helmet hill honey horizon horse hotel island ivory jacket jar jewel
  jigsaw journey judge jungle kettle key kitchen kite kitten ladder lamp lantern lawn leather lemon letter library lion
  lizard lobster lunch magnet mango map marble market meadow melon mirror monkey moon morning motor mountain museum
  napkin needle nest noodle novel oasis olive onion opera orange orchard organ oven owl paddle painter palace panda
  paper parade parrot path peach peanut pencil pepper piano pillow pilot pirate planet plate pocket poem potato prince
  pumpkin puzzle queen rabbit radio railway rainbow ribbon rice rocket rooster rope ruby saddle salad sandal school
  scissors shadow shovel silver sister spoon stable sugar table temple thunder tiger tower tulip tunnel turtle umbrella
  uncle valley velvet violin wagon walnut whale window winter yacht zebra
`
  .trim()
  .split(/\s+/)

/** How many words stand for a fingerprint: 48 of its 256 bits. */
export const WORD_COUNT = 6

/**
 * The words of a fingerprint (hex), one for each of its first six bytes. 48 bits: whoever wants another key with the same words
 * has to try 2^47 keys on average.
 */
export function wordsOf(fingerprint: string): string[] {
  return Array.from(
    { length: WORD_COUNT },
    (_, n) => NOUNS[Number.parseInt(fingerprint.slice(2 * n, 2 * n + 2), 16)] ?? '',
  )
}
