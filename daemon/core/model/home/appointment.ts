/** Who wants the installation, and when (V1.6 section 8). */
export interface Demander {
  readonly name: string;
  readonly phone: string;
  /** Unix seconds; only the date counts. */
  readonly expectDate: number;
  /** 100 all day, 101 morning, 102 afternoon, 103 evening, else Unix seconds. */
  readonly expectTime: number;
  readonly note: string;
}

/** Who installs, and when. The fields have the format of {@link Demander}. */
export interface Installer {
  readonly name: string;
  readonly phone: string;
  readonly confirmDate: number;
  readonly confirmTime: number;
  readonly note: string;
}

/** The installation appointment of a home: one per home, fixed once the installer has confirmed it. */
export interface AppointmentRecord {
  readonly homeId: string;
  readonly demander: Demander;
  /** Null = not confirmed yet (V1.6 stage 1); else stage 2. */
  readonly installer: Installer | null;
  readonly createdAtMs: number;
  readonly changedAtMs: number;
}
