// What is used of the vendor's client, which has no types: https://github.com/duosecurity/duo_api_nodejs

declare module '@duosecurity/duo_api/lib/duo_sig.js' {
  const signing: {
    /** The header `Authorization` of a request, by version 2 of the signature. */
    sign(
      integrationKey: string,
      secretKey: string,
      method: string,
      host: string,
      path: string,
      parameters: Readonly<Record<string, string>>,
      date: string,
    ): string;
  };
  export default signing;
}

declare module '@duosecurity/duo_api/lib/constants.js' {
  const constants: {
    /** PEM of the authorities that Duo's certificates are signed by. */
    readonly DUO_PINNED_CERT: string;
  };
  export default constants;
}
