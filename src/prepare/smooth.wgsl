// One half-step of Taubin smoothing: every vertex moves towards the mean of its neighbours (or away from it), and back onto
// the ball around its start when it went too far. See smooth.ts.
//
// ring_start u32 a vertex, and one more: its neighbours are ring_start[v] .. ring_start[v + 1] - 1
// neighbour  u32, three times the vertex
// weights    vec2 a number of neighbours, first for shrinking, then for growing: x * 2^-y, x of 16 bits, y from 16 on
// before     i32 x 3 a vertex, units of 2^-bits mm from the middle of the mesh
// after      i32 x 3 a vertex
// start      i32 x 3 a vertex: where it was before the first step
//
// Workgroup 64 x 1 x 1, threads numbered over two axes of groups, a vertex each. No barriers and no atomics: each thread
// gathers, `before` is only read and `after` only written. Whole numbers only, so the result equals the CPU twin bit for
// bit; sums may wrap round, their difference from n times the vertex does not.

struct Step {
  first: u32,
  end: u32,
  weights: u32,       // where this half-step's weights begin
  grows: u32,         // 1: moves away, then back within reach
  most: i32,          // the reach in units; short * 2^bits is a little less
  short: u32,
  bits: u32,
}

@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> ring_start: array<u32>;
@group(0) @binding(2) var<storage, read> neighbour: array<u32>;
@group(0) @binding(3) var<storage, read> weights: array<vec2<u32>>;
@group(0) @binding(4) var<storage, read> before: array<i32>;
@group(0) @binding(5) var<storage, read_write> after: array<i32>;
@group(0) @binding(6) var<storage, read> start: array<i32>;

// sum * x * 2^-y towards zero; the product has 47 bits, so in two halves.
fn share(sum: vec3<i32>, weight: vec2<u32>) -> vec3<i32> {
  let size = vec3<u32>(abs(sum));
  let high = (size >> vec3(16u)) * weight.x;
  let low = (size & vec3(0xffffu)) * weight.x;
  let moved = vec3<i32>((high + (low >> vec3(16u))) >> vec3(weight.y - 16u));
  return select(moved, -moved, sum < vec3(0));
}

fn squared_without(drop: u32, size: vec3<u32>) -> u32 {
  let e = size >> vec3(drop);
  return dot(e, e);
}

// The device's root may be off in its last bits; whole numbers put it right.
fn root_up(squared: u32) -> u32 {
  var root = u32(sqrt(f32(squared)));
  while (root * root >= squared && root > 0u) { root--; }
  while (root * root < squared) { root++; }
  return root;
}

fn kept_near(shift: vec3<i32>) -> vec3<i32> {
  let size = vec3<u32>(abs(shift));
  let largest = max(size.x, max(size.y, size.z));
  let is_near = largest <= u32(step.most) && squared_without(step.bits, size) <= step.short * step.short;
  if (is_near) { return shift; }
  let drop = 17u - min(17u, countLeadingZeros(largest));
  let ratio = (step.short << 16u) / root_up(squared_without(drop, size));
  let pulled = vec3<i32>((((size >> vec3(drop)) * ratio) >> vec3(16u)) << vec3(step.bits));
  return select(pulled, -pulled, shift < vec3(0));
}

@compute @workgroup_size(64)
fn half_step(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let v = step.first + id.y * groups.x * 64u + id.x;
  if (v >= step.end) { return; }
  let p = 3u * v;
  let first = ring_start[v];
  let end = ring_start[v + 1u];
  var sum = vec3<i32>(0);
  for (var i = first; i < end; i++) {
    let q = neighbour[i];
    sum += vec3(before[q], before[q + 1u], before[q + 2u]);
  }
  var place = vec3(before[p], before[p + 1u], before[p + 2u]);
  let n = end - first;
  let moved = share(sum - i32(n) * place, weights[step.weights + n]);
  place += select(moved, -moved, step.grows == 1u);
  if (step.grows == 1u) {
    let origin = vec3(start[p], start[p + 1u], start[p + 2u]);
    place = origin + kept_near(place - origin);
  }
  after[p] = place.x;
  after[p + 1u] = place.y;
  after[p + 2u] = place.z;
}
