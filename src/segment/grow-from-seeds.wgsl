// Growing from seeds by relaxation until nothing changes. One thread owns one segment: 32 voxels of an x-row of the box.
// Segments are coloured like a chessboard by (segment + row + slice); a pass writes one colour and reads the other, so no
// thread reads what another one writes. Within a pass a segment takes what its four neighbouring rows and two ends offer,
// then settles along x there and back. Any order gives the same minimum: equal to grow-blocks.ts to the bit.
//
// volume  int16 two a word, low half first, rows padded to 32 voxels, slices from volume_first on
// costs   u16 two a word, 16 words a segment: 0 at seeds and at voxels that may not be labelled, 65535 where nothing came
// labels  u8 four a word, 8 words a segment, 0 none
// front   u32 a segment: voxels whose cost or label fell when it was last written; only these offer anything
// changed u32 a pass: 1 when some voxel changed. Threads of a pass may all store the same 1 there, hence atomic.
// Tried and slower on noise (a software adapter, 64^3 and 128^3, 1.4 to 8 times): taking only costs below a rising limit, as
// in delta-stepping. It saves corrections but scans what has to wait in every pass.
// Workgroup 64 x 1 x 1; threads over two axes of groups; no barrier.

struct Params {
  size: vec3<u32>,       // voxels of the box
  segments: u32,         // a row
  corner: vec3<u32>,     // first voxel of the box in the scan
  colour: u32,
  row_words: u32,        // volume words a row
  volume_rows: u32,      // rows a slice of the scan
  volume_first: u32,     // first slice bound
  first_slice: u32,      // of the box, of this dispatch
  lengths: vec3<u32>,    // cost of a step by axis
  span: u32,             // differences beyond it count as it
  gain: u32,             // cost of a difference d: (min(d, span) * gain) >> 12
  pass_number: u32,
  begins: u32,           // 1 in the first two passes: a segment's own front counts as well
  first: u32,            // first thread of this dispatch
  end: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> volume: array<u32>;
@group(0) @binding(2) var<storage, read_write> costs: array<u32>;
@group(0) @binding(3) var<storage, read_write> labels: array<u32>;
@group(0) @binding(4) var<storage, read_write> front: array<u32>;
@group(0) @binding(5) var<storage, read_write> changed: array<atomic<u32>>;

const MOST = 65534u;

// The segment of this thread, and its first voxel.
var<private> home: u32;
var<private> corner: vec3<u32>;
// Cost in the high bits, label in the low eight: the least number is the cheapest, then the lowest label. 0 at walls.
var<private> best: array<u32, 32>;
var<private> values: array<i32, 32>;
// Set when best and values were read: many segments find that nothing offered is cheaper, and need neither.
var<private> loaded: bool;

fn value_at(p: vec3<u32>) -> i32 {
  let at = p.x + params.corner.x;
  let row = (p.z + params.corner.z - params.volume_first) * params.volume_rows + p.y + params.corner.y;
  let packed = bitcast<i32>(volume[row * params.row_words + (at >> 1u)]);
  return select(packed << 16u, packed, (at & 1u) == 1u) >> 16u;
}

fn state_at(segment: u32, i: u32) -> u32 {
  let cost = extractBits(costs[segment * 16u + (i >> 1u)], (i & 1u) * 16u, 16u);
  return (cost << 8u) | extractBits(labels[segment * 8u + (i >> 2u)], (i & 3u) * 8u, 8u);
}

fn voxels_here() -> u32 {
  return min(32u, params.size.x - corner.x);
}

fn load() {
  loaded = true;
  for (var i = 0u; i < voxels_here(); i++) {
    best[i] = state_at(home, i);
    values[i] = value_at(corner + vec3(i, 0u, 0u));
  }
}

// The way through a neighbour to a voxel that holds `now`. Seeds and walls have cost 0: nothing is cheaper.
fn cheaper(now: u32, through: u32, difference: i32, length: u32) -> u32 {
  if ((through & 255u) == 0u || now < 256u) { return now; }
  let contrast = (min(u32(abs(difference)), params.span) * params.gain) >> 12u;
  return min(now, (min(MOST, (through >> 8u) + length + contrast) << 8u) | (through & 255u));
}

// What one voxel beside this segment's voxel i offers.
fn take(i: u32, segment: u32, other: u32, at: vec3<u32>, length: u32) {
  let through = state_at(segment, other);
  var now = 0u;
  if (loaded) { now = best[i]; } else { now = state_at(home, i); }
  let offered = cheaper(now, through, value_at(corner + vec3(i, 0u, 0u)) - value_at(at), length);
  if (offered == now) { return; }
  if (!loaded) { load(); }
  best[i] = offered;
}

fn take_row(segment: u32, at: vec3<u32>, length: u32) {
  for (var bits = front[segment]; bits != 0u; bits &= bits - 1u) {
    let i = firstTrailingBit(bits);
    take(i, segment, i, at + vec3(i, 0u, 0u), length);
  }
}

fn take_neighbours() {
  let s = corner.x / 32u;
  let row_step = params.segments;
  let slice_step = params.segments * params.size.y;
  if (corner.y > 0u) { take_row(home - row_step, corner - vec3(0u, 1u, 0u), params.lengths.y); }
  if (corner.y + 1u < params.size.y) { take_row(home + row_step, corner + vec3(0u, 1u, 0u), params.lengths.y); }
  if (corner.z > 0u) { take_row(home - slice_step, corner - vec3(0u, 0u, 1u), params.lengths.z); }
  if (corner.z + 1u < params.size.z) { take_row(home + slice_step, corner + vec3(0u, 0u, 1u), params.lengths.z); }
  if (s > 0u && (front[home - 1u] >> 31u) == 1u) {
    take(0u, home - 1u, 31u, corner - vec3(1u, 0u, 0u), params.lengths.x);
  }
  if (s + 1u < params.segments && (front[home + 1u] & 1u) == 1u) {
    take(31u, home + 1u, 0u, corner + vec3(32u, 0u, 0u), params.lengths.x);
  }
}

// Along x there and back: exact for a row whose neighbours stay as they are.
fn settle() {
  let count = voxels_here();
  for (var i = 1u; i < count; i++) {
    best[i] = cheaper(best[i], best[i - 1u], values[i] - values[i - 1u], params.lengths.x);
  }
  for (var i = count - 1u; i > 0u; i--) {
    best[i - 1u] = cheaper(best[i - 1u], best[i], values[i] - values[i - 1u], params.lengths.x);
  }
}

// Writes what fell; gives its bits.
fn store() -> u32 {
  var fell = 0u;
  for (var i = 0u; i < voxels_here(); i++) {
    if (best[i] != state_at(home, i)) { fell |= 1u << i; }
  }
  if (fell == 0u) { return 0u; }
  for (var w = 0u; w < 16u; w++) {
    let pair = vec2(best[2u * w], best[2u * w + 1u]) >> vec2(8u);
    costs[home * 16u + w] = pair.x | (pair.y << 16u);
  }
  for (var w = 0u; w < 8u; w++) {
    let four = vec4(best[4u * w], best[4u * w + 1u], best[4u * w + 2u], best[4u * w + 3u]) & vec4(255u);
    labels[home * 8u + w] = four.x | (four.y << 8u) | (four.z << 16u) | (four.w << 24u);
  }
  return fell;
}

@compute @workgroup_size(64)
fn grow(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let thread = params.first + id.y * groups.x * 64u + id.x;
  if (thread >= params.end) { return; }
  let half = (params.segments + 1u) >> 1u;
  let row = thread / half;
  let y = row % params.size.y;
  let z = params.first_slice + row / params.size.y;
  let s = 2u * (thread % half) + ((y + z + params.colour) & 1u);
  if (s >= params.segments) { return; }
  home = (z * params.size.y + y) * params.segments + s;
  corner = vec3(s * 32u, y, z);
  loaded = false;
  let own = select(0u, front[home], params.begins == 1u);
  take_neighbours();
  if (own != 0u && !loaded) { load(); }
  var fell = 0u;
  if (loaded) {
    settle();
    fell = store();
  }
  front[home] = fell | own;
  if (fell != 0u) { atomicStore(&changed[params.pass_number], 1u); }
}
