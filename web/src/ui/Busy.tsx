/** Something is under way; says what. */
export function Busy({ children }: { readonly children: string }) {
  return (
    <p className="busy" role="status">
      <span className="busy-mark" aria-hidden="true" />
      {children}
    </p>
  );
}
