// Growing by a small ball, 32 voxels at a time, as growByRows() in margin.ts: rows of the mask around a word are joined from
// the widest of the ball to the narrowest, and between one reach and the next the joined row is widened by a voxel.
//
// mask   u32, bit b of word w in row (j, k) is voxel i = 32 w + b
// ball   vec4<i32> a row of the ball, widest first: offset in rows, in slices, and its reach to either side, at most 32
// grown  u32, as mask
//
// Workgroup 64 x 1 x 1, threads numbered over two axes of groups; one thread a word. It carries the word and those beside it:
// widened 32 times, nothing from beyond them arrives in the middle. No barriers, whole numbers only: equal to the CPU
// bit for bit. Moves 1/8 byte a voxel in and out; reads 3 words a row of the ball, neighbours from cache.

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
@group(0) @binding(3) var<storage, read_write> grown: array<u32>;

// Before the first word the index wraps round and is outside as well.
fn word_at(w: u32, row: u32) -> u32 {
  if (w >= params.words) { return 0u; }
  return mask[row * params.words + w];
}

// x, y, z = the word before, the own, the one after.
fn widened(row: vec3<u32>) -> vec3<u32> {
  let from_before = vec3(0u, row.xy) >> vec3(31u);
  let from_after = vec3(row.yz, 0u) << vec3(31u);
  return row | (row << vec3(1u)) | (row >> vec3(1u)) | from_before | from_after;
}

@compute @workgroup_size(64)
fn join_rows(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = params.first + id.y * groups.x * 64u + id.x;
  if (word >= params.end) { return; }
  let w = word % params.words;
  let j = i32((word / params.words) % params.size.y);
  let k = i32(word / (params.words * params.size.y));
  var joined = vec3<u32>(0u);
  var reach = ball[0].z;
  for (var n = 0u; n < params.rows; n++) {
    let own = ball[n];
    for (; reach > own.z; reach--) { joined = widened(joined); }
    let at = vec2(j, k) + own.xy;
    if (any(at < vec2(0)) || any(at >= vec2<i32>(params.size.yz))) { continue; }
    let row = u32(at.y) * params.size.y + u32(at.x);
    joined |= vec3(word_at(w - 1u, row), word_at(w, row), word_at(w + 1u, row));
  }
  for (; reach > 0; reach--) { joined = widened(joined); }
  grown[word] = joined.y & select(0xffffffffu, params.tail, w == params.words - 1u);
}
