import { expect, test } from 'vitest'
import { anatomyNamed } from '../../../src/segment/anatomy-name.ts'

test.each([
  ['Femur left', 'femur', 'left'],
  ['femur_right', 'femur', 'right'],
  ['L-Tibia', 'tibia', 'left'],
  ['hip_left', 'hip-bone', 'left'],
  ['Lung upper lobe (R)', 'lung', 'right'],
  ['vertebrae_L5', 'vertebra', 'none'],
  ['MANDIBLE', 'mandible', 'none'],
  ['liver tumour', 'liver', 'none'],
  ['bone', 'bone', 'none'],
  ['femur bone', 'femur', 'none'],
  // A side that the structure does not have.
  ['skull left', 'skull', 'none'],
])('%s', (text, anatomy, laterality) => {
  expect(anatomyNamed(text)).toEqual({ anatomy, laterality })
})
test.each(['', 'Segment_1', 'SECRET^PATIENT', '1970-01-01', 'femurs of somebody else’s boneless', 'constructor'])(
  '"%s" names nothing of the list',
  (text) => {
    expect(anatomyNamed(text)).toBeNull()
  },
)
