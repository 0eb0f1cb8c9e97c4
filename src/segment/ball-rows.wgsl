// Growing by a small ball, 32 voxels at a time, as growByRows() in margin.ts: rows of the mask around a word are joined from
// the widest of the ball to the narrowest, and between one reach and the next the joined row is widened by a voxel.
//
// Buffers and threads: ball-sweep.wgsl; reaches are at most 32. A thread carries its word and those beside it: widened 32
// times, nothing from beyond them arrives in the middle. No barriers, whole numbers only: equal to the CPU bit for bit. Moves 1/8 byte a voxel in and out; reads 3 words a row of the ball, neighbours from cache.

// Before the first word the index wraps round and is outside as well.
fn word_at(w: u32, row: u32) -> u32 {
  if (w >= params.words) { return 0u; }
  return mask[row * params.words + w];
}

// x, y, z = the word before, the own, the one after.
fn widened(row: vec3<u32>) -> vec3<u32> {
  let from_before = vec3(0u, row.xy) >> vec3(31u);
  let from_after = vec3(row.yz, 0u) << vec3(31u);
  return row | (row << vec3(1u)) | (row >> vec3(1u)) | from_before | from_after;
}

@compute @workgroup_size(64)
fn join_rows(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let word = word_of(id, groups);
  if (word >= params.end) { return; }
  let place = place_of(word);
  let w = place.x;
  var joined = vec3<u32>(0u);
  var reach = ball[0].z;
  for (var n = 0u; n < params.rows; n++) {
    let own = ball[n];
    for (; reach > own.z; reach--) { joined = widened(joined); }
    let at = vec2<i32>(place.yz) + own.xy;
    if (any(at < vec2(0)) || any(at >= vec2<i32>(params.size.yz))) { continue; }
    let row = u32(at.y) * params.size.y + u32(at.x);
    joined |= vec3(word_at(w - 1u, row), word_at(w, row), word_at(w + 1u, row));
  }
  for (; reach > 0; reach--) { joined = widened(joined); }
  made[word] = joined.y & tail_of(w);
}
