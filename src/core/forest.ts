/** Trees over the numbers 0 to n - 1 (union-find with path halving). */
export interface Forest {
  /** Of each number; of a root the number itself. To join two trees, write one root's parent. */
  readonly parent: Uint32Array
  readonly root: (member: number) => number
}

/** Each number as a tree of its own. */
export function forestOf(n: number): Forest {
  const parent = new Uint32Array(n)
  for (let member = 0; member < n; member++) parent[member] = member
  const root = (member: number) => {
    let at = member
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number
      at = parent[at] as number
    }
    return at
  }
  return { parent, root }
}
