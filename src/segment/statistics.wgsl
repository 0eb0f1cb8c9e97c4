// What each x-row adds to the statistics of a mask. One thread walks one row; no barrier, no shared memory, no atomics:
// the sums over rows are made by the caller, in whole numbers, so they equal the CPU twin.
// mask:    one bit a voxel, rows padded to whole words; bits past the row's end are zero.
// tallies: vec2 a row: first set voxel << 16 | last, and how many; (0, 0) for none.
// volume:  int16 two a word, low half first, rows padded to 32 voxels (16 words a mask word); whole slices of it.
// sums:    i32 a row, of the stored values of set voxels: a row has at most 65,536 voxels, so a sum fits.
// Moves 1/8 byte a voxel, and 2 bytes more for the sums. Hazards: none, a thread writes its own row.
// Workgroup 64 x 1 x 1; threads are numbered over two axes of groups.

struct Params {
  words_per_row: u32,
  first: u32,       // first row of this dispatch
  end: u32,         // one past its last row
  bound: u32,       // first row of the bound window of the volume (sum_rows)
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> mask: array<u32>;
@group(0) @binding(2) var<storage, read_write> tallies: array<vec2<u32>>;
@group(0) @binding(3) var<storage, read> volume: array<u32>;
@group(0) @binding(4) var<storage, read_write> sums: array<i32>;

@compute @workgroup_size(64)
fn tally_rows(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = params.first + id.y * groups.x * 64u + id.x;
  if (row >= params.end) { return; }
  var voxels = 0u;
  var first = 0xffffffffu;
  var last = 0u;
  for (var w = 0u; w < params.words_per_row; w++) {
    let word = mask[row * params.words_per_row + w];
    if (word == 0u) { continue; }
    voxels += countOneBits(word);
    first = min(first, w * 32u + firstTrailingBit(word));
    last = w * 32u + firstLeadingBit(word);
  }
  tallies[row] = select(vec2((first << 16u) | last, voxels), vec2(0u), voxels == 0u);
}

@compute @workgroup_size(64)
fn sum_rows(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = params.first + id.y * groups.x * 64u + id.x;
  if (row >= params.end) { return; }
  var sum = 0;
  for (var w = 0u; w < params.words_per_row; w++) {
    var bits = mask[row * params.words_per_row + w];
    let base = ((row - params.bound) * params.words_per_row + w) * 16u;
    while (bits != 0u) {
      let bit = firstTrailingBit(bits);
      bits &= bits - 1u;
      let packed = bitcast<i32>(volume[base + (bit >> 1u)]);
      sum += select(packed << 16u, packed, (bit & 1u) == 1u) >> 16u;
    }
  }
  sums[row] = sum;
}
