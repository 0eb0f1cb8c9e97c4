// Resampling to a grid turned against the source's. One thread makes one word of the result, two voxels beside each other
// in x: sums along z, then y, then x of the source. Whole-number arithmetic only, so equal to resample-oblique.ts to the bit.
// source:  int16 two a word, low half first, rows padded to 32 voxels; slices from source_first on
// result:  int16 two a word, rows padded to whole words; a slab of whole slices from result_first on
// steps:   place in 1 / 65536 voxel = sum of three entries; source axis by source axis, each with the target's x, y and z
// weights: 1025 phases of `taps`, in 1 / 32768; they sum to 32768, their absolutes to less than 65536
// A scan larger than one binding is read window by window: a voxel is made by the window that owns its first slice, whose
// binding holds the other slices as well; a word is written by one thread a dispatch, half of it perhaps in another one.
// Beyond the border the nearest voxel is repeated. Workgroup 64 x 1 x 1; threads over two axes of groups; no barrier.

struct Params {
  source_size: vec3<i32>,   // voxels of the whole scan
  source_row_words: i32,
  target_size: vec3<i32>,   // voxels of the whole result
  target_row_words: i32,
  source_first: i32,        // slices
  result_first: i32,
  own_from: i32,            // source slices of this window
  own_end: i32,
  taps: i32,
  before: i32,              // voxels from a place's floor down to its first tap
  bias: i32,                // added to a place before its floor is taken
  fill: u32,                // what lies outside, in both halves
  first: u32,               // first word of this dispatch
  end: u32,                 // one past its last word
  is_new: u32,              // 1 when nothing was written to this slab yet
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<u32>;
@group(0) @binding(2) var<storage, read_write> result: array<u32>;
@group(0) @binding(3) var<storage, read> steps: array<i32>;
@group(0) @binding(4) var<storage, read> weights: array<i32>;

fn voxel(at: vec3<i32>) -> i32 {
  let p = clamp(at, vec3(0), params.source_size - 1);
  let row = (p.z - params.source_first) * params.source_size.y + p.y;
  let packed = bitcast<i32>(source[row * params.source_row_words + (p.x >> 1u)]);
  return select(packed << 16u, packed, (p.x & 1) == 1) >> 16u;
}

fn place_of(at: vec3<i32>) -> vec3<i32> {
  let n = params.target_size;
  let all = n.x + n.y + n.z;
  let x = vec3(steps[at.x], steps[all + at.x], steps[2 * all + at.x]);
  let y = vec3(steps[n.x + at.y], steps[all + n.x + at.y], steps[2 * all + n.x + at.y]);
  let z = vec3(steps[n.x + n.y + at.z], steps[all + n.x + n.y + at.z], steps[2 * all + n.x + n.y + at.z]);
  return x + y + z;
}

// Halves up; Lanczos may overshoot int16.
fn rounded(sum: i32) -> i32 {
  return clamp((sum + 16384) >> 15u, -32768, 32767);
}

fn interpolated(first: vec3<i32>, phase: vec3<i32>) -> i32 {
  let row = phase * params.taps;
  var sum_x = 0;
  for (var a = 0; a < params.taps; a++) {
    var sum_y = 0;
    for (var b = 0; b < params.taps; b++) {
      var sum_z = 0;
      for (var c = 0; c < params.taps; c++) {
        sum_z += voxel(first + vec3(a, b, c)) * weights[row.z + c];
      }
      sum_y += rounded(sum_z) * weights[row.y + b];
    }
    sum_x += rounded(sum_y) * weights[row.x + a];
  }
  return rounded(sum_x);
}

// The word with one half replaced, when this window owns that voxel.
fn with_voxel(word: u32, at: vec3<i32>, shift: u32) -> u32 {
  if (at.x >= params.target_size.x) { return word; }
  let place = place_of(at);
  if (any(place < vec3(-32768)) || any(place >= params.source_size * 65536 - 32768)) { return word; }
  let biased = place + params.bias;
  let first = (biased >> vec3(16u)) - params.before;
  let owner = clamp(first.z, 0, params.source_size.z - 1);
  if (owner < params.own_from || owner >= params.own_end) { return word; }
  let value = bitcast<u32>(interpolated(first, ((biased & vec3(65535)) + 32) >> vec3(6u))) & 0xffffu;
  return (word & ~(0xffffu << shift)) | (value << shift);
}

@compute @workgroup_size(64)
fn oblique(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = params.first + id.y * groups.x * 64u + id.x;
  if (word >= params.end) { return; }
  let row = i32(word) / params.target_row_words;
  let x = (i32(word) % params.target_row_words) * 2;
  let at = vec3(x, row % params.target_size.y, params.result_first + row / params.target_size.y);
  var pair = params.fill;
  if (params.is_new == 0u) { pair = result[word]; }
  pair = with_voxel(pair, at, 0u);
  result[word] = with_voxel(pair, at + vec3(1, 0, 0), 16u);
}
