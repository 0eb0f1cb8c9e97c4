export type StationId = 'scan' | 'segment' | 'model' | 'check' | 'approve' | 'print' | 'verify'
export const STATION_IDS: readonly StationId[] = ['scan', 'segment', 'model', 'check', 'approve', 'print', 'verify']

/** What fills the screen: the start page with the library, a station of the open case, its trace, the networks, the evidence about them, the people, or what is handed over. */
export type PlaceId = 'start' | StationId | 'trace' | 'models' | 'evidence' | 'people' | 'handover'

/** Whether this place is a station of the line. */
export const isStation = (place: PlaceId): place is StationId => STATION_IDS.some((id) => id === place)

export type StationState = 'empty' | 'working' | 'needs-you' | 'passed' | 'refused'
