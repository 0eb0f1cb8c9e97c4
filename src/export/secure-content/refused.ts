import { PipelineError } from '../../core/errors.ts'

export const badKeystore = (reason: string): PipelineError =>
  new PipelineError('sealed/bad-keystore', 'The list of keys in this file is not one that 3MF allows.', { reason })

export const tampered = (): PipelineError =>
  new PipelineError('sealed/tampered', 'The sealed 3MF file was changed on the way. Nothing of it was used.')

export const otherRecipient = (): PipelineError =>
  new PipelineError('sealed/other-recipient', 'This file was sealed for somebody else: this key does not open it.')
