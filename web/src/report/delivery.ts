// Turns delivery metrics into lines to show. What was not measured says so. Pure.

import { AudioQuality, FillerBand, LengthBand, PaceBand, type DeliveryMetrics } from "../gen/parley/common/v1/delivery_pb.js";
import { Language } from "../gen/parley/common/v1/language_pb.js";
import type { Text } from "../i18n/en/index.js";
import { decimal, percent, seconds, spokenLength, type Locale } from "../i18n/format.js";

export interface DeliveryLine {
  readonly name: string;
  readonly value: string;
}

export function deliveryLines(metrics: DeliveryMetrics, language: Language | undefined, text: Text, locale: Locale): readonly DeliveryLine[] {
  const words = text.report;
  const { delivery: names, notMeasured } = words;
  const paced = language === Language.KOREAN ? words.paceUnit.korean : words.paceUnit.english;
  const or = (value: number | undefined, show: (known: number) => string) => (value === undefined ? notMeasured : show(value));
  const pace = (value: number | undefined) => or(value, (known) => paced(decimal(known, locale, 0)));
  const decibel = (value: number | undefined, unit: string) => or(value, (known) => `${decimal(known, locale)} ${unit}`);
  const time = (value: number | undefined) => or(value, (known) => spokenLength(known, locale));
  return [
    { name: names.thinking, value: time(seconds(metrics.thinkingDuration)) },
    ...(metrics.lengthBand === LengthBand.UNSPECIFIED ? [] : [{ name: names.length, value: lengthWords(metrics.lengthBand, words.lengthBand) ?? notMeasured }]),
    { name: names.voiced, value: time(seconds(metrics.voicedDuration)) },
    { name: names.pace, value: withBand(pace(metrics.pacePerMinute), paceWords(metrics.paceBand, words.paceBand)) },
    { name: names.articulation, value: pace(metrics.articulationPerMinute) },
    { name: names.longPauses, value: String(metrics.longPauseCount) },
    { name: names.longestPause, value: time(seconds(metrics.longestPause)) },
    { name: names.fillers, value: or(metrics.fillerCount, String) },
    { name: names.fillerRate, value: withBand(or(metrics.fillersPerMinute, (known) => decimal(known, locale)), fillerWords(metrics.fillerBand, words.fillerBand)) },
    { name: names.loudness, value: decibel(metrics.loudnessDbfs, "dBFS") },
    { name: names.loudnessSpread, value: decibel(metrics.loudnessDeviationDb, "dB") },
    { name: names.signalToNoise, value: decibel(metrics.signalToNoiseDb, "dB") },
    { name: names.clipped, value: percent(metrics.clippedShare, locale, 1) },
    { name: names.sound, value: soundWords(metrics.audioQuality, words.sound) ?? notMeasured },
  ];
}

function soundWords(quality: AudioQuality, words: Text["report"]["sound"]): string | undefined {
  switch (quality) {
    case AudioQuality.OK:
      return words.ok;
    case AudioQuality.QUIET:
      return words.quiet;
    case AudioQuality.CLIPPED:
      return words.clipped;
    case AudioQuality.NOISY:
      return words.noisy;
    default:
      return undefined;
  }
}

function withBand(value: string, band: string | undefined): string {
  return band === undefined ? value : `${value} · ${band}`;
}

function paceWords(band: PaceBand, words: Text["report"]["paceBand"]): string | undefined {
  switch (band) {
    case PaceBand.SLOW:
      return words.slow;
    case PaceBand.SLIGHTLY_SLOW:
      return words.slightlySlow;
    case PaceBand.USUAL:
      return words.usual;
    case PaceBand.SLIGHTLY_FAST:
      return words.slightlyFast;
    case PaceBand.FAST:
      return words.fast;
    default:
      return undefined;
  }
}

function fillerWords(band: FillerBand, words: Text["report"]["fillerBand"]): string | undefined {
  switch (band) {
    case FillerBand.FEW:
      return words.few;
    case FillerBand.SOME:
      return words.some;
    case FillerBand.MANY:
      return words.many;
    case FillerBand.VERY_MANY:
      return words.veryMany;
    default:
      return undefined;
  }
}

function lengthWords(band: LengthBand, words: Text["report"]["lengthBand"]): string | undefined {
  switch (band) {
    case LengthBand.SHORT:
      return words.short;
    case LengthBand.GOOD:
      return words.good;
    case LengthBand.LONG:
      return words.long;
    case LengthBand.TOO_LONG:
      return words.tooLong;
    default:
      return undefined;
  }
}
