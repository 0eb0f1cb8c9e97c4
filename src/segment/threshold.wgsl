// Threshold to bits. One thread makes one mask word from 32 voxels; no barrier, no shared memory.
// volume: int16 two a word, low half first, rows padded to 32 voxels (4 vec4 a mask word).
// mask:   bit b of word w is voxel 32 w + b of the padded row; bits past the row's end are zero.
// Workgroup 64 x 1 x 1; threads are numbered over two axes of groups.

struct Params {
  lowest: i32,      // inclusive, stored units
  highest: i32,     // inclusive, stored units
  words_per_row: u32,
  tail: u32,        // bits of a row's last word that are voxels
  first: u32,       // first word of this dispatch
  end: u32,         // one past its last word
  bound: u32,       // first word of the bound window of the volume
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> volume: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read_write> mask: array<u32>;

// Sign bits of (v - lowest) | (highest - v) say outside; both differences fit 18 bits.
fn outside_of(v: vec4<i32>) -> vec4<u32> {
  return bitcast<vec4<u32>>((v - vec4(params.lowest)) | (vec4(params.highest) - v)) >> vec4(31u);
}

@compute @workgroup_size(64)
fn threshold(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = params.first + id.y * groups.x * 64u + id.x;
  if (word >= params.end) { return; }
  var bits = 0u;
  for (var n = 0u; n < 4u; n++) {
    let packed = bitcast<vec4<i32>>(volume[(word - params.bound) * 4u + n]);
    let even = outside_of((packed << vec4(16u)) >> vec4(16u));
    let odd = outside_of(packed >> vec4(16u));
    let pairs = (even | (odd << vec4(1u))) << vec4(0u, 2u, 4u, 6u);
    bits |= (pairs.x | pairs.y | pairs.z | pairs.w) << (8u * n);
  }
  let last = word % params.words_per_row == params.words_per_row - 1u;
  mask[word] = ~bits & select(0xffffffffu, params.tail, last);
}
