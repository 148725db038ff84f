import { useEffect, useRef } from "react";

interface PreviewProps {
  readonly track: MediaStreamTrack;
  readonly label: string;
  /** Shows where the face should be. */
  readonly guide?: boolean;
}

/** The candidate's own picture, mirrored as in a mirror, without sound. */
export function Preview({ track, label, guide = false }: PreviewProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = new MediaStream([track]);
  }, [track]);
  return (
    <div className="preview">
      <video ref={video} aria-label={label} muted autoPlay playsInline />
      {guide && <span className="preview-guide" aria-hidden="true" />}
    </div>
  );
}
