import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

interface QrCodeProps {
  readonly text: string;
  readonly label: string;
}

/** Modules of white around the code: readers need four. */
const border = 4;

/** A QR code, black on white in every theme. What draws it is loaded with the first one. */
export function QrCode({ text, label }: QrCodeProps) {
  const path = useSignal<{ readonly d: string; readonly size: number } | null>(null);
  useEffect(() => {
    let isCurrent = true;
    void import("uqr").then(({ encode }) => {
      if (isCurrent) path.value = pathOf(encode(text, { border }).data);
    });
    return () => {
      isCurrent = false;
    };
  }, [text]);
  if (path.value === null) return <div class="qr" aria-busy="true" />;
  const { d, size } = path.value;
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`}>
      <rect width={size} height={size} fill="#fff" />
      <path d={d} fill="#000" shape-rendering="crispEdges" />
    </svg>
  );
}

function pathOf(rows: readonly (readonly boolean[])[]): { d: string; size: number } {
  const squares = rows.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])),
  );
  return { d: squares.join(""), size: rows.length };
}
