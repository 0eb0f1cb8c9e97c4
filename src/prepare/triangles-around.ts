/** Triangles around each vertex of a surface. */
export interface Around {
  readonly start: Uint32Array
  readonly member: Uint32Array
}

/** `corners` names a vertex three times a triangle; negative ones are filed nowhere. */
export function trianglesAround(corners: Uint32Array | Int32Array, vertices: number): Around {
  const start = new Uint32Array(vertices + 1)
  for (let i = 0; i < corners.length; i++) {
    const v = corners[i] as number
    if (v >= 0) start[v + 1] = (start[v + 1] as number) + 1
  }
  for (let v = 0; v < vertices; v++) start[v + 1] = (start[v + 1] as number) + (start[v] as number)
  const fill = start.slice()
  const member = new Uint32Array(start[vertices] as number)
  for (let i = 0; i < corners.length; i++) {
    const v = corners[i] as number
    if (v < 0) continue
    const at = fill[v] as number
    member[at] = Math.floor(i / 3)
    fill[v] = at + 1
  }
  return { start, member }
}
