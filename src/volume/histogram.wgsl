// Voxels of each of the 65,536 levels. One thread reads 32 voxels of a row; no barrier, no shared memory.
// volume: int16 two a word, low half first, rows padded to 32 voxels; whole slices of it.
// levels: u32 a level; level n is stored value n - 32,768. Exact: sums of whole numbers in any order.
// Hazards: levels is shared by all threads, hence atomics. Equal neighbours are added at once: air and padding, where
// most voxels share one level, would else queue up at one counter.
// Moves 2 bytes a voxel and 8 bytes a change of level along x. Workgroup 64 x 1 x 1; threads over two axes of groups.

struct Params {
  words_per_row: u32, // of a mask: 32 voxels each
  tail: u32,          // voxels of a row's last 32, 1 to 32
  first: u32,         // first thread of this dispatch
  end: u32,           // one past its last thread
  bound: u32,         // first mask word of the bound window of the volume
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> volume: array<u32>;
@group(0) @binding(2) var<storage, read_write> levels: array<atomic<u32>>;

@compute @workgroup_size(64)
fn count_levels(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = params.first + id.y * groups.x * 64u + id.x;
  if (word >= params.end) { return; }
  let used = select(32u, params.tail, word % params.words_per_row == params.words_per_row - 1u);
  let base = (word - params.bound) * 16u;
  var level = 0u;
  var run = 0u;
  for (var n = 0u; n < used; n++) {
    let next = ((volume[base + (n >> 1u)] >> ((n & 1u) * 16u)) & 0xffffu) ^ 0x8000u;
    if (next != level && run > 0u) {
      atomicAdd(&levels[level], run);
      run = 0u;
    }
    level = next;
    run++;
  }
  atomicAdd(&levels[level], run);
}
