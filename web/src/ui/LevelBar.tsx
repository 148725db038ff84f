import { useLayoutEffect, useRef } from "react";
import { barShare } from "../devices/microphone_level.js";

interface LevelBarProps {
  readonly label: string;
  readonly dbfs: number;
}

/** Loudness as a bar. The width is set on the element itself: the page's policy allows no style attributes. */
export function LevelBar({ label, dbfs }: LevelBarProps) {
  const bar = useRef<HTMLSpanElement>(null);
  const share = barShare(dbfs);
  useLayoutEffect(() => {
    if (bar.current) bar.current.style.transform = `scaleX(${share})`;
  }, [share]);
  return (
    <span className="level" role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(share * 100)}>
      <span ref={bar} className="level-bar" />
    </span>
  );
}
