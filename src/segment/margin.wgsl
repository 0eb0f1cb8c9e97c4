// Growing by a ball, after column-steps.wgsl. Whole numbers only, so the result equals the CPU's bit for bit.
//
// reaches  i32, how far the ball reaches along x at |dj| rows and |dk| slices from its centre: entry dj * stride + dk,
//          stride = slices of the ball + 1; -1 outside it. A voxel's nearest slice alone matters: the ball narrows from
//          its centre.
// rows     i32 a voxel of the slab: how far the row's growth reaches from here, -1 for not at all; padded to 32 voxels
// grown    u32, a bit a voxel, the whole mask
//
// For balls too wide for ball-rows.wgsl. Moves 2 + 4 bytes a voxel along y (2 x rows of the ball + 1 reads, from cache),
// 4 + 1/8 along x.

@group(0) @binding(3) var<storage, read> reaches: array<i32>;
@group(0) @binding(4) var<storage, read_write> rows: array<i32>;
@group(0) @binding(5) var<storage, read_write> grown: array<u32>;

fn reach_of(voxel: u32, dj: u32, stride: u32) -> i32 {
  let dk = steps_at(voxel);
  if (dk >= stride) { return -1; }
  return reaches[dj * stride + dk];
}

@compute @workgroup_size(64)
fn reach_rows(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let voxel = thread_of(id, groups);
  if (voxel >= params.end) { return; }
  let stride = arrayLength(&reaches) / (params.band + 1u);
  let row_length = params.words * 32u;
  let j = (voxel / row_length) % params.size.y;
  var best = reach_of(voxel, 0u, stride);
  for (var d = 1u; d <= params.band; d++) {
    // The most that any row from here on can give.
    if (reaches[d * stride] <= best) { break; }
    if (d <= j) { best = max(best, reach_of(voxel - d * row_length, d, stride)); }
    if (j + d < params.size.y) { best = max(best, reach_of(voxel + d * row_length, d, stride)); }
  }
  rows[voxel] = best;
}

// One thread a word: what reaches it from the left, then from the right, carried along and one shorter at each voxel.
@compute @workgroup_size(64)
fn spread_words(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = thread_of(id, groups);
  if (word >= params.end) { return; }
  let start = (word % params.words) * 32u;
  let end = min(params.size.x, start + 32u);
  let row = (word / params.words) * params.words * 32u;
  var bits = 0u;
  var left = -1;
  for (var i = start - min(start, params.reach); i < end; i++) {
    left = max(left - 1, rows[row + i]);
    if (i >= start && left >= 0) { bits |= 1u << (i - start); }
  }
  var right = -1;
  for (var i = min(params.size.x, end + params.reach); i > start; i--) {
    right = max(right - 1, rows[row + i - 1u]);
    if (i <= end && right >= 0) { bits |= 1u << (i - 1u - start); }
  }
  grown[params.slab * params.words * params.size.y + word] = bits;
}
