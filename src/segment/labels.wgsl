// A label map to a mask, and a mask into a label map, slab by slab. No barrier, no shared memory.
// labels: one byte a voxel, four a word, low byte first; rows are not padded. It holds the slab from `row` on.
// mask:   one bit a voxel, rows padded to whole words; bits past the row's end are zero. Slab of the same rows.
// table:  256 bits, one a label: whether it is asked for.
// classify: one thread makes one mask word from 32 bytes, wherever in a word they begin; 1 1/8 bytes a voxel.
// paint:    one thread gives four voxels their label where the mask has them; 1/8 byte a voxel, and 2 where it has any.
// Hazards: none, a thread writes its own word; classify reads a word past the slab and drops it. Workgroup 64 x 1 x 1; threads are numbered over two axes of groups.

struct Params {
  nx: u32,
  words_per_row: u32,
  voxels: u32,      // of the slab
  label: u32,       // paint
  first: u32,       // first word of this dispatch: of the mask (classify), of the labels (paint)
  end: u32,         // one past its last word
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> labels: array<u32>;
@group(0) @binding(2) var<storage, read_write> mask: array<u32>;
@group(0) @binding(3) var<uniform> table: array<vec4<u32>, 2>;

fn asked_for(label: u32) -> u32 {
  return (table[label >> 7u][(label >> 5u) & 3u] >> (label & 31u)) & 1u;
}

fn four_asked_for(packed: u32) -> u32 {
  return asked_for(packed & 255u) | (asked_for((packed >> 8u) & 255u) << 1u)
    | (asked_for((packed >> 16u) & 255u) << 2u) | (asked_for(packed >> 24u) << 3u);
}

@compute @workgroup_size(64)
fn classify(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = params.first + id.y * groups.x * 64u + id.x;
  if (word >= params.end) { return; }
  let w = word % params.words_per_row;
  let at = (word / params.words_per_row) * params.nx + w * 32u;
  let used = min(32u, params.nx - w * 32u);
  let shift = (at & 3u) * 8u;
  var low = labels[at >> 2u];
  // Neighbours mostly carry the same label, and looking four up is most of the work.
  var seen = low;
  var four = four_asked_for(low);
  var bits = 0u;
  for (var n = 0u; n < used; n += 4u) {
    let high = labels[((at + n) >> 2u) + 1u];
    let packed = (low >> shift) | ((high << 1u) << (31u - shift));
    low = high;
    if (packed != seen) {
      seen = packed;
      four = four_asked_for(packed);
    }
    bits |= four << n;
  }
  mask[word] = bits & (0xffffffffu >> (32u - used));
}

@compute @workgroup_size(64)
fn paint(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = params.first + id.y * groups.x * 64u + id.x;
  if (word >= params.end) { return; }
  var row = word * 4u / params.nx;
  var i = word * 4u % params.nx;
  var bytes = 0u;
  for (var n = 0u; n < 4u && word * 4u + n < params.voxels; n++) {
    let bit = (mask[row * params.words_per_row + (i >> 5u)] >> (i & 31u)) & 1u;
    bytes |= (bit * 255u) << (n * 8u);
    i++;
    if (i == params.nx) {
      i = 0u;
      row++;
    }
  }
  if (bytes == 0u) { return; }
  labels[word] = (labels[word] & ~bytes) | ((params.label * 0x01010101u) & bytes);
}
