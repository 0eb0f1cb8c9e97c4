// Label map to bits: the masks of many labels, stacked as slices of one tall mask, in one pass over the labels.
// labels  u8 four a word, rows padded to 32 voxels (two vec4 a mask word), a slab of whole slices
// slots   for each label, the slice of the stack in which its source slice 0 would lie; ABSENT when it is not in the stack
// stack   u32, bit b of word w is voxel 32 w + b of the padded row; zero before, and only words with a set bit are written
// Workgroup 64 x 1 x 1, one thread a source word, numbered over two axes of groups. No barrier: a word of the stack
// belongs to one source word. Moves one byte a voxel and the words that are set.

struct Params {
  first: u32,         // first word of this dispatch, in words of the whole source
  end: u32,           // one past its last
  bound: u32,         // first word of the slab
  per_slice: u32,     // words a slice
}

const ABSENT = -2147483647;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> slots: array<vec4<i32>, 64>;
@group(0) @binding(2) var<storage, read> labels: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read_write> stack: array<u32>;

// One bit for each byte of v that equals the label; exact, no borrow runs from byte to byte.
fn nibbles_of(v: vec4<u32>, label: u32) -> u32 {
  let x = v ^ vec4(label * 0x01010101u);
  let low = vec4(0x7f7f7f7fu);
  let zero = ~(((x & low) + low) | x | low) >> vec4(7u);
  let four = (zero * vec4(0x01020408u)) >> vec4(24u);
  return (four.x & 15u) | ((four.y & 15u) << 4u) | ((four.z & 15u) << 8u) | ((four.w & 15u) << 12u);
}

@compute @workgroup_size(64)
fn label_bits(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = params.first + id.y * groups.x * 64u + id.x;
  if (word >= params.end) { return; }
  let at = (word - params.bound) * 2u;
  let low = labels[at];
  let high = labels[at + 1u];
  let slice = word / params.per_slice;
  let within = word % params.per_slice;
  var left = ~(nibbles_of(low, 0u) | (nibbles_of(high, 0u) << 16u));
  // One round for each label in the word: mostly one.
  while (left != 0u) {
    let bit = firstTrailingBit(left);
    let four = select(low, high, bit >= 16u)[(bit >> 2u) & 3u];
    let label = extractBits(four, (bit & 3u) * 8u, 8u);
    let bits = nibbles_of(low, label) | (nibbles_of(high, label) << 16u);
    left &= ~bits;
    let slot = slots[label >> 2u][label & 3u];
    if (slot != ABSENT) { stack[u32(slot + i32(slice)) * params.per_slice + within] = bits; }
  }
}
