// For each point the nearest triangle of a surface, by a walk through its box tree, nearer child first. See surface-nodes.ts.
//
// points  f32 x 3 a point;  boxes  f32 x 6 a node, min then max;  corners  f32 x 9 a triangle, in leaf order; all in mm from
//         the middle of the surface's box
// nodes   vec2 a node: first triangle of a leaf, or the right child (the left one is the next node);
//         8 * parent + triangles of a leaf, 0 of them in an inner node
// walks   vec4 a point: node to visit next (DONE at the end), its depth, and at which depths above (bit n of 64) the farther
//         child still waits
// answers vec2 a point: squared distance as bits of an f32, place of the triangle in leaf order + 1; 0 0 at first
// latest  the last round in which some walk did not end
//
// Workgroup 64 x 1 x 1, threads numbered over two axes of groups, a point each. No barriers; one atomic a walk that does
// not end. Hazard: from the middle of a ball every triangle is equally near, and one walk would visit all nodes. So a
// dispatch ends each walk after some visits and the next round goes on: no dispatch is long, whatever the data. Parents
// and one bit a level do for the stack. Float32: which triangle is nearest may be wrong by rounding, never how near it is,
// for the driver measures the chosen one again.

struct Round { first: u32, end: u32, visits: u32, number: u32 }

@group(0) @binding(0) var<uniform> round: Round;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> boxes: array<f32>;
@group(0) @binding(3) var<storage, read> nodes: array<vec2<u32>>;
@group(0) @binding(4) var<storage, read> corners: array<f32>;
@group(0) @binding(5) var<storage, read_write> walks: array<vec4<u32>>;
@group(0) @binding(6) var<storage, read_write> answers: array<vec2<u32>>;
@group(0) @binding(7) var<storage, read_write> latest: atomic<u32>;

const DONE = 0xffffffffu;
const FARTHEST = 3.0e38;
// Squared sine below which a triangle is a line for float32.
const FLAT = 1.0e-9;

fn squared_to_box(node: u32, p: vec3<f32>) -> f32 {
  let at = 6u * node;
  let below = vec3(boxes[at], boxes[at + 1u], boxes[at + 2u]) - p;
  let above = p - vec3(boxes[at + 3u], boxes[at + 4u], boxes[at + 5u]);
  let out = max(max(below, above), vec3(0.0));
  return dot(out, out);
}

fn corner(at: u32) -> vec3<f32> {
  return vec3(corners[at], corners[at + 1u], corners[at + 2u]);
}

// From w, relative to the start of an edge.
fn squared_to_edge(w: vec3<f32>, edge: vec3<f32>) -> f32 {
  let size = dot(edge, edge);
  var t = 0.0;
  if (size > 0.0) { t = clamp(dot(w, edge) / size, 0.0, 1.0); }
  let rest = w - t * edge;
  return dot(rest, rest);
}

// All candidates lie on the triangle, so rounding makes none nearer than it is. The foot of the perpendicular is put right
// once by what is left over: without that, slivers are off by hundreds of roundings.
fn squared_to_triangle(place: u32, p: vec3<f32>) -> f32 {
  let at = 9u * place;
  let a = corner(at);
  let b = corner(at + 3u);
  let u = b - a;
  let v = corner(at + 6u) - a;
  let w = p - a;
  var best = min(squared_to_edge(w, u), squared_to_edge(w, v));
  best = min(best, squared_to_edge(p - b, v - u));
  let n = cross(u, v);
  let area = dot(n, n);
  if (area > FLAT * dot(u, u) * dot(v, v)) {
    var s = dot(cross(w, v), n) / area;
    var t = dot(cross(u, w), n) / area;
    let rest = w - s * u - t * v;
    s += dot(cross(rest, v), n) / area;
    t += dot(cross(u, rest), n) / area;
    if (s >= 0.0 && t >= 0.0 && s + t <= 1.0) {
      let foot = w - s * u - t * v;
      best = min(best, dot(foot, foot));
    }
  }
  return best;
}

fn bit_of(depth: u32) -> vec2<u32> {
  let bit = 1u << (depth & 31u);
  return select(vec2(0u, bit), vec2(bit, 0u), depth < 32u);
}

// Up to the nearest ancestor whose farther child waits and is near enough still.
fn next_walk(from_walk: vec4<u32>, p: vec3<f32>, best: f32) -> vec4<u32> {
  var walk = from_walk;
  while (walk.y > 0u) {
    let parent = nodes[walk.x].y >> 3u;
    let bit = bit_of(walk.y - 1u);
    if (any((walk.zw & bit) != vec2(0u))) {
      let other = select(parent + 1u, nodes[parent].x, walk.x == parent + 1u);
      walk = vec4(other, walk.y, walk.zw & ~bit);
      if (squared_to_box(other, p) <= best) { return walk; }
    }
    walk = vec4(parent, walk.y - 1u, walk.zw);
  }
  return vec4(DONE, 0u, 0u, 0u);
}

@compute @workgroup_size(64)
fn nearest(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let own = round.first + id.y * groups.x * 64u + id.x;
  if (own >= round.end) { return; }
  var walk = walks[own];
  if (walk.x == DONE) { return; }
  let p = vec3(points[3u * own], points[3u * own + 1u], points[3u * own + 2u]);
  var best = FARTHEST;
  var place = answers[own].y;
  if (place > 0u) { best = bitcast<f32>(answers[own].x); }
  for (var visit = 0u; visit < round.visits && walk.x != DONE; visit++) {
    let node = nodes[walk.x];
    let triangles = node.y & 7u;
    if (triangles > 0u) {
      for (var n = node.x; n < node.x + triangles; n++) {
        let squared = squared_to_triangle(n, p);
        if (squared < best) {
          best = squared;
          place = n + 1u;
        }
      }
      walk = next_walk(walk, p, best);
      continue;
    }
    let to_left = squared_to_box(walk.x + 1u, p);
    let to_right = squared_to_box(node.x, p);
    if (min(to_left, to_right) > best) {
      walk = next_walk(walk, p, best);
      continue;
    }
    let farther = select(vec2(0u), bit_of(walk.y), max(to_left, to_right) <= best);
    walk = vec4(select(node.x, walk.x + 1u, to_left <= to_right), walk.y + 1u, walk.zw | farther);
  }
  walks[own] = walk;
  answers[own] = vec2(bitcast<u32>(best), place);
  if (walk.x != DONE) { atomicMax(&latest, round.number); }
}
