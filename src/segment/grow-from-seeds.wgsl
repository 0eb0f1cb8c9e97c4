// Growing from seeds by relaxation until nothing changes. One thread owns one segment: 32 voxels of an x-row of the box.
// Segments are coloured like a chessboard by (segment + row + slice); a pass writes one colour and reads the other, so no
// thread reads what another one writes. Within a pass a segment takes what its four neighbouring rows and two ends offer,
// then settles along x there and back. Any order gives the same minimum: equal to grow-blocks.ts to the bit.
//
// volume  int16 two a word, low half first, rows padded to 32 voxels, slices from volume_first on
// costs   u16 two a word, 16 words a segment: 0 at seeds and at voxels that may not be labelled, 65535 where nothing came
// labels  u8 four a word, 8 words a segment, 0 none
// front   u32 a segment: voxels whose cost or label fell when it was last written; a segment none of whose neighbours changed
//         is skipped
// changed u32 a pass: 1 when some voxel changed. Threads of a pass may all store the same 1 there, hence atomic.
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

// Cost in the high bits, label in the low eight: the least number is the cheapest, then the lowest label. 0 at walls.
var<private> best: array<u32, 32>;
var<private> values: array<i32, 32>;

fn value_at(x: u32, y: u32, z: u32) -> i32 {
  let at = x + params.corner.x;
  let row = (z + params.corner.z - params.volume_first) * params.volume_rows + y + params.corner.y;
  let packed = bitcast<i32>(volume[row * params.row_words + (at >> 1u)]);
  return select(packed << 16u, packed, (at & 1u) == 1u) >> 16u;
}

fn state_at(segment: u32, i: u32) -> u32 {
  let cost = extractBits(costs[segment * 16u + (i >> 1u)], (i & 1u) * 16u, 16u);
  return (cost << 8u) | extractBits(labels[segment * 8u + (i >> 2u)], (i & 3u) * 8u, 8u);
}

// Takes the way through a neighbour when it is cheaper. Seeds and walls have cost 0: nothing is cheaper.
fn take(i: u32, through: u32, value: i32, length: u32) {
  let label = through & 255u;
  let now = best[i];
  if (label == 0u || now < 256u) { return; }
  let contrast = (min(u32(abs(values[i] - value)), params.span) * params.gain) >> 12u;
  let offered = (min(MOST, (through >> 8u) + length + contrast) << 8u) | label;
  best[i] = min(now, offered);
}

// What a neighbouring row changed and offers.
fn take_row(segment: u32, x: u32, y: u32, z: u32, length: u32) {
  for (var bits = front[segment]; bits != 0u; bits &= bits - 1u) {
    let i = firstTrailingBit(bits);
    take(i, state_at(segment, i), value_at(x + i, y, z), length);
  }
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

  let segment = (z * params.size.y + y) * params.segments + s;
  let row_step = params.segments;
  let slice_step = params.segments * params.size.y;
  let has = vec3(s > 0u, y > 0u, z > 0u);
  let has_next = vec3(s + 1u < params.segments, y + 1u < params.size.y, z + 1u < params.size.z);
  let own = select(0u, front[segment], params.begins == 1u);
  var news = own;
  if (has.x) { news |= front[segment - 1u] >> 31u; }
  if (has_next.x) { news |= front[segment + 1u] & 1u; }
  if (has.y) { news |= front[segment - row_step]; }
  if (has_next.y) { news |= front[segment + row_step]; }
  if (has.z) { news |= front[segment - slice_step]; }
  if (has_next.z) { news |= front[segment + slice_step]; }
  if (news == 0u) {
    front[segment] = 0u;
    return;
  }

  let x = s * 32u;
  let count = min(32u, params.size.x - x);
  for (var i = 0u; i < count; i++) {
    best[i] = state_at(segment, i);
    values[i] = value_at(x + i, y, z);
  }
  if (has.y) { take_row(segment - row_step, x, y - 1u, z, params.lengths.y); }
  if (has_next.y) { take_row(segment + row_step, x, y + 1u, z, params.lengths.y); }
  if (has.z) { take_row(segment - slice_step, x, y, z - 1u, params.lengths.z); }
  if (has_next.z) { take_row(segment + slice_step, x, y, z + 1u, params.lengths.z); }
  if (has.x) { take(0u, state_at(segment - 1u, 31u), value_at(x - 1u, y, z), params.lengths.x); }
  for (var i = 1u; i < count; i++) { take(i, best[i - 1u], values[i - 1u], params.lengths.x); }
  if (has_next.x) { take(31u, state_at(segment + 1u, 0u), value_at(x + 32u, y, z), params.lengths.x); }
  for (var i = count - 1u; i > 0u; i--) { take(i - 1u, best[i], values[i], params.lengths.x); }

  var fell = 0u;
  for (var i = 0u; i < count; i++) {
    if (best[i] != state_at(segment, i)) { fell |= 1u << i; }
  }
  front[segment] = fell | own;
  if (fell == 0u) { return; }
  atomicStore(&changed[params.pass_number], 1u);
  for (var w = 0u; w < 16u; w++) {
    let pair = vec2(best[2u * w], best[2u * w + 1u]) >> vec2(8u);
    costs[segment * 16u + w] = pair.x | (pair.y << 16u);
  }
  for (var w = 0u; w < 8u; w++) {
    let four = vec4(best[4u * w], best[4u * w + 1u], best[4u * w + 2u], best[4u * w + 3u]) & vec4(255u);
    labels[segment * 8u + w] = four.x | (four.y << 8u) | (four.z << 16u) | (four.w << 24u);
  }
}
