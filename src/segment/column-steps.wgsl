// First pass of distances on a bit mask, shared by distance.wgsl and margin.wgsl, which follow it in one module: slices to
// the nearest set voxel above or below. A slab of slices at a time; the mask is bound whole, so slabs need no halo.
//
// mask   u32, bit b of word w in row (j, k) is voxel i = 32 w + b
// steps  u16 a voxel of the slab, two a word, low half first, rows padded to 32 voxels; 0xffff beyond the band
//
// Workgroup 64 x 1 x 1, threads numbered over two axes of groups; one thread a mask word, which owns its 16 words of steps.
// No barriers, no atomics. 32 voxels a mask read: 2 x band + 1 words at most, fewer once every bit has met a set one.

struct Params {
  size: vec3<u32>,   // voxels
  words: u32,        // mask words a row
  first: u32,        // threads [first, end) of the sweep
  end: u32,
  slab: u32,         // first slice of the slab
  band: u32,         // steps looked at to either side, along the axis of the pass
  before: f32,       // squared mm of a step along z (along_y only)
  own: f32,          // squared mm of a step along the axis of the pass
  limit: f32,        // squared mm of the band
  reach: u32,        // margin: the longest row of the ball to either side
  back: f32,         // distance: part of a step that does not count, 0 to centres, 0.5 to faces
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> mask: array<u32>;
@group(0) @binding(2) var<storage, read_write> steps: array<u32>;

const NO_STEPS = 0xffffu;

fn thread_of(id: vec3<u32>, groups: vec3<u32>) -> u32 {
  return params.first + id.y * groups.x * 64u + id.x;
}

fn steps_at(voxel: u32) -> u32 {
  return extractBits(steps[voxel >> 1u], (voxel & 1u) * 16u, 16u);
}

@compute @workgroup_size(64)
fn column_steps(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = thread_of(id, groups);
  if (word >= params.end) { return; }
  for (var n = 0u; n < 16u; n++) { steps[word * 16u + n] = 0xffffffffu; }
  let slice_words = params.words * params.size.y;
  let k = params.slab + word / slice_words;
  let at = params.slab * slice_words + word;
  var unmet = 0xffffffffu;
  for (var s = 0u; s <= params.band; s++) {
    var met = 0u;
    if (s <= k) { met |= mask[at - s * slice_words]; }
    if (k + s < params.size.z) { met |= mask[at + s * slice_words]; }
    met &= unmet;
    unmet &= ~met;
    while (met != 0u) {
      let bit = firstTrailingBit(met);
      met &= met - 1u;
      let to = word * 16u + (bit >> 1u);
      steps[to] = insertBits(steps[to], s, (bit & 1u) * 16u, 16u);
    }
    if (unmet == 0u) { break; }
  }
}
