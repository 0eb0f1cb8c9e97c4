// Labels or bits on another grid: each voxel takes what the source voxel it lies in holds. One thread makes one word.
// source, result: `per_word` voxels a word, lowest bits first, in rows of `row` voxels: 32 bits in padded rows (masks) or
//                 4 bytes in rows without padding (label maps, whose words run over the ends of rows)
// steps:          place in 1 / 65536 voxel = sum of three entries; source axis by source axis, each with the target's x, y, z
// Equal to resample-nearest.ts to the bit. Workgroup 64 x 1 x 1; threads over two axes of groups; no barrier.

struct Params {
  source_size: vec3<i32>,  // voxels
  source_row: i32,
  target_size: vec3<i32>,
  target_row: i32,
  per_word: i32,
  first: u32,              // first word of this dispatch
  end: u32,                // one past its last word
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<u32>;
@group(0) @binding(2) var<storage, read_write> result: array<u32>;
@group(0) @binding(3) var<storage, read> steps: array<i32>;

fn source_voxel(at: vec3<i32>) -> vec3<i32> {
  let n = params.target_size;
  let all = n.x + n.y + n.z;
  let x = vec3(steps[at.x], steps[all + at.x], steps[2 * all + at.x]);
  let y = vec3(steps[n.x + at.y], steps[all + n.x + at.y], steps[2 * all + n.x + at.y]);
  let z = vec3(steps[n.x + n.y + at.z], steps[all + n.x + n.y + at.z], steps[2 * all + n.x + n.y + at.z]);
  return (x + y + z + 32768) >> vec3(16u);
}

fn held_at(at: vec3<i32>) -> u32 {
  let p = source_voxel(at);
  if (any(p < vec3(0)) || any(p >= params.source_size)) { return 0u; }
  let index = (p.z * params.source_size.y + p.y) * params.source_row + p.x;
  let bits = 32u / u32(params.per_word);
  let word = source[index / params.per_word];
  return extractBits(word, u32(index % params.per_word) * bits, bits);
}

@compute @workgroup_size(64)
fn nearest(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = params.first + id.y * groups.x * 64u + id.x;
  if (word >= params.end) { return; }
  let rows = params.target_size.y * params.target_size.z;
  let bits = 32u / u32(params.per_word);
  var made = 0u;
  for (var n = 0; n < params.per_word; n++) {
    let index = i32(word) * params.per_word + n;
    let x = index % params.target_row;
    let row = index / params.target_row;
    if (x >= params.target_size.x || row >= rows) { continue; }
    made |= held_at(vec3(x, row % params.target_size.y, row / params.target_size.y)) << (u32(n) * bits);
  }
  result[word] = made;
}
