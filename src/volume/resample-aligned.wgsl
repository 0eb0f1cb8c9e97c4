// Weighted sums along one axis: one of the three passes of a resampling between parallel grids. One thread makes one word
// of the result, two voxels beside each other in x. Whole-number arithmetic only, so equal to resample-aligned.ts to the bit.
// source, result: int16 two a word, low half first, rows padded to whole words; both are slabs of whole slices.
// starts:         by target index along the axis: index of the first source voxel under its taps
// weights:        by target index, `taps` each, in 1 / 32768; they sum to 32768, their absolutes to less than 65536.
// No tap lies outside the source. Workgroup 64 x 1 x 1; threads are numbered over two axes of groups; no barrier.

struct Params {
  source_size: vec3<i32>,   // voxels of the slab that is read
  source_row_words: i32,
  result_size: vec3<i32>,   // voxels of the slab that is made
  result_row_words: i32,
  axis: vec3<i32>,          // unit step along the source axis of this pass
  taps: i32,
  index: i32,               // target index of the first voxel made along the axis
  source_first: i32,        // source index of the first voxel bound along the axis
  first: u32,               // first word of this dispatch
  end: u32,                 // one past its last word
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<u32>;
@group(0) @binding(2) var<storage, read_write> result: array<u32>;
@group(0) @binding(3) var<storage, read> starts: array<i32>;
@group(0) @binding(4) var<storage, read> weights: array<i32>;

fn voxel(p: vec3<i32>) -> i32 {
  let packed = bitcast<i32>(source[(p.z * params.source_size.y + p.y) * params.source_row_words + (p.x >> 1u)]);
  return select(packed << 16u, packed, (p.x & 1) == 1) >> 16u;
}

// Halves up; Lanczos may overshoot int16.
fn weighted(at: vec3<i32>) -> u32 {
  let along = dot(at, params.axis);
  let index = params.index + along;
  var place = at + params.axis * (starts[index] - params.source_first - along);
  var sum = 0;
  for (var t = index * params.taps; t < (index + 1) * params.taps; t++) {
    sum += voxel(place) * weights[t];
    place += params.axis;
  }
  return bitcast<u32>(clamp((sum + 16384) >> 15u, -32768, 32767)) & 0xffffu;
}

@compute @workgroup_size(64)
fn along_axis(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = params.first + id.y * groups.x * 64u + id.x;
  if (word >= params.end) { return; }
  let row = i32(word) / params.result_row_words;
  let x = (i32(word) % params.result_row_words) * 2;
  let at = vec3(x, row % params.result_size.y, row / params.result_size.y);
  var high = 0u;
  if (x + 1 < params.result_size.x) { high = weighted(at + vec3(1, 0, 0)); }
  result[word] = weighted(at) | (high << 16u);
}
