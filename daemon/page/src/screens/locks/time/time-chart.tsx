import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { nowS } from "../../../api/gateway-time.ts";
import { type TimeRow, windowText } from "./time-rows.ts";
import type { Span } from "./time-span.ts";

const rowHeight = 52;
const headHeight = 28;
const laneTop = 24;
const laneHeight = 20;
/** A shorter bar cannot be seen, least what is not as it should be; a shorter button cannot be touched. */
const minBarWidth = { open: 3, waiting: 8, overstay: 8 } as const;
const minButtonWidth = 24;

/** A change of the clocks inside the span. */
export interface ClockChange {
  readonly atS: number;
  readonly text: string;
}

/** Which window the keyboard is at. */
export interface Place {
  readonly row: number;
  readonly at: number;
}

interface TimeChartProps {
  readonly span: Span;
  readonly rows: readonly TimeRow[];
  readonly changes: readonly ClockChange[];
  readonly place: Place;
  choose(place: Place): void;
}

/**
 * The windows as a picture, with a button over each. Arrow keys go from window to window, and from password to
 * password.
 */
export function TimeChart({ span, rows, changes, place, choose }: TimeChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  useEffect(() => {
    if (box.current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      width.value = Math.floor(entry?.contentRect.width ?? 0);
    });
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  const scale: Scale = {
    width: width.value,
    height: headHeight + rows.length * rowHeight,
    xOf: (atS) => {
      const share = (atS - span.fromS) / (span.toS - span.fromS);
      return Math.round(Math.min(1, Math.max(0, share)) * width.value);
    },
  };
  const pressed = (event: KeyboardEvent): void => {
    const next = placeAfter(event.key, place, rows);
    if (next === null) return;
    event.preventDefault();
    choose(next);
    box.current?.querySelector<HTMLButtonElement>(`[data-place="${next.row}.${next.at}"]`)?.focus();
  };
  return (
    <div class="time-chart">
      <div ref={box} class="time-box">
        <Picture span={span} rows={rows} changes={changes} place={place} scale={scale} />
        <ul class="time-rows" style={{ paddingTop: `${headHeight}px` }}>
          {rows.map((row, at) => (
            <li key={row.id} style={{ height: `${rowHeight}px` }}>
              <span class="row-name">{row.name}</span>
              {row.windows.map((one, index) => {
                const isChosen = place.row === at && place.at === index;
                const { left, size } = buttonAt(scale.xOf(one.from), scale.xOf(one.to));
                return (
                  <button
                    key={`${one.from}.${one.state}`}
                    type="button"
                    class="window"
                    tabIndex={isChosen ? 0 : -1}
                    aria-label={`${row.name}: ${windowText(one, changes.length > 0)}`}
                    aria-pressed={isChosen}
                    data-place={`${at}.${index}`}
                    data-state={one.state}
                    style={{ left: `${left}px`, width: `${size}px` }}
                    onClick={() => choose({ row: at, at: index })}
                    onFocus={() => choose({ row: at, at: index })}
                    onKeyDown={pressed}
                  />
                );
              })}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function buttonAt(from: number, to: number): { readonly left: number; readonly size: number } {
  const size = Math.max(minButtonWidth, to - from);
  return { left: Math.max(0, (from + to - size) / 2), size };
}

/** Returns where an arrow key leads; null = nowhere. */
function placeAfter(key: string, { row, at }: Place, rows: readonly TimeRow[]): Place | null {
  const own = rows[row]?.windows.length ?? 0;
  switch (key) {
    case "ArrowRight":
      return at + 1 < own ? { row, at: at + 1 } : null;
    case "ArrowLeft":
      return at > 0 ? { row, at: at - 1 } : null;
    case "ArrowDown":
      return firstOf(rows.findIndex(({ windows }, one) => one > row && windows.length > 0));
    case "ArrowUp":
      return firstOf(rows.findLastIndex(({ windows }, one) => one < row && windows.length > 0));
    default:
      return null;
  }
}

/** @param row -1 = none */
function firstOf(row: number): Place | null {
  return row < 0 ? null : { row, at: 0 };
}

/** Places of the picture, px. */
interface Scale {
  readonly width: number;
  readonly height: number;
  xOf(atS: number): number;
}

interface PictureProps {
  readonly span: Span;
  readonly rows: readonly TimeRow[];
  readonly changes: readonly ClockChange[];
  readonly place: Place;
  readonly scale: Scale;
}

function Picture({ span, rows, changes, place, scale }: PictureProps) {
  const { width, height, xOf } = scale;
  return (
    <svg width={width} height={height} aria-hidden="true">
      <Patterns />
      {span.ticks.map(({ atS, label }) => (
        <g key={atS}>
          <line x1={xOf(atS)} x2={xOf(atS)} y1={headHeight - 6} y2={height} class="tick" />
          <text x={xOf(atS) + 3} y={headHeight - 10} class="tick-text">
            {label}
          </text>
        </g>
      ))}
      {rows.map((row, at) => {
        const top = headHeight + at * rowHeight;
        return (
          <g key={row.id}>
            <line x1="0" x2={width} y1={top} y2={top} class="row-line" />
            <rect y={top + laneTop} width={width} height={laneHeight} rx="4" class="lane" />
            {row.windows.map((one, index) => (
              <rect
                key={`${one.from}.${one.state}`}
                x={xOf(one.from)}
                y={top + laneTop}
                width={Math.max(minBarWidth[one.state], xOf(one.to) - xOf(one.from))}
                height={laneHeight}
                rx="3"
                class={`bar ${one.state} ${place.row === at && place.at === index ? "chosen-bar" : ""}`}
              />
            ))}
          </g>
        );
      })}
      <Marks span={span} changes={changes} scale={scale} />
    </svg>
  );
}

/** Stripes for what is not as it should be, so that colour is not all that tells it. */
function Patterns() {
  return (
    <defs>
      <pattern id="waiting" width="8" height="8" patternUnits="userSpaceOnUse">
        <rect width="8" height="8" class="waiting-ground" />
        <path d="M-2 2 2 -2M0 8 8 0M6 10 10 6" class="waiting-line" />
      </pattern>
      <pattern id="overstay" width="8" height="8" patternUnits="userSpaceOnUse">
        <rect width="8" height="8" class="overstay-ground" />
        <path d="M0 0 8 8M0 8 8 0" class="overstay-line" />
      </pattern>
    </defs>
  );
}

interface MarksProps {
  readonly span: Span;
  readonly changes: readonly ClockChange[];
  readonly scale: Scale;
}

/** The line of now, and the changes of the clocks. */
function Marks({ span, changes, scale: { xOf, height } }: MarksProps) {
  const now = nowS();
  const top = headHeight - 6;
  return (
    <>
      {changes.map(({ atS }) => (
        <line key={atS} x1={xOf(atS)} x2={xOf(atS)} y1={top} y2={height} class="change-line" />
      ))}
      {now >= span.fromS && now < span.toS && (
        <>
          <line x1={xOf(now)} x2={xOf(now)} y1={top} y2={height} class="now-line" />
          <circle cx={xOf(now)} cy={top} r="4" class="now-dot" />
        </>
      )}
    </>
  );
}
