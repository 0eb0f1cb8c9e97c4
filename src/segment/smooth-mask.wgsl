// The majority of a ball around each voxel, as majority() in smooth-mask.ts: by how many the set voxels of the ball outnumber
// the others, of those in the scan; where they are as many the voxel stays as it is.
//
// Buffers and threads: ball-sweep.wgsl. A thread slides a window along each row of the ball. Words with one kind only around
// them are told first. No barriers, whole numbers: equal to the CPU bit for bit. Moves 1/8 byte a voxel in and out; reads (2 x reach + 64) bits a row of the ball near the surface, from cache.

fn bit_of(row: u32, i: i32) -> i32 {
  if (i < 0 || i >= i32(params.size.x)) { return 0; }
  return i32((mask[row * params.words + (u32(i) >> 5u)] >> (u32(i) & 31u)) & 1u);
}

fn row_at(j: i32, k: i32) -> i32 {
  if (j < 0 || k < 0 || j >= i32(params.size.y) || k >= i32(params.size.z)) { return -1; }
  return k * i32(params.size.y) + j;
}

@compute @workgroup_size(64)
fn majority(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = word_of(id, groups);
  if (word >= params.end) { return; }
  let place = place_of(word);
  let w = place.x;
  let j = i32(place.y);
  let k = i32(place.z);
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
    made[word] = mask[word];
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
  made[word] = bits & tail_of(w);
}
