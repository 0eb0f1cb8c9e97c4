// Gaussian along one axis, and median of 3 x 3 x 3. One thread makes one word of the result: two voxels beside each
// other in x. Whole-number arithmetic only, so equal to gaussian.ts and median.ts to the bit.
// source, denoised: int16 two a word, low half first, rows padded to 32 voxels; words past a row's voxels are not written.
//                 Both hold some slices of the scan only: source from slice source_first, denoised from out_first.
// taps:           centre, then one side, in 1 / 32768; they sum to 32768 over both sides, so no sum leaves i32.
// Beyond the border the nearest voxel is repeated. Workgroup 64 x 1 x 1; threads are numbered over two axes of groups.

struct Params {
  size: vec3<i32>,  // voxels
  row_words: i32,   // words a padded row
  axis: vec3<i32>,  // unit step of the pass (gaussian)
  reach: i32,       // taps on one side (gaussian)
  first: u32,       // first word of this dispatch, counted from out_first
  end: u32,         // one past its last word
  source_first: i32,  // slices
  out_first: i32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<u32>;
@group(0) @binding(2) var<storage, read_write> denoised: array<u32>;
@group(0) @binding(3) var<storage, read> taps: array<i32>;

fn word_of(id: vec3<u32>, groups: vec3<u32>) -> u32 {
  return params.first + id.y * groups.x * 64u + id.x;
}

/// The first of a word's two voxels; x is not below size.x in words of padding alone.
fn voxel_of(word: i32) -> vec3<i32> {
  let row = word / params.row_words;
  return vec3((word % params.row_words) * 2, row % params.size.y, params.out_first + row / params.size.y);
}

fn voxel(at: vec3<i32>) -> i32 {
  let p = clamp(at, vec3(0), params.size - 1);
  let packed = bitcast<i32>(source[((p.z - params.source_first) * params.size.y + p.y) * params.row_words + (p.x >> 1u)]);
  return select(packed << 16u, packed, (p.x & 1) == 1) >> 16u;
}

fn put(word: u32, a: i32, b: i32) {
  denoised[word] = (bitcast<u32>(a) & 0xffffu) | (bitcast<u32>(b) << 16u);
}

fn weighted(at: vec3<i32>) -> i32 {
  var sum = voxel(at) * taps[0];
  for (var t = 1; t <= params.reach; t++) {
    sum += (voxel(at - t * params.axis) + voxel(at + t * params.axis)) * taps[t];
  }
  return (sum + 16384) >> 15u;
}

@compute @workgroup_size(64)
fn gaussian(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = word_of(id, groups);
  if (word >= params.end) { return; }
  let at = voxel_of(i32(word));
  if (at.x >= params.size.x) { return; }
  put(word, weighted(at), weighted(at + vec3(1, 0, 0)));
}

struct Triple { low: vec4<i32>, middle: vec4<i32>, high: vec4<i32> }

fn sorted(a: vec4<i32>, b: vec4<i32>, c: vec4<i32>) -> Triple {
  let low = min(a, b);
  let high = max(a, b);
  let x = min(high, c);
  return Triple(min(low, x), max(low, x), max(high, c));
}

/// Four voxels in x from one before `at`.
fn four(at: vec3<i32>) -> vec4<i32> {
  return vec4(voxel(at - vec3(1, 0, 0)), voxel(at), voxel(at + vec3(1, 0, 0)), voxel(at + vec3(2, 0, 0)));
}

fn along_z(at: vec3<i32>) -> Triple {
  return sorted(four(at - vec3(0, 0, 1)), four(at), four(at + vec3(0, 0, 1)));
}

fn lowest(v: vec4<i32>) -> vec2<i32> { return min(min(v.xy, v.yz), v.zw); }
fn highest(v: vec4<i32>) -> vec2<i32> { return max(max(v.xy, v.yz), v.zw); }
fn middle(v: vec4<i32>) -> vec2<i32> { return max(min(v.xy, v.yz), min(max(v.xy, v.yz), v.zw)); }

// The selection of median.ts: the four lanes are four columns sorted at once, the two lanes of the end two voxels.
@compute @workgroup_size(64)
fn median(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = word_of(id, groups);
  if (word >= params.end) { return; }
  let at = voxel_of(i32(word));
  if (at.x >= params.size.x) { return; }
  let p = along_z(at - vec3(0, 1, 0));
  let q = along_z(at);
  let r = along_z(at + vec3(0, 1, 0));
  let lows = sorted(p.low, q.low, r.low);
  let middles = sorted(p.middle, q.middle, r.middle);
  let highs = sorted(p.high, q.high, r.high);
  let s = max(lows.middle, middles.low);
  let t = min(middles.high, highs.middle);
  let u = min(lows.high, highs.low);
  let v = max(lows.high, highs.low);
  let su = max(s, u);
  let n_odd2 = min(su, t);
  let n_odd3 = max(su, t);
  let n_even1 = min(middles.middle, v);
  let n_even2 = max(middles.middle, v);
  let rank1 = min(lows.middle, middles.low);
  let rank2 = min(s, u);
  let rank3 = min(n_even1, n_odd2);
  let rank4 = max(n_even1, n_odd2);
  let rank5 = min(n_even2, n_odd3);
  let rank6 = max(n_even2, n_odd3);
  let rank7 = max(middles.high, highs.middle);
  let l1 = lowest(rank5);
  let l2 = lowest(rank6);
  let l3 = lowest(rank7);
  let l4 = lowest(highs.high);
  let h1 = highest(lows.low);
  let h2 = highest(rank1);
  let h3 = highest(rank2);
  let h4 = highest(rank3);
  let odd2 = max(l1, h1);
  let odd3 = min(l3, h3);
  let even2 = max(l2, h2);
  let even3 = min(l4, h4);
  let o2 = min(odd2, odd3);
  let o3 = max(odd2, odd3);
  let o4 = max(l3, h3);
  let e1 = min(l2, h2);
  let e2 = min(even2, even3);
  let e3 = max(even2, even3);
  let b1 = max(e3, o4);
  let b2 = max(min(e3, o4), middle(rank2));
  let b3 = max(max(e2, o3), middle(rank3));
  let b4 = max(min(e2, o3), middle(rank4));
  let b5 = max(max(e1, o2), middle(rank5));
  let b6 = max(min(e1, o2), middle(rank6));
  let result = min(min(min(b1, b2), min(b3, b4)), min(b5, b6));
  put(word, result.x, result.y);
}
