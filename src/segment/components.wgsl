// Connected components by union-find over runs of set voxels along x. One thread walks one row; no barrier, no shared
// memory. The caller sums the counts up and numbers the components, see components.gpu.ts.
// mask:       one bit a voxel, rows padded to whole words; bits past the row's end are zero.
// row_start:  u32 a row and one more: runs before it (count_runs writes the runs of each row instead).
// runs:       u32 a run: first voxel << 16 | last.
// parent:     u32 a run: itself, or a lower run of the same component.
// unfinished: 1 when a walk to a root was given up.
// Moves 1/4 byte a voxel, 8 bytes a run to make it and some 40 to join it. Workgroup 64 x 1 x 1; threads over two axes.
//
// Hazards: parent is changed by many threads at once. It only ever falls, and always to a run that belongs together, so
// a walk ends whatever others do. A root is joined by atomicMin; when another thread was first, the two lower runs are
// left to be joined, so no joint is lost and no thread waits for another (as Jaiganesh and Burtscher 2018, "A
// high-performance connected components implementation for GPUs"). Walks shorten the paths they take. A walk longer than
// `steps` is given up, so that no dispatch grows past what a device allows.

struct Params {
  nx: u32,
  ny: u32,
  words_per_row: u32,
  steps: u32,                     // most steps to join two runs
  first: u32,                     // first row of this dispatch
  end: u32,                       // one past its last row
  earlier_rows: u32,
  unused: u32,
  earlier: array<vec4<i32>, 4>,   // dj, dk, and by how many voxels touching runs may miss an overlap
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> mask: array<u32>;
@group(0) @binding(2) var<storage, read_write> row_start: array<u32>;
@group(0) @binding(3) var<storage, read_write> runs: array<u32>;
@group(0) @binding(4) var<storage, read_write> parent: array<atomic<u32>>;
@group(0) @binding(5) var<storage, read_write> unfinished: array<atomic<u32>>;

fn row_of(id: vec3<u32>, groups: vec3<u32>) -> u32 {
  return params.first + id.y * groups.x * 64u + id.x;
}

@compute @workgroup_size(64)
fn count_runs(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = row_of(id, groups);
  if (row >= params.end) { return; }
  var count = 0u;
  var carry = 0u;
  for (var w = 0u; w < params.words_per_row; w++) {
    let word = mask[row * params.words_per_row + w];
    count += countOneBits(word & ~((word << 1u) | carry));
    carry = word >> 31u;
  }
  row_start[row] = count;
}

@compute @workgroup_size(64)
fn fill_runs(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = row_of(id, groups);
  if (row >= params.end) { return; }
  var run = row_start[row];
  var is_open = 0u;
  var open_at = 0u;
  for (var w = 0u; w < params.words_per_row; w++) {
    let word = mask[row * params.words_per_row + w];
    // Flips mark the bits whose lower neighbour differs: they open and close runs in turn.
    var flips = word ^ ((word << 1u) | is_open);
    while (flips != 0u) {
      let i = w * 32u + firstTrailingBit(flips);
      flips &= flips - 1u;
      if (is_open == 0u) {
        open_at = i;
      } else {
        runs[run] = (open_at << 16u) | (i - 1u);
        atomicStore(&parent[run], run);
        run++;
      }
      is_open ^= 1u;
    }
  }
  if (is_open == 1u) {
    runs[run] = (open_at << 16u) | (params.nx - 1u);
    atomicStore(&parent[run], run);
  }
}

var<private> steps_left: u32;

fn root_of(run: u32) -> u32 {
  var at = run;
  var up = atomicLoad(&parent[at]);
  while (up != at && steps_left > 0u) {
    steps_left--;
    let above = atomicLoad(&parent[up]);
    if (above != up) { atomicMin(&parent[at], above); }
    at = up;
    up = above;
  }
  return at;
}

fn join(run: u32, other: u32) {
  steps_left = params.steps;
  var a = run;
  var b = other;
  while (steps_left > 0u) {
    steps_left--;
    a = root_of(a);
    b = root_of(b);
    if (a == b) { return; }
    let high = max(a, b);
    let low = min(a, b);
    let before = atomicMin(&parent[high], low);
    if (before == high) { return; }
    a = before;
    b = low;
  }
  atomicStore(&unfinished[0], 1u);
}

// Walks two rows of runs together and joins those that come within `reach` voxels.
@compute @workgroup_size(64)
fn join_rows(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = row_of(id, groups);
  if (row >= params.end) { return; }
  let end = row_start[row + 1u];
  if (row_start[row] == end) { return; }
  let j = i32(row % params.ny);
  let k = i32(row / params.ny);
  for (var n = 0u; n < params.earlier_rows; n++) {
    let step = params.earlier[n];
    if (j + step.x < 0 || j + step.x >= i32(params.ny) || k + step.y < 0) { continue; }
    let other = u32((k + step.y) * i32(params.ny) + j + step.x);
    let reach = u32(step.z);
    let other_end = row_start[other + 1u];
    var a = row_start[row];
    var b = row_start[other];
    while (a < end && b < other_end) {
      let span_a = runs[a];
      let span_b = runs[b];
      let last_a = span_a & 0xffffu;
      let last_b = span_b & 0xffffu;
      if (last_a + reach < (span_b >> 16u)) {
        a++;
      } else if (last_b + reach < (span_a >> 16u)) {
        b++;
      } else {
        join(a, b);
        if (last_a < last_b) { a++; } else { b++; }
      }
    }
  }
}
