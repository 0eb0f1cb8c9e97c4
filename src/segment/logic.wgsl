// Bitwise logic between masks. One thread makes one word of 32 voxels; no barrier, no shared memory.
// a, b, result: one bit a voxel, rows padded to whole words; bits past the row's end are zero.
// Moves 3/8 byte a voxel (combine), 1/4 (complement). Hazards: none, a thread writes its own word.
// Workgroup 64 x 1 x 1; threads are numbered over two axes of groups.

struct Params {
  both: u32,           // all bits or none: keep voxels of both masks,
  only_a: u32,         // of a alone,
  only_b: u32,         // of b alone
  words_per_row: u32,
  tail: u32,           // bits of a row's last word that are voxels
  first: u32,          // first word of this dispatch
  end: u32,            // one past its last word
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;

@compute @workgroup_size(64)
fn combine(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = params.first + id.y * groups.x * 64u + id.x;
  if (word >= params.end) { return; }
  let in_a = a[word];
  let in_b = b[word];
  result[word] = (in_a & in_b & params.both) | (in_a & ~in_b & params.only_a) | (in_b & ~in_a & params.only_b);
}

@compute @workgroup_size(64)
fn complement(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = params.first + id.y * groups.x * 64u + id.x;
  if (word >= params.end) { return; }
  let last = word % params.words_per_row == params.words_per_row - 1u;
  result[word] = ~a[word] & select(0xffffffffu, params.tail, last);
}
