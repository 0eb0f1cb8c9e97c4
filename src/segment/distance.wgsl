// Second and third pass of the exact distance, after column-steps.wgsl: each voxel looks along its own axis until a step
// alone is longer than the best found, so the work of a voxel grows with its distance and never exceeds the band.
// No lower envelope: that is one thread a column, and its stacks would live in memory.
//
// To faces a step counts half less, but no step is none: a voxel looks at itself first. Costs still grow with the steps, so
// the search may end as early.
//
// plane    f32 a voxel of the slab, squared mm within the (y, z) plane;  square  the same in space
//          rows padded to 32 voxels; FAR beyond the band
//
// Moves 2 + 4 bytes a voxel along y and 4 + 4 along x, neighbours from cache. float32: each square is one rounding of
// a whole number and two products, so results differ from the CPU's float64 by at most 5 in 10^7.

@group(0) @binding(3) var<storage, read_write> plane: array<f32>;
@group(0) @binding(4) var<storage, read_write> square: array<f32>;

const FAR = 3.0e38;

// Of one step or more. Halves of numbers below 2^23 are exact.
fn squared(steps: u32, step2: f32) -> f32 {
  let counted = f32(steps) - params.back;
  return counted * counted * step2;
}

fn along_z(voxel: u32) -> f32 {
  let s = steps_at(voxel);
  if (s == NO_STEPS) { return FAR; }
  if (s == 0u) { return 0.0; }
  return squared(s, params.before);
}

@compute @workgroup_size(64)
fn along_y(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let voxel = thread_of(id, groups);
  if (voxel >= params.end) { return; }
  let row_length = params.words * 32u;
  let j = (voxel / row_length) % params.size.y;
  var best = along_z(voxel);
  for (var d = 1u; d <= params.band; d++) {
    let away = squared(d, params.own);
    if (away >= best) { break; }
    if (d <= j) { best = min(best, along_z(voxel - d * row_length) + away); }
    if (j + d < params.size.y) { best = min(best, along_z(voxel + d * row_length) + away); }
  }
  plane[voxel] = select(FAR, best, best <= params.limit);
}

@compute @workgroup_size(64)
fn along_x(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let voxel = thread_of(id, groups);
  if (voxel >= params.end) { return; }
  let i = voxel % (params.words * 32u);
  var best = plane[voxel];
  for (var d = 1u; d <= params.band; d++) {
    let away = squared(d, params.own);
    if (away >= best) { break; }
    if (d <= i) { best = min(best, plane[voxel - d] + away); }
    if (i + d < params.size.x) { best = min(best, plane[voxel + d] + away); }
  }
  square[voxel] = select(FAR, best, best <= params.limit);
}
