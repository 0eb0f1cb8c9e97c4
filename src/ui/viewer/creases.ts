import type { MeshStandardMaterial } from 'three'

const AFTER = '#include <normal_fragment_begin>'
/** Cosines of 26 and 11 degrees: a decimated curve bends less from face to face, the edge of a letter or a plate more. */
const CREASE = `${AFTER}
{
  vec3 faceNormal = normalize( cross( dFdx( vViewPosition ), dFdy( vViewPosition ) ) );
  normal = normalize( mix( faceNormal, normal, smoothstep( 0.9, 0.98, dot( faceNormal, normal ) ) ) );
}`

/**
 * Shades faces flat where the normals of their vertices lean away from them, at sharp edges; curves stay smooth. In the shader, so
 * that vertices are still shared.
 */
export function withCreases(material: MeshStandardMaterial): MeshStandardMaterial {
  material.onBeforeCompile = (shader) => {
    shader.fragmentShader = shader.fragmentShader.replace(AFTER, CREASE)
  }
  return material
}
