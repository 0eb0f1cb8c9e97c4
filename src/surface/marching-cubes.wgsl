// Marching cubes on a bit mask: counts, prefix sums, vertices, triangles. See cells.ts for the lattice: point (p, j, k)
// is the upper corner of cell (p, j, k) and owns the x, y and z edge that end in it from below.
//
// Moves, a voxel: 1/8 byte of mask and 1/4 of prefixes twice; two values and 12 bytes a vertex, 12 bytes a triangle. The
// volume and the outputs may be larger than a binding: a dispatch sees a window of each, the ids stay global.
//
// mask      u32, bit b of word w in row (j, k) is voxel p = 32 w + b; words, rows and slices outside read as 0
// volume    int16 two a word, low half first, rows padded to 32 voxels (16 words a mask word)
// prefix    u32 a lattice word: vertices (low half) and triangles (high half) before it in its row
// row_base  vec2 a lattice row: vertices and triangles before it; first within the slice, then of the whole
// slices    vec2 a slice, and one more with the totals
// positions i32 x 3 a vertex, voxel index with 14 fractional bits;  indices u32 x 3 a triangle
// cases     vec4 = two cases; edge n of a case in nibble n, its triangle count in nibble 15
//
// Workgroup 64 x 1 x 1, threads numbered over two axes of groups. No barriers and no subgroups: a software adapter runs
// a barrier-based scan 85 times slower. Integer arithmetic only, so the result equals the CPU twin bit for bit.

struct Lattice {
  size: vec3<u32>,    // voxels
  mask_words: u32,    // mask words a row
  words: u32,         // lattice words a row
  rows: u32,          // lattice rows a slice, ny + 1
  slices: u32,        // nz + 1
  has_volume: u32,
  lowest: i32,        // inclusive limits, stored units
  highest: i32,
}

struct Span {
  first: u32,         // threads of this dispatch: first .. end - 1
  end: u32,
  output: u32,        // vertices or triangles before the bound window of the output
  slice: u32,         // first slice in the bound window of the volume
}

@group(0) @binding(0) var<uniform> lattice: Lattice;
@group(0) @binding(1) var<uniform> span: Span;
@group(0) @binding(2) var<storage, read> mask: array<u32>;
@group(0) @binding(3) var<storage, read_write> prefix: array<u32>;
@group(0) @binding(4) var<storage, read_write> row_base: array<vec2<u32>>;
@group(0) @binding(5) var<storage, read_write> slices: array<vec2<u32>>;
@group(0) @binding(6) var<uniform> cases: array<vec4<u32>, 128>;
@group(0) @binding(7) var<storage, read> volume: array<u32>;
@group(0) @binding(8) var<storage, read_write> positions: array<i32>;
@group(0) @binding(9) var<storage, read_write> indices: array<u32>;

const ONE = 16384;
const CLEARANCE = 16;

fn thread(id: vec3<u32>, groups: vec3<u32>) -> u32 {
  return span.first + id.y * groups.x * 64u + id.x;
}

// Below 0 the unsigned index wraps round and is outside as well.
fn mask_word(w: u32, j: u32, k: u32) -> u32 {
  if (w >= lattice.mask_words || j >= lattice.size.y || k >= lattice.size.z) { return 0u; }
  return mask[(k * lattice.size.y + j) * lattice.mask_words + w];
}

// Corner words of 32 cells: x, y, z, w = rows (j-1, k-1), (j, k-1), (j-1, k), (j, k).
fn rows_at(w: u32, j: u32, k: u32) -> vec4<u32> {
  return vec4(
    mask_word(w, j - 1u, k - 1u), mask_word(w, j, k - 1u), mask_word(w, j - 1u, k), mask_word(w, j, k));
}

fn shifted(own: vec4<u32>, before: vec4<u32>) -> vec4<u32> {
  return (own << vec4(1u)) | (before >> vec4(31u));
}

fn active_cells(high: vec4<u32>, low: vec4<u32>) -> u32 {
  let any = high | low;
  let all = high & low;
  return (any.x | any.y | any.z | any.w) & ~(all.x & all.y & all.z & all.w);
}

// Corner number bit 0 = dx, bit 1 = dy, bit 2 = dz, as in tables.ts.
fn case_at(high: vec4<u32>, low: vec4<u32>, bit: u32) -> u32 {
  let pair = ((low >> vec4(bit)) & vec4(1u)) | (((high >> vec4(bit)) & vec4(1u)) << vec4(1u));
  return pair.x | (pair.y << 2u) | (pair.z << 4u) | (pair.w << 6u);
}

fn packed_case(c: u32) -> vec2<u32> {
  let two = cases[c >> 1u];
  return select(two.xy, two.zw, (c & 1u) == 1u);
}

@compute @workgroup_size(64)
fn count_rows(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = thread(id, groups);
  if (row >= span.end) { return; }
  let j = row % lattice.rows;
  let k = row / lattice.rows;
  var total = vec2<u32>(0u);
  var before = vec4<u32>(0u);
  for (var w = 0u; w < lattice.words; w++) {
    prefix[row * lattice.words + w] = total.x | (total.y << 16u);
    let high = rows_at(w, j, k);
    let low = shifted(high, before);
    before = high;
    var cells = active_cells(high, low);
    if (cells == 0u) { continue; }
    let differ = countOneBits(vec3(high.w) ^ vec3(low.w, high.z, high.y));
    total.x += differ.x + differ.y + differ.z;
    while (cells != 0u) {
      total.y += packed_case(case_at(high, low, firstTrailingBit(cells))).y >> 28u;
      cells &= cells - 1u;
    }
  }
  row_base[row] = total;
}

// One thread a slice: rows become sums of the rows before them.
@compute @workgroup_size(64)
fn scan_rows(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let k = thread(id, groups);
  if (k >= span.end) { return; }
  var total = vec2<u32>(0u);
  for (var row = k * lattice.rows; row < (k + 1u) * lattice.rows; row++) {
    let own = row_base[row];
    row_base[row] = total;
    total += own;
  }
  slices[k] = total;
}

// One thread: slices become sums of the slices before them, the last entry the totals.
@compute @workgroup_size(64)
fn scan_slices(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  if (thread(id, groups) >= span.end) { return; }
  var total = vec2<u32>(0u);
  for (var k = 0u; k < lattice.slices; k++) {
    let own = slices[k];
    slices[k] = total;
    total += own;
  }
  slices[lattice.slices] = total;
}

@compute @workgroup_size(64)
fn add_slices(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = thread(id, groups);
  if (row >= span.end) { return; }
  row_base[row] += slices[row / lattice.rows];
}

fn stored_at(p: vec3<u32>) -> i32 {
  let word = volume[(((p.z - span.slice) * lattice.size.y + p.y) * lattice.mask_words) * 16u + (p.x >> 1u)];
  return extractBits(bitcast<i32>(word), (p.x & 1u) * 16u, 16u);
}

// As fractionFromInside in contour.ts. The product stays below 2^32: beyond < 2^17, ONE = 2^14.
fn fraction_from_inside(inside: i32, outside: i32) -> i32 {
  if (inside < lattice.lowest || inside > lattice.highest) { return ONE / 2; }
  var beyond = 2 * (inside - lattice.lowest) + 1;
  var step = 2 * (inside - outside);
  if (outside >= lattice.lowest) {
    if (outside <= lattice.highest) { return ONE / 2; }
    beyond = 2 * (lattice.highest - inside) + 1;
    step = 2 * (outside - inside);
  }
  let t = (u32(beyond) * u32(ONE) + u32(step >> 1u)) / u32(step);
  return clamp(i32(t), CLEARANCE, ONE - CLEARANCE);
}

// How far below its upper point the vertex lies.
fn depth_of(p: vec3<u32>, axis: vec3<u32>, is_in: bool) -> i32 {
  let along = dot(p, axis);
  if (lattice.has_volume == 0u || along == 0u || along == dot(lattice.size, axis)) { return ONE / 2; }
  let upper = stored_at(p);
  let lower = stored_at(p - axis);
  if (is_in) { return fraction_from_inside(upper, lower); }
  return ONE - fraction_from_inside(lower, upper);
}

@compute @workgroup_size(64)
fn emit_vertices(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = thread(id, groups);
  if (word >= span.end) { return; }
  let row = word / lattice.words;
  let w = word % lattice.words;
  let j = row % lattice.rows;
  let k = row / lattice.rows;
  let own = mask_word(w, j, k);
  let x = own ^ ((own << 1u) | (mask_word(w - 1u, j, k) >> 31u));
  let y = own ^ mask_word(w, j - 1u, k);
  let z = own ^ mask_word(w, j, k - 1u);
  if ((x | y | z) == 0u) { return; }
  let start = vec3(w * 32u, j, k);
  var at = (row_base[row].x + (prefix[word] & 0xffffu) - span.output) * 3u;
  // One loop for the three axes: neighbouring threads stay busy together (three loops took 1.5 times as long).
  var left = vec3(x, y, z);
  while ((left.x | left.y | left.z) != 0u) {
    var axis = vec3(1u, 0u, 0u);
    if (left.x == 0u) { axis = select(vec3(0u, 1u, 0u), vec3(0u, 0u, 1u), left.y == 0u); }
    let bit = firstTrailingBit(dot(left, axis));
    left &= ~(axis << vec3(bit));
    let p = start + vec3(bit, 0u, 0u);
    let place = vec3<i32>(p) * ONE - vec3<i32>(axis) * depth_of(p, axis, ((own >> bit) & 1u) == 1u);
    positions[at] = place.x;
    positions[at + 1u] = place.y;
    positions[at + 2u] = place.z;
    at += 3u;
  }
}

// Vertex ids of the 12 edges of a cell, for the 32 cells of a word: id = first[e] + set bits of crossings[e] below the
// cell. Edges whose owner is the point before (p - 1) use crossings moved up by one bit; for the cell at bit 0 that
// owner lies in the word before, and first[e] holds the id itself. Asking memory anew for each edge took four times as
// long.
var<private> first: array<u32, 12>;
var<private> crossings: array<u32, 12>;

// Rows as in rows_at; edge numbers as in tables.ts.
fn put_edge(e: u32, id: u32, crossing: u32) {
  first[e] = id;
  crossings[e] = crossing;
}

// A y or z edge of two neighbouring points: e at p - 1, e + 1 at p.
fn put_pair(e: u32, id: u32, crossing: u32, before: u32) {
  let carry = before >> 31u;
  put_edge(e, id - carry, (crossing << 1u) | carry);
  put_edge(e + 1u, id, crossing);
}

fn prefix_at(w: u32, j: u32, k: u32) -> u32 {
  if (j >= lattice.rows || k >= lattice.slices) { return 0u; }
  let row = k * lattice.rows + j;
  return row_base[row].x + (prefix[row * lattice.words + w] & 0xffffu);
}

// Returns the ids of the vertices before the word in rows (j - 1, k - 1), (j, k - 1), (j - 1, k), (j, k).
fn prepare_edges(w: u32, j: u32, k: u32, high: vec4<u32>, before: vec4<u32>) -> vec4<u32> {
  let base = vec4(
    prefix_at(w, j - 1u, k - 1u), prefix_at(w, j, k - 1u), prefix_at(w, j - 1u, k), prefix_at(w, j, k));
  let x = high ^ shifted(high, before);
  put_edge(0u, base.x, x.x);
  put_edge(1u, base.y, x.y);
  put_edge(2u, base.z, x.z);
  put_edge(3u, base.w, x.w);
  let after_x = base + countOneBits(x);
  let y = vec2(high.y ^ high.x, high.w ^ high.z);
  let y_before = vec2(before.y ^ before.x, before.w ^ before.z);
  put_pair(4u, after_x.y, y.x, y_before.x);
  put_pair(6u, after_x.w, y.y, y_before.y);
  let y_behind = high.z ^ mask_word(w, j - 2u, k);
  put_pair(8u, after_x.z + countOneBits(y_behind), high.z ^ high.x, before.z ^ before.x);
  put_pair(10u, after_x.w + countOneBits(y.y), high.w ^ high.y, before.w ^ before.y);
  return base;
}

// Before the cell at bit 0: the last y vertex of the word before is followed by its z vertices alone, the last z vertex
// by nothing.
fn enter_first_cell(w: u32, j: u32, k: u32, base: vec4<u32>, before: vec4<u32>) {
  let z_behind = before.y ^ mask_word(w - 1u, j, k - 2u);
  first[4] = base.y - 1u - countOneBits(z_behind);
  first[6] = base.w - 1u - countOneBits(before.w ^ before.y);
  first[8] = base.z - 1u;
  first[10] = base.w - 1u;
}

@compute @workgroup_size(64)
fn emit_triangles(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = thread(id, groups);
  if (word >= span.end) { return; }
  let row = word / lattice.words;
  let w = word % lattice.words;
  let j = row % lattice.rows;
  let k = row / lattice.rows;
  let high = rows_at(w, j, k);
  let before = rows_at(w - 1u, j, k);
  let low = shifted(high, before);
  var cells = active_cells(high, low);
  if (cells == 0u) { return; }
  let base = prepare_edges(w, j, k, high, before);
  var at = (row_base[row].y + (prefix[word] >> 16u) - span.output) * 3u;
  let kept = vec4(first[4], first[6], first[8], first[10]);
  if ((cells & 1u) == 1u) { enter_first_cell(w, j, k, base, before); }
  while (cells != 0u) {
    let bit = firstTrailingBit(cells);
    cells &= cells - 1u;
    let below = (1u << bit) - 1u;
    let packed = packed_case(case_at(high, low, bit));
    let corners = (packed.y >> 28u) * 3u;
    var nibbles = packed.x;
    for (var n = 0u; n < corners; n++) {
      if (n == 8u) { nibbles = packed.y; }
      let e = nibbles & 15u;
      nibbles >>= 4u;
      indices[at] = first[e] + countOneBits(crossings[e] & below);
      at++;
    }
    if (bit == 0u) {
      first[4] = kept.x;
      first[6] = kept.y;
      first[8] = kept.z;
      first[10] = kept.w;
    }
  }
}
