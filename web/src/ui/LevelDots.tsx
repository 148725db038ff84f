/** A level of 1 to 5 as dots, beside its number; the nearest whole level where it is a mean. */
export function LevelDots({ level }: { readonly level: number }) {
  const filled = Math.round(level);
  return (
    <span className="dots" aria-hidden="true">
      {[1, 2, 3, 4, 5].map((step) => (
        <span key={step} className={step <= filled ? "dot dot-filled" : "dot"} />
      ))}
    </span>
  );
}
