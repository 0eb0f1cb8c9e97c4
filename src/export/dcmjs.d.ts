/** The part of dcmjs that is used: it comes without types. */
declare module 'dcmjs' {
  type Dataset = Readonly<Record<string, unknown>>
  class DicomDict {
    constructor(meta: Dataset)
    dict: Dataset
    write(): ArrayBuffer
  }
  const dcmjs: {
    readonly data: {
      readonly DicomDict: typeof DicomDict
      readonly DicomMetaDictionary: { denaturalizeDataset(dataset: Dataset): Dataset }
    }
  }
  export default dcmjs
}
