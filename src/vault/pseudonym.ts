/** Animals, plants and weather that say nothing about a person, a place or an illness. */
const WORDS =
  'Acorn Alder Amber Aspen Badger Beech Birch Bison Brook Cedar Cloud Clover Condor Coral Crane Cypress Dolphin Dune Egret Elm Falcon Fern Finch Fjord Fox Gannet Glacier Hazel Heron Holly Ibis Iris Ivy Jay Juniper Kestrel Lagoon Lark Laurel Lichen Linden Lotus Lynx Maple Marten Meadow Moss Myrtle Nettle Oak Ocean Orchid Osprey Otter Pebble Pine Plover Poplar Puffin Quartz Raven Reed River Robin Rowan Sage Seal Sparrow Spruce Stork Swift Thistle Thyme Tundra Walnut Willow Wren Yarrow'.split(
    ' ',
  )

/** Uniform over [0, 1) from the system's source: a pseudonym must not be guessable from the one before. */
function systemRandom(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] as number) / 2 ** 32
}

/** A name for a case, for example "Heron 4172". Not derived from anything in the scan. */
export function pseudonym(random: () => number = systemRandom): string {
  const word = WORDS[Math.floor(random() * WORDS.length)] ?? 'Heron'
  return `${word} ${String(Math.floor(random() * 10_000)).padStart(4, '0')}`
}
