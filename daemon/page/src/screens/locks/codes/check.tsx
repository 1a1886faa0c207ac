interface CheckProps {
  readonly label: string;
  readonly isChecked: boolean;
  onChange(isChecked: boolean): void;
}

/** A labelled box to tick, as large as a finger. */
export function Check({ label, isChecked, onChange }: CheckProps) {
  return (
    <label class="chip">
      <input
        type="checkbox"
        checked={isChecked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {label}
    </label>
  );
}
