declare module '@kitware/vtk.js/Filters/General/ImageMarchingCubes' {
  interface Output {
    getPoints(): { getNumberOfPoints(): number }
  }
  interface ImageMarchingCubes {
    setInputData(image: object): void
    update(): void
    getOutputData(): Output
  }
  interface Settings {
    readonly contourValue: number
    readonly computeNormals: boolean
    readonly mergePoints: boolean
  }
  const vtkImageMarchingCubes: { newInstance(settings: Settings): ImageMarchingCubes }
  export default vtkImageMarchingCubes
}

declare module '@kitware/vtk.js/Filters/General/WindowedSincPolyDataFilter' {
  interface Output {
    getPoints(): { getData(): Float32Array }
  }
  interface WindowedSincPolyDataFilter {
    setInputData(mesh: object): void
    update(): void
    getOutputData(): Output
  }
  interface Settings {
    readonly numberOfIterations: number
    readonly passBand: number
  }
  const vtkWindowedSincPolyDataFilter: { newInstance(settings: Settings): WindowedSincPolyDataFilter }
  export default vtkWindowedSincPolyDataFilter
}
