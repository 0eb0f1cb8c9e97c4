// What a kernel gets that makes a mask of a mask by the rows of a ball around each word; it comes before the kernel's own code.
//
// mask   u32, bit b of word w in row (j, k) is voxel i = 32 w + b
// ball   vec4<i32> a row of the ball, widest first: offset in rows, in slices, its reach to either side in voxels, 0
// made   u32, as mask
//
// Workgroup 64 x 1 x 1, threads numbered over two axes of groups; one thread a word, which writes its own word only.

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
@group(0) @binding(3) var<storage, read_write> made: array<u32>;

fn word_of(id: vec3<u32>, groups: vec3<u32>) -> u32 {
  return params.first + id.y * groups.x * 64u + id.x;
}

// Word along x, row, slice.
fn place_of(word: u32) -> vec3<u32> {
  return vec3(word % params.words, (word / params.words) % params.size.y, word / (params.words * params.size.y));
}

fn tail_of(w: u32) -> u32 { return select(0xffffffffu, params.tail, w == params.words - 1u); }

