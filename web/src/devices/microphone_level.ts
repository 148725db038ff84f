// Loudness of a microphone track, measured in the browser, so that the meter works without any server.

import { useEffect, useState } from "react";

/** Silence, as media reports it too. */
export const SILENCE_DBFS = -100;
const INTERVAL_MS = 80;

export function rmsToDbfs(rms: number): number {
  return rms > 0 ? Math.max(SILENCE_DBFS, 20 * Math.log10(rms)) : SILENCE_DBFS;
}

/** Share of a level bar, 0..1: speech lies between about -50 (far) and -10 dBFS (close). */
export function barShare(dbfs: number): number {
  return Math.min(1, Math.max(0, (dbfs + 60) / 55));
}

export type MicrophoneLevel = { readonly dbfs: number } | { readonly broken: true };

/** The level about 12 times a second; "broken" if the browser cannot measure, which says nothing about the microphone. */
export function useMicrophoneLevel(track: MediaStreamTrack | null): MicrophoneLevel {
  const [level, setLevel] = useState<MicrophoneLevel>({ dbfs: SILENCE_DBFS });
  useEffect(() => {
    if (!track) return setLevel({ dbfs: SILENCE_DBFS });
    const meter = startMeter(track, setLevel);
    return () => meter?.stop();
  }, [track]);
  return level;
}

function startMeter(track: MediaStreamTrack, report: (level: MicrophoneLevel) => void): { stop(): void } | null {
  let context: AudioContext;
  try {
    context = new AudioContext();
  } catch {
    report({ broken: true });
    return null;
  }
  const analyser = context.createAnalyser();
  analyser.fftSize = 2048;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    // Without a click on the page some browsers start it suspended: no data then, and not silence.
    if (context.state !== "running") return void context.resume().catch(() => report({ broken: true }));
    analyser.getFloatTimeDomainData(samples);
    report({ dbfs: rmsToDbfs(Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length)) });
  }, INTERVAL_MS);
  return {
    stop: () => {
      clearInterval(timer);
      void context.close();
    },
  };
}
