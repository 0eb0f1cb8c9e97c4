// Filling between painted slices: signed distances of the two painted slices of a gap, then their mix on the slices between.
// Whole-number arithmetic only, so equal to slice-distance.ts and between-slices.ts to the bit. A thread a row, pixel, pixel
// or word. Workgroup 64 x 1 x 1; threads over two axes of groups; no barrier.
//
// shape    u32, bit b of word w in row v is pixel u = 32 w + b: 1 inside
// steps    u32 a pixel: pixels along the row to the nearest one inside (low half) and outside (high half), 65535 for none
// lower    i32 a pixel: signed distance in whole units to the nearest pixel of the other state, at most 32767; inside positive
// upper    the same of the gap's other slice
// claims   u32 a pixel of several slices: depth + 1 in the high bits, 255 - label in the low eight; the greatest wins
// labels   u8 four a word, the labels of the claims

struct Params {
  width: i32,        // pixels
  height: i32,
  unit_u: i32,       // whole units a pixel
  unit_v: i32,
  shift: vec2<i32>,  // pixels from the lower outline's place to the upper one's
  below: i32,        // slices of the gap
  above: i32,
  slice: i32,        // first slice of this dispatch
  claim_first: i32,  // slice that claims begins with
  label: u32,
  pixels: u32,       // of all slices in claims
  first: u32,        // first thread of this dispatch
  end: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> shape: array<u32>;
@group(0) @binding(2) var<storage, read_write> steps: array<u32>;
@group(0) @binding(3) var<storage, read_write> distance: array<i32>;
@group(0) @binding(4) var<storage, read> lower: array<i32>;
@group(0) @binding(5) var<storage, read> upper: array<i32>;
@group(0) @binding(6) var<storage, read_write> claims: array<u32>;
@group(0) @binding(7) var<storage, read_write> labels: array<u32>;
@group(0) @binding(8) var<storage, read> moves: array<vec2<i32>>;

const NONE = 65535u;
const FAR = 32767;

fn is_set(u: i32, v: i32) -> bool {
  let word = shape[v * ((params.width + 31) >> 5u) + (u >> 5u)];
  return ((word >> (u32(u) & 31u)) & 1u) == 1u;
}

@compute @workgroup_size(64)
fn row_steps(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let v = i32(params.first + id.y * groups.x * 64u + id.x);
  if (v >= i32(params.end)) { return; }
  var last = vec2(NONE);
  for (var u = 0; u < params.width; u++) {
    last = min(vec2(NONE), last + 1u);
    if (is_set(u, v)) { last.x = 0u; } else { last.y = 0u; }
    steps[v * params.width + u] = last.x | (last.y << 16u);
  }
  last = vec2(NONE);
  for (var u = params.width - 1; u >= 0; u--) {
    last = min(vec2(NONE), last + 1u);
    if (is_set(u, v)) { last.x = 0u; } else { last.y = 0u; }
    let before = steps[v * params.width + u];
    let least = min(last, vec2(before & 0xffffu, before >> 16u));
    steps[v * params.width + u] = least.x | (least.y << 16u);
  }
}

// Largest whole number whose square is not above n < 2^31: the device's root, then corrected.
fn root(n: u32) -> i32 {
  var r = u32(sqrt(f32(n)));
  while (r * r > n) { r--; }
  while ((r + 1u) * (r + 1u) <= n) { r++; }
  return i32(r);
}

@compute @workgroup_size(64)
fn signed_distance(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let pixel = params.first + id.y * groups.x * 64u + id.x;
  if (pixel >= params.end) { return; }
  let u = i32(pixel) % params.width;
  let v = i32(pixel) / params.width;
  let inside = is_set(u, v);
  let half = select(0u, 16u, inside);
  var best = u32(FAR * FAR);
  for (var rows = 0; ; rows++) {
    let away = u32(rows * params.unit_v);
    if (away > u32(FAR) || away * away >= best || (v - rows < 0 && v + rows >= params.height)) { break; }
    for (var side = 0; side < 2; side++) {
      let row = select(v - rows, v + rows, side == 1);
      if (row < 0 || row >= params.height) { continue; }
      let along = extractBits(steps[row * params.width + u], half, 16u) * u32(params.unit_u);
      if (along <= u32(FAR)) { best = min(best, along * along + away * away); }
    }
  }
  let units = root(best);
  distance[pixel] = select(-units, units, inside);
}

fn lower_at(p: vec2<i32>) -> i32 {
  if (any(p < vec2(0)) || p.x >= params.width || p.y >= params.height) { return -FAR; }
  return lower[p.y * params.width + p.x];
}

fn upper_at(p: vec2<i32>) -> i32 {
  if (any(p < vec2(0)) || p.x >= params.width || p.y >= params.height) { return -FAR; }
  return upper[p.y * params.width + p.x];
}

// moves: by slice of the gap, from the first one past below, how far the lower outline is moved.
@compute @workgroup_size(64)
fn mix_slices(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let thread = params.first + id.y * groups.x * 64u + id.x;
  if (thread >= params.end) { return; }
  let area = params.width * params.height;
  let slice = params.slice + i32(thread) / area;
  let pixel = i32(thread) % area;
  let at = vec2(pixel % params.width, pixel / params.width);
  let moved = moves[slice - params.below - 1];
  let near_lower = params.above - slice;
  let near_upper = slice - params.below;
  let mixed = near_lower * lower_at(at - moved) + near_upper * upper_at(at + params.shift - moved);
  if (mixed < 0) { return; }
  let made = ((u32(mixed) / u32(params.above - params.below) + 1u) << 8u) | (255u - params.label);
  let to = (slice - params.claim_first) * area + pixel;
  claims[to] = max(claims[to], made);
}

@compute @workgroup_size(64)
fn pack_labels(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = params.first + id.y * groups.x * 64u + id.x;
  if (word >= params.end) { return; }
  var packed = 0u;
  for (var n = 0u; n < 4u && word * 4u + n < params.pixels; n++) {
    let made = claims[word * 4u + n];
    if (made != 0u) { packed |= (255u - (made & 255u)) << (8u * n); }
  }
  labels[word] = packed;
}
