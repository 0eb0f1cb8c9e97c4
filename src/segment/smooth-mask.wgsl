// The majority of a ball around each voxel, as majority() in smooth-mask.ts: by how many the set voxels of the ball outnumber
// the others, of those in the scan; where they are as many the voxel stays as it is.
//
// mask    u32, bit b of word w in row (j, k) is voxel i = 32 w + b
// ball    vec4<i32> a row of the ball: offset in rows, in slices, its reach to either side in voxels, 0
// smooth  u32, as mask
//
// Workgroup 64 x 1 x 1, threads numbered over two axes of groups; one thread a word, which slides a window along each row
// of the ball. Words with one kind only around them are told first. No barriers, whole numbers: equal to the CPU bit for
// bit. Moves 1/8 byte a voxel in and out; reads (2 x reach + 64) bits a row of the ball near the surface, from cache.
// Hazards: none, a thread writes its own word.

struct Params {
  size: vec3<u32>,   // voxels
  words: u32,        // mask words a row
  first: u32,        // threads [first, end) of the sweep
  end: u32,
  rows: u32,         // of the ball
  tail: u32,         // bits of a row's last word that hold voxels
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> mask: array<u32>;
@group(0) @binding(2) var<storage, read> ball: array<vec4<i32>>;
@group(0) @binding(3) var<storage, read_write> smooth_mask: array<u32>;

fn bit_of(row: u32, i: i32) -> i32 {
  if (i < 0 || i >= i32(params.size.x)) { return 0; }
  return i32((mask[row * params.words + (u32(i) >> 5u)] >> (u32(i) & 31u)) & 1u);
}

fn row_at(j: i32, k: i32) -> i32 {
  if (j < 0 || k < 0 || j >= i32(params.size.y) || k >= i32(params.size.z)) { return -1; }
  return k * i32(params.size.y) + j;
}

fn tail_of(w: u32) -> u32 { return select(0xffffffffu, params.tail, w == params.words - 1u); }

@compute @workgroup_size(64)
fn majority(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = params.first + id.y * groups.x * 64u + id.x;
  if (word >= params.end) { return; }
  let w = word % params.words;
  let j = i32((word / params.words) % params.size.y);
  let k = i32(word / (params.words * params.size.y));
  let start = i32(w * 32u);
  var any_set = false;
  var any_clear = false;
  for (var n = 0u; n < params.rows; n++) {
    let row = row_at(j + ball[n].x, k + ball[n].y);
    if (row < 0) { continue; }
    let low = u32(max(0, start - ball[n].z)) >> 5u;
    let high = min(params.words - 1u, u32(start + 31 + ball[n].z) >> 5u);
    for (var v = low; v <= high; v++) {
      let bits = mask[u32(row) * params.words + v];
      any_set |= bits != 0u;
      any_clear |= bits != tail_of(v);
    }
  }
  if (!(any_set && any_clear)) {
    smooth_mask[word] = mask[word];
    return;
  }
  var lead: array<i32, 32>;
  let last = i32(params.size.x) - 1;
  for (var n = 0u; n < params.rows; n++) {
    let own = ball[n];
    let row = row_at(j + own.x, k + own.y);
    if (row < 0) { continue; }
    var inside = 0;
    for (var i = start - own.z; i < start + own.z; i++) { inside += bit_of(u32(row), i); }
    for (var b = 0; b < 32; b++) {
      let i = start + b;
      inside += bit_of(u32(row), i + own.z);
      lead[b] += 2 * inside - (min(last, i + own.z) - max(0, i - own.z) + 1);
      inside -= bit_of(u32(row), i - own.z);
    }
  }
  var bits = 0u;
  for (var b = 0u; b < 32u; b++) {
    let own = (mask[word] >> b) & 1u;
    bits |= select(select(0u, 1u, lead[b] > 0), own, lead[b] == 0) << b;
  }
  smooth_mask[word] = bits & tail_of(w);
}
