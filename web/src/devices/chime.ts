/** Plays a short two-tone sound, for the speaker test. Resolves when it is over; rejects if the browser plays none. */
export async function playChime(): Promise<void> {
  const context = new AudioContext();
  try {
    await context.resume();
    const end = [523.25, 659.25].reduce((start, frequency) => scheduleTone(context, frequency, start), context.currentTime + 0.05);
    await new Promise((resolve) => setTimeout(resolve, (end - context.currentTime) * 1000));
  } finally {
    await context.close();
  }
}

function scheduleTone(context: AudioContext, frequency: number, start: number): number {
  const lengthS = 0.35;
  const gain = new GainNode(context, { gain: 0 });
  // Ramps, because a tone that is cut off clicks.
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(0.25, start + 0.03);
  gain.gain.linearRampToValueAtTime(0, start + lengthS);
  const tone = new OscillatorNode(context, { frequency });
  tone.connect(gain).connect(context.destination);
  tone.start(start);
  tone.stop(start + lengthS);
  return start + lengthS;
}
