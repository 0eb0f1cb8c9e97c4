// Unit normals of vertices: each triangle around one counts with (u x v) / (|u|^2 |v|^2) of its edges there. See normals.ts.
//
// ring_start u32 a vertex, and one more: its corners are ring_start[v] .. ring_start[v + 1] - 1
// corner     u32, 3 * triangle + place in it
// indices    u32 x 3 a triangle
// positions  f32 x 3 a vertex, LPS mm
// normals    f32 x 3 a vertex, unit length, or all zero
//
// Workgroup 64 x 1 x 1, threads numbered over two axes of groups, a vertex each. No barriers and no atomics: each thread
// gathers its own triangles, so a triangle is looked at three times and nothing is written twice. A difference of two floats
// is rounded once, so edges are good to 2^-24 of their length however far the mesh lies from the origin.

struct Span { first: u32, end: u32 }

@group(0) @binding(0) var<uniform> span: Span;
@group(0) @binding(1) var<storage, read> ring_start: array<u32>;
@group(0) @binding(2) var<storage, read> corner: array<u32>;
@group(0) @binding(3) var<storage, read> indices: array<u32>;
@group(0) @binding(4) var<storage, read> positions: array<f32>;
@group(0) @binding(5) var<storage, read_write> normals: array<f32>;

fn position(v: u32) -> vec3<f32> {
  return vec3(positions[3u * v], positions[3u * v + 1u], positions[3u * v + 2u]);
}

@compute @workgroup_size(64)
fn vertex_normals(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let own = span.first + id.y * groups.x * 64u + id.x;
  if (own >= span.end) { return; }
  let here = position(own);
  var sum = vec3<f32>(0.0);
  for (var i = ring_start[own]; i < ring_start[own + 1u]; i++) {
    let at = corner[i] % 3u;
    let first = corner[i] - at;
    let u = position(indices[first + (at + 1u) % 3u]) - here;
    let v = position(indices[first + (at + 2u) % 3u]) - here;
    let uu = dot(u, u);
    let vv = dot(v, v);
    if (uu > 0.0 && vv > 0.0) { sum += cross(u, v) / uu / vv; }
  }
  let size = length(sum);
  if (size > 0.0) { sum /= size; }
  normals[3u * own] = sum.x;
  normals[3u * own + 1u] = sum.y;
  normals[3u * own + 2u] = sum.z;
}
