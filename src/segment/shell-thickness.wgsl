// Local thickness of a slab, after distance.wgsl has measured the depths: of each voxel the radius of the largest ball that
// covers it. Whole stored steps, as the CPU's; balls go by level, each half as wide as the one before, so that a voxel
// gathers only over rows that a ball of the level can reach from. What a level has covered, the narrower ones pass over.
//
// square     f32 a voxel, squared mm to the faces of the unset voxels; rows padded to 32 voxels (with anything)
// radii      u32 a voxel, stored steps, 0 where not set
// ridge      u32, a bit a voxel, level after level: balls that no neighbour's ball holds
// largest    the largest radius on the ridge of each level
// uncovered  u32, a bit a voxel: set, and no ball has covered it
// thickness  u16 a voxel, two a word, low half first: the radius of the ball
// ball       vec4<i32> a row of the level's widest ball: offset in rows and slices, reach to either side, and (f32) the
//            squared mm that it lies off the middle
// occupied   the words of the slab with a set voxel
//
// Workgroup 64 x 1 x 1, threads numbered over two axes of groups: one a voxel, a word, an occupied word. No barriers; an
// atomic a word and level with a ball. A slab has slices beyond those wanted for what reaches in; its outermost ones have
// no ridge unless they are those of the volume. Beside the 18 bytes a voxel of the distances it moves 4 + 4 for the radii,
// 4 + 2 + 1/8 a level for the ridge (neighbours from cache), and in the occupied words alone, a level: 3 words of ridge a row
// of the ball for 32 voxels, 4 bytes for each ball met, and 2 bytes for each voxel covered.

struct Params {
  size: vec3<u32>,         // voxels
  words: u32,              // mask words a row
  spacing: vec3<f32>,      // mm
  steps: f32,              // stored steps a mm
  slab: u32,               // first slice of the slab
  slices: u32,             // of the slab
  levels: u32,
  level: u32,
  leads: array<vec4<u32>, 2>,  // steps by which a neighbour must be larger, see ridgeLeads(); by x + 2 y + 4 z
  first: u32,              // threads [first, end) of the sweep
  end: u32,
  rows: u32,               // of the ball
  square: f32,             // squared mm of a stored step, with the tolerance of a ball
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> square: array<f32>;
@group(0) @binding(2) var<storage, read_write> radii: array<u32>;
@group(0) @binding(3) var<storage, read_write> ridge: array<u32>;
@group(0) @binding(4) var<storage, read_write> largest: array<atomic<u32>>;
@group(0) @binding(5) var<storage, read_write> uncovered: array<u32>;
@group(0) @binding(6) var<storage, read_write> thickness: array<u32>;
@group(0) @binding(7) var<storage, read> ball: array<vec4<i32>>;
@group(0) @binding(8) var<storage, read> occupied: array<u32>;

const MOST = 32000u;
const MOST_LEVELS = 16;

fn thread_of(id: vec3<u32>, groups: vec3<u32>) -> u32 {
  return params.first + id.y * groups.x * 64u + id.x;
}

fn words_of_slab() -> u32 {
  return params.words * params.size.y * params.slices;
}

// The border of the volume is surface as well.
@compute @workgroup_size(64)
fn find_radii(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let voxel = thread_of(id, groups);
  if (voxel >= params.end) { return; }
  let row_length = params.words * 32u;
  let row = voxel / row_length;
  let at = vec3(voxel % row_length, row % params.size.y, params.slab + row / params.size.y);
  if (at.x >= params.size.x || square[voxel] == 0.0) {
    radii[voxel] = 0u;
    return;
  }
  let edge = (vec3<f32>(min(at, params.size - 1u - at)) + 0.5) * params.spacing;
  let depth = min(sqrt(square[voxel]), min(edge.x, min(edge.y, edge.z)));
  radii[voxel] = clamp(u32(min(depth * params.steps + 0.5, f32(MOST))), 1u, MOST);
}

fn level_of(radius: u32) -> u32 {
  if (radius == MOST) { return 0u; }
  return min(params.levels - 1u, 1u + firstLeadingBit((MOST - 1u) / radius));
}

// Of the largest balls, all alike, those suffice that have a smaller one beside them: on the way from a voxel within to one that
// its ball covers, each step comes nearer, so the last one that is as deep covers it too.
fn is_ridge(voxel: u32, own: u32, at: vec3<u32>) -> bool {
  let last = params.size - 1u;
  if (any(at == vec3(0u)) || any(at == last)) { return true; }
  let row_length = i32(params.words * 32u);
  for (var n = 0; n < 27; n++) {
    let by = vec3(n % 3, (n / 3) % 3, n / 9) - 1;
    let axes = dot(abs(by), vec3(1, 2, 4));
    if (axes == 0) { continue; }
    let other = radii[i32(voxel) + (by.z * i32(params.size.y) + by.y) * row_length + by.x];
    if (own == MOST) {
      if (other < MOST) { return true; }
    } else if (other >= own + params.leads[axes / 4][axes % 4]) { return false; }
  }
  return own != MOST;
}

@compute @workgroup_size(64)
fn find_ridge(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = thread_of(id, groups);
  if (word >= params.end) { return; }
  let row = word / params.words;
  let slice = row / params.size.y;
  let at = vec3((word % params.words) * 32u, row % params.size.y, params.slab + slice);
  let is_cut = (slice == 0u && at.z > 0u) || (slice == params.slices - 1u && at.z < params.size.z - 1u);
  var bits: array<u32, MOST_LEVELS>;
  var most: array<u32, MOST_LEVELS>;
  var open = 0u;
  for (var n = 0u; n < 16u; n++) { thickness[word * 16u + n] = 0u; }
  for (var bit = 0u; bit < 32u && !is_cut; bit++) {
    let voxel = word * 32u + bit;
    let own = radii[voxel];
    if (own == 0u) { continue; }
    if (is_ridge(voxel, own, at + vec3(bit, 0u, 0u))) {
      let level = level_of(own);
      bits[level] |= 1u << bit;
      most[level] = max(most[level], own);
    }
    // Nothing covers it by more than its own ball.
    if (own == MOST) { set_thickness(voxel, MOST); } else { open |= 1u << bit; }
  }
  uncovered[word] = open;
  for (var level = 0u; level < params.levels; level++) {
    ridge[level * words_of_slab() + word] = bits[level];
    if (bits[level] != 0u) { atomicMax(&largest[level], most[level]); }
  }
}

// For the thread that owns the voxel's word.
fn set_thickness(voxel: u32, radius: u32) {
  let to = voxel >> 1u;
  thickness[to] = insertBits(thickness[to], radius, (voxel & 1u) * 16u, 16u);
}

// Bits low .. high of a word, both included, clipped to it.
fn between(low: i32, high: i32) -> u32 {
  if (low > 31 || high < 0) { return 0u; }
  let from_low = 0xffffffffu << u32(max(low, 0));
  let to_high = 0xffffffffu >> u32(31 - min(high, 31));
  return from_low & to_high;
}

@compute @workgroup_size(64)
fn cover(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let thread = thread_of(id, groups);
  if (thread >= params.end) { return; }
  let word = occupied[thread];
  let open = uncovered[word];
  if (open == 0u) { return; }
  let row = i32(word / params.words);
  let start = i32(word % params.words) * 32;
  let size = vec3<i32>(params.size);
  let at = vec2(row % size.y, i32(params.slab) + row / size.y);
  let level_from = params.level * words_of_slab();
  var best: array<u32, 32>;
  var covered = 0u;
  // The largest radius met so far and what it covers, which spares most voxels a look at most balls.
  var top = 0u;
  var topped = 0u;
  for (var n = 0u; n < params.rows; n++) {
    let own = ball[n];
    let to = at + own.xy;
    if (any(to < vec2(0)) || any(to >= size.yz)) { continue; }
    let other = u32(row + own.y * size.y + own.x) * params.words;
    let low = max(start - own.z, 0);
    let high = min(start + 31 + own.z, size.x - 1);
    for (var w = low >> 5u; w <= high >> 5u; w++) {
      var balls = ridge[level_from + other + u32(w)] & between(low - w * 32, high - w * 32);
      while (balls != 0u) {
        let bit = firstTrailingBit(balls);
        balls &= balls - 1u;
        let radius = radii[(other + u32(w)) * 32u + bit];
        if (topped == open && radius <= top) { continue; }
        let left = f32(radius * radius) * params.square - bitcast<f32>(own.w);
        if (left < 0.0) { continue; }
        // To the nearest whole step and, if that is too far, back: roots may err, squares are within the tolerance.
        var reach = i32(sqrt(left) / params.spacing.x + 0.5);
        let far = f32(reach) * params.spacing.x;
        if (far * far > left) { reach--; }
        let middle = w * 32 + i32(bit) - start;
        var span = between(middle - reach, middle + reach) & open;
        covered |= span;
        if (radius > top && span != 0u) {
          top = radius;
          topped = 0u;
        }
        span &= ~topped;
        if (radius == top) { topped |= span; }
        while (span != 0u) {
          let i = firstTrailingBit(span);
          span &= span - 1u;
          best[i] = max(best[i], radius);
        }
      }
    }
  }
  uncovered[word] = open & ~covered;
  while (covered != 0u) {
    let bit = firstTrailingBit(covered);
    covered &= covered - 1u;
    set_thickness(word * 32u + bit, best[bit]);
  }
}
