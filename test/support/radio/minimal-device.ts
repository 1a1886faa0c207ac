/** A device behind a minimal stick. */
export interface MinimalDevice {
  /** 16 hex digits. */
  readonly ieee: string;
  readonly networkAddress: number;
  /**
   * A ZDO request, by its MT command in 0x25.
   * @returns the notification's payload after the source address, or null to stay silent.
   */
  zdo(command: number, request: Uint8Array): readonly number[] | null;
  /** A ZCL frame. @returns the frames it sends back, whole. */
  zcl(clusterId: number, frame: Uint8Array): readonly (readonly number[])[];
}
